//go:build !unix

package database

import (
	"fmt"
	"os"
)

// lockFile opens the lock file without locking it: this system has no flock.
// Run one process per SQLite file here.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o640)
	if err != nil {
		return nil, fmt.Errorf("open the lock of the database: %w", err)
	}
	return f, nil
}

//go:build unix

package database

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lockFile takes the lock that keeps a second process off a SQLite file. The
// kernel drops it when the process ends, however it ends.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o640)
	if err != nil {
		return nil, fmt.Errorf("open the lock of the database: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		_ = f.Close()
		return nil, fmt.Errorf("another sathach is using this SQLite database (%s is locked); stop it, or use PostgreSQL for several processes", path)
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("lock the database: %w", err)
	}
	return f, nil
}

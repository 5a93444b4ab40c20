// Package dbtest runs a test on SQLite and on a real PostgreSQL.
//
// Each gives every test a database of its own at the newest schema: a copy of
// a migrated SQLite file, and a PostgreSQL database made from a migrated
// template in a throwaway cluster that TestMain starts through Main and stops
// again. When no PostgreSQL can be found the test fails and says what to
// install; go test -short leaves PostgreSQL out.
package dbtest

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"sathach/internal/database"
	"sathach/migrations"
)

// Main runs a package's tests and stops the PostgreSQL cluster they started.
func Main(m *testing.M) {
	code := m.Run()
	theCluster.stop()
	_ = os.RemoveAll(sqliteTemplate.dir)
	os.Exit(code)
}

// Each runs test once on each database.
func Each(t *testing.T, test func(t *testing.T, db *database.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, SQLite(t))
	})
	t.Run("postgres", func(t *testing.T) {
		if testing.Short() {
			t.Skip("-short leaves PostgreSQL out")
		}
		t.Parallel()
		test(t, Postgres(t))
	})
}

// Log is a logger that says nothing.
var Log = slog.New(slog.DiscardHandler)

var sqliteTemplate struct {
	sync.Once
	dir  string
	path string
	err  error
}

// SQLite opens a fresh migrated SQLite database.
func SQLite(t testing.TB) *database.DB {
	t.Helper()
	sqliteTemplate.Do(func() { sqliteTemplate.err = makeSQLiteTemplate() })
	if sqliteTemplate.err != nil {
		t.Fatal(sqliteTemplate.err)
	}
	path := filepath.Join(t.TempDir(), "test.db")
	if err := copyFile(path, sqliteTemplate.path); err != nil {
		t.Fatal(err)
	}
	return open(t, "sqlite:"+path)
}

func makeSQLiteTemplate() error {
	dir, err := os.MkdirTemp("", "sathach-sqlite-")
	if err != nil {
		return err
	}
	sqliteTemplate.dir, sqliteTemplate.path = dir, filepath.Join(dir, "template.db")
	return migrate("sqlite:" + sqliteTemplate.path)
}

func migrate(url string) error {
	ctx := context.Background()
	db, err := database.Open(ctx, url, Log)
	if err != nil {
		return err
	}
	if _, err := migrations.Apply(ctx, db); err != nil {
		_ = db.Close()
		return err
	}
	return db.Close()
}

func copyFile(to, from string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(target, source); err != nil {
		return err
	}
	return target.Close()
}

var databases atomic.Int64

// Postgres opens a fresh migrated PostgreSQL database.
func Postgres(t testing.TB) *database.DB {
	t.Helper()
	return open(t, PostgresURL(t))
}

// PostgresURL makes a fresh migrated PostgreSQL database and tells where.
func PostgresURL(t testing.TB) string {
	t.Helper()
	c, err := theCluster.start()
	if err != nil {
		t.Fatalf("%v", err)
	}
	name := fmt.Sprintf("test_%d", databases.Add(1))
	if err := c.create(name); err != nil {
		t.Fatal(err)
	}
	return c.url(name)
}

func open(t testing.TB, url string) *database.DB {
	t.Helper()
	db, err := database.Open(context.Background(), url, Log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

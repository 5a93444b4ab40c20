// Package database opens SQLite or PostgreSQL and hands out two kinds of
// handle: *Reader to look, *Tx to change.
//
// A use case opens a transaction with Write and passes the *Tx to storage
// verbs, which cannot run outside one; queries take a Handle and run on
// either. What must follow a change (audit entry, job) is written in the same
// transaction. Closures may run twice and so must have no other effect.
// Nothing slow belongs inside one: no network, no rendering.
//
// SQLite runs with one writer connection, immediate transactions, WAL and
// synchronous=FULL, and takes a file lock so that a second process is refused
// with a sentence. PostgreSQL runs READ COMMITTED. Neither database is asked
// for row locks: a row that two requests may change carries a version, and an
// update that matches no row is a Conflict. WriteShared joins small changes
// of many callers in one commit; Exclusive keeps long work from being done twice.
//
// Times are stored in UTC, truncated to microseconds (see Now). Start reading
// at DB.
package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"sathach/internal/fault"
)

// Dialect names the database behind a DB.
type Dialect string

const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// ErrConflict is returned when a row changed between read and write.
var ErrConflict = fault.New(fault.Conflict, "error.conflict", "the row was changed by somebody else")

// ErrUnavailable is returned while PostgreSQL cannot be reached.
var ErrUnavailable = fault.New(fault.Unavailable, "error.unavailable", "the database cannot be reached")

// ErrDuplicate is returned when a row with the same key exists.
var ErrDuplicate = gorm.ErrDuplicatedKey

// ErrNested is returned by Write inside Write, which would wait for itself on
// SQLite's one writer connection.
var ErrNested = errors.New("database: Write called inside Write")

// DB is an open database. It is safe for concurrent use.
type DB struct {
	dialect     Dialect
	write, read *gorm.DB
	shared      *combiner
	lock        *os.File
	names       sync.Map // of what runs exclusively, on SQLite
}

// Open opens the database that url names: sqlite:PATH or postgres://….
// It does not migrate. Errors say what to do about them.
func Open(ctx context.Context, url string, log *slog.Logger) (*DB, error) {
	switch {
	case strings.HasPrefix(url, "sqlite:"):
		return openSQLite(ctx, strings.TrimPrefix(url, "sqlite:"), log)
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		return openPostgres(ctx, url, log)
	}
	return nil, fmt.Errorf("database URL %q: want sqlite:PATH or postgres://USER@HOST/NAME", redact(url))
}

// Four readers are enough for two cores; the writer is one by design.
const sqliteReaders = 4

func openSQLite(ctx context.Context, path string, log *slog.Logger) (*DB, error) {
	if path == "" {
		return nil, errors.New("database URL sqlite: has no path; write for example sqlite:data/sathach.db")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, fmt.Errorf("make the folder of the database: %w", err)
	}
	lock, err := lockFile(path + ".lock")
	if err != nil {
		return nil, err
	}
	db := &DB{dialect: SQLite, lock: lock}
	const common = "?_time_format=sqlite&_timezone=UTC&_pragma=busy_timeout(10000)"
	const writer = "&_txlock=immediate&_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=foreign_keys(1)"
	const reader = "&_pragma=query_only(1)"
	if db.write, err = openPool(ctx, "file:"+path+common+writer, 1, log); err == nil {
		db.read, err = openPool(ctx, "file:"+path+common+reader, sqliteReaders, log)
	}
	if err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("open SQLite file %s: %w", path, err)
	}
	db.shared = newCombiner(db)
	return db, nil
}

func openPool(ctx context.Context, dsn string, conns int, log *slog.Logger) (*gorm.DB, error) {
	pool, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return gorm.Open(sqliteDialect{conn: pool}, gormConfig(log))
}

// Open connections beyond two per core only queue inside PostgreSQL.
const postgresConns = 16

func openPostgres(ctx context.Context, url string, log *slog.Logger) (*DB, error) {
	// The first connection reports its failure below, with what to do about
	// it; gorm would log it before.
	config := gormConfig(log)
	logged := config.Logger
	config.Logger = logger.Discard
	g, err := gorm.Open(postgresDialect{postgres.New(postgres.Config{DSN: url}).(*postgres.Dialector)}, config)
	if err != nil {
		return nil, fmt.Errorf("connect to PostgreSQL at %s: %w (is the server up, and are user, password and database name right?)", redact(url), err)
	}
	g.Logger = logged
	pool, err := g.DB()
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(postgresConns)
	pool.SetMaxIdleConns(postgresConns)
	pool.SetConnMaxLifetime(30 * time.Minute)
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("connect to PostgreSQL at %s: %w", redact(url), err), pool.Close())
	}
	db := &DB{dialect: Postgres, write: g, read: g}
	db.shared = newCombiner(db)
	return db, nil
}

func gormConfig(log *slog.Logger) *gorm.Config {
	return &gorm.Config{
		TranslateError:         true,
		SkipDefaultTransaction: true,
		NowFunc:                func() time.Time { return Truncate(time.Now()) },
		Logger: logger.NewSlogLogger(log, logger.Config{
			LogLevel:                  logger.Error,
			IgnoreRecordNotFoundError: true,
			ParameterizedQueries:      true,
		}),
	}
}

// redact hides the password of a database URL, wherever it stands in it.
func redact(url string) string {
	url, query, _ := strings.Cut(url, "?")
	if strings.Contains(query, "=") {
		url += "?…"
	}
	scheme, rest, ok := strings.Cut(url, "://")
	at := strings.LastIndex(rest, "@")
	if !ok || at < 0 {
		return url
	}
	user, _, _ := strings.Cut(rest[:at], ":")
	return scheme + "://" + user + "@" + rest[at+1:]
}

// Dialect tells which database this is.
func (db *DB) Dialect() Dialect { return db.dialect }

// SQL is the writing pool, for migrations and health checks only.
func (db *DB) SQL() (*sql.DB, error) { return db.write.DB() }

// Close finishes shared writes and closes every connection.
func (db *DB) Close() error {
	if db.shared != nil {
		db.shared.stop()
	}
	var errs []error
	pools := []*gorm.DB{db.write}
	if db.read != db.write {
		pools = append(pools, db.read)
	}
	for _, g := range pools {
		if g == nil {
			continue
		}
		pool, err := g.DB()
		if err == nil {
			err = pool.Close()
		}
		errs = append(errs, err)
	}
	if db.lock != nil {
		errs = append(errs, db.lock.Close())
	}
	return errors.Join(errs...)
}

// Handle is what a query runs on: a *Reader or a *Tx.
type Handle interface {
	// Gorm is a fresh gorm session; it keeps no conditions between calls.
	Gorm() *gorm.DB
}

// Reader looks at committed data.
type Reader struct{ g *gorm.DB }

func (r *Reader) Gorm() *gorm.DB { return r.g }

// Tx is one transaction. It is not safe for concurrent use.
type Tx struct {
	ctx context.Context
	g   *gorm.DB
}

func (tx *Tx) Gorm() *gorm.DB { return tx.g }

// Context is the transaction's context; Write refuses to start inside it.
func (tx *Tx) Context() context.Context { return tx.ctx }

// Read gives a handle for queries.
func (db *DB) Read(ctx context.Context) *Reader {
	return &Reader{g: db.read.WithContext(ctx)}
}

type insideWrite struct{}

// Write runs change in one transaction and returns the commit's error. It
// runs change again when PostgreSQL reports a deadlock or a serialization
// failure.
func (db *DB) Write(ctx context.Context, change func(tx *Tx) error) error {
	if ctx.Value(insideWrite{}) != nil {
		return ErrNested
	}
	const tries = 4
	var err error
	for range tries {
		if err = db.once(ctx, change); !retryable(err) {
			break
		}
	}
	return err
}

func (db *DB) once(ctx context.Context, change func(tx *Tx) error) error {
	ctx = context.WithValue(ctx, insideWrite{}, true)
	return db.write.WithContext(ctx).Transaction(func(g *gorm.DB) error {
		return change(&Tx{ctx: ctx, g: g})
	})
}

func retryable(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01")
}

// InTurn runs steps until one fails. After an error PostgreSQL refuses the rest
// of a transaction; going on would only bury the cause under its complaints.
func InTurn(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// Touched turns the outcome of a versioned update into an error: ErrConflict
// when no row matched.
func Touched(result *gorm.DB) error {
	if result.Error != nil {
		return result.Error
	}
	if result.RowsAffected == 0 {
		return ErrConflict
	}
	return nil
}

// Truncate brings a time to what both databases keep: UTC, microseconds.
func Truncate(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// NewID makes an identifier: a UUID version 7, which keeps inserts together
// and tells nothing about agency or person.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

package database_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"

	"sathach/internal/database"
	"sathach/internal/database/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func TestWrite_rollsBackOnError(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		stop := errors.New("stop")
		err := db.Write(ctx, func(tx *database.Tx) error {
			if err := addTopic(tx, "T"); err != nil {
				return err
			}
			return stop
		})
		if !errors.Is(err, stop) {
			t.Fatalf("Write returned %v, want the closure's error", err)
		}
		if n := topics(t, db); n != 0 {
			t.Errorf("%d topics after a rolled-back write, want 0", n)
		}
	})
}

func TestWrite_refusesToNest(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		err := db.Write(context.Background(), func(tx *database.Tx) error {
			return db.Write(tx.Context(), func(*database.Tx) error { return nil })
		})
		if !errors.Is(err, database.ErrNested) {
			t.Errorf("nested Write returned %v, want ErrNested", err)
		}
	})
}

func TestWrite_translatesDuplicates(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		twice := func(tx *database.Tx) error {
			return errors.Join(addTopic(tx, "T"), addTopic(tx, "T"))
		}
		if err := db.Write(context.Background(), twice); !errors.Is(err, gorm.ErrDuplicatedKey) {
			t.Errorf("a duplicate key returned %v", err)
		}
	})
}

func TestTimes_keepTheirInstant(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		at := time.Date(2026, 11, 24, 8, 0, 0, 123456789, time.FixedZone("", 7*3600))
		err := db.Write(context.Background(), func(tx *database.Tx) error {
			return tx.Gorm().Exec("insert into sign_in_throttle values ('a', 1, ?)", database.Truncate(at)).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		var n int64
		db.Read(context.Background()).Gorm().Raw("select count(*) from sign_in_throttle where blocked_to = ?", database.Truncate(at)).Scan(&n)
		if n != 1 {
			t.Error("a time does not equal itself after a round trip")
		}
	})
}

// Many callers save at once; every acknowledged change is there, and the
// failing one takes nobody with it.
func TestWriteShared_keepsEveryAcknowledgedChange(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		const callers = 200
		var wg sync.WaitGroup
		failed := make([]error, callers)
		for i := range callers {
			wg.Go(func() {
				failed[i] = db.WriteShared(context.Background(), func(tx *database.Tx) error {
					switch {
					case i == 77:
						return errors.New("this one fails")
					case i == 78:
						panic("this one panics")
					}
					return addTopic(tx, fmt.Sprint("T", i))
				})
			})
		}
		wg.Wait()
		for i, err := range failed {
			if (i == 77 || i == 78) != (err != nil) {
				t.Errorf("caller %d: %v", i, err)
			}
		}
		if n := topics(t, db); n != callers-2 {
			t.Errorf("%d changes stored, want %d", n, callers-2)
		}
	})
}

func TestTouched_reportsALostRace(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		err := db.Write(context.Background(), func(tx *database.Tx) error {
			return database.Touched(tx.Gorm().Exec("update topic set position = 1 where code = 'none'"))
		})
		if !errors.Is(err, database.ErrConflict) {
			t.Errorf("an update of nothing returned %v, want ErrConflict", err)
		}
	})
}

func TestOpen_refusesASecondProcess(t *testing.T) {
	t.Parallel()
	url := "sqlite:" + filepath.Join(t.TempDir(), "one.db")
	db, err := database.Open(context.Background(), url, dbtest.Log)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := database.Open(context.Background(), url, dbtest.Log); err == nil || !strings.Contains(err.Error(), "another sathach") {
		t.Errorf("a second opening returned %v", err)
	}
}

func TestOpen_saysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"mysql://x": "want sqlite:PATH or postgres://",
		"sqlite:":   "has no path",
		"postgres://u:secret@127.0.0.1:1/x?connect_timeout=2": "is the server up",
	} {
		_, err := database.Open(context.Background(), url, dbtest.Log)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Open(%q) returned %v, want %q", url, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("Open(%q) shows the password: %v", url, err)
		}
	}
}

func addTopic(tx *database.Tx, code string) error {
	return tx.Gorm().Exec("insert into topic (code, parent_code, name_vi, name_en, position) values (?, '', '', '', 0)", code).Error
}

func topics(t *testing.T, db *database.DB) (n int64) {
	t.Helper()
	if err := db.Read(context.Background()).Gorm().Raw("select count(*) from topic").Scan(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

// Of many who want the same at once one does it; whoever comes later does it
// again, also after a failure, a panic and a cancelled caller.
func TestExclusive_oneAtATime(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		var running, most, ran atomic.Int32
		inside := make(chan bool)
		var first, others sync.WaitGroup
		first.Go(func() {
			if ok, err := db.Exclusive(ctx, "long", func() error { inside <- true; <-inside; return nil }); !ok || err != nil {
				t.Errorf("the first: %v, %v", ok, err)
			}
		})
		<-inside
		for range 8 {
			others.Go(func() {
				if ok, err := db.Exclusive(ctx, "long", func() error { return nil }); ok || err != nil {
					t.Errorf("a second one ran: %v, %v", ok, err)
				}
				if ok, err := db.Exclusive(ctx, "other", func() error {
					most.Store(max(most.Load(), running.Add(1)))
					time.Sleep(time.Millisecond)
					running.Add(-1)
					return nil
				}); err != nil {
					t.Errorf("another name: %v", err)
				} else if ok {
					ran.Add(1)
				}
			})
		}
		others.Wait()
		close(inside)
		first.Wait()
		if most.Load() != 1 || ran.Load() < 1 {
			t.Errorf("%d at once, %d in all", most.Load(), ran.Load())
		}
		boom := errors.New("boom")
		if ok, err := db.Exclusive(ctx, "long", func() error { return boom }); !ok || !errors.Is(err, boom) {
			t.Errorf("a failure: %v, %v", ok, err)
		}
		func() {
			defer func() { _ = recover() }()
			_, _ = db.Exclusive(ctx, "long", func() error { panic("boom") })
		}()
		cancelled, cancel := context.WithCancel(ctx)
		_, _ = db.Exclusive(cancelled, "long", func() error { cancel(); return nil })
		if ok, err := db.Exclusive(ctx, "long", func() error { return nil }); !ok || err != nil {
			t.Errorf("after all of that: %v, %v", ok, err)
		}
	})
}

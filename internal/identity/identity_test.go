package identity_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/internal/identity"
	"sathach/roster"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// people is an Identity with a clock to move and one HR officer.
type people struct {
	identity.Identity
	now    time.Time
	agency string
}

const password = "mật khẩu đủ dài 2026"

func newPeople(t *testing.T, db *database.DB) *people {
	t.Helper()
	p := &people{now: time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)}
	p.Identity = identity.Identity{DB: db, Now: func() time.Time { return p.now }}
	ctx := context.Background()
	agencies := &roster.Roster{DB: db, Now: p.Now}
	if err := agencies.LoadTree(ctx, nil); err != nil {
		t.Fatal(err)
	}
	root, err := agencies.AgencyByCode(ctx, roster.RootCode, "2026-11-24")
	if err != nil {
		t.Fatal(err)
	}
	p.agency = string(root.ID)
	_, err = p.Open(ctx, []identity.Newcomer{{Login: "HR@Mau.example", Name: "Cán bộ Mẫu", Password: password, Grants: []authz.Grant{{Role: authz.HR, Agency: p.agency}}}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestSignIn_opensASessionWithTheGrantsOfToday(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		p := newPeople(t, db)
		ctx := context.Background()
		session, err := p.SignIn(ctx, " hr@mau.example", password)
		if err != nil {
			t.Fatal(err)
		}
		actor, err := p.Actor(ctx, session)
		if err != nil || actor.Name != "Cán bộ Mẫu" || !actor.Can(authz.ReadResults) || actor.Can(authz.Publish) {
			t.Errorf("actor %+v, %v", actor, err)
		}
		if err := p.SignOut(ctx, session); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Actor(ctx, session); !errors.Is(err, authz.ErrUnauthenticated) {
			t.Errorf("after signing out: %v", err)
		}
	})
}

func TestActor_endsIdleAndOldSessions(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		p := newPeople(t, db)
		ctx := context.Background()
		session, err := p.SignIn(ctx, "hr@mau.example", password)
		if err != nil {
			t.Fatal(err)
		}
		for range 4 { // a page in use keeps its session
			p.now = p.now.Add(2 * time.Hour)
			if _, err := p.Actor(ctx, session); err != nil {
				t.Fatalf("a session in use ended: %v", err)
			}
		}
		idle, err := p.SignIn(ctx, "hr@mau.example", password)
		if err != nil {
			t.Fatal(err)
		}
		for range 8 {
			p.now = p.now.Add(2 * time.Hour)
			_, err = p.Actor(ctx, session)
		}
		if !errors.Is(err, authz.ErrUnauthenticated) {
			t.Errorf("a session of a day: %v", err)
		}
		if _, err := p.Actor(ctx, idle); !errors.Is(err, authz.ErrUnauthenticated) {
			t.Errorf("a session idle for hours: %v", err)
		}
	})
}

func TestSignIn_throttlesPasswordsPerLogin(t *testing.T) {
	t.Parallel()
	db := dbtest.SQLite(t)
	p := newPeople(t, db)
	ctx := context.Background()
	for range 6 {
		if _, err := p.SignIn(ctx, "hr@mau.example", "sai"); !errors.Is(err, identity.ErrWrongPassword) {
			t.Fatalf("a wrong password: %v", err)
		}
	}
	if _, err := p.SignIn(ctx, "hr@mau.example", password); !errors.Is(err, identity.ErrThrottled) {
		t.Errorf("after six failures: %v", err)
	}
	p.now = p.now.Add(time.Minute)
	if _, err := p.SignIn(ctx, "hr@mau.example", password); err != nil {
		t.Errorf("after waiting: %v", err)
	}
	if _, err := p.SignIn(ctx, "nobody@mau.example", password); !errors.Is(err, identity.ErrWrongPassword) {
		t.Errorf("an unknown login: %v", err)
	}
}

// Many guesses at once are throttled like many in a row.
func TestSignIn_countsGuessesAtTheSameTime(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		p := newPeople(t, db)
		var wg sync.WaitGroup
		var wrong, throttled atomic.Int32
		for range 40 {
			wg.Go(func() {
				switch _, err := p.SignIn(context.Background(), "hr@mau.example", "sai"); {
				case errors.Is(err, identity.ErrWrongPassword):
					wrong.Add(1)
				case errors.Is(err, identity.ErrThrottled):
					throttled.Add(1)
				default:
					t.Errorf("a guess: %v", err)
				}
			})
		}
		wg.Wait()
		if wrong.Load() != 6 || throttled.Load() != 34 {
			t.Errorf("%d of 40 guesses were looked at, %d throttled", wrong.Load(), throttled.Load())
		}
		p.now = p.now.Add(25 * time.Hour)
		for range 5 { // a day later the failures are forgotten
			if _, err := p.SignIn(context.Background(), "hr@mau.example", "sai"); !errors.Is(err, identity.ErrWrongPassword) {
				t.Errorf("a day later: %v", err)
			}
		}
		if _, err := p.SignIn(context.Background(), strings.Repeat("a", 5000), "sai"); !errors.Is(err, identity.ErrWrongPassword) {
			t.Errorf("an endless login: %v", err)
		}
	})
}

func TestRedeem_usesALinkOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		p := newPeople(t, db)
		ctx := context.Background()
		link, err := p.Link(ctx, "hr@mau.example", time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		if name, err := p.LinkHolder(ctx, link); err != nil || name != "Cán bộ Mẫu" {
			t.Errorf("holder %q, %v", name, err)
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		opened := 0
		for range 8 {
			wg.Go(func() {
				session, err := p.Redeem(ctx, link)
				if err == nil && session != "" {
					mu.Lock()
					opened++
					mu.Unlock()
				} else if !errors.Is(err, identity.ErrLink) {
					t.Errorf("redeem: %v", err)
				}
			})
		}
		wg.Wait()
		if opened != 1 {
			t.Errorf("one link opened %d sessions", opened)
		}
	})
}

func TestRedeem_refusesOldLinks(t *testing.T) {
	t.Parallel()
	p := newPeople(t, dbtest.SQLite(t))
	link, err := p.Link(context.Background(), "hr@mau.example", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	p.now = p.now.Add(2 * time.Hour)
	if _, err := p.Redeem(context.Background(), link); !errors.Is(err, identity.ErrLink) {
		t.Errorf("an old link: %v", err)
	}
	if _, err := p.Redeem(context.Background(), "made up"); !errors.Is(err, identity.ErrLink) {
		t.Errorf("a link made up: %v", err)
	}
}

func TestSetPassword_endsSessionsAndRefusesShortOnes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		p := newPeople(t, db)
		ctx := context.Background()
		session, err := p.SignIn(ctx, "hr@mau.example", password)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.SetPassword(ctx, "hr@mau.example", "ngắn"); !errors.Is(err, identity.ErrShortPassword) {
			t.Errorf("a short password: %v", err)
		}
		if err := p.SetPassword(ctx, "hr@mau.example", "một mật khẩu khác hẳn"); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Actor(ctx, session); !errors.Is(err, authz.ErrUnauthenticated) {
			t.Errorf("an old session lives on: %v", err)
		}
		if _, err := p.SignIn(ctx, "hr@mau.example", password); !errors.Is(err, identity.ErrWrongPassword) {
			t.Errorf("the old password: %v", err)
		}
	})
}

func TestGrant_givesAndEndsARole(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		p := newPeople(t, db)
		ctx := context.Background()
		session, err := p.SignIn(ctx, "hr@mau.example", password)
		if err != nil {
			t.Fatal(err)
		}
		author := authz.Grant{Role: authz.Author, Agency: p.agency}
		holds := func() bool {
			actor, err := p.Actor(ctx, session)
			if err != nil {
				t.Fatal(err)
			}
			return actor.Holds(authz.Author)
		}
		for range 2 { // again changes nothing
			if err := p.Grant(ctx, "hr@mau.example", author); err != nil {
				t.Fatal(err)
			}
		}
		if !holds() {
			t.Error("the role was given and is not held")
		}
		if err := p.Revoke(ctx, "hr@mau.example", author); err != nil || holds() {
			t.Errorf("the role was ended and is held, or %v", err)
		}
		if err := p.Revoke(ctx, "hr@mau.example", author); !errors.Is(err, identity.ErrNoGrant) {
			t.Errorf("ending a role that nobody holds: %v", err)
		}
		if err := p.Grant(ctx, "hr@mau.example", author); err != nil || !holds() {
			t.Errorf("given again: %v", err)
		}
		if _, err := p.Open(ctx, []identity.Newcomer{{Login: "hr@mau.example", Name: "Mẫu"}}); !errors.Is(err, identity.ErrLoginTaken) {
			t.Errorf("a login opened twice: %v", err)
		}
	})
}

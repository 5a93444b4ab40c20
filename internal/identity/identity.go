// Package identity knows who is signed in: local accounts with passwords,
// one-time sign-in links and server-side sessions.
//
// Tokens are 32 random bytes; the database keeps only their SHA-256, so that
// a stolen dump opens nothing. Passwords are argon2id at OWASP's minimum
// (19 MiB, 2 passes): dear enough for a thief, cheap enough that five
// thousand officials can sign in within minutes. No more run at once than
// there are processors. Failed passwords are throttled per login in the
// database, never by address: whole offices share one.
//
// Start reading at Identity.
package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"sathach/internal/audit"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/fault"
	"sathach/internal/viet"
)

// Lifetimes of sessions. A page in use, or one that saves answers, keeps its
// session alive for a day, which is longer than any attempt; nobody loses work
// to a session that ends, since the player waits for its owner to come back.
const (
	SessionLife = 24 * time.Hour
	sessionIdle = 3 * time.Hour
	// seenEvery bounds how often a session's last use is written.
	seenEvery = 5 * time.Minute
)

// Errors about signing in.
var (
	ErrWrongPassword = fault.New(fault.Unauthenticated, "signin.wrong", "login or password is wrong")
	ErrThrottled     = fault.New(fault.Unavailable, "signin.throttled", "too many failed passwords; wait a little")
	ErrLink          = fault.New(fault.Unauthenticated, "signin.bad_link", "the sign-in link is used up or too old")
	ErrNoAccount     = fault.New(fault.Missing, "signin.no_account", "no such account")
	ErrLoginTaken    = fault.New(fault.Conflict, "signin.login_taken", "the login already has an account; sathach grant gives it another role")
	ErrNoGrant       = fault.New(fault.Missing, "signin.no_grant", "the account does not hold that role there")
)

// Newcomer is an account to be opened.
type Newcomer struct {
	Login      string
	Name       string
	Password   string // empty: signs in by link only
	OfficialID string // empty for staff who are not on the roster
	Grants     []authz.Grant
}

// Identity is the use cases of this package.
type Identity struct {
	DB  *database.DB
	Now func() time.Time
}

// Token opens a session or redeems a link. It is shown once and never stored.
type Token string

// Open opens accounts in one change and returns their ids in order.
func (i *Identity) Open(ctx context.Context, newcomers []Newcomer) ([]string, error) {
	rows := make([]accountRow, len(newcomers))
	var grants []grantRow
	ids := make([]string, len(newcomers))
	now := database.Truncate(i.Now())
	for n, c := range newcomers {
		hash := ""
		if c.Password != "" {
			hash = hashPassword(c.Password)
		}
		ids[n] = database.NewID()
		rows[n] = accountRow{ID: ids[n], Login: normalLogin(c.Login), DisplayName: viet.Clean(c.Name), PasswordHash: hash, CreatedAt: now}
		if c.OfficialID != "" {
			rows[n].OfficialID = &c.OfficialID
		}
		for _, g := range c.Grants {
			grants = append(grants, grantRow{database.NewID(), ids[n], string(g.Role), g.Agency, viet.DateOf(now), viet.Forever})
		}
	}
	err := i.DB.Write(ctx, func(tx *database.Tx) error {
		if err := insertAccounts(tx, rows, grants); errors.Is(err, database.ErrDuplicate) {
			return ErrLoginTaken
		} else if err != nil {
			return fmt.Errorf("open accounts: %w", err)
		}
		return audit.Append(tx, audit.Entry{At: now, Actor: "cli", Verb: "account.open", Subject: "account", Detail: map[string]any{"accounts": len(rows), "grants": len(grants)}})
	})
	return ids, err
}

// Grant gives an account a role over an agency's subtree, from today on.
// Giving it again changes nothing.
func (i *Identity) Grant(ctx context.Context, login string, g authz.Grant) error {
	return i.change(ctx, login, "account.grant", g, func(tx *database.Tx, account string, today viet.Date) error {
		held, err := holds(tx, account, g, today)
		if err != nil || held {
			return err
		}
		return insertGrant(tx, grantRow{database.NewID(), account, string(g.Role), g.Agency, today, viet.Forever})
	})
}

// Revoke ends a role of an account over an agency; it has no effect from now
// on.
func (i *Identity) Revoke(ctx context.Context, login string, g authz.Grant) error {
	return i.change(ctx, login, "account.revoke", g, func(tx *database.Tx, account string, today viet.Date) error {
		return endGrant(tx, account, g, today)
	})
}

func (i *Identity) change(ctx context.Context, login, verb string, g authz.Grant, do func(tx *database.Tx, account string, today viet.Date) error) error {
	account, err := accountByLogin(i.DB.Read(ctx), normalLogin(login))
	if err != nil {
		return fmt.Errorf("login %q: %w", login, err)
	}
	now := database.Truncate(i.Now())
	return i.DB.Write(ctx, func(tx *database.Tx) error {
		if err := do(tx, account.ID, viet.DateOf(now)); err != nil {
			return err
		}
		return audit.Append(tx, audit.Entry{At: now, Actor: "cli", Verb: verb, Subject: "account:" + account.ID, Detail: map[string]any{"role": g.Role, "agency": g.Agency}})
	})
}

func normalLogin(login string) string { return strings.ToLower(viet.Clean(login)) }

// longestLogin bounds what is kept of failed sign-ins.
const longestLogin = 200

// SignIn opens a session for a login and password.
func (i *Identity) SignIn(ctx context.Context, login, password string) (Token, error) {
	login = normalLogin(login)
	if utf8.RuneCountInString(login) > longestLogin {
		return "", ErrWrongPassword
	}
	now := database.Truncate(i.Now())
	// Each try counts as a failure before the password is looked at, so that
	// many at once are throttled like many in a row.
	if err := i.DB.WriteShared(ctx, func(tx *database.Tx) error { return countTry(tx, login, now) }); err != nil {
		return "", err
	}
	account, err := accountByLogin(i.DB.Read(ctx), login)
	if err != nil && !errors.Is(err, ErrNoAccount) {
		return "", err
	}
	// An unknown login takes as long as a wrong password.
	if !passwordMatches(ctx, account.PasswordHash, password) {
		return "", ErrWrongPassword
	}
	return i.begin(ctx, account.ID, "session.password", func(tx *database.Tx) error { return forgetFailures(tx, login) })
}

// ErrShortPassword is returned for passwords that are guessed too easily.
var ErrShortPassword = fault.New(fault.Invalid, "signin.short_password", "the password needs 12 to 256 characters")

// SetPassword changes an account's password and ends its sessions.
func (i *Identity) SetPassword(ctx context.Context, login, password string) error {
	if n := len([]rune(password)); n < 12 || len(password) > longestPassword {
		return ErrShortPassword
	}
	account, err := accountByLogin(i.DB.Read(ctx), normalLogin(login))
	if err != nil {
		return fmt.Errorf("login %q: %w", login, err)
	}
	hash := hashPassword(password)
	return i.DB.Write(ctx, func(tx *database.Tx) error {
		if err := updatePassword(tx, account.ID, hash); err != nil {
			return err
		}
		return audit.Append(tx, audit.Entry{At: i.Now(), Actor: "cli", Verb: "account.password", Subject: "account:" + account.ID})
	})
}

// Known tells whether a login has an account.
func (i *Identity) Known(ctx context.Context, login string) (bool, error) {
	_, err := accountByLogin(i.DB.Read(ctx), normalLogin(login))
	if errors.Is(err, ErrNoAccount) {
		return false, nil
	}
	return err == nil, err
}

// Link makes a one-time sign-in link for a login, on the command line.
func (i *Identity) Link(ctx context.Context, login string, life time.Duration) (Token, error) {
	return i.LinkAs(ctx, "cli", login, life)
}

// LinkAs makes a one-time sign-in link for a login in somebody's name. Whether
// they may is the caller's to decide.
func (i *Identity) LinkAs(ctx context.Context, who, login string, life time.Duration) (Token, error) {
	account, err := accountByLogin(i.DB.Read(ctx), normalLogin(login))
	if err != nil {
		return "", fmt.Errorf("login %q: %w", login, err)
	}
	token := newToken()
	now := database.Truncate(i.Now())
	return token, i.DB.Write(ctx, func(tx *database.Tx) error {
		if err := insertLink(tx, token.hash(), account.ID, now.Add(life)); err != nil {
			return err
		}
		return audit.Append(tx, audit.Entry{At: now, Actor: who, Verb: "link.make", Subject: "account:" + account.ID})
	})
}

// LinkHolder tells whose link a token is, without using it up.
func (i *Identity) LinkHolder(ctx context.Context, token Token) (name string, err error) {
	return linkHolder(i.DB.Read(ctx), token.hash(), database.Truncate(i.Now()))
}

// Redeem uses a link up and opens a session.
func (i *Identity) Redeem(ctx context.Context, token Token) (Token, error) {
	now := database.Truncate(i.Now())
	session := newToken()
	err := i.DB.Write(ctx, func(tx *database.Tx) error {
		account, err := useLink(tx, token.hash(), now)
		if err != nil {
			return err
		}
		return i.open(tx, session, account, "session.link", now)
	})
	return session, err
}

func (i *Identity) begin(ctx context.Context, account, verb string, also func(*database.Tx) error) (Token, error) {
	session := newToken()
	now := database.Truncate(i.Now())
	err := i.DB.Write(ctx, func(tx *database.Tx) error {
		if err := also(tx); err != nil {
			return err
		}
		return i.open(tx, session, account, verb, now)
	})
	return session, err
}

func (i *Identity) open(tx *database.Tx, session Token, account, verb string, now time.Time) error {
	if err := insertSession(tx, session.hash(), account, now, now.Add(SessionLife)); err != nil {
		return err
	}
	return audit.Append(tx, audit.Entry{At: now, Actor: account, Verb: verb, Subject: "account:" + account})
}

// SignOut ends a session.
func (i *Identity) SignOut(ctx context.Context, session Token) error {
	return i.DB.Write(ctx, func(tx *database.Tx) error { return deleteSession(tx, session.hash()) })
}

// Actor is whoever holds a session, with the grants of today, or
// authz.ErrUnauthenticated.
func (i *Identity) Actor(ctx context.Context, session Token) (authz.Actor, error) {
	if session == "" {
		return authz.Actor{}, authz.ErrUnauthenticated
	}
	now := database.Truncate(i.Now())
	s, err := sessionByHash(i.DB.Read(ctx), session.hash())
	if err != nil {
		return authz.Actor{}, err
	}
	if s.Disabled || !now.Before(s.ExpiresAt) || now.Sub(s.SeenAt) > sessionIdle {
		return authz.Actor{}, authz.ErrUnauthenticated
	}
	if now.Sub(s.SeenAt) > seenEvery {
		err := i.DB.WriteShared(ctx, func(tx *database.Tx) error { return touchSession(tx, session.hash(), now) })
		if err != nil {
			return authz.Actor{}, err
		}
	}
	return i.actor(ctx, s.AccountID, s.DisplayName, s.OfficialID)
}

// Holder is whoever has a login, for what the command line does in somebody's
// name.
func (i *Identity) Holder(ctx context.Context, login string) (authz.Actor, error) {
	a, err := accountByLogin(i.DB.Read(ctx), login)
	if err != nil {
		return authz.Actor{}, err
	}
	return i.actor(ctx, a.ID, a.DisplayName, a.OfficialID)
}

func (i *Identity) actor(ctx context.Context, account, name string, official *string) (authz.Actor, error) {
	grants, err := grantsOf(i.DB.Read(ctx), account, viet.DateOf(i.Now()))
	if err != nil {
		return authz.Actor{}, err
	}
	actor := authz.Actor{Account: account, Name: name, Grants: grants}
	if official != nil {
		actor.OfficialID = *official
	}
	return actor, nil
}

func newToken() Token {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails
	return Token(base64.RawURLEncoding.EncodeToString(raw))
}

func (t Token) hash() string {
	sum := sha256.Sum256([]byte(t))
	return hex.EncodeToString(sum[:])
}

package identity

import (
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/viet"
)

type accountRow struct {
	ID           string
	Login        string
	DisplayName  string
	PasswordHash string
	OfficialID   *string
	Disabled     bool
	CreatedAt    time.Time
}

type grantRow struct {
	ID        string
	AccountID string
	Role      string
	AgencyID  string
	ValidFrom string
	ValidTo   string
}

type sessionRow struct {
	TokenHash string
	AccountID string
	CreatedAt time.Time
	SeenAt    time.Time
	ExpiresAt time.Time
}

// Rows of one insert; both databases bound the number of parameters.
const batch = 500

func insertAccounts(tx *database.Tx, accounts []accountRow, grants []grantRow) error {
	return database.InTurn(
		func() error { return tx.Gorm().Table("account").CreateInBatches(accounts, batch).Error },
		func() error { return tx.Gorm().Table("role_grant").CreateInBatches(grants, batch).Error })
}

func holds(h database.Handle, account string, g authz.Grant, on viet.Date) (bool, error) {
	var n int64
	err := h.Gorm().Raw("select count(*) from role_grant where account_id = ? and role = ? and agency_id = ? and valid_from <= ? and valid_to >= ?",
		account, string(g.Role), g.Agency, on, on).Scan(&n).Error
	return n > 0, err
}

// insertGrant takes up a grant again that ended on the day it began.
func insertGrant(tx *database.Tx, row grantRow) error {
	again := tx.Gorm().Exec("update role_grant set valid_to = ? where account_id = ? and role = ? and agency_id = ? and valid_from = ?",
		row.ValidTo, row.AccountID, row.Role, row.AgencyID, row.ValidFrom)
	if again.Error != nil || again.RowsAffected > 0 {
		return again.Error
	}
	return tx.Gorm().Table("role_grant").Create(&row).Error
}

// endGrant lets grants in force end yesterday. One that began today ends
// before it began, and so was never in force.
func endGrant(tx *database.Tx, account string, g authz.Grant, today viet.Date) error {
	yesterday, err := viet.DayBefore(today)
	if err != nil {
		return err
	}
	ended := tx.Gorm().Exec("update role_grant set valid_to = ? where account_id = ? and role = ? and agency_id = ? and valid_from <= ? and valid_to >= ?",
		yesterday, account, string(g.Role), g.Agency, today, today)
	if ended.Error == nil && ended.RowsAffected == 0 {
		return ErrNoGrant
	}
	return ended.Error
}

func accountByLogin(h database.Handle, login string) (accountRow, error) {
	var row accountRow
	err := h.Gorm().Table("account").Where("login = ? and disabled = ?", login, false).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return accountRow{}, ErrNoAccount
	}
	if err != nil {
		return accountRow{}, fmt.Errorf("read account: %w", err)
	}
	return row, nil
}

// updatePassword ends the account's sessions with the old password.
func updatePassword(tx *database.Tx, account, hash string) error {
	return database.InTurn(
		func() error {
			return tx.Gorm().Exec("update account set password_hash = ? where id = ?", hash, account).Error
		},
		func() error { return tx.Gorm().Exec("delete from session where account_id = ?", account).Error })
}

func insertLink(tx *database.Tx, hash, account string, expires time.Time) error {
	return tx.Gorm().Exec("insert into sign_in_link (token_hash, account_id, expires_at) values (?, ?, ?)", hash, account, expires).Error
}

const liveLink = "l.token_hash = ? and l.used_at is null and l.expires_at > ?"

func linkHolder(h database.Handle, hash string, now time.Time) (string, error) {
	var names []string
	err := h.Gorm().Raw("select a.display_name from sign_in_link l join account a on a.id = l.account_id where "+liveLink, hash, now).Scan(&names).Error
	if err == nil && len(names) == 0 {
		err = ErrLink
	}
	if err != nil {
		return "", err
	}
	return names[0], nil
}

// useLink marks a link used, if nobody did before, and tells whose it is.
func useLink(tx *database.Tx, hash string, now time.Time) (string, error) {
	var accounts []string
	err := tx.Gorm().Raw("select l.account_id from sign_in_link l join account a on a.id = l.account_id where a.disabled = ? and "+liveLink, false, hash, now).Scan(&accounts).Error
	if err != nil {
		return "", fmt.Errorf("read sign-in link: %w", err)
	}
	if len(accounts) == 0 {
		return "", ErrLink
	}
	used := database.Touched(tx.Gorm().Exec("update sign_in_link set used_at = ? where token_hash = ? and used_at is null", now, hash))
	if errors.Is(used, database.ErrConflict) {
		return "", ErrLink
	}
	return accounts[0], used
}

func insertSession(tx *database.Tx, hash, account string, now, expires time.Time) error {
	return tx.Gorm().Table("session").Create(&sessionRow{hash, account, now, now, expires}).Error
}

func deleteSession(tx *database.Tx, hash string) error {
	return tx.Gorm().Exec("delete from session where token_hash = ?", hash).Error
}

func touchSession(tx *database.Tx, hash string, now time.Time) error {
	return tx.Gorm().Exec("update session set seen_at = ? where token_hash = ?", now, hash).Error
}

// liveSession is a session joined to its account.
type liveSession struct {
	AccountID   string
	DisplayName string
	OfficialID  *string
	Disabled    bool
	SeenAt      time.Time
	ExpiresAt   time.Time
}

func sessionByHash(h database.Handle, hash string) (liveSession, error) {
	var row liveSession
	err := h.Gorm().Raw(`
select s.account_id, s.seen_at, s.expires_at, a.display_name, a.official_id, a.disabled
from session s join account a on a.id = s.account_id where s.token_hash = ?`, hash).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return liveSession{}, authz.ErrUnauthenticated
	}
	if err != nil {
		return liveSession{}, fmt.Errorf("read session: %w", err)
	}
	return row, nil
}

func grantsOf(h database.Handle, account string, on viet.Date) ([]authz.Grant, error) {
	var rows []grantRow
	err := h.Gorm().Table("role_grant").Where("account_id = ? and valid_from <= ? and valid_to >= ?", account, on, on).Order("role").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read grants: %w", err)
	}
	grants := make([]authz.Grant, len(rows))
	for i, r := range rows {
		grants[i] = authz.Grant{Role: authz.Role(r.Role), Agency: r.AgencyID}
	}
	return grants, nil
}

// Five failures in a row are forgiven; each further one doubles the wait. A
// day without a try forgets them.
const (
	forgiven = 5
	memory   = 24 * time.Hour
)

// countTry counts a try of a login as failed, or returns ErrThrottled while
// the login has to wait. The count is one statement: tries at the same time
// count each.
func countTry(tx *database.Tx, login string, now time.Time) error {
	blocked, err := blockedTo(tx, login)
	if err != nil {
		return err
	}
	if now.Before(blocked) {
		return ErrThrottled
	}
	var failures int
	err = tx.Gorm().Raw(`
insert into sign_in_throttle (login, failures, blocked_to) values (?, 1, ?)
on conflict (login) do update set failures = case when sign_in_throttle.blocked_to < ? then 1 else sign_in_throttle.failures + 1 end
returning failures`, login, now, now.Add(-memory)).Scan(&failures).Error
	if err != nil {
		return fmt.Errorf("count a try to sign in: %w", err)
	}
	wait := time.Duration(0)
	if failures > forgiven {
		wait = min(time.Hour, 30*time.Second<<min(failures-forgiven-1, 8))
	}
	return tx.Gorm().Exec("update sign_in_throttle set blocked_to = ? where login = ?", now.Add(wait), login).Error
}

func forgetFailures(tx *database.Tx, login string) error {
	return tx.Gorm().Exec("delete from sign_in_throttle where login = ?", login).Error
}

func blockedTo(h database.Handle, login string) (time.Time, error) {
	var times []time.Time
	err := h.Gorm().Raw("select blocked_to from sign_in_throttle where login = ?", login).Scan(&times).Error
	if err != nil || len(times) == 0 {
		return time.Time{}, err
	}
	return times[0].UTC(), nil
}

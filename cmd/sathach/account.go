package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"sathach/internal/authz"
	"sathach/internal/identity"
	"sathach/internal/viet"
)

type accountCmd struct {
	Login  string `arg:"" help:"Login of the new account, usually a work e-mail."`
	Name   string `required:"" help:"Name shown on pages."`
	Role   string `enum:"author,hr,ministry,admin" required:"" help:"author, hr, ministry or admin."`
	Agency string `default:"VN" help:"Code of the agency under which the role holds; VN is the whole country."`
}

// Run opens an account for staff. It signs in by link until it has a
// password.
func (c accountCmd) Run(ctx context.Context, env *environment) error {
	a, err := env.open(ctx, env.cli.DatabaseURL, time.Now)
	if err != nil {
		return err
	}
	defer a.close()
	agency, err := a.roster.AgencyByCode(ctx, c.Agency, viet.DateOf(time.Now()))
	if err != nil {
		return err
	}
	_, err = a.identity.Open(ctx, []identity.Newcomer{{Login: c.Login, Name: c.Name, Grants: []authz.Grant{{Role: authz.Role(c.Role), Agency: string(agency.ID)}}}})
	if err != nil {
		return fmt.Errorf("open account %s: %w", c.Login, err)
	}
	_, err = fmt.Fprintf(env.out, "%s is %s for %s; sathach link %s prints a sign-in link, sathach password %s sets a password\n", c.Login, c.Role, agency.Name, c.Login, c.Login)
	return err
}

type grantCmd struct {
	Login  string `arg:"" help:"Login of the account."`
	Role   string `enum:"official,author,hr,ministry,admin" required:"" help:"official, author, hr, ministry or admin."`
	Agency string `default:"VN" help:"Code of the agency under which the role holds; VN is the whole country."`
}

// Run gives an account one more role.
func (c grantCmd) Run(ctx context.Context, env *environment) error {
	return c.change(ctx, env, "now holds", (*identity.Identity).Grant)
}

type revokeCmd struct{ grantCmd }

// Run ends a role of an account.
func (c revokeCmd) Run(ctx context.Context, env *environment) error {
	return c.change(ctx, env, "no longer holds", (*identity.Identity).Revoke)
}

func (c grantCmd) change(ctx context.Context, env *environment, said string, do func(*identity.Identity, context.Context, string, authz.Grant) error) error {
	a, err := env.open(ctx, env.cli.DatabaseURL, time.Now)
	if err != nil {
		return err
	}
	defer a.close()
	agency, err := a.roster.AgencyByCode(ctx, c.Agency, viet.DateOf(time.Now()))
	if err != nil {
		return err
	}
	if err := do(a.identity, ctx, c.Login, authz.Grant{Role: authz.Role(c.Role), Agency: string(agency.ID)}); err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.out, "%s %s the role %s over %s\n", c.Login, said, c.Role, agency.Name)
	return err
}

type passwordCmd struct {
	Login string `arg:"" help:"Login of the account."`
}

// Run sets an account's password to the first line of standard input and
// ends its sessions.
func (c passwordCmd) Run(ctx context.Context, env *environment) error {
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the password: %w", err)
	}
	a, err := env.open(ctx, env.cli.DatabaseURL, time.Now)
	if err != nil {
		return err
	}
	defer a.close()
	if err := a.identity.SetPassword(ctx, c.Login, strings.TrimRight(line, "\r\n")); err != nil {
		return err
	}
	_, err = fmt.Fprintln(env.out, "the password is set; every open session of the account has ended")
	return err
}

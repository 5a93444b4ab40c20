// Package authz says who is acting and which agencies they may touch.
//
// An Actor holds grants: a role over an agency and everything under it. Scope
// asks for a verb and answers with a Scope, the only value storage accepts
// for scoped queries: forgetting the check does not compile, and the zero
// Scope sees nothing. Lists are filtered in SQL by joining agency_closure at
// the asked date, never in memory.
package authz

import (
	"slices"

	"sathach/internal/fault"
)

// ErrForbidden is returned when an actor holds no grant for a verb.
var ErrForbidden = fault.New(fault.Forbidden, "error.forbidden", "outside the granted scope")

// ErrUnauthenticated is returned when nobody is signed in.
var ErrUnauthenticated = fault.New(fault.Unauthenticated, "error.unauthenticated", "nobody is signed in")

// ErrTaker is returned when the account of an official who takes rounds asks
// for what shows keys.
var ErrTaker = fault.New(fault.Forbidden, "error.taker", "an account that takes rounds is never shown keys")

// Role is what a grant lets a person do over a subtree of agencies.
type Role string

const (
	Official Role = "official" // takes rounds
	Author   Role = "author"   // writes items
	HR       Role = "hr"       // follows rounds, downloads workbooks
	Ministry Role = "ministry" // sets up series, publishes results
	Admin    Role = "admin"    // helps people to sign in
)

// Verb is something a role may do.
type Verb string

const (
	ReadItems    Verb = "read items" // with their keys
	WriteItems   Verb = "write items"
	ReviewItems  Verb = "review items"
	ApproveItems Verb = "approve items"
	ReadResults  Verb = "read results"
	ManageSeries Verb = "manage series"
	Publish      Verb = "publish"
	MakeLinks    Verb = "make sign-in links"
)

// withKeys are the verbs that show keys.
var withKeys = []Verb{ReadItems, WriteItems, ReviewItems, ApproveItems}

// allowed is the whole policy.
var allowed = map[Role][]Verb{
	Author:   {ReadItems, WriteItems, ReviewItems},
	HR:       {ReadResults, MakeLinks},
	Ministry: {ReadItems, ReviewItems, ApproveItems, ReadResults, ManageSeries, Publish},
	Admin:    {MakeLinks},
}

// Grant is a role over an agency's subtree.
type Grant struct {
	Role   Role
	Agency string
}

// Actor is whoever is acting. The zero Actor is nobody.
type Actor struct {
	Account    string
	Name       string
	OfficialID string // empty for staff who are not on the roster
	Grants     []Grant
}

// Can tells whether the actor holds any grant for a verb.
func (a Actor) Can(verb Verb) bool {
	_, err := a.Scope(verb, "")
	return err == nil
}

// Holds tells whether the actor was granted a role anywhere.
func (a Actor) Holds(role Role) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Role == role })
}

// Staff tells whether the actor has business in the console.
func (a Actor) Staff() bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return len(allowed[g.Role]) > 0 })
}

// Scope is the agencies in which the actor may do verb, in the tree as it
// stood on a date (ISO). Keys are shown to nobody who takes rounds, whatever
// else they are granted: such a person writes items with an account of its own.
func (a Actor) Scope(verb Verb, on string) (Scope, error) {
	if a.Account == "" {
		return Scope{}, ErrUnauthenticated
	}
	var roots []string
	for _, g := range a.Grants {
		if slices.Contains(allowed[g.Role], verb) && !slices.Contains(roots, g.Agency) {
			roots = append(roots, g.Agency)
		}
	}
	switch {
	case len(roots) == 0:
		return Scope{}, ErrForbidden
	case slices.Contains(withKeys, verb) && a.OfficialID != "":
		return Scope{}, ErrTaker
	}
	return Scope{roots: roots, on: on}, nil
}

// Scope is a set of agency subtrees at a date. The zero Scope is empty.
type Scope struct {
	all   bool
	roots []string
	on    string
}

// Everything is the scope of the program itself: the due loop and the
// command line.
func Everything() Scope { return Scope{all: true} }

// On is the same subtrees in the tree of another date.
func (s Scope) On(date string) Scope {
	s.on = date
	return s
}

// Roots are the agencies at the top of the scope.
func (s Scope) Roots() []string { return slices.Clone(s.roots) }

// Condition is an SQL condition that column (an agency id) lies in the scope,
// with its arguments.
func (s Scope) Condition(column string) (sql string, args []any) {
	switch {
	case s.all:
		return "1 = 1", nil
	case len(s.roots) == 0:
		return "1 = 0", nil
	}
	return "exists (select 1 from agency_closure scope where scope.descendant_id = " + column +
		" and scope.ancestor_id in ? and scope.valid_from <= ? and scope.valid_to >= ?)", []any{s.roots, s.on, s.on}
}

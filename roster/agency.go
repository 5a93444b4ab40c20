// Package roster knows who is who: agencies through time, the officials who
// work in them and the postings that join the two.
//
// An agency keeps its id while its name, kind and parent change; each state
// is a Version with dates. agency_closure says who stands under whom and
// when, and every scoped query joins it (package authz). An official has one
// posting at a date; a round freezes what it was, so results keep the agency
// of the day.
//
// Dates are ISO text; an open end is viet.Forever. Start reading at LoadTree
// and Members.
package roster

import (
	"fmt"
	"slices"

	"sathach/internal/fault"
	"sathach/internal/viet"
)

// AgencyID identifies an agency through all its versions.
type AgencyID string

// Agency is an agency as it stood on a date.
type Agency struct {
	ID       AgencyID
	Code     string // stable internal code, for example P-91-SNV
	Name     string // full name in Vietnamese
	Kind     string // bo, tinh, thanh_pho_tw, so, xa, phuong, …
	Level    string // trung_uong, tinh, xa
	ParentID AgencyID
}

// Version is one dated state of an agency, as tree files list it.
type Version struct {
	Code, Name, Kind, Level string
	ParentCode              string // empty: directly under the root
	ValidFrom, ValidTo      viet.Date
	SuccessorCodes          []string
	Synthetic               bool
	DVHCCode                string // code of the administrative unit, where one exists
}

// The root joins the whole country, so that one grant can cover it.
const (
	RootCode = "VN"
	rootName = "Toàn quốc"
	rootKind = "toan_quoc"
)

// ErrNoAgency is returned for a code or id that names no agency at the date.
var ErrNoAgency = fault.New(fault.Missing, "roster.no_agency", "no such agency")

// link is one row of the closure: ancestor stands above descendant, depth
// levels up, between two dates inclusive.
type link struct {
	ancestor, descendant string // codes
	from, to             viet.Date
	depth                int
}

// closure derives every dated ancestor of every agency. Versions must name
// known parents and must not stand under themselves.
func closure(versions []Version) ([]link, error) {
	byCode := map[string][]Version{}
	for _, v := range versions {
		byCode[v.Code] = append(byCode[v.Code], v)
	}
	done := map[string][]link{}
	var above func(code string, path []string) ([]link, error)
	above = func(code string, path []string) ([]link, error) {
		if links, ok := done[code]; ok {
			return links, nil
		}
		if slices.Contains(path, code) {
			return nil, fmt.Errorf("agency %s stands under itself", code)
		}
		if byCode[code] == nil {
			return nil, fmt.Errorf("agency %s is named as a parent but not listed", code)
		}
		var links []link
		for _, v := range byCode[code] {
			links = append(links, link{code, code, v.ValidFrom, v.ValidTo, 0})
			if v.ParentCode == "" {
				continue
			}
			upper, err := above(v.ParentCode, append(path, code))
			if err != nil {
				return nil, err
			}
			for _, u := range upper {
				from, to := max(u.from, v.ValidFrom), min(u.to, v.ValidTo)
				if from <= to {
					links = append(links, link{u.ancestor, code, from, to, u.depth + 1})
				}
			}
		}
		done[code] = links
		return links, nil
	}
	var all []link
	for code := range byCode {
		links, err := above(code, nil)
		if err != nil {
			return nil, err
		}
		all = append(all, links...)
	}
	return all, nil
}

// underRoot adds the root and puts every version without a parent under it.
func underRoot(versions []Version) []Version {
	all := []Version{{Code: RootCode, Name: rootName, Kind: rootKind, Level: "trung_uong", ValidFrom: viet.Always, ValidTo: viet.Forever}}
	for _, v := range versions {
		if v.ParentCode == "" {
			v.ParentCode = RootCode
		}
		if v.ValidFrom == "" {
			v.ValidFrom = viet.Always
		}
		if v.ValidTo == "" {
			v.ValidTo = viet.Forever
		}
		all = append(all, v)
	}
	return all
}

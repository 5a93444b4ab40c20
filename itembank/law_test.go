package itembank_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/itembank"
)

// lawDesk is a desk whose items cite five documents: a law, a decree with its
// details, a circular with the details of the decree, and two others.
type lawDesk struct {
	*desk
	id   map[string]string // document number → id
	item map[string]string // what it cites → code
}

func newLawDesk(t *testing.T, db *database.DB) lawDesk {
	t.Helper()
	d := lawDesk{newDesk(t, db), map[string]string{}, map[string]string{}}
	record := func(number string, edges ...itembank.Edge) {
		t.Helper()
		c := itembank.LawChange{Document: itembank.Document{Number: number, Issuer: "Cơ quan mẫu", Title: "Văn bản " + number, IssuedOn: "2024-01-01", EffectiveFrom: "2024-02-01"}, Edges: edges}
		d.record(t, c)
	}
	record("1/2024/QH15")
	d.documents(t)
	record("2/2024/NĐ-CP", itembank.Edge{To: d.id["1/2024/QH15"], Relation: itembank.Details})
	d.documents(t)
	record("3/2024/TT-BNV", itembank.Edge{To: d.id["2/2024/NĐ-CP"], Relation: itembank.Details})
	record("4/2024/TT-BNV")
	d.documents(t)
	for name, cite := range map[string]itembank.Cite{
		"law": {Document: "1/2024/QH15", Article: "Điều 5"}, "law, no article": {Document: "1/2024/QH15"}, "law, article 9": {Document: "1/2024/QH15", Article: "khoản 2 Điều 9"},
		"decree": {Document: "2/2024/NĐ-CP", Article: "Điều 1"}, "circular": {Document: "3/2024/TT-BNV"}, "other": {Document: "4/2024/TT-BNV"},
	} {
		code := d.write(t, func(d *itembank.Draft) { d.Stem, d.Citations = name+"?", []itembank.Cite{cite} })
		d.item[name] = code
		if name == "law, no article" {
			continue // stays a draft
		}
		d.do(t, d.writer, code, itembank.Submitted)
		d.do(t, d.reviewer, code, itembank.Reviewed)
		d.do(t, d.chief, code, itembank.Vouched)
	}
	return d
}

func (d lawDesk) documents(t *testing.T) {
	t.Helper()
	list, err := d.Documents(context.Background(), d.chief)
	if err != nil {
		t.Fatal(err)
	}
	for _, doc := range list {
		d.id[doc.Number] = doc.ID
	}
}

func (d lawDesk) record(t *testing.T, c itembank.LawChange) itembank.Effect {
	t.Helper()
	preview, err := d.PreviewLaw(context.Background(), d.chief, c)
	if err != nil {
		t.Fatal(err)
	}
	e, err := d.RecordLaw(context.Background(), d.chief, c, preview.Print)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// names are the items of a list, by what they cite.
func (d lawDesk) names(list []itembank.Affected) []string {
	found := []string{}
	for _, a := range list {
		for name, code := range d.item {
			if code == a.Revision.Code {
				found = append(found, name+": "+string(a.Because))
			}
		}
	}
	return sorted(found)
}

func sorted(list []string) []string {
	out := append([]string{}, list...)
	for i := range out {
		for j := i; j > 0 && out[j] < out[j-1]; j-- {
			out[j], out[j-1] = out[j-1], out[j]
		}
	}
	return out
}

func newer(from string, edges ...itembank.Edge) itembank.LawChange {
	return itembank.LawChange{Document: itembank.Document{Number: "9/2026/QH16", Issuer: "Quốc hội mẫu", Title: "Luật mới", IssuedOn: "2026-01-01", EffectiveFrom: from}, Edges: edges}
}

func TestLaw_sweepsWhatRestsOnIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name                   string
		change                 func(d lawDesk) itembank.LawChange
		suspend, stop, recheck []string
		drawable               int // of the seven that were
	}{
		{
			"superseded in full, in the past", func(d lawDesk) itembank.LawChange {
				return newer("2026-07-01", itembank.Edge{To: d.id["1/2024/QH15"], Relation: itembank.Supersedes, Extent: itembank.InFull})
			},
			[]string{"law, article 9: ends", "law: ends"}, nil, []string{"circular: parent", "decree: parent", "law, no article: draft"}, 4,
		},
		{
			"superseded in full, in the future", func(d lawDesk) itembank.LawChange {
				return newer("2027-01-01", itembank.Edge{To: d.id["1/2024/QH15"], Relation: itembank.Supersedes, Extent: itembank.InFull})
			},
			nil, []string{"law, article 9: ends", "law: ends"}, []string{"circular: parent", "decree: parent", "law, no article: draft"}, 6,
		},
		{
			"superseded in part", func(d lawDesk) itembank.LawChange {
				return newer("2026-07-01", itembank.Edge{To: d.id["1/2024/QH15"], Relation: itembank.Supersedes, Extent: itembank.InPart, Articles: "Điều 5, Điều 7"})
			},
			nil, nil, []string{"circular: parent", "decree: parent", "law, no article: changes", "law: changes"}, 6,
		},
		{
			"superseded for some people", func(d lawDesk) itembank.LawChange {
				return newer("2026-07-01", itembank.Edge{To: d.id["3/2024/TT-BNV"], Relation: itembank.Supersedes, Extent: itembank.ForAudience, Note: "Viên chức"})
			},
			nil, nil, []string{"circular: changes"}, 6,
		},
		{
			"ends by itself", func(d lawDesk) itembank.LawChange {
				return itembank.LawChange{Document: itembank.Document{ID: d.id["4/2024/TT-BNV"]}, LastDay: "2026-10-31"}
			},
			[]string{"other: ends"}, nil, nil, 5,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, db *database.DB) {
				d := newLawDesk(t, db)
				change := c.change(d)
				before, err := d.PreviewLaw(context.Background(), d.chief, change)
				if err != nil {
					t.Fatal(err)
				}
				e := d.record(t, change)
				if e.Print != before.Print {
					t.Error("what was done is not what was previewed")
				}
				for _, list := range []struct {
					name string
					got  []itembank.Affected
					want []string
				}{{"suspended", e.Suspend, c.suspend}, {"stopped", e.Stop, c.stop}, {"to recheck", e.Recheck, c.recheck}} {
					if diff := cmp.Diff(append([]string{}, list.want...), d.names(list.got)); diff != "" {
						t.Errorf("%s:\n%s", list.name, diff)
					}
				}
				for _, a := range e.Suspend {
					if s := d.state(t, a.Revision.Code); s != itembank.Suspended {
						t.Errorf("%s is %s", a.Revision.Code, s)
					}
				}
				if l := d.find(t, itembank.Query{Show: itembank.ShowRecheck}); l.Facets.Total != len(c.recheck) {
					t.Errorf("%d listed as to be rechecked, want %d", l.Facets.Total, len(c.recheck))
				}
				if l := d.find(t, itembank.Query{Show: itembank.ShowDrawable}); l.Facets.Total != c.drawable {
					t.Errorf("%d drawable, want %d", l.Facets.Total, c.drawable)
				}
				for _, on := range []string{today, "2027-01-02"} {
					pool, err := d.Pool(context.Background(), on)
					if err != nil {
						t.Fatal(err)
					}
					for _, drawn := range pool.Drawable {
						for _, end := range e.Ends {
							if item, err := d.Item(context.Background(), drawn.Code, on); err != nil || on > end.LastDay && item.Citations[0].Document.ID == end.Document.ID {
								t.Errorf("on %s %s is drawn, though %s ended", on, drawn.Code, end.Document.Number)
							}
						}
					}
				}
			})
		})
	}
}

// A question that the law asked is answered by saying that the item holds, or
// by approving a new text.
func TestLaw_recheckIsAnswered(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newLawDesk(t, db)
		ctx := context.Background()
		d.record(t, newer("2026-07-01", itembank.Edge{To: d.id["2/2024/NĐ-CP"], Relation: itembank.Supersedes, Extent: itembank.InPart}))
		waiting := func() []string { return codes(d.find(t, itembank.Query{Show: itembank.ShowRecheck})) }
		if got := waiting(); len(got) != 2 {
			t.Fatalf("%v wait", got)
		}
		if err := d.Do(ctx, d.reviewer, d.item["other"], itembank.Confirmed, itembank.Seen{}, ""); !errors.Is(err, itembank.ErrWrongState) {
			t.Errorf("confirmed what nobody asked: %v", err)
		}
		d.do(t, d.reviewer, d.item["decree"], itembank.Confirmed)
		if diff := cmp.Diff([]string{d.item["circular"]}, waiting()); diff != "" {
			t.Error(diff)
		}
		if err := d.Revise(ctx, d.writer, d.item["circular"], 0, draft(nil)); err != nil {
			t.Fatal(err)
		}
		d.do(t, d.writer, d.item["circular"], itembank.Submitted)
		d.do(t, d.reviewer, d.item["circular"], itembank.Reviewed)
		d.do(t, d.chief, d.item["circular"], itembank.Vouched)
		if got := waiting(); len(got) != 0 {
			t.Errorf("%v still wait", got)
		}
	})
}

func TestLaw_refusesWhatIsNotWholeOrNotPreviewed(t *testing.T) {
	t.Parallel()
	d := newLawDesk(t, dbtest.SQLite(t))
	ctx := context.Background()
	full := newer("2026-07-01", itembank.Edge{To: d.id["1/2024/QH15"], Relation: itembank.Supersedes, Extent: itembank.InFull})
	for name, c := range map[string]struct {
		change func(*itembank.LawChange)
		want   error
	}{
		"no number": {func(c *itembank.LawChange) { c.Document.Number = " " }, itembank.ErrBadDocument},
		"no day":    {func(c *itembank.LawChange) { c.Document.EffectiveFrom = "01/07/2026" }, itembank.ErrBadDocument},
		"known": {func(c *itembank.LawChange) {
			c.Document = itembank.Document{Number: "118/2025/NĐ-CP", Issuer: "Chính phủ", Title: "x", IssuedOn: "2025-06-09", EffectiveFrom: "2025-07-01"}
		}, itembank.ErrKnownDocument},
		"no other":       {func(c *itembank.LawChange) { c.Edges[0].To = "0190" }, itembank.ErrNoDocument},
		"no extent":      {func(c *itembank.LawChange) { c.Edges[0].Extent = "" }, itembank.ErrBadDocument},
		"of itself":      {func(c *itembank.LawChange) { c.Document.ID = c.Edges[0].To }, itembank.ErrNoDocument},
		"ends too early": {func(c *itembank.LawChange) { c.LastDay = "2020-01-01" }, itembank.ErrBadDocument},
		"unknown, by id": {func(c *itembank.LawChange) { c.Document.ID = "0190" }, itembank.ErrNoDocument},
		"nothing amiss":  {func(c *itembank.LawChange) {}, nil},
	} {
		change := full
		change.Edges = append([]itembank.Edge{}, full.Edges...)
		c.change(&change)
		if _, err := d.PreviewLaw(ctx, d.chief, change); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	preview, err := d.PreviewLaw(ctx, d.chief, full)
	if err != nil {
		t.Fatal(err)
	}
	d.do(t, d.chief, d.item["law"], itembank.Withdrew)
	if _, err := d.RecordLaw(ctx, d.chief, full, preview.Print); !errors.Is(err, itembank.ErrStalePreview) {
		t.Errorf("recorded what was not previewed: %v", err)
	}
	if _, err := d.PreviewLaw(ctx, d.reviewer, full); !errors.Is(err, authz.ErrForbidden) {
		t.Errorf("an author records law: %v", err)
	}
	if list, err := d.Documents(ctx, d.chief); err != nil || len(list) != len(register)+4 {
		t.Errorf("%d documents, %v", len(list), fmt.Sprint(err))
	}
}

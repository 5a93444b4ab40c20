package itembank

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"sathach/internal/audit"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/viet"
	"sathach/itembank/exchange"
	"sathach/itembank/exchange/markdown"
)

// MostExported is how many items go into one file: as many as can be read back
// from one.
const MostExported = exchange.MaxItems

// typesOf are the kinds of the bank as files tell them.
var typesOf = func() map[Kind]exchange.Type {
	types := map[Kind]exchange.Type{}
	for t, k := range kindsOf {
		types[k] = t
	}
	types[Matrix] = exchange.Matching
	return types
}()

// levelNames are the levels as authors write them.
var levelNames = map[Level]string{Recall: "Nhận biết", Understanding: "Thông hiểu", Application: "Vận dụng"}

// Export hands out items with their keys, as files tell them, and what of them
// no file tells. That it was done is in the audit log.
func (b *Bank) Export(ctx context.Context, actor authz.Actor, codes []string) ([]exchange.Item, []exchange.Loss, error) {
	on := viet.DateOf(b.Now())
	if _, err := actor.Scope(authz.ReadItems, on); err != nil {
		return nil, nil, err
	}
	items, losses, err := b.exported(b.DB.Read(ctx), codes, on)
	if err != nil {
		return nil, nil, err
	}
	return items, losses, b.DB.Write(ctx, func(tx *database.Tx) error {
		return audit.Append(tx, audit.Entry{At: b.Now(), Actor: actor.Account, Verb: "item.export", Subject: "itembank", Detail: map[string]any{"items": len(items)}})
	})
}

func (b *Bank) exported(h database.Handle, codes []string, on viet.Date) (items []exchange.Item, losses []exchange.Loss, err error) {
	documents, err := documentsOf(h)
	if err != nil {
		return nil, nil, err
	}
	if codes, err = withSituations(h, codes); err != nil {
		return nil, nil, err
	}
	for part := range slices.Chunk(codes, batch) {
		revisions, err := revisionsIn(h, part)
		if err != nil {
			return nil, nil, err
		}
		var speakers []Revision
		for _, code := range part {
			if all := revisions[code]; len(all) > 0 {
				speakers = append(speakers, speaker(all))
			}
		}
		details, err := detailsOf(h, speakers, on)
		if err != nil {
			return nil, nil, err
		}
		drafts := make([]Draft, len(details))
		for i, d := range details {
			drafts[i] = d.Draft()
		}
		pictures, err := contents(h, drafts)
		if err != nil {
			return nil, nil, err
		}
		for _, d := range drafts {
			it, lost := ItemOf(d, documents, pictures)
			items, losses = append(items, it), append(losses, lost...)
		}
	}
	return items, losses, nil
}

// withSituations adds to some items the situations that they belong to, each
// before the first of its items: without its text a question asks nothing.
func withSituations(h database.Handle, codes []string) (all []string, err error) {
	there := map[string]bool{}
	for part := range slices.Chunk(codes, batch) {
		revisions, err := revisionsIn(h, part)
		if err != nil {
			return nil, err
		}
		for _, code := range part {
			var under string
			if found := revisions[code]; len(found) > 0 {
				under = speaker(found).Situation
			}
			for _, c := range []string{under, code} {
				if c != "" && !there[c] {
					there[c], all = true, append(all, c)
				}
			}
		}
	}
	return all, nil
}

// ItemOf is a draft as a file tells it; DraftOf reads it back.
// pictures has the contents of the pictures it speaks of, by their names.
func ItemOf(d Draft, register []Document, pictures map[string][]byte) (it exchange.Item, losses []exchange.Loss) {
	it = exchange.Item{
		Type: typesOf[d.Kind], Name: d.Code, Situation: d.Situation, Topic: d.Topic, Level: levelNames[d.Level], Format: string(d.Format), Stem: d.Stem, Options: slices.Clone(d.Options), Targets: slices.Clone(d.Targets), Key: slices.Clone(d.Key),
		Pinned: slices.Clone(d.Pinned), Explanation: d.Explanation, Status: exchange.OK,
	}
	lose := func(what string) { losses = append(losses, exchange.Loss{Item: d.Code, What: what}) }
	if len(it.Targets) == 0 {
		it.Targets = nil
	}
	if len(it.Pinned) == 0 {
		it.Pinned = nil
	}
	lines := make([]string, len(d.Citations))
	for i, c := range d.Citations {
		lines[i] = CiteLine(c, register)
	}
	it.Citation = strings.Join(lines, "; ")
	switch {
	case it.Citation == "":
		it.Citation = d.SourceNote
	case d.SourceNote != "" && d.SourceNote != it.Citation:
		lose("Không ghi nguồn khác: " + d.SourceNote)
	}
	if d.Answer != nil {
		it.Unit = d.Answer.Unit
		answer, err := exchange.Around(d.Answer.Value, d.Answer.Tolerance, 100)
		if err != nil {
			lose(fmt.Sprintf("Không ghi đáp số: %v", err))
		} else {
			it.Answers = []exchange.Answer{answer}
		}
	}
	addTyped(&it, d)
	if it.Format == exchange.Markdown {
		markdown.Detach(&it, pictures)
	}
	if d.Told {
		lose("Không ghi việc đề cho biết số đáp án đúng")
	}
	if d.rule() != UsualRule(d.Kind) {
		lose("Không ghi cách chấm riêng của câu")
	}
	if d.ValidTo != "" {
		lose("Không ghi ngày cuối còn dùng: " + dayText(d.ValidTo))
	}
	return it, losses
}

// dayText writes a date as people read it.
func dayText(d viet.Date) string {
	t, err := time.Parse(time.DateOnly, d)
	if err != nil {
		return d
	}
	return t.Format("02/01/2006")
}

// addTyped adds what is typed or chosen in blanks.
func addTyped(it *exchange.Item, d Draft) {
	answers := func(texts []string) (list []exchange.Answer) {
		for _, text := range texts {
			list = append(list, exchange.Answer{Text: text, Fraction: 100})
		}
		return list
	}
	switch d.Kind {
	case Short:
		it.Answers, it.CaseSensitive = answers(d.Accepted[0]), &d.CaseSensitive
	case GapText:
		it.Key = nil
		for i, options := range d.Gaps {
			if n := d.number(i); n != (Number{}) {
				answer, err := exchange.Around(n.Value, n.Tolerance, 100)
				if err == nil {
					answer.Text = answer.Value.String()
				}
				it.Gaps = append(it.Gaps, exchange.Gap{Kind: exchange.Typed, Answers: []exchange.Answer{answer}})
			} else if len(options) == 0 {
				it.Gaps = append(it.Gaps, exchange.Gap{Kind: exchange.Typed, Answers: answers(d.Accepted[i])})
			} else {
				it.Gaps = append(it.Gaps, exchange.Gap{Kind: exchange.Choice, Options: slices.Clone(options), Key: []int{d.Key[i]}})
			}
		}
	}
}

package qti

import (
	"slices"
	"strconv"
	"strings"

	"sathach/itembank/exchange"
)

// feedback sorts what is said after the response: to one option, or to all,
// which is an explanation.
func (q *question) feedback() {
	routes, verdicts := q.routes(), q.verdicts()
	var right, wrong []string
	for _, f := range q.shown() {
		text := q.inside(f)
		id := f.attr("identifier")
		route := f.attr("outcomeidentifier") + " " + id
		if choice, ok := routes[route]; ok {
			id = choice
		}
		verdict, judged := verdicts[route]
		switch i := slices.Index(q.ids, id); {
		case i >= 0 && f.attr("showhide") != "hide":
			q.tell(i, text)
		case judged && verdict && f.attr("showhide") != "hide":
			right = append(right, text)
		case judged && f.attr("showhide") != "hide":
			wrong = append(wrong, text)
		default:
			q.explain(text)
		}
	}
	q.judged(right, wrong)
}

func (q *question) explain(text string) {
	if !strings.Contains(q.Explanation, text) {
		q.Explanation = strings.TrimSpace(q.Explanation + " " + text)
	}
}

// shown are the feedbacks outside of options, which have been read with them.
func (q *question) shown() []*node {
	inside := map[*node]bool{}
	for _, o := range q.body.all("simplechoice", "simpleassociablechoice") {
		for _, f := range o.all("feedbackinline", "feedbackblock") {
			inside[f] = true
		}
	}
	all := append(q.body.all("feedbackinline", "feedbackblock"), q.root.children("modalfeedback")...)
	return first(slices.DeleteFunc(all, func(f *node) bool { return inside[f] }), maxValues)
}

// tell adds feedback to an option.
func (q *question) tell(option int, text string) {
	if text == "" {
		return
	}
	if q.OptionFeedback == nil {
		q.OptionFeedback = make([]*string, len(q.ids))
	}
	if before := q.OptionFeedback[option]; before != nil {
		text = *before + " " + text
	}
	q.OptionFeedback[option] = &text
}

// routes tells which choice makes the processing show a feedback: the keys
// are an outcome and a feedback's identifier.
func (q *question) routes() map[string]string {
	routes := map[string]string{}
	for _, branch := range q.rules.all("responseif", "responseelseif") {
		parts := branch.children()
		if len(parts) == 0 || parts[0].name != "match" && parts[0].name != "member" {
			continue
		}
		choice := parts[0].child("basevalue")
		for _, set := range branch.children("setoutcomevalue") {
			if shown := set.child("basevalue"); choice != nil && shown != nil && !isScore(set) {
				routes[set.attr("identifier")+" "+strings.TrimSpace(shown.content())] = strings.TrimSpace(choice.content())
			}
		}
	}
	return routes
}

// whole is a number of the metadata, or nil.
func whole(text string) *int {
	v, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		return nil
	}
	return &v
}

// describe takes what the manifest tells of an item: Write keeps there what
// an item file has no place for.
func describe(it *exchange.Item, meta *node) {
	lom := meta.child("lom")
	it.Level = exchange.Tidy(lom.child("educational").child("difficulty").child("value").content())
	for _, relation := range lom.children("relation") {
		if strings.EqualFold(relation.child("kind").child("value").content(), basedOn) && it.Citation == "" {
			it.Citation = exchange.Tidy(relation.child("resource").child("description").content())
		}
	}
	for _, id := range lom.child("general").children("identifier") {
		if id.child("catalog").content() == numberCatalog {
			it.Number = whole(id.child("entry").content())
		}
	}
}

// The words of the metadata that carry a citation and a number.
const (
	basedOn       = "isbasedon"
	numberCatalog = "number"
)

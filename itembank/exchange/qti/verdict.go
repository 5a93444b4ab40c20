package qti

import (
	"slices"
	"strings"

	"sathach/itembank/exchange"
)

// verdicts tells which feedback is for those who were right and which for the
// others: the keys are an outcome and a feedback's identifier.
func (q *question) verdicts() map[string]bool {
	told := map[string]bool{}
	for _, condition := range q.rules.all("responsecondition") {
		compared := false
		for _, branch := range condition.children("responseif", "responseelseif", "responseelse") {
			switch {
			case branch.name == "responseelse" && compared:
				branch.shows(told, false)
			case branch.name != "responseelse" && comparesCorrect(testOf(branch)):
				compared = true
				branch.shows(told, true)
			}
		}
	}
	for _, branch := range q.rules.all("responseif", "responseelseif") {
		if verdict, known := told[value(testOf(branch))]; known {
			branch.shows(told, verdict)
		}
	}
	if len(q.rules.children()) == 0 {
		q.named(told)
	}
	return told
}

// named goes by the names that the templates of 1EdTech give feedback: no
// rules stand in the file.
func (q *question) named(told map[string]bool) {
	for _, f := range q.root.all("modalfeedback", "feedbackblock", "feedbackinline") {
		if id := strings.ToLower(f.attr("identifier")); id == "correct" || id == "incorrect" {
			told[f.attr("outcomeidentifier")+" "+f.attr("identifier")] = id == "correct"
		}
	}
}

// shows notes what the outcomes that a branch sets make visible.
func (branch *node) shows(told map[string]bool, verdict bool) {
	for _, set := range branch.children("setoutcomevalue") {
		if isScore(set) {
			continue
		}
		for _, v := range set.all("basevalue") {
			told[set.attr("identifier")+" "+strings.TrimSpace(v.content())] = verdict
		}
	}
}

// testOf is the test of a branch, without an "and" around a single one.
func testOf(branch *node) *node {
	parts := branch.children()
	if len(parts) == 0 {
		return nil
	}
	test := parts[0]
	if test.name == "and" {
		if inner := slices.DeleteFunc(test.children(), isAnswered); len(inner) == 1 {
			return inner[0]
		}
	}
	return test
}

// comparesCorrect tells whether a test is that of a response against its own
// correct value.
func comparesCorrect(test *node) bool {
	v, c := test.child("variable"), test.child("correct")
	return test != nil && test.name == "match" && v != nil && c != nil && v.attr("identifier") == c.attr("identifier")
}

// value is the outcome and the value that a test compares.
func value(test *node) string {
	v, c := test.child("variable"), test.child("basevalue")
	if test == nil || test.name != "match" || v == nil || c == nil {
		return ""
	}
	return v.attr("identifier") + " " + strings.TrimSpace(c.content())
}

// judged gives feedback on right and wrong to the options, when the key says
// which they are. Said to both, it is an explanation. Options with feedback of
// their own do not need praise or pity beside it.
func (q *question) judged(right, wrong []string) {
	if len(right)+len(wrong) == 0 {
		return
	}
	one := (q.Type == exchange.Single || q.Type == exchange.TrueFalse) && len(q.Key) == 1
	own := q.OptionFeedback != nil
	for _, text := range slices.Concat(right, wrong) {
		both := slices.Contains(right, text) && slices.Contains(wrong, text)
		switch {
		case both || !one && !own:
			q.explain(text)
		case own:
			q.remark("Lời nhận xét chung khi trả lời đúng hoặc sai không được giữ")
		default:
			q.tellJudged(text, slices.Contains(right, text))
		}
	}
}

func (q *question) tellJudged(text string, right bool) {
	for i := range q.ids {
		if (i == q.Key[0]) == right {
			q.tell(i, text)
		}
	}
}

// remark adds a sentence that asks for nothing and for which there is no flag.
func (q *question) remark(sentence string) {
	switch {
	case q.Note == "":
		q.Note = sentence
	case !strings.Contains(q.Note, sentence):
		q.Note += "; " + sentence
	}
}

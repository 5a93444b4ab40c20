package reports

import (
	"strings"
	"testing"

	"sathach/assessment"
	"sathach/scoring"
)

// When a topic is weak is told by the rules that decided it, not by today's.
func TestWeakWords_byTheRulesThatDecided(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		engine    string
		certainty scoring.Hundredths
		gates     assessment.Gates
		says      string
		not       string
	}{
		{"6", 0, nil, "60% điểm", "khả năng"},
		{"6", 9000, nil, "khi từ 100 người làm cùng mã đề", "chính người đó"},
		{"7", 0, nil, "xét theo cả bài của chính người đó", "mọi người"},
		{"7", 9000, assessment.Gates{"": {"T1": {}}}, "bài làm của mọi người", "mã đề"},
		{"10", 0, nil, "xét theo cả bài của chính người đó", "mã đề"},
	} {
		var f Facts
		f.Round.Rules.Standard = scoring.Usual()
		f.Round.Rules.Standard.Certainty, f.Publication.Engine, f.Learnt.Gates = c.certainty, c.engine, c.gates
		if words := f.weakWords(); !strings.Contains(words, c.says) || strings.Contains(words, c.not) {
			t.Errorf("engine %s, certainty %v: %s", c.engine, c.certainty, words)
		}
	}
}

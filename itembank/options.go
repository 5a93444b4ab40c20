package itembank

import "sathach/scoring/ctt"

// OptionUse is who chose one option of an item in all rounds, or left it blank.
type OptionUse struct {
	ctt.OptionStatistics
	Blank, Key bool
	Flags      []ctt.Flag
}

// OptionUses are those of a revision with one right answer, the blank last; nil where no
// round has counted them.
func OptionUses(d Detail, rounds []RoundStatistic) []OptionUse {
	var groups [][]ctt.OptionStatistics
	for _, r := range rounds {
		if len(r.Options) > 0 {
			groups = append(groups, r.Options)
		}
	}
	if len(groups) == 0 {
		return nil
	}
	if missing := len(d.Options) + 1 - len(groups[0]); missing > 0 { // chosen by nobody
		groups[0] = append(groups[0][:len(groups[0]):len(groups[0])], make([]ctt.OptionStatistics, missing)...)
	}
	pooled := ctt.PoolOptions(groups)
	blank, options := pooled[0], pooled[1:]
	key, uses := make([]bool, len(options)), make([]OptionUse, len(options))
	for n := range options {
		key[n] = d.Credits(n)
	}
	for n, flags := range ctt.Flags(options, key) {
		uses[n] = OptionUse{options[n], false, key[n], flags}
	}
	return append(uses, OptionUse{OptionStatistics: blank, Blank: true})
}

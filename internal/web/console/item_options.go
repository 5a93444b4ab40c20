package console

import (
	"sathach/itembank"
	"sathach/scoring/ctt"
)

// optionView is who chose one option of an item in all rounds.
type optionView struct {
	ctt.OptionStatistics
	Blank, Key bool
	Flags      []ctt.Flag
}

// optionViews are the options of a revision with one right answer, and leaving it
// blank; nil where no round has counted them.
func optionViews(d itembank.Detail, rounds []itembank.RoundStatistic) []optionView {
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
	key, views := make([]bool, len(options)), make([]optionView, len(options))
	for n := range options {
		key[n] = d.Credits(n)
	}
	for n, flags := range ctt.Flags(options, key) {
		views[n] = optionView{options[n], false, key[n], flags}
	}
	return append(views, optionView{OptionStatistics: blank, Blank: true})
}

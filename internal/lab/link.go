package lab

import (
	"fmt"
	"os"
	"strconv"

	"sathach/scoring/irt"
	"sathach/scoring/linking"
)

// Link brings the items of one calibration to the scale of another.
type Link struct {
	Old string `required:"" help:"CSV of items on the scale to keep." type:"existingfile"`
	New string `required:"" help:"CSV of items on the scale to bring there; items of the same name are the anchors." type:"existingfile"`
	Out string `required:"" help:"Directory for the results; it is created."`
}

// Do writes constants.json, equating.csv, observed.csv and anchors.csv.
func (c Link) Do() (Summary, error) {
	oldNames, old, err := named(c.Old)
	if err != nil {
		return nil, err
	}
	newNames, fresh, err := named(c.New)
	if err != nil {
		return nil, err
	}
	var names []string
	var anchors []linking.Anchor
	for n, name := range newNames {
		for o, other := range oldNames {
			if name == other {
				names, anchors = append(names, name), append(anchors, linking.Anchor{Old: old[o], New: fresh[n]})
			}
		}
	}
	m, err := linking.Link(anchors)
	if err != nil {
		return nil, fmt.Errorf("%d items have the same name in both files: %w", len(anchors), err)
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return nil, err
	}
	constants := func(c linking.Constants) map[string]float64 {
		return map[string]float64{"A": rounded(c.A), "B": rounded(c.B)}
	}
	all := map[string]any{
		"mean_mean": constants(m.MeanMean), "mean_sigma": constants(m.MeanSigma), "haebara": constants(m.Haebara), "stocking_lord": constants(m.StockingLord),
	}
	if err := writeJSON(c.Out, "constants.json", all); err != nil {
		return nil, err
	}
	drifted, err := c.screen(names, anchors, m.StockingLord)
	if err != nil {
		return nil, err
	}
	for n, i := range fresh {
		fresh[n] = m.StockingLord.Apply(i)
	}
	s := Summary{"anchors": len(anchors), "drifted": drifted, "stocking_lord": all["stocking_lord"]}
	return s, c.equate(old, fresh)
}

// screen writes how far the anchors' difficulties moved, and counts those that
// drifted.
func (c Link) screen(names []string, anchors []linking.Anchor, constants linking.Constants) (drifted int, err error) {
	var rows [][]string
	for n, d := range linking.Screen(anchors, constants) {
		flag := "0"
		if d.Drifted {
			flag = "1"
			drifted++
		}
		rows = append(rows, []string{names[n], text(d.Difference), cell(d.Z), flag})
	}
	return drifted, writeCSV(c.Out, "anchors.csv", []string{"item", "b_difference", "robust_z", "drifted"}, rows)
}

// equate writes what the scores of the new form are worth, by true and by
// observed scores.
func (c Link) equate(old, fresh []irt.Item) error {
	var truly, observed [][]string
	for _, e := range linking.Equate(old, fresh) {
		truly = append(truly, []string{strconv.Itoa(e.Score), cell(e.Theta), text(e.Equivalent)})
	}
	for _, e := range linking.Observe(old, fresh, 0, 1) {
		observed = append(observed, []string{strconv.Itoa(e.Score), text(e.Equivalent)})
	}
	if err := writeCSV(c.Out, "observed.csv", []string{"score_new", "equated_old"}, observed); err != nil {
		return err
	}
	return writeCSV(c.Out, "equating.csv", []string{"score_new", "theta", "equated_old"}, truly)
}

// named reads a file of items in its order.
func named(file string) (names []string, items []irt.Item, err error) {
	f, err := readFrame(file)
	if err != nil {
		return nil, nil, err
	}
	all, err := f.parameters()
	if err != nil {
		return nil, nil, err
	}
	at, err := f.column("item")
	if err != nil {
		return nil, nil, err
	}
	for _, row := range f.rows {
		if i, known := all[row[at]]; known {
			names, items = append(names, row[at]), append(items, i)
		}
	}
	return names, items, nil
}

package written

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sathach/itembank/exchange"
)

// choices reads options, in the order of their letters, and what belongs to
// them. An empty option is none.
func (c *cardReader) choices() {
	var found []field
	for _, f := range c.fields {
		if f.name == optionsPlace {
			found = append(found, f)
		}
	}
	slices.SortStableFunc(found, func(a, b field) int { return a.order(b.label) })
	for _, f := range found {
		text := f.cell.whole()
		if text.text == "" {
			continue
		}
		c.letters, c.options = append(c.letters, f.place), append(c.options, text)
		c.it.Options = append(c.it.Options, text.text)
		c.seen.options = append(c.seen.options, option{letter: rune('A' + f.place)})
	}
	if len(c.options) == 0 && c.it.Type == exchange.TrueFalse {
		c.letters, c.it.Options, c.options = []int{0, 1}, slices.Clone(theTwo), make([]rich, 2)
	}
	c.readTargets()
	c.readPinned()
	c.readWeights()
	c.readFeedback()
}

// option is the place of an option by its letter, or -1.
func (c *cardReader) option(letter rune) int {
	return slices.Index(c.letters, int(letter-'A'))
}

// readTargets reads "1. …", one a line; a line without number goes on with the
// target before it.
func (c *cardReader) readTargets() {
	for _, l := range c.cell(targetsLabel).lines() {
		m := numberLine.FindStringSubmatch(l.text)
		switch {
		case m == nil && len(c.targets) == 0:
			c.misread("Vế phải “%.40s” không có số thứ tự", l.text)
		case m == nil:
			c.targets[len(c.targets)-1].goOn(l)
		default:
			if m[1] != strconv.Itoa(len(c.targets)+1) {
				c.it.Ask(exchange.LettersSkip, fmt.Sprintf("Số thứ tự vế phải không liên tục ở số %s", m[1]))
			}
			c.targets = append(c.targets, rich{m[2], l.assets})
		}
	}
	for _, t := range c.targets {
		c.it.Targets = append(c.it.Targets, t.text)
	}
	if slices.Contains(c.it.Targets, "") {
		c.misread("Có vế phải để trống")
	}
}

func (r *rich) goOn(more rich) {
	r.text, r.assets = r.text+" "+more.text, append(r.assets[:len(r.assets):len(r.assets)], more.assets...)
}

func (c *cardReader) readPinned() {
	printed := c.cell(pinnedLabel).whole().text
	letters, ok := lettersIn(printed)
	for _, l := range letters {
		place := c.option(l)
		if place < 0 {
			ok = false
			break
		}
		c.it.Pinned = append(c.it.Pinned, place)
	}
	if !ok && printed != "" {
		c.misread("Không hiểu ô “%s”: “%.40s”", pinnedLabel, printed)
		c.it.Pinned = everyPlace(len(c.it.Options)) // rather too few places than a wrong one
	}
	slices.Sort(c.it.Pinned)
	c.it.Pinned = slices.Compact(c.it.Pinned)
}

func everyPlace(n int) (all []int) {
	for i := range n {
		all = append(all, i)
	}
	return all
}

// readWeights reads "A. 50 %", one option a line; weights are taken only when
// they are told of every option.
func (c *cardReader) readWeights() {
	lines := c.cell(weightsLabel).lines()
	if len(lines) == 0 {
		return
	}
	weights, told := make([]float64, len(c.it.Options)), map[int]bool{}
	for _, l := range lines {
		m := letterLine.FindStringSubmatch(l.text)
		if m == nil {
			break
		}
		weight, ok := percentOf(strings.TrimSuffix(m[2], "%"))
		place := c.option(rune(m[1][0]))
		if !ok || place < 0 || told[place] {
			told = nil
			break
		}
		weights[place], told[place] = weight, true
	}
	if len(told) != len(weights) || len(lines) != len(weights) {
		c.misread("Ô “%s” cần một dòng “A. 50 %%” cho mỗi phương án", weightsLabel)
		return
	}
	c.it.Weights = weights
}

// readFeedback reads "A. …", one a line; a line without letter goes on with
// the one before it.
func (c *cardReader) readFeedback() {
	c.remarks = make([]rich, len(c.it.Options))
	last := -1
	for _, l := range c.cell(feedbackLabel).lines() {
		m := letterLine.FindStringSubmatch(l.text)
		switch {
		case m == nil && last >= 0:
			c.remarks[last].goOn(l)
			continue
		case m != nil:
			last = c.option(rune(m[1][0]))
		}
		if m == nil || last < 0 || c.remarks[last].text != "" {
			c.misread("Phản hồi “%.40s” không bắt đầu bằng chữ cái của một phương án", l.text)
			last = -1
			continue
		}
		c.remarks[last] = rich{m[2], l.assets}
	}
	for i := range c.remarks {
		if c.remarks[i].text != "" {
			if c.it.OptionFeedback == nil {
				c.it.OptionFeedback = make([]*string, len(c.it.Options))
			}
			c.it.OptionFeedback[i] = &c.remarks[i].text
		}
	}
}

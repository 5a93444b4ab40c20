package workbook

import (
	"fmt"

	"sathach/reports"
)

// tail is everything under the table.
func (b *builder) tail(s reports.Sheet) []row {
	rows := []row{b.gap(5)}
	if !isBlank(s.Closing) {
		rows = append(rows, b.row(19, b.whole(s.Closing, centred(12).strong().left())))
	}
	rows = append(rows, b.notes(s.Notes)...)
	if len(s.Signatures) == 0 {
		return rows
	}
	spans, err := b.signatureSpans(s)
	if err != nil {
		b.err = err
		return nil
	}
	rows = append(rows, b.gap(6))
	if !isBlank(s.PlaceAndDate) {
		at := spans[len(spans)-1]
		rows = append(rows, b.row(18, line{at[0], at[1], s.PlaceAndDate, centred(13).slanted()}))
	}
	var roles, names []line
	for i, sign := range s.Signatures {
		roles = append(roles, line{spans[i][0], spans[i][1], sign.Role, centred(13).strong()})
		names = append(names, line{spans[i][0], spans[i][1], sign.Name, centred(13).strong()})
	}
	return append(rows, b.row(18, roles...), b.gap(18), b.gap(18), b.gap(18), b.row(18, names...))
}

// notes are one paragraph, or a list of them.
func (b *builder) notes(notes []string) (rows []row) {
	l := centred(11).slanted().left()
	l.valign = "top"
	for i, note := range notes {
		switch {
		case len(notes) == 1:
			note = "Ghi chú: " + note
		case i == 0:
			note = "Ghi chú:\n- " + note
		default:
			note = "- " + note
		}
		fit := l
		fit.size = l.face().shrunk(clean(note), span(b.columns), 24).size
		rows = append(rows, b.row(17, b.whole(note, fit)))
	}
	return rows
}

// signatureSpans shares the page's width among the signatures; one alone
// signs at the right.
func (b *builder) signatureSpans(s reports.Sheet) ([][2]int, error) {
	n, last := len(s.Signatures), len(b.columns)
	half := b.half(s.Issuer)
	switch {
	case n > last:
		return nil, fmt.Errorf("%d signatures under %d columns", n, last)
	case n == 1:
		return [][2]int{{half + 1, last}}, nil
	case n == 2:
		return [][2]int{{1, half}, {half + 1, last}}, nil
	}
	var spans [][2]int
	total, from := span(b.columns), 1
	for i := 1; i < n; i++ {
		to := from
		for to < last-(n-i) && span(b.columns[:to]) < total*float64(i)/float64(n) {
			to++
		}
		spans, from = append(spans, [2]int{from, to}), to+1
	}
	return append(spans, [2]int{from, last}), nil
}

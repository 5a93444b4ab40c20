package workbook

import (
	"math"
	"strings"

	"sathach/reports"
)

const (
	country = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
	motto   = "Độc lập - Tự do - Hạnh phúc"
)

// half is the last column of the page's left half: the letterhead of both
// halves should fit without wrapping, and the left is a little narrower.
func (b *builder) half(issuer reports.Issuer) int {
	best, least := 1, math.Inf(1)
	total := span(b.columns)
	for i := 1; i < len(b.columns); i++ {
		left, right := span(b.columns[:i]), span(b.columns[i:])
		lines := face{12, false}.lines(issuer.Parent, left) + face{12, true}.lines(issuer.Own, left) +
			face{12, true}.lines(country, right) + face{13, true}.lines(motto, right)
		if cost := float64(lines) + math.Abs(left/total-0.42); cost < least {
			best, least = i, cost
		}
	}
	return best
}

// head is the letterhead and the titles.
func (b *builder) head(s reports.Sheet) []row {
	rows := append(b.letterhead(s.Issuer), b.titles(s)...)
	if isBlank(s.Unit) {
		return append(rows, b.gap(8))
	}
	unit := centred(11).slanted()
	unit.align = "right"
	return append(rows, b.gap(5), b.row(17, b.whole(s.Unit, unit)))
}

// letterhead names the agency at the left and the country at the right. An
// agency without a parent moves up to the first line.
func (b *builder) letterhead(issuer reports.Issuer) []row {
	if isBlank(issuer.Own) && isBlank(issuer.Parent) {
		return nil
	}
	half, last := b.half(issuer), len(b.columns)
	left := func(text string, l look) line { return line{1, half, text, l} }
	right := func(text string, l look) line { return line{half + 1, last, text, l} }
	thread := centred(6)
	thread.valign = "top"
	own, nation := centred(12).strong(), right(country, centred(12).strong())
	words := right(motto, centred(13).strong())
	under := right(rule(motto, face{13, true}, 1), thread)
	short := left(rule(issuer.Own, face{12, true}, 0.5), thread)
	if isBlank(issuer.Parent) {
		return []row{b.row(17, left(issuer.Own, own), nation), b.row(18, short, words), b.row(9, under), b.gap(8)}
	}
	return []row{
		b.row(17, left(issuer.Parent, centred(12)), nation),
		b.row(18, left(issuer.Own, own), words),
		b.row(9, short, under),
		b.gap(8),
	}
}

// rule is a row of box-drawing dashes of size 6, a share of a text's width
// long: it keeps its length at any column width and needs no drawing.
func rule(text string, f face, share float64) string {
	if isBlank(text) {
		return ""
	}
	dash := face{size: 6}
	n := math.Round(share * f.points(text) / dash.points("─"))
	return strings.Repeat("─", min(max(int(n), 5), 60))
}

func (b *builder) titles(s reports.Sheet) (rows []row) {
	add := func(text string, h float64, l look) {
		if !isBlank(text) {
			rows = append(rows, b.row(h, b.whole(text, l)))
		}
	}
	add(s.Draft, 18, centred(13).strong().slanted())
	add(s.Annex, 18, centred(13).strong())
	add(s.Title, 20, centred(14).strong())
	add(s.Subtitle, 18, centred(13).strong())
	add(s.Attached, 17, centred(12).slanted())
	return rows
}

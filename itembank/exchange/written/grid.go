package written

import (
	"html"
	"strings"
)

// grid is a table of data inside a text: neither options nor keys nor
// questions. Its words are read line by line as all others are; how they stand
// is kept beside them, if all of them end up in one text.
type grid struct {
	html  string
	lines int // of the page that it gives
}

// stemPart is a line of a stem.
type stemPart struct {
	plain string
	grid  *grid
}

// grids notes which lines are of a table; one with a single row or column is
// no more than its words.
func (r *reader) grids(t Table, lines []entry) {
	rows, wide := 0, 0
	var b strings.Builder
	b.WriteString("<table>")
	for _, row := range t.Rows {
		b.WriteString("<tr>")
		cells := 0
		for _, c := range row {
			if c.Merged || c.Span > 1 {
				return
			}
			b.WriteString("<td>" + html.EscapeString(c.plain()) + "</td>")
			cells++
		}
		b.WriteString("</tr>")
		rows, wide = rows+1, max(wide, cells)
	}
	b.WriteString("</table>")
	if rows < 2 || wide < 2 {
		return
	}
	g := &grid{html: b.String(), lines: len(lines)}
	for i := range lines {
		lines[i].grid = g
	}
}

// lookOf is a stem as HTML, if it has a whole table in it.
func lookOf(parts []stemPart) string {
	var b strings.Builder
	tables := false
	for i := 0; i < len(parts); {
		g := parts[i].grid
		n := i
		for n < len(parts) && parts[n].grid == g && g != nil {
			n++
		}
		if g != nil && n-i == g.lines {
			b.WriteString(g.html)
			tables, i = true, n
			continue
		}
		b.WriteString("<p>" + html.EscapeString(parts[i].plain) + "</p>")
		i++
	}
	if !tables {
		return ""
	}
	return b.String()
}

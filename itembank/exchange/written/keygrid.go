package written

// keysInTable reads a table of keys: one grid, several under the names of
// their parts, or columns with a header. It is nil for any other table.
func keysInTable(t Table) []entry {
	at := Line{Source: t.Source}
	if found := pairsInTable(t); found != nil {
		return []entry{{Line: at, pairs: found}}
	}
	if found := pairsInColumns(t); found != nil {
		return []entry{{Line: at, pairs: found}}
	}
	var keys []entry
	part := Table{Source: t.Source}
	flush := func() bool {
		found := pairsInTable(part)
		keys = append(keys, entry{Line: at, pairs: found})
		part.Rows = nil
		return found != nil
	}
	for _, row := range t.Rows {
		label, ok := alone(row)
		if !ok || !isPartName(label) {
			part.Rows = append(part.Rows, row)
			continue
		}
		if len(part.Rows) > 0 && !flush() {
			return nil
		}
		words, _ := label.text()
		keys = append(keys, entry{Line: label.Lines[0], text: words, plain: words.plain()})
	}
	if len(keys) == 0 || !flush() {
		return nil
	}
	return keys
}

// alone is the one cell of a row that holds text.
func alone(row []Cell) (c Cell, ok bool) {
	for _, one := range row {
		if one.plain() != "" && !one.Merged {
			if ok {
				return Cell{}, false
			}
			c, ok = one, true
		}
	}
	return c, ok
}

func isPartName(c Cell) bool {
	return numberedHeading.MatchString(c.plain()) || romanHeading.MatchString(c.plain())
}

// pairsInColumns reads keys under a header, Câu | Đáp án | Căn cứ, with the
// explanation or citation beside them.
func pairsInColumns(t Table) (found []pair) {
	if len(t.Rows) < 3 {
		return nil
	}
	h, _ := headerOf(0, foldRow(t.Rows[0]), nil)
	s := &sheetReader{header: h}
	for _, row := range t.Rows[1:] {
		number := numberCell.FindStringSubmatch(s.get(row, numberColumn).plain())
		key := s.get(row, keyColumn)
		if number == nil || !isKeyCell(key.plain()) {
			return nil
		}
		p := newPair(number[1], key.plain()).watch(key.Lines)
		p.why, p.cite = s.get(row, whyColumn).plain(), s.get(row, citationColumn).plain()
		found = append(found, p)
	}
	return found
}

// Package lab is the laboratory: files of responses in, files of statistics
// out, without a database. A psychometrician tries the methods of scoring with
// it, and holds their numbers against other software.
//
// Files are CSV with a header. Every command writes into a directory and
// returns a summary, one line of JSON. What is undefined is an empty cell or
// null. One file of this package for each command.
package lab

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"sathach/scoring/ctt"
	"sathach/scoring/measure"
)

// ErrFile is the error of a file that cannot be used.
var ErrFile = errors.New("the file cannot be used")

// maxCells bounds what is read from one file.
const maxCells = 64_000_000

// frame is a CSV file: named columns of texts.
type frame struct {
	file    string
	columns []string
	rows    [][]string
}

func readFrame(file string) (frame, error) {
	f, err := os.Open(file)
	if err != nil {
		return frame{}, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = 0 // every line as long as the header
	out := frame{file: filepath.Base(file)}
	for cells := 0; ; {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return frame{}, fmt.Errorf("%w: %s: %v", ErrFile, out.file, err)
		}
		for _, cell := range row {
			if !utf8.ValidString(cell) || strings.ContainsRune(cell, 0) {
				line, _ := r.FieldPos(0)
				return frame{}, fmt.Errorf("%w: %s, line %d: the file is no text in UTF-8; save it so", ErrFile, out.file, line)
			}
		}
		if out.columns == nil {
			row[0] = strings.TrimPrefix(row[0], "\ufeff")
			out.columns = row
			continue
		}
		if cells += len(row); cells > maxCells {
			return frame{}, fmt.Errorf("%w: %s has more than %d cells", ErrFile, out.file, maxCells)
		}
		out.rows = append(out.rows, row)
	}
	for i, c := range out.columns {
		if c == "" || slices.Contains(out.columns[:i], c) {
			return frame{}, fmt.Errorf("%w: %s has no or two columns of the name %q", ErrFile, out.file, c)
		}
	}
	if len(out.rows) == 0 {
		return frame{}, fmt.Errorf("%w: %s has no rows below its header", ErrFile, out.file)
	}
	return out, nil
}

// column finds a column by name.
func (f frame) column(name string) (int, error) {
	if at := slices.Index(f.columns, name); at >= 0 {
		return at, nil
	}
	return 0, fmt.Errorf("%w: %s has no column %q, only %s", ErrFile, f.file, name, strings.Join(f.columns[:min(8, len(f.columns))], ", "))
}

// naming finds a column of names, each of which must be there once: of two lines of
// one name nobody knows which is meant.
func (f frame) naming(column string) (int, error) {
	at, err := f.column(column)
	if err != nil {
		return 0, err
	}
	seen := map[string]int{}
	for n, row := range f.rows {
		name := strings.TrimSpace(row[at])
		if name == "" {
			return 0, fmt.Errorf("%w: %s, line %d: no name in column %s", ErrFile, f.file, n+2, column)
		}
		if before, twice := seen[name]; twice {
			return 0, fmt.Errorf("%w: %s, lines %d and %d: two of the name %q", ErrFile, f.file, before, n+2, name)
		}
		seen[name] = n + 2
	}
	return at, nil
}

// numbers reads a column of numbers.
func (f frame) numbers(name string) ([]float64, error) {
	at, err := f.column(name)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(f.rows))
	for i, row := range f.rows {
		if out[i], err = number(row[at]); err != nil {
			return nil, fmt.Errorf("%w: %s, line %d, column %s: %v", ErrFile, f.file, i+2, name, err)
		}
	}
	return out, nil
}

// estimates reads a column of numbers of which some are blank, because they are
// undefined: NaN.
func (f frame) estimates(name string) ([]float64, error) {
	at, err := f.column(name)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(f.rows))
	for i, row := range f.rows {
		if strings.TrimSpace(row[at]) == "" {
			out[i] = math.NaN()
		} else if out[i], err = number(row[at]); err != nil {
			return nil, fmt.Errorf("%w: %s, line %d, column %s: %v", ErrFile, f.file, i+2, name, err)
		}
	}
	return out, nil
}

func number(text string) (float64, error) {
	x, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || x != x || x > 1e300 || x < -1e300 {
		return 0, fmt.Errorf("%q is no number", text)
	}
	return x, nil
}

// responses are the answers of persons to items, as texts.
type responses struct {
	file    string
	persons []string
	items   []string
	cells   [][]string // by person; empty is missing
	other   map[string][]string
	counts  []int // how many people gave each row; nil for one each
}

// readResponses reads a file of responses: all columns but person and those
// ignored are items. A file of patterns (pattern, count) has one item for each
// character.
func readResponses(file string, ignore []string) (responses, error) {
	f, err := readFrame(file)
	if err != nil {
		return responses{}, err
	}
	if slices.Contains(f.columns, "pattern") && slices.Contains(f.columns, "count") {
		return patterns(f)
	}
	person, err := f.column("person")
	if err != nil {
		return responses{}, err
	}
	r := responses{file: f.file, other: map[string][]string{}}
	var at []int
	for i, c := range f.columns {
		switch {
		case i == person:
		case slices.Contains(ignore, c):
			for _, row := range f.rows {
				r.other[c] = append(r.other[c], row[i])
			}
		default:
			at, r.items = append(at, i), append(r.items, c)
		}
	}
	if len(at) == 0 {
		return responses{}, fmt.Errorf("%w: %s has no columns of items", ErrFile, f.file)
	}
	seen := map[string]int{}
	for n, row := range f.rows {
		if before, twice := seen[row[person]]; twice {
			return responses{}, fmt.Errorf("%w: %s has person %q on lines %d and %d", ErrFile, f.file, row[person], before, n+2)
		}
		seen[row[person]] = n + 2
		cells := make([]string, len(at))
		for i, c := range at {
			if cells[i] = strings.TrimSpace(row[c]); cells[i] == "NA" {
				cells[i] = ""
			}
		}
		r.persons, r.cells = append(r.persons, row[person]), append(r.cells, cells)
	}
	return r, nil
}

func patterns(f frame) (responses, error) {
	pattern, _ := f.column("pattern")
	counts, err := f.numbers("count")
	if err != nil {
		return responses{}, err
	}
	r := responses{file: f.file}
	for n, row := range f.rows {
		if len(row[pattern]) != len(f.rows[0][pattern]) {
			return responses{}, fmt.Errorf("%w: %s, line %d: the pattern is not as long as the first", ErrFile, f.file, n+2)
		}
		if counts[n] != float64(int(counts[n])) || counts[n] < 0 || counts[n] > 1e7 {
			return responses{}, fmt.Errorf("%w: %s, line %d: the count is no whole number from 0 to ten million", ErrFile, f.file, n+2)
		}
		r.persons, r.cells, r.counts = append(r.persons, row[pattern]), append(r.cells, strings.Split(row[pattern], "")), append(r.counts, int(counts[n]))
	}
	for i := range r.cells[0] {
		r.items = append(r.items, fmt.Sprintf("I%02d", i+1))
	}
	return r, nil
}

// scores reads the cells as whole scores; an item's maximum is the highest
// that occurs, at least 1.
func (r responses) scores() (cells [][]int, most []int, err error) {
	most = make([]int, len(r.items))
	for j := range most {
		most[j] = 1
	}
	for i, row := range r.cells {
		scores := make([]int, len(row))
		for j, text := range row {
			if text == "" {
				scores[j] = measure.Missing
				continue
			}
			x, err := strconv.Atoi(text)
			if err != nil || x < 0 || x > ctt.MaxScore {
				return nil, nil, fmt.Errorf("%w: %s, line %d, item %s: %q is no whole score from 0 to %d", ErrFile, r.file, i+2, r.items[j], text, ctt.MaxScore)
			}
			scores[j], most[j] = x, max(most[j], x)
		}
		cells = append(cells, scores)
	}
	return cells, most, nil
}

// count is how many people gave row i.
func (r responses) count(i int) int {
	if r.counts == nil {
		return 1
	}
	return r.counts[i]
}

func sum(values []int) int {
	total := 0
	for _, x := range values {
		total += x
	}
	return total
}

// table builds the table of scores, patterns expanded.
func (r responses) table(cells [][]int, most []int) (*ctt.Table, error) {
	t, err := ctt.NewTable(most)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.file, err)
	}
	people := 0
	for i := range cells {
		people += min(r.count(i), maxCells+1)
		if people*len(most) > maxCells {
			return nil, fmt.Errorf("%w: %s stands for more than %d answers", ErrFile, r.file, maxCells)
		}
	}
	for i, row := range cells {
		for range r.count(i) {
			if err := t.Add(row); err != nil {
				return nil, fmt.Errorf("%s: %w", r.file, err)
			}
		}
	}
	return t, nil
}

package lab

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"sathach/scoring/measure"
)

// Summary is what a command says in one line of JSON.
type Summary map[string]any

// put sets a statistic; what is undefined is null.
func (s Summary) put(name string, v measure.Value) {
	if x, ok := v.Get(); ok {
		s[name] = rounded(x)
	} else {
		s[name] = nil
	}
}

// rounded keeps ten significant digits.
func rounded(x float64) float64 {
	y, err := strconv.ParseFloat(text(x), 64)
	if err != nil {
		return x
	}
	return y
}

func text(x float64) string {
	switch {
	case math.IsInf(x, 1):
		return "inf"
	case math.IsInf(x, -1):
		return "-inf"
	}
	return strconv.FormatFloat(x, 'g', 10, 64)
}

// cell is a statistic in a CSV file; what is undefined is empty.
func cell(v measure.Value) string {
	if x, ok := v.Get(); ok {
		return text(x)
	}
	return ""
}

func writeCSV(dir, name string, header []string, rows [][]string) error {
	f, err := os.Create(filepath.Join(dir, name))
	if err != nil {
		return err
	}
	defer f.Close()
	w := csv.NewWriter(f)
	if err := w.Write(header); err != nil {
		return err
	}
	if err := w.WriteAll(rows); err != nil {
		return err
	}
	return f.Close()
}

func writeJSON(dir, name string, value any) error {
	data, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, name), append(data, '\n'), 0o644)
}

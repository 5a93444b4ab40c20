package workbook

import (
	"archive/zip"
	"cmp"
	"errors"
	"io"
	"os"
	"slices"

	"github.com/xuri/excelize/v2"
)

// pack writes the file's container with its entries in the order of their
// names: excelize writes streamed sheets in an order that varies. The detour
// over a temporary file keeps large books out of memory.
func pack(w io.Writer, f *excelize.File) (err error) {
	raw, err := os.CreateTemp("", "sathach-*.xlsx")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, raw.Close(), os.Remove(raw.Name())) }()
	size, err := f.WriteTo(raw)
	if err != nil {
		return err
	}
	in, err := zip.NewReader(raw, size)
	if err != nil {
		return err
	}
	slices.SortFunc(in.File, func(a, b *zip.File) int { return cmp.Compare(a.Name, b.Name) })
	out := zip.NewWriter(w)
	for _, entry := range in.File {
		if err := out.Copy(entry); err != nil {
			return err
		}
	}
	return out.Close()
}

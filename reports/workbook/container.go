package workbook

import (
	"archive/zip"
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/xuri/excelize/v2"
)

// pack writes the file's container with its entries in the order of their
// names and one fixed time: excelize writes streamed sheets in an order that
// varies. The detour over a temporary file keeps large books out of memory.
func pack(w io.Writer, f *excelize.File) (err error) {
	raw, err := os.CreateTemp("", "sathach-*.xlsx")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, raw.Close(), os.Remove(raw.Name())) }()
	// excelize would gather the whole container in memory; the archive goes
	// straight to the temporary file instead and its buffer stays empty.
	f.SetZipWriter(func(io.Writer) excelize.ZipWriter { return archive{zip.NewWriter(raw)} })
	if _, err := f.WriteTo(io.Discard); err != nil {
		return err
	}
	size, err := raw.Seek(0, io.SeekEnd)
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

// archive gives every entry the same time, the first that ZIP can tell.
type archive struct{ zip *zip.Writer }

func (a archive) Create(name string) (io.Writer, error) {
	return a.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
}

func (a archive) AddFS(fsys fs.FS) error { return a.zip.AddFS(fsys) }
func (a archive) Close() error           { return a.zip.Close() }

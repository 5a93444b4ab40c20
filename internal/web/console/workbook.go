package console

import (
	"errors"
	"io"
	"net/http"
	"os"

	"github.com/gin-gonic/gin"

	"sathach/reports"
)

const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// send writes a book to a temporary file first: large books do not fit in
// memory, and a failure must not leave half a file with the reader.
func (p *Pages) send(c *gin.Context, b reports.Book) (err error) {
	f, err := os.CreateTemp("", "sathach-*.xlsx")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	if err := p.Write(f, b); err != nil {
		return err
	}
	size, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	c.DataFromReader(http.StatusOK, size, xlsx, f, map[string]string{
		"Content-Disposition": `attachment; filename="` + b.File + `"`,
		"Cache-Control":       "private, no-store",
	})
	return nil
}

// Package container opens the zip files that Word, Excel and QTI packages are,
// and keeps hostile ones from doing harm: it bounds the number of entries and
// what they may grow to, by count and not by what their headers promise, and
// never hands out an entry whose name leaves the package. Nothing is ever
// written to disk.
package container

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"sathach/itembank/exchange"
)

// Limits of one package. A Word file of 5,000 questions has a body of about
// 20 MB; pictures are bounded apart.
const (
	MaxFile    = 32 << 20 // the file as it is sent
	MaxEntries = 4_000
	MaxEntry   = 32 << 20 // one entry, unpacked
	MaxTotal   = 96 << 20 // all entries by their headers; a lying header ends at MaxEntry
)

// Package is an open container.
type Package struct {
	entries map[string]*zip.File
	names   []string
	// Left out entries whose names lead outside the package.
	LeftOut []string
}

var errGrows = errors.New("grows past its limit")

// Open reads a package's directory. Errors are *exchange.Rejected.
func Open(data []byte) (*Package, error) {
	if len(data) > MaxFile {
		return nil, &exchange.Rejected{Reason: fmt.Sprintf("Tệp lớn hơn %d MB. Hãy chia thành nhiều tệp nhỏ hơn.", MaxFile>>20)}
	}
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, &exchange.Rejected{Reason: "Nội dung không phải gói nén hợp lệ (có thể tệp bị hỏng hoặc chỉ được đổi tên). Hãy mở lại bằng phần mềm gốc và lưu đúng định dạng."}
	}
	if len(r.File) > MaxEntries {
		return nil, &exchange.Rejected{Reason: fmt.Sprintf("Gói có %d tệp bên trong, nhiều hơn giới hạn %d.", len(r.File), MaxEntries)}
	}
	p := &Package{entries: map[string]*zip.File{}}
	var total uint64
	for _, f := range r.File {
		if total += f.UncompressedSize64; f.UncompressedSize64 > MaxEntry || total > MaxTotal {
			return nil, tooLarge()
		}
		name, ok := inside(f.Name)
		if !ok {
			p.LeftOut = append(p.LeftOut, f.Name)
			continue
		}
		if !strings.HasSuffix(f.Name, "/") {
			p.entries[name] = f
			p.names = append(p.names, name)
		}
	}
	return p, nil
}

func tooLarge() error {
	return &exchange.Rejected{Reason: "Nội dung bên trong tệp nở ra quá lớn so với một ngân hàng câu hỏi nên không được mở. Hãy kiểm tra lại nguồn của tệp."}
}

// inside cleans an entry's name; it is not ok when the name leads outside.
func inside(name string) (string, bool) {
	name = strings.ReplaceAll(name, `\`, "/")
	clean := path.Clean(name)
	if name == "" || strings.HasPrefix(name, "/") || clean == ".." || strings.HasPrefix(clean, "../") || strings.Contains(name, ":") || strings.ContainsRune(name, 0) {
		return "", false
	}
	return clean, true
}

// Names lists the entries in the order of the directory.
func (p *Package) Names() []string { return p.names }

// Has tells whether an entry exists.
func (p *Package) Has(name string) bool { return p.entries[path.Clean(name)] != nil }

// ErrMissing is returned for an entry that does not exist.
var ErrMissing = errors.New("no such entry")

// Open streams an entry; reading past MaxEntry fails.
func (p *Package) Open(name string) (io.ReadCloser, error) {
	f := p.entries[path.Clean(name)]
	if f == nil {
		return nil, fmt.Errorf("%s: %w", name, ErrMissing)
	}
	r, err := f.Open()
	if err != nil {
		return nil, &exchange.Rejected{Reason: "Một phần của tệp bị hỏng hoặc được nén, mã hóa theo cách không đọc được."}
	}
	return &bounded{r, MaxEntry}, nil
}

// Read reads a whole entry of at most limit bytes.
func (p *Package) Read(name string, limit int) ([]byte, error) {
	r, err := p.Open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	if err == nil && len(data) > limit {
		err = fmt.Errorf("%s: %w", name, errGrows)
	}
	return data, err
}

// bounded fails, instead of ending, when an entry is longer than its limit.
type bounded struct {
	r    io.ReadCloser
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, tooLarge()
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.r.Read(p)
	b.left -= int64(n)
	return n, err
}

func (b *bounded) Close() error { return b.r.Close() }

package container_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/container"
)

func pack(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, words := range files {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, words)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestOpen_leavesOutNamesThatLeadOutside(t *testing.T) {
	t.Parallel()
	p, err := container.Open(pack(t, map[string]string{"a/b.xml": "x", "../out.txt": "x", "/etc/passwd": "x", `c:\x`: "x", `a\..\..\y`: "x", "a/../c.xml": "y"}))
	if err != nil {
		t.Fatal(err)
	}
	names := p.Names()
	slices.Sort(names)
	if !slices.Equal(names, []string{"a/b.xml", "c.xml"}) || len(p.LeftOut) != 4 {
		t.Errorf("entries %q, left out %q", names, p.LeftOut)
	}
	if _, err := p.Open("../out.txt"); !errors.Is(err, container.ErrMissing) {
		t.Errorf("an entry outside: %v", err)
	}
}

func TestOpen_refusesWhatGrowsTooLarge(t *testing.T) {
	t.Parallel()
	var rejected *exchange.Rejected
	if _, err := container.Open(pack(t, map[string]string{"a.xml": strings.Repeat("a", container.MaxEntry+1)})); !errors.As(err, &rejected) {
		t.Errorf("one large entry: %v", err)
	}
	if _, err := container.Open([]byte("<html>")); !errors.As(err, &rejected) {
		t.Errorf("no package: %v", err)
	}
}

// A header that lies about an entry's size does not let it grow.
func TestRead_countsInsteadOfBelieving(t *testing.T) {
	t.Parallel()
	data := pack(t, map[string]string{"a.xml": strings.Repeat("a", 5000)})
	p, err := container.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Read("a.xml", 4999); err == nil {
		t.Error("read past the limit")
	}
	if all, err := p.Read("a.xml", 5000); err != nil || len(all) != 5000 {
		t.Errorf("%d bytes, %v", len(all), err)
	}
}

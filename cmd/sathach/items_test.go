package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Items leave the bank by command and come back to an author's staging area;
// nothing enters the bank by itself.
func TestItems_exportAndImport(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "cau-hoi.docx")
	command := func(want int, args ...string) string {
		t.Helper()
		var stdout, stderr bytes.Buffer
		if code := run(context.Background(), append([]string{"--log-level=error", "--database-url", "sqlite:" + filepath.Join(dir, "d.db")}, args...), &stdout, &stderr); code != want {
			t.Fatalf("%v: exit %d: %s%s", args, code, stdout.String(), stderr.String())
		}
		return stdout.String() + stderr.String()
	}
	command(0, "migrate")
	command(0, "seed", "--officials", "20")
	told := command(0, "items", "export", "--format", "docx", "--out", file, "--as", ministryLogin, "--topic", "T2-TTHC")
	n := regexp.MustCompile(`(\d+) items in`).FindStringSubmatch(told)
	if n == nil || n[1] == "0" {
		t.Fatalf("export says %s", told)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file with keys: %v, %v", info.Mode(), err)
	}
	if told := command(0, "items", "import", file, "--as", authorLogin); !strings.Contains(told, n[1]+" items of cau-hoi.docx wait for "+authorLogin) {
		t.Errorf("import says %s", told)
	}
	for _, c := range []struct {
		want string
		args []string
	}{
		{"outside the granted scope", []string{"items", "import", file, "--as", hrLogin}},
		{"outside the granted scope", []string{"items", "export", "--format", "json", "--out", file + ".json", "--as", hrLogin}},
		{"login nobody", []string{"items", "export", "--format", "json", "--out", file + ".json", "--as", "nobody"}},
		{"there are", []string{"items", "export", "--format", "pdf", "--out", file, "--as", ministryLogin}},
		{"not accepted", []string{"items", "import", "items_test.go", "--as", ministryLogin, "--format", "json"}},
	} {
		if told := command(1, c.args...); !strings.Contains(told, c.want) {
			t.Errorf("%v says %s, want %q", c.args, told, c.want)
		}
	}
}

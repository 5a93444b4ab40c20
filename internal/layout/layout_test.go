// Package layout holds the import table of docs/architecture.md: which
// package may import which, and where each outside library may be used. It
// has no code; its test says why when the table breaks.
package layout_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "sathach/"

// may lists, for every package of ours, the packages of ours it may import.
// Tests may import more.
var may = map[string][]string{
	"internal/fault": {}, "internal/viet": {}, "scoring": {"internal/viet", "scoring/ctt"}, "scoring/measure": {}, "scoring/irt": {"scoring/measure"}, "scoring/ctt": {"scoring/measure"}, "assessment/assembly": {}, "assessment/assembly/optimal": {"assessment/assembly"},
	"scoring/linking": {"scoring/irt", "scoring/measure"}, "scoring/fairness": {"scoring/measure"}, "scoring/cutscore": {"scoring/measure"}, "scoring/decision": {"scoring/measure"}, "scoring/integrity": {"scoring/irt", "scoring/measure"},
	"internal/lab":      {"assessment/assembly/optimal", "scoring", "scoring/ctt", "scoring/cutscore", "scoring/decision", "scoring/fairness", "scoring/integrity", "scoring/irt", "scoring/linking", "scoring/measure"},
	"internal/database": {"internal/fault"},
	"internal/authz":    {"internal/fault"},
	"internal/audit":    {"internal/database"},
	"internal/identity": {"internal/audit", "internal/authz", "internal/database", "internal/fault", "internal/viet"},
	"migrations":        {"internal/database"},
	"scheduler":         {"internal/fault"},
	"roster":            {"internal/audit", "internal/authz", "internal/database", "internal/fault", "internal/viet"},
	"roster/sample":     {"roster"},
	"itembank":          {"internal/audit", "internal/authz", "internal/database", "internal/fault", "internal/viet", "itembank/exchange", "itembank/exchange/markdown", "itembank/likeness", "itembank/picture", "scoring", "scoring/ctt", "scoring/irt", "scoring/measure"},
	"itembank/picture":  {},
	"itembank/starter":  {"itembank"},
	"itembank/likeness": {"internal/viet"},

	"itembank/exchange":           {"internal/viet"},
	"itembank/exchange/container": {"itembank/exchange"},
	"itembank/exchange/markup":    {"itembank/exchange"},
	"itembank/exchange/markdown":  {"itembank/exchange", "itembank/exchange/markup"},
	"itembank/exchange/written":   {"itembank/exchange", "itembank/exchange/markdown", "itembank/exchange/markup", "internal/viet"},
	"itembank/exchange/docx":      {"itembank/exchange", "itembank/exchange/container", "itembank/exchange/markup", "itembank/exchange/written"},
	"itembank/exchange/xlsx":      {"itembank/exchange", "itembank/exchange/container", "itembank/exchange/written", "internal/viet"},
	"itembank/exchange/gift":      {"itembank/exchange", "itembank/exchange/markup", "internal/viet"},
	"itembank/exchange/aiken":     {"itembank/exchange", "internal/viet"},
	"itembank/exchange/moodlexml": {"itembank/exchange", "itembank/exchange/markdown", "itembank/exchange/markup", "internal/viet"},
	"itembank/exchange/qti":       {"itembank/exchange", "itembank/exchange/container", "itembank/exchange/markdown", "itembank/exchange/markup"},
	"itembank/exchange/bankjson":  {"itembank/exchange"},
	"itembank/exchange/format": {"itembank/exchange", "itembank/exchange/aiken", "itembank/exchange/bankjson", "itembank/exchange/container", "itembank/exchange/docx",
		"itembank/exchange/gift", "itembank/exchange/markdown", "itembank/exchange/moodlexml", "itembank/exchange/qti", "itembank/exchange/xlsx"},

	"assessment": {"assessment/assembly", "assessment/assembly/optimal", "internal/audit", "internal/authz", "internal/database", "internal/fault", "internal/viet", "itembank", "roster", "scheduler", "scoring", "scoring/ctt", "scoring/irt", "scoring/measure"},
	"assessment/analysis": {"assessment", "internal/audit", "internal/authz", "internal/database", "internal/fault", "internal/viet", "itembank", "roster", "scheduler", "scoring",
		"scoring/ctt", "scoring/cutscore", "scoring/decision", "scoring/fairness", "scoring/integrity", "scoring/irt", "scoring/linking", "scoring/measure"},
	"assessment/panel":     {"assessment", "internal/audit", "internal/authz", "internal/database", "internal/fault", "internal/viet", "itembank", "scoring", "scoring/cutscore", "scoring/measure"},
	"refresher":            {"assessment", "internal/audit", "internal/authz", "internal/database", "internal/fault", "internal/viet", "scoring"},
	"refresher/starter":    {"refresher"},
	"reports":              {"assessment", "internal/authz", "internal/database", "internal/fault", "internal/viet", "itembank", "roster", "scoring", "scoring/ctt", "scoring/measure"},
	"reports/workbook":     {"reports"},
	"internal/web/page":    {"internal/authz", "internal/fault", "internal/viet", "itembank/exchange", "itembank/exchange/markdown", "scoring", "scoring/measure"},
	"internal/web/exam":    {"assessment", "assessment/analysis", "internal/authz", "internal/fault", "internal/viet", "internal/web/page", "itembank", "itembank/exchange/markdown", "refresher", "scoring", "scoring/ctt"},
	"internal/web/console": {"assessment", "assessment/analysis", "assessment/panel", "internal/authz", "internal/fault", "internal/identity", "internal/viet", "internal/web/page", "itembank", "itembank/exchange", "itembank/exchange/format", "itembank/exchange/markdown", "itembank/likeness", "reports", "roster", "scheduler", "scoring", "scoring/measure"},
	"internal/web":         {"internal/authz", "internal/database", "internal/fault", "internal/identity", "internal/web/console", "internal/web/exam", "internal/web/page"},
}

// free packages may import anything of ours: cmd wires, the others are for
// tests.
var free = []string{"cmd/sathach", "internal/database/dbtest", "assessment/assessmenttest", "internal/layout", "itembank/exchange/exchangetest"}

// only says where an outside library may be imported, and why.
var only = []struct {
	library string
	in      []string
	why     string
}{
	{"gorm.io/", []string{"internal/database", "assessment", "assessment/analysis", "assessment/panel", "itembank", "roster", "refresher", "reports", "internal/identity"}, "storage lives in …_store.go files over internal/database"},
	{"github.com/gin-gonic/", []string{"internal/web", "internal/web/page", "internal/web/exam", "internal/web/console"}, "gin stays at the HTTP edge"},
	{"github.com/robfig/cron", []string{"scheduler"}, "the parser needs a guard around it"},
	{"github.com/xuri/excelize", []string{"reports/workbook", "itembank/exchange/xlsx"}, "tables are built elsewhere; one package writes Excel, one reads it"},
	{"golang.org/x/net", []string{"itembank/exchange/markup", "itembank/exchange/markdown", "itembank/exchange/docx", "itembank/exchange/qti"}, "HTML of files is parsed by the readers and writers of files alone"},
	{"github.com/yuin/goldmark", []string{"itembank/exchange/markdown", "internal/web/exam"}, "items are written in a small language of their own, readings in all of Markdown"},
	{"github.com/microcosm-cc/bluemonday", []string{"itembank/exchange/markdown"}, "what comes out of Markdown passes one fence"},
	{"github.com/bep/imagemeta", []string{"itembank/picture"}, "files of pictures are read in one place"},
	{"modernc.org/sqlite", []string{"internal/database"}, "one package opens connections"},
	{"github.com/pressly/goose", []string{"migrations"}, "one package changes the schema"},
	{"github.com/alecthomas/kong", []string{"cmd/sathach"}, "settings are read in one place"},
}

type listed struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	Imports    []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,Imports", "sathach/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []listed
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
		// A cached result of this test is kept only as long as what it read is as it was,
		// and what go list reads does not count.
		if _, err := os.ReadDir(p.Dir); err != nil {
			t.Fatal(err)
		}
		for _, file := range p.GoFiles {
			if _, err := os.ReadFile(filepath.Join(p.Dir, file)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestImports_followTheTable(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		if slices.Contains(free, name) {
			continue
		}
		allowed, known := may[name]
		if !known {
			t.Errorf("package %s is not in the table: decide what it may import and draw it in docs/architecture.md", name)
		}
		for _, path := range p.Imports {
			if ours, ok := strings.CutPrefix(path, module); ok && !slices.Contains(allowed, ours) {
				t.Errorf("%s imports %s, which the table does not allow: the direction is cmd → web → reports, refresher → assessment → itembank, roster, scoring → plumbing", name, ours)
			}
		}
	}
}

func TestImports_keepLibrariesInTheirRooms(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		for _, rule := range only {
			for _, path := range p.Imports {
				if strings.HasPrefix(path, rule.library) && !slices.Contains(rule.in, name) {
					t.Errorf("%s imports %s: %s", name, path, rule.why)
				}
			}
		}
	}
}

// Domain packages import gorm in their store files only.
func TestGorm_staysInStoreFiles(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		if name == "internal/database" {
			continue
		}
		for _, file := range p.GoFiles {
			if strings.HasSuffix(file, "_store.go") {
				continue
			}
			out, err := exec.Command("go", "list", "-f", `{{join .Imports " "}}`, p.Dir+"/"+file).Output()
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(out), "gorm.io/") {
				t.Errorf("%s/%s imports gorm: move the query to a …_store.go file", name, file)
			}
		}
	}
}

// The packages that compute know no storage, no clock of their own and no
// network.
func TestPurePackages_touchNothing(t *testing.T) {
	t.Parallel()
	pure := []string{"scoring", "scoring/ctt", "assessment/assembly", "itembank/likeness"}
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		format := strings.HasPrefix(name, "itembank/exchange") && !slices.Contains(free, name)
		if !slices.Contains(pure, name) && !format {
			continue
		}
		for _, path := range p.Imports {
			if path == "time" && format {
				continue // the fixed time of entries in a package
			}
			if slices.Contains([]string{"time", "os", "net", "net/http", "database/sql", "context"}, path) {
				t.Errorf("%s imports %s: it must stay pure", p.ImportPath, path)
			}
		}
	}
}

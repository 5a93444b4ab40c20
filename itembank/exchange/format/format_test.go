package format_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/docx"
	"sathach/itembank/exchange/exchangetest"
	"sathach/itembank/exchange/format"
	"sathach/itembank/exchange/markdown"
	"sathach/itembank/exchange/xlsx"
)

// Every sample of every format is recognised by its content alone and read as
// its people expect; and what was read can be handed on in Word and Excel.
func TestRead_findsTheFormatByContent(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../*/testdata/*.expected.json")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d samples, %v", len(files), err)
	}
	for _, expected := range files {
		found, err := filepath.Glob(strings.TrimSuffix(expected, ".expected.json") + ".[dtxz]*")
		if err != nil || len(found) != 1 {
			t.Fatalf("%s belongs to %v, %v", expected, found, err)
		}
		t.Run(filepath.Base(found[0]), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(found[0])
			if err != nil {
				t.Fatal(err)
			}
			p := format.Read("no-name", data, "")
			rejected := strings.Contains(string(mustRead(t, expected)), `"expect": "rejected"`)
			if rejected != (p.Status == exchange.FileRejected) || rejected && (p.Reason == "" || len(p.Items) > 0) {
				t.Fatalf("%s: %s", p.Status, p.Reason)
			}
			if rejected {
				return
			}
			exchangetest.Compare(t, exchange.Content{Items: p.Items}, expected)
			exchangetest.Again(t, p.Items, docx.Write, docx.Read)
			exchangetest.Again(t, p.Items, xlsx.Write, xlsx.Read)
		})
	}
}

func mustRead(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestRead_refusesWhatIsNoBank(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ data, want string }{
		"nothing":       {"", "trống"},
		"blanks":        {" \n\t", "trống"},
		"a PDF":         {"%PDF-1.7 …", "PDF"},
		"an old Word":   {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".docx"},
		"a web page":    {"<!DOCTYPE html><html><body>x</body></html>", "trang web"},
		"an old QTI":    {"<?xml version=\"1.0\"?><questestinterop><item ident=\"a\"/></questestinterop>", "QTI 1.x"},
		"other XML":     {"<?xml version=\"1.0\"?><feed/>", "không phải ngân hàng"},
		"a picture":     {"\x89PNG\r\n\x1a\n\x00\x00", "Không nhận ra"},
		"a broken zip":  {"PK\x03\x04abc", "gói nén"},
		"cut JSON":      {`{"items":[{"stem":"x"`, "JSON"},
		"JSON of wrong": {`{"items":[{"stem":5}]}`, "stem"},
	} {
		p := format.Read(name, []byte(c.data), "")
		if p.Status != exchange.FileRejected || !strings.Contains(p.Reason, c.want) {
			t.Errorf("%s: %s %q, want %q in it", name, p.Status, p.Reason, c.want)
		}
	}
}

// What the bank's own JSON holds comes back as it was.
func TestWrite_jsonLosesNothing(t *testing.T) {
	t.Parallel()
	data := mustRead(t, "../moodlexml/testdata/moodle-ngan-hang.xml")
	before := format.Read("a", data, "").Items
	var out strings.Builder
	losses, err := format.Write(&out, format.JSON, before)
	if err != nil || len(losses) > 0 {
		t.Fatalf("%v, %v", losses, err)
	}
	after := format.Read("b", []byte(out.String()), "").Items
	if len(after) != len(before) || string(after[1].Assets[0].Data) != string(before[1].Assets[0].Data) {
		t.Fatalf("%d items of %d", len(after), len(before))
	}
	exchangetest.Compare(t, exchange.Content{Items: after}, "../moodlexml/testdata/moodle-ngan-hang.expected.json")
}

func TestWrite_refusesAFormatThatDoesNotExist(t *testing.T) {
	t.Parallel()
	if _, err := format.Write(&strings.Builder{}, "pdf", nil); !errors.Is(err, format.ErrUnknown) {
		t.Errorf("pdf: %v", err)
	}
}

// Every format can be written, and what it writes is recognised and read.
func TestWrite_ofEveryFormatCanBeRead(t *testing.T) {
	t.Parallel()
	items := []exchange.Item{{Type: exchange.Single, Stem: "Thủ đô?", Options: []string{"Huế", "Hà Nội"}, Key: []int{1}}}
	for _, name := range format.Names() {
		var out strings.Builder
		if _, err := format.Write(&out, name, items); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		p := format.Read("no-name", []byte(out.String()), "")
		if p.Status != exchange.FileAccepted || len(p.Items) != 1 || p.Items[0].Stem != "Thủ đô?" || len(p.Items[0].Key) != 1 || p.Items[0].Key[0] != 1 {
			t.Errorf("%s: %s %s %+v", name, p.Status, p.Reason, p.Items)
		}
	}
}

func TestTemplate_isOfTheFormatsThatPeopleFill(t *testing.T) {
	t.Parallel()
	for _, name := range format.Names() {
		data, ok := format.Template(name)
		if ok != (name == format.Docx || name == format.Xlsx) {
			t.Errorf("%s: %v", name, ok)
		}
		if !ok {
			continue
		}
		if found, err := format.Detect(data); err != nil || found != name {
			t.Errorf("%s is taken for %s, %v", name, found, err)
		}
		for _, it := range format.Read("no-name", data, "").Items {
			if it.Status != exchange.OK {
				t.Errorf("%s: %s: %s", name, it.Stem, it.Note)
			}
		}
	}
	if _, ok := format.Template("pdf"); ok {
		t.Error("a format that does not exist has a template")
	}
}

// Lists, tables, stress and paragraphs go out to the formats that hold them and
// come back as they were shown.
func TestWrite_looksComeBack(t *testing.T) {
	t.Parallel()
	for _, to := range []format.Name{format.MoodleXML, format.QTI21, format.QTI30} {
		rapid.Check(t, func(t *rapid.T) {
			it := exchange.Item{Type: exchange.Single, Name: "T2-001", Format: exchange.Markdown, Stem: markdown.Block.Tidy(exchangetest.Document(t)), Options: []string{"Một **hai**", "ba \\*", "*bốn* và [[math]]"}, Key: []int{1},
				Explanation: markdown.Block.Tidy(exchangetest.Document(t)), Status: exchange.OK, Assets: []exchange.Asset{{Kind: exchange.Math, Data: []byte("<math><mi>x</mi></math>")}}}
			var file bytes.Buffer
			if _, err := format.Write(&file, to, []exchange.Item{it}); err != nil {
				t.Fatal(err)
			}
			back := format.Read("a", file.Bytes(), "").Items[0]
			if back.Status != exchange.OK {
				t.Fatalf("%s: %s", to, back.Note)
			}
			if !markdown.Dress(&back) {
				t.Fatalf("%s: %q has no looks", to, back.Stem)
			}
			shown := func(it exchange.Item) (all []string) {
				all = []string{markdown.Block.Fragment(it.Stem), markdown.Block.Fragment(it.Explanation)}
				for _, o := range it.Options {
					all = append(all, markdown.Line.Fragment(o))
				}
				return all
			}
			if diff := cmp.Diff(shown(it), shown(back)); diff != "" {
				t.Fatalf("%s:\n%s", to, diff)
			}
		})
	}
}

package moodlexml_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/exchangetest"
	"sathach/itembank/exchange/moodlexml"
)

// The samples and what they should give were written by hand, without this
// code; their rules are in the README beside them.
func TestRead_sampleBank(t *testing.T) {
	t.Parallel()
	exchangetest.Compare(t, read(t, file(t, "moodle-ngan-hang.xml")), "testdata/moodle-ngan-hang.expected.json")
}

func TestRead_hostileSampleIsMadeHarmless(t *testing.T) {
	t.Parallel()
	var expected struct {
		MustNotContain []string `json:"must_not_contain"`
	}
	decode(t, file(t, "moodle-ma-doc.expected.json"), &expected)
	content := read(t, file(t, "moodle-ma-doc.xml"))
	exchangetest.Compare(t, content, "testdata/moodle-ma-doc.expected.json")
	printed := string(encode(t, content))
	for _, text := range expected.MustNotContain {
		if strings.Contains(printed, text) {
			t.Errorf("%q came through", text)
		}
	}
}

func TestRead_sampleKeepsThePicture(t *testing.T) {
	t.Parallel()
	items := read(t, file(t, "moodle-ngan-hang.xml")).Items
	a := items[1].Assets
	if len(a) != 1 || !bytes.HasPrefix(a[0].Data, []byte("\x89PNG")) || a[0].Alt != "Hình minh họa" {
		t.Errorf("assets of MC-02: %+v", a)
	}
}

func file(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func read(t testing.TB, data []byte) exchange.Content {
	t.Helper()
	content, err := moodlexml.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func decode(t testing.TB, data []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

// encode prints < as it is, as the preview does.
func encode(t testing.TB, v any) []byte {
	t.Helper()
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

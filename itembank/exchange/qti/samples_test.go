package qti_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/exchangetest"
	"sathach/itembank/exchange/qti"
)

// The samples were written, with their expected items, outside this code.
func TestRead_matchesTheSamples(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"goi-qti21", "goi-qti30"} {
		content, err := qti.Read(file(t, name+".zip"))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		exchangetest.Compare(t, content, "testdata/"+name+".expected.json")
		if len(content.Warnings) > 0 {
			t.Errorf("%s warns: %q", name, content.Warnings)
		}
	}
}

func TestRead_refusesHostilePackages(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"qti21-no-thuc-the", "qti21-thuc-the-ngoai", "goi-thoat-thu-muc"} {
		var want struct {
			Expect  string
			Must    []string `json:"must_not_contain"`
			Outside []string `json:"must_not_exist"`
		}
		decode(t, file(t, name+".expected.json"), &want)
		content, err := qti.Read(file(t, name+".zip"))
		var refusal *exchange.Rejected
		if want.Expect == "rejected" && !errors.As(err, &refusal) {
			t.Errorf("%s: %v, want a refusal", name, err)
		}
		if want.Expect == "either" && err == nil {
			exchangetest.Compare(t, content, "testdata/"+name+".expected.json")
		}
		out, _ := json.Marshal([]any{content, err})
		for _, secret := range want.Must {
			if strings.Contains(string(out), secret) {
				t.Errorf("%s lets out %q", name, secret)
			}
		}
		for _, outside := range want.Outside {
			if found, _ := filepath.Glob("../" + outside); len(found) > 0 {
				t.Errorf("%s wrote %s", name, outside)
			}
		}
	}
}

func file(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func decode(t *testing.T, data []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

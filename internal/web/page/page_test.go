package page

import (
	"io/fs"
	"log/slog"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The two catalogues know the same keys, and templates ask for none that is
// missing.
func TestWords_matchTheTemplates(t *testing.T) {
	t.Parallel()
	words, err := readWords()
	if err != nil {
		t.Fatal(err)
	}
	for key := range words.keys[Vi] {
		if !words.keys[En][key] {
			t.Errorf("%s has no English", key)
		}
	}
	for key := range words.keys[En] {
		if !words.keys[Vi][key] {
			t.Errorf("%s has no Vietnamese", key)
		}
	}
	asked := regexp.MustCompile(`\bt "([^"]+)"`)
	err = fs.WalkDir(templateFiles, "templates", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := templateFiles.ReadFile(name)
		for _, m := range asked.FindAllStringSubmatch(string(data), -1) {
			if !words.has(Vi, m[1]) {
				t.Errorf("%s asks for %s, which no catalogue has", name, m[1])
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Sentences live in the catalogues: no template holds Vietnamese letters.
func TestTemplates_holdNoSentences(t *testing.T) {
	t.Parallel()
	vietnamese := regexp.MustCompile(`[ăâđêôơưáàảãạéèẻẽẹíìỉĩịóòỏõọúùủũụýỳỷỹỵ]`)
	err := fs.WalkDir(templateFiles, "templates", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := templateFiles.ReadFile(name)
		if at := vietnamese.FindIndex(data); at != nil {
			t.Errorf("%s holds words of its own: %.60q", name, data[max(0, at[0]-20):])
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNew_parsesEveryPageInBothLanguages(t *testing.T) {
	t.Parallel()
	k, err := New(slog.New(slog.DiscardHandler), false)
	if err != nil {
		t.Fatal(err)
	}
	names := slices.Collect(maps.Keys(k.pages[Vi]))
	if len(names) < 14 || len(k.pages[En]) != len(names) {
		t.Errorf("pages %q", names)
	}
}

func TestSay_needsKnownKeysAndPairs(t *testing.T) {
	t.Parallel()
	words, err := readWords()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := words.say(Vi, "no.such.key"); err == nil {
		t.Error("an unknown key is no error")
	}
	if _, err := words.say(Vi, "time.minutes", "N"); err == nil {
		t.Error("half a pair is no error")
	}
	for n, want := range map[int][2]string{0: {"0 minutes", "0 phút"}, 1: {"1 minute", "1 phút"}, 2: {"2 minutes", "2 phút"}} {
		for i, lang := range []Lang{En, Vi} {
			if got, err := words.say(lang, "time.minutes", "N", n); got != want[i] || err != nil {
				t.Errorf("say %q, %v, want %q", got, err, want[i])
			}
		}
	}
}

func TestAssets_areSmallAndNamedByContent(t *testing.T) {
	t.Parallel()
	a, err := readAssets()
	if err != nil {
		t.Fatal(err)
	}
	url, err := a.url("app.css")
	if err != nil || !strings.HasPrefix(url, "/static/app.") {
		t.Fatalf("%s, %v", url, err)
	}
	if size := len(a.byPath[url].gzip); size > 12<<10 {
		t.Errorf("the style sheet is %d bytes compressed, more than 12 KiB", size)
	}
}

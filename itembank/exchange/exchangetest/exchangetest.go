// Package exchangetest compares what a reader made of a file with the list of
// items that people wrote down for it.
//
// Texts are compared after NFC, with one kind of quote, dash and blank; runs
// of dots or underscores count as one blank line, and where exactly a picture
// or formula stands does not matter. Nothing else is forgiven, except the
// alternatives that an expected item lists itself (stem_also, key_also, …).
package exchangetest

import (
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"sathach/itembank/exchange"
)

// item is an expected or a found item as plain JSON.
type item map[string]any

// fields are compared when the expected item has them, those in always even
// when it has not. Lists for hostile files do not tell every field.
var (
	fields = []string{"number", "section", "type", "stem", "options", "key", "status", "level", "name", "pinned", "weights", "option_feedback", "answers", "case_sensitive", "gaps"}
	always = []string{"explanation", "citation", "targets", "flags", "assets"}
)

// Compare fails the test for every item that differs. path names a list of
// items, or an object whose "items" is one.
func Compare(t *testing.T, content exchange.Content, path string) {
	t.Helper()
	want, whole := read(t, path)
	found, err := json.Marshal(content.Items)
	if err != nil {
		t.Fatal(err)
	}
	var got []item
	if err := json.Unmarshal(found, &got); err != nil {
		t.Fatal(err)
	}
	next := 0
	for _, w := range want {
		if next < len(got) && !(w.optional() && text(w["stem"]) != text(got[next]["stem"])) {
			compare(t, w, got[next], whole)
			next++
			continue
		}
		if !w.optional() {
			t.Errorf("not found: %v %v", w["number"], w["stem"])
		}
	}
	for ; next < len(got); next++ {
		t.Errorf("not expected: %v %v", got[next]["number"], got[next]["stem"])
	}
}

// read tells whether the list tells every field of its items.
func read(t *testing.T, path string) (items []item, whole bool) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var list []item
	if json.Unmarshal(data, &list) == nil {
		return list, true
	}
	var object struct{ Items []item }
	if err := json.Unmarshal(data, &object); err != nil {
		t.Fatal(err)
	}
	return object.Items, false
}

func (w item) optional() bool { return w["optional"] == true }

func compare(t *testing.T, want, got item, whole bool) {
	t.Helper()
	ignored, _ := want["ignore"].([]any)
	for _, f := range append(slices.Clone(fields), always...) {
		_, told := want[f]
		if slices.Contains(ignored, any(f)) || !told && !(whole && slices.Contains(always, f)) {
			continue
		}
		if !same(f, want, got) {
			t.Errorf("%v %v, %s:\n got %v\nwant %v (note: %v)", want["number"], want["stem"], f, got[f], want[f], got["note"])
		}
	}
}

// same tells whether a field equals the expected one or an alternative. An
// alternative key is as good only while somebody is asked.
func same(field string, want, got item) bool {
	if equal(field, want[field], got[field]) {
		return true
	}
	others, _ := want[field+"_also"].([]any)
	return slices.ContainsFunc(others, func(o any) bool {
		return equal(field, o, got[field]) && (field != "key" || got["status"] != "ok")
	})
}

func equal(field string, want, got any) bool {
	switch field {
	case "stem", "section", "explanation", "citation", "level", "name":
		return text(want) == text(got)
	case "options", "targets":
		return reflect.DeepEqual(texts(want), texts(got))
	case "flags":
		return reflect.DeepEqual(sorted(want), sorted(got))
	case "assets":
		return sameAssets(want, got)
	}
	return reflect.DeepEqual(want, got)
}

func texts(v any) (all []string) {
	list, _ := v.([]any)
	for _, one := range list {
		all = append(all, text(one))
	}
	return all
}

func sorted(v any) []string {
	all := texts(v)
	slices.Sort(all)
	return all
}

// sameAssets compares kinds, and names where they are expected.
func sameAssets(want, got any) bool {
	w, _ := want.([]any)
	g, _ := got.([]any)
	if len(w) != len(g) {
		return false
	}
	for i := range w {
		a, b := w[i].(map[string]any), g[i].(map[string]any)
		if a["kind"] != b["kind"] || a["name"] != nil && a["name"] != b["name"] {
			return false
		}
	}
	return true
}

var (
	marks  = regexp.MustCompile(`\s*\[\[(?:image|math)\]\]\s*`)
	blanks = regexp.MustCompile(`…(?:\s*…)*|[._…]{2,}(?:\s*[._…]{2,})*`)
	single = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "‘", "'", "’", "'", "–", "-", "—", "-", "−", "-")
)

func text(v any) string {
	s, _ := v.(string)
	s = single.Replace(norm.NFC.String(s))
	s = marks.ReplaceAllString(s, " ")
	s = blanks.ReplaceAllString(s, "…")
	return strings.Join(strings.Fields(s), " ")
}

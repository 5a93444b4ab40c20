package starter_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"sathach/internal/database/dbtest"
	"sathach/itembank"
	"sathach/itembank/starter"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// The starter bank keeps the promises it is loaded with: enough items of
// every kind over every topic, no "all of the above", every key credited by
// its own rule, and items on dead law that stay out of forms.
func TestRead_keepsItsPromises(t *testing.T) {
	t.Parallel()
	c, err := starter.Read()
	if err != nil {
		t.Fatal(err)
	}
	kinds, topics, stems := map[itembank.Kind]int{}, map[string]bool{}, map[string]bool{}
	for _, d := range c.Items {
		if err := d.Validate(); err != nil {
			t.Error(err)
		}
		if stems[d.Stem] {
			t.Errorf("%s repeats a stem", d.Code)
		}
		stems[d.Stem] = true
		kinds[d.Kind]++
		topics[d.Topic] = true
		for _, o := range d.Options {
			if low := strings.ToLower(o); strings.Contains(low, "tất cả các") || strings.HasPrefix(low, "cả a") {
				t.Errorf("%s: option %q", d.Code, o)
			}
		}
		if d.Explanation == "" && d.Kind != itembank.Situation || len(d.Citations) == 0 {
			t.Errorf("%s has no explanation or no citation", d.Code)
		}
	}
	others := kinds[itembank.Ordering] + kinds[itembank.Matching] + kinds[itembank.Numeric]
	if len(c.Items) < 150 || kinds[itembank.Single] < 90 || kinds[itembank.Multiple] < 20 || kinds[itembank.TrueFalse] < 15 || others < 15 || kinds[itembank.Situation] < 1 {
		t.Errorf("%d items: %v", len(c.Items), kinds)
	}
	for _, topic := range c.Topics {
		if topic.Code != "K-KYNANG" && !topics[topic.Code] {
			t.Errorf("topic %s has no item", topic.Code)
		}
	}
}

func TestRead_deadLawStaysOutOfForms(t *testing.T) {
	t.Parallel()
	c, err := starter.Read()
	if err != nil {
		t.Fatal(err)
	}
	bank := &itembank.Bank{DB: dbtest.SQLite(t), Now: time.Now}
	if err := bank.Load(context.Background(), c.Topics, c.Documents, c.Items); err != nil {
		t.Fatal(err)
	}
	pool, err := bank.Pool(context.Background(), "2026-11-24")
	if err != nil {
		t.Fatal(err)
	}
	if pool.Superseded() < 5 || len(pool.Drawable) < 150 {
		t.Errorf("%d refused for dead law, %d drawable", pool.Superseded(), len(pool.Drawable))
	}
	for _, r := range pool.Refused {
		if r.Reason == itembank.LawEnded && (r.Document == "" || r.Date == "") {
			t.Errorf("%s is refused without saying why: %+v", r.Code, r)
		}
	}
}

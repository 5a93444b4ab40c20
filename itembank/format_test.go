package itembank_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/itembank"
	"sathach/itembank/exchange"
	"sathach/itembank/exchange/format"
)

// drawing is the file of a small picture.
func drawing(t *testing.T, shade byte) []byte {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 30, 20))
	for i := range m.Pix {
		m.Pix[i] = shade
	}
	m.SetGray(1, 1, color.Gray{255 - shade})
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const fraction = "<math><mfrac><mi>a</mi><mn>2</mn></mfrac></math>"

// An item with pictures, a table and a formula is kept as it was written,
// shown in words in lists, and goes out to Word and JSON and back as it was.
func TestMarkdown_isKeptAndTakenOut(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d, ctx := newDesk(t, db), context.Background()
		one, err := d.AddPicture(ctx, d.writer, drawing(t, 10))
		if err != nil {
			t.Fatal(err)
		}
		again, err := d.AddPicture(ctx, d.writer, drawing(t, 10))
		if err != nil || again != one {
			t.Fatalf("the same picture is %s and %s, %v", one, again, err)
		}
		if p, err := d.Picture(ctx, one); err != nil || p.Media != "image/png" || len(p.Data) == 0 {
			t.Errorf("%+v, %v", p, err)
		}
		if _, err := d.Picture(ctx, "x.png"); !errors.Is(err, itembank.ErrNoPicture) {
			t.Errorf("no picture gives %v", err)
		}
		for what, change := range map[string]func(*itembank.Draft){
			"picture alone": func(d *itembank.Draft) { d.Stem = "Theo ![Sơ đồ 1](" + one + ") thì sao?" },
			"everything": func(d *itembank.Draft) {
				d.Stem = "**Đọc** bảng:\n\n| Năm | Số |\n|---|--:|\n| 2025 | " + fraction + " |\n\n- một\n  - hai"
				d.Options[1], d.Explanation = "Hình ![Sơ đồ \\[2\\]]("+one+")", "Vì *thế*."
			},
			"signs": func(d *itembank.Draft) { d.Stem = "5 \\* 3 " + fraction + " \\_x\\_" },
		} {
			code := d.write(t, func(d *itembank.Draft) { d.Format = itembank.Markdown; change(d) })
			want := d.see(t, code, 1).Draft()
			for _, to := range []format.Name{format.Docx, format.Xlsx, format.JSON} {
				items, losses, err := d.Export(ctx, d.reviewer, []string{code})
				if err != nil {
					t.Fatal(err)
				}
				var file strings.Builder
				more, err := format.Write(&file, to, items)
				if err != nil || len(losses)+len(more) > 0 {
					t.Fatalf("%s, %s: %v, %v, %v", what, to, losses, more, err)
				}
				if what == "picture alone" && items[0].Format != "" {
					t.Errorf("%s leaves in Markdown", what)
				}
				got := d.stagedDraft(t, format.Read("a", []byte(file.String()), ""))
				if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(itembank.Draft{}, "Code", "SourceNote", "Citations", "Level", "Topic")); diff != "" {
					t.Errorf("%s, %s:\n%s", what, to, diff)
				}
			}
		}
		if found := d.find(t, itembank.Query{Words: "bảng năm 2025 một hai"}); len(found.Entries) == 0 || strings.ContainsAny(found.Entries[0].Stem, "*|<") {
			t.Errorf("%+v", found)
		}
	})
}

// stagedDraft brings a file in and tells the draft that its only question
// becomes.
func (d *desk) stagedDraft(t *testing.T, p exchange.Preview) itembank.Draft {
	t.Helper()
	ctx := context.Background()
	id, err := d.Stage(ctx, d.writer, p, "T2", itembank.Recall)
	if err != nil {
		t.Fatal(err)
	}
	s, err := d.StagedAt(ctx, d.writer, id, 1)
	if err != nil {
		t.Fatal(err)
	}
	s.Item.Flags = nil
	got, hurdle := itembank.DraftOf(s.Item, register)
	if hurdle != "" {
		t.Fatal(hurdle)
	}
	return got
}

func TestMarkdown_refuses(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d, ctx := newDesk(t, db), context.Background()
		name, err := d.AddPicture(ctx, d.writer, drawing(t, 20))
		if err != nil {
			t.Fatal(err)
		}
		for what, c := range map[string]struct {
			stem string
			want error
		}{
			"a picture without words": {"Xem ![](" + name + ")?", itembank.ErrNoAlt},
			"a foreign picture":       {"Xem ![a](http://example.test/a.png)?", itembank.ErrPicture},
			"a picture not there":     {"Xem ![a](0123456789abcdef01234567-30x20.png)?", itembank.ErrPicture},
			"an empty mark":           {"Xem [[image]]?", itembank.ErrPicture},
		} {
			draft := draft(func(d *itembank.Draft) { d.Format, d.Stem = itembank.Markdown, c.stem })
			if _, err := d.Write(ctx, d.writer, draft); !errors.Is(err, c.want) {
				t.Errorf("%s gives %v, want %v", what, err, c.want)
			}
		}
		if _, err := d.AddPicture(ctx, d.writer, []byte("<svg/>")); !errors.Is(err, itembank.ErrPictureFile) {
			t.Errorf("a drawing gives %v", err)
		}
		if _, err := d.AddPicture(ctx, authz.Actor{}, drawing(t, 1)); err == nil {
			t.Error("somebody who does not write adds a picture")
		}
	})
}

// A picture that cannot be kept leaves the words about it, and a person is
// asked; one without words waits until somebody has written them.
func TestStage_asksAboutPictures(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d, ctx := newDesk(t, db), context.Background()
		question := func(a exchange.Asset) exchange.Item {
			return exchange.Item{Type: exchange.Single, Stem: "Xem [[image]] rồi chọn *một*", Options: []string{"a", "b"}, Key: []int{0}, Status: exchange.OK, Assets: []exchange.Asset{a}}
		}
		p := exchange.Preview{File: "a.docx", Status: exchange.FileAccepted, Items: []exchange.Item{
			question(exchange.Asset{Kind: exchange.Image, Name: "a.emf", Alt: "sơ đồ", Data: []byte("EMF")}),
			question(exchange.Asset{Kind: exchange.Image, Name: "a.png", Data: drawing(t, 30)}),
		}}
		id, err := d.Stage(ctx, d.writer, p, "T2", itembank.Recall)
		if err != nil {
			t.Fatal(err)
		}
		staged, err := d.Staged(ctx, d.writer, id, itembank.StagedFilter{Limit: 5})
		if err != nil {
			t.Fatal(err)
		}
		if s := staged[0]; s.Item.Status != exchange.Review || !strings.Contains(s.Hurdle, "PNG") || s.Item.Stem != `Xem ![sơ đồ]() rồi chọn \*một\*` {
			t.Errorf("%q: %s", s.Item.Stem, s.Hurdle)
		}
		s := staged[1]
		if !strings.Contains(s.Hurdle, "lời tả") {
			t.Errorf("a picture without words: %q", s.Hurdle)
		}
		stem := strings.Replace(s.Item.Stem, "![]", "![Sơ đồ]", 1)
		err = d.Correct(ctx, d.writer, id, 2, s.Version, itembank.Correction{Type: exchange.Single, Format: itembank.Markdown, Stem: stem, Options: s.Item.Options, Key: []int{0}, Topic: "T2", Level: itembank.Recall})
		if err != nil {
			t.Fatal(err)
		}
		if n, err := d.Decide(ctx, d.writer, id, []int{2}, itembank.Accepted); err != nil || n != 1 {
			t.Fatalf("%d, %v", n, err)
		}
		if n, _, err := d.Enter(ctx, d.writer, id); err != nil || n != 1 {
			t.Fatalf("%d, %v", n, err)
		}
	})
}

// A picture that many questions of a file show is read once; an author's text
// is checked as it is kept.
func TestStage_readsAPictureOnce(t *testing.T) {
	t.Parallel()
	db := dbtest.SQLite(t)
	d := newDesk(t, db)
	data := drawing(t, 3)
	var items []exchange.Item
	for i := range 200 {
		it := question(fmt.Sprintf("Câu %d [[image]]?", i), 1)
		it.Assets = []exchange.Asset{{Kind: exchange.Image, Name: "a.png", Alt: "Sơ đồ", Data: data}}
		items = append(items, it)
	}
	if _, err := d.Stage(context.Background(), d.writer, preview(items...), "T2", itembank.Recall); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := db.Read(context.Background()).Gorm().Raw("select count(*) from picture").Scan(&n).Error; err != nil || n != 1 {
		t.Errorf("%d pictures are kept, %v", n, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := d.Stage(ctx, d.writer, preview(items...), "T2", itembank.Recall); err == nil {
		t.Error("a file is staged for somebody who has left")
	}
	sly := func(s *itembank.Draft) {
		s.Format, s.Stem = itembank.Markdown, "Xem <math><mi>x</mi></math >![](http://x.test/a.png)</math>"
	}
	if _, err := d.Write(context.Background(), d.writer, draft(sly)); !errors.Is(err, itembank.ErrNoAlt) && !errors.Is(err, itembank.ErrPicture) {
		t.Errorf("a picture that only the kept text speaks of: %v", err)
	}
}

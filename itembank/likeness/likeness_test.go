package likeness

import (
	"fmt"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestAmong_saysWhatDiffers(t *testing.T) {
	t.Parallel()
	first := Item{ID: "1", Stem: "Thời hạn giải quyết thủ tục hành chính tại Bộ phận Một cửa theo quy định là 15 ngày, đúng hay sai?", Options: []string{"Hoà giải", "Xử lý kỷ luật", "Không xử lý"}}
	for _, c := range []struct {
		name          string
		stem, options string
		want          Pair
	}{
		{"the same in another spelling", norm.NFD.String("THỜI HẠN giải quyết thủ tục hành chính tại “Bộ phận Một-cửa” theo qui định là 15 ngày: đúng hay sai"), "A. Hòa giải|B. Xử lí kỉ luật|C. Không xử lí", Pair{Exact: true, Similarity: 1}},
		{"options in another order", first.Stem, "Không xử lý|Hòa giải|Xử lý kỷ luật", Pair{Order: true, Similarity: 1}},
		{"another number", strings.Replace(first.Stem, "15", "30", 1), "Hòa giải|Xử lý kỷ luật|Không xử lý", Pair{Numbers: true}},
		{"a negation more", strings.Replace(first.Stem, "là", "không phải là", 1), "Hòa giải|Xử lý kỷ luật|Không xử lý", Pair{Negation: true}},
		{"both", strings.Replace(strings.Replace(first.Stem, "là", "không là", 1), "15", "3", 1), "Hòa giải|Xử lý kỷ luật|Không xử lý", Pair{Negation: true, Numbers: true}},
		{"another word", strings.Replace(first.Stem, "giải quyết", "trả", 1), "Hòa giải|Xử lý kỷ luật|Không xử lý", Pair{}},
	} {
		r := Among([]Item{first, {ID: "2", Stem: c.stem, Options: strings.Split(c.options, "|")}}, 0)
		if len(r.Pairs) != 1 {
			t.Errorf("%s: %d pairs", c.name, len(r.Pairs))
			continue
		}
		got := r.Pairs[0]
		c.want.A, c.want.B = "1", "2"
		if c.want.Similarity == 0 {
			c.want.Similarity = got.Similarity
			if got.Similarity >= 1 {
				t.Errorf("%s: similarity %v", c.name, got.Similarity)
			}
		}
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestAmong_leavesOtherQuestionsAlone(t *testing.T) {
	t.Parallel()
	const opening = "Theo quy định của pháp luật, phát biểu nào sau đây đúng?"
	items := []Item{
		{ID: "a", Stem: opening, Options: []string{"Công chức được nghỉ phép năm", "Viên chức ký hợp đồng làm việc", "Cán bộ do bầu cử"}},
		{ID: "b", Stem: opening, Options: []string{"Văn thư lập hồ sơ điện tử", "Con dấu phải đăng ký mẫu", "Bản sao y có giá trị như bản chính"}},
		{ID: "c", Stem: "Cơ quan nào quản lý biên chế công chức?", Options: []string{"Bộ Nội vụ", "Bộ Tư pháp", "Bộ Tài chính"}},
		{ID: "d", Stem: "Ai thẩm định dự thảo nghị định của Chính phủ?", Options: []string{"Bộ Nội vụ", "Bộ Tư pháp", "Bộ Tài chính"}},
		{ID: "e", Stem: "Bán"}, {ID: "f", Stem: "Bàn"}, {ID: "g", Stem: "?"}, {ID: "h", Stem: "!", Options: []string{""}},
	}
	if r := Among(items, 0); len(r.Pairs) > 0 || len(r.Crowded) > 0 {
		t.Errorf("%+v", r)
	}
}

func TestAmong_looksBehindTheOpening(t *testing.T) {
	t.Parallel()
	m := newMaker(4)
	r := Among(slices.Concat(m.items(700), m.boilerplate(300, 1, 2)), 0)
	if n := len(r.Pairs); n > 0 {
		t.Errorf("%d pairs among items with one stem and short options, such as %v", n, r.Pairs[0])
	}
}

// A pair that differs in numbers alone is listed however short it is, after
// the pairs of which one is too many.
func TestAmong_listsNumbersLast(t *testing.T) {
	t.Parallel()
	r := Among([]Item{
		{ID: "1", Stem: "Bao nhiêu?", Options: []string{"1", "2"}},
		{ID: "2", Stem: "Bao nhiêu?", Options: []string{"30", "40"}},
		{ID: "3", Stem: "Chính phủ do cơ quan nào bầu ra và miễn nhiệm theo Hiến pháp?", Options: []string{"Quốc hội"}},
		{ID: "4", Stem: "Chính phủ do cơ quan nào bầu ra và bãi nhiệm theo Hiến pháp?", Options: []string{"Quốc hội"}},
	}, 0)
	if len(r.Pairs) != 2 || r.Pairs[0].A != "3" || !r.Pairs[1].Numbers || r.Pairs[1].Similarity > Threshold {
		t.Errorf("%+v", r.Pairs)
	}
}

// smallSet draws items of few words, so that many are alike.
func smallSet(t *rapid.T) []Item {
	text := func(most int) *rapid.Generator[string] {
		return rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(strings.Fields("hòa hoà bình không 5 7 công ty ti luật")), 0, most).Draw(t, "words"), " ")
		})
	}
	items := make([]Item, rapid.IntRange(0, 40).Draw(t, "items"))
	for i := range items {
		items[i] = Item{ID: fmt.Sprint(i), Stem: text(6).Draw(t, "stem"), Options: rapid.SliceOfN(text(3), 0, 3).Draw(t, "options")}
	}
	return items
}

var thresholds = rapid.SampledFrom([]float64{0.1, 0.3, 0.5, Threshold, 0.8, 1})

// The index finds what comparing everything with everything finds.
func TestJoin_missesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		items, threshold := smallSet(t), thresholds.Draw(t, "threshold")
		existing := rapid.IntRange(0, len(items)).Draw(t, "existing")
		firsts, _ := repeats(read(items), existing)
		set := weigh(firsts)
		pairs, crowded := set.join(threshold, existing)
		listed := map[[2]int]float64{}
		for _, p := range pairs {
			if _, twice := listed[[2]int{p.a, p.b}]; twice {
				t.Fatalf("%v is listed twice", p)
			}
			listed[[2]int{p.a, p.b}] = p.similarity
		}
		for i, b := range set.documents {
			alone, alike := true, false
			for k, a := range set.documents {
				similarity := set.similarity(a, b)
				if similarity != set.similarity(b, a) || (similarity == 1) != (slices.Equal(a.features, b.features)) {
					t.Fatalf("similarity %v, %v", similarity, set.similarity(b, a))
				}
				if i == k || a.item < existing && b.item < existing || similarity < threshold {
					continue
				}
				got, is := listed[[2]int{min(a.item, b.item), max(a.item, b.item)}]
				alike, alone = true, alone && !is
				if is && got != similarity || !is && !slices.Contains(crowded, a.item) && !slices.Contains(crowded, b.item) {
					t.Fatalf("%v and %v: %v, want %v", items[a.item], items[b.item], got, similarity)
				}
				if k < i {
					delete(listed, [2]int{a.item, b.item})
				}
			}
			if alike && alone && b.item >= existing {
				t.Fatalf("%v is like others and stands alone", items[b.item])
			}
		}
		if len(listed) > 0 {
			t.Fatalf("too many: %v", listed)
		}
	})
}

func TestAgainst_isAmongLessTheOld(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		items, threshold := smallSet(t), thresholds.Draw(t, "threshold")
		existing := rapid.IntRange(0, len(items)).Draw(t, "existing")
		all := Among(items, threshold)
		if len(all.Crowded) > 0 {
			t.Skip("crowded")
		}
		all.Pairs = slices.DeleteFunc(all.Pairs, func(p Pair) bool {
			return slices.ContainsFunc(items[:existing], func(it Item) bool { return it.ID == p.B })
		})
		got := Against(items[:existing], items[existing:], threshold)
		if len(got.Pairs) == 0 && len(all.Pairs) == 0 {
			return
		}
		if diff := cmp.Diff(all, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestAmong_orderMakesNoDifference(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		items := smallSet(t)
		seen := map[string]bool{}
		texts := read(items)
		items = slices.DeleteFunc(items, func(it Item) bool { // repeats and twins go to the first
			i := slices.IndexFunc(items, func(o Item) bool { return o.ID == it.ID })
			print := texts[max(i, 0)].print(isNumber|isNegation, true)
			again := seen[print]
			seen[print] = true
			return again
		})
		want := Among(items, 0.5)
		if len(want.Crowded) > 0 {
			t.Skip("crowded")
		}
		turned := make([]Item, len(items))
		for i, at := range rapid.Permutation(indices(len(items))).Draw(t, "order") {
			it := items[at]
			it.Options = rapid.Permutation(it.Options).Draw(t, "options")
			turned[i] = it
		}
		if diff := cmp.Diff(similarities(want), similarities(Among(turned, 0.5))); diff != "" {
			t.Fatal(diff)
		}
	})
}

func indices(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func similarities(r Result) map[[2]string]float64 {
	out := map[[2]string]float64{}
	for _, p := range r.Pairs {
		out[[2]string{min(p.A, p.B), max(p.A, p.B)}] = p.Similarity
	}
	return out
}

func TestAmong_isDeterministic(t *testing.T) {
	t.Parallel()
	m := newMaker(5)
	p := plant(m, m.items(500), 2)
	want := Among(p.items, 0.4)
	for range 3 {
		if diff := cmp.Diff(want, Among(p.items, 0.4)); diff != "" {
			t.Fatal(diff)
		}
	}
}

// Sets made to be slow or to have very many pairs.
var hostile = map[string]func(*maker, int) []Item{
	"identical": func(m *maker, n int) []Item {
		return slices.Repeat([]Item{m.item("x")}, n)
	},
	"one number apart": func(m *maker, n int) []Item {
		out, base := make([]Item, n), m.item("x")
		for i := range out {
			out[i] = copied(base, fmt.Sprint(i))
			out[i].Stem += " " + fmt.Sprint(i)
		}
		return out
	},
	"families": func(m *maker, n int) []Item { // a hundred are each other's near-duplicates
		out, base := make([]Item, n), Item{}
		for i := range out {
			if i%100 == 0 {
				base = Item{Stem: m.phrase(30, 30)}
			}
			out[i] = Item{ID: fmt.Sprint(i), Stem: base.Stem + fmt.Sprintf(" x%cy%c", 'a'+i%10, 'a'+i/10%10)}
		}
		return out
	},
	"few words": func(m *maker, n int) []Item {
		out := make([]Item, n)
		for i := range out {
			words := make([]string, 20)
			for w := range words {
				words[w] = m.words[60+m.IntN(16)]
			}
			out[i] = Item{ID: fmt.Sprint(i), Stem: strings.Join(words, " ")}
		}
		return out
	},
}

func TestAmong_boundsPairs(t *testing.T) {
	t.Parallel()
	const n = 2000
	for name, items := range hostile {
		r := Among(items(newMaker(1), n), 0)
		if len(r.Pairs) > n*(MaxPairs+3) {
			t.Errorf("%s: %d pairs of %d items", name, len(r.Pairs), n)
		}
		if name == "families" && len(r.Crowded) == 0 {
			t.Errorf("%s: nothing is said of what is not listed", name)
		}
	}
}

func BenchmarkAmong(b *testing.B) {
	m := newMaker(1)
	sets := map[string][]Item{
		"realistic":   plant(m, m.items(16_000), 4).items[:20_000],
		"boilerplate": slices.Concat(m.boilerplate(10_000, 4, 10), m.items(10_000)),
	}
	for name, items := range hostile {
		sets[name] = items(m, 20_000)
	}
	names := []string{"realistic", "boilerplate", "identical", "one number apart", "families", "few words"}
	for _, name := range names {
		b.Run(name, func(b *testing.B) { measured(b, func() Result { return Among(sets[name], 0) }) })
	}
	b.Run("file of 500", func(b *testing.B) {
		all := sets["realistic"]
		measured(b, func() Result { return Against(all[:19_500], all[19_500:], 0) })
	})
}

// measured reports the seconds and the highest heap seen beyond the items
// themselves, garbage included.
func measured(b *testing.B, run func() Result) {
	var r Result
	runtime.GC()
	before, stop, peak := heap(), make(chan struct{}), make(chan uint64)
	go func() {
		most := uint64(0)
		for tick := time.NewTicker(2 * time.Millisecond); ; {
			select {
			case <-tick.C:
				most = max(most, heap())
			case <-stop:
				peak <- most
				return
			}
		}
	}()
	for b.Loop() {
		r = run()
	}
	close(stop)
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/op")
	b.ReportMetric(float64(<-peak-before)/1e6, "peak-MB")
	b.ReportMetric(float64(len(r.Pairs)), "pairs")
	b.ReportMetric(float64(len(r.Crowded)), "crowded")
}

func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

func TestUnlettered(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ options, want []string }{
		{[]string{"A. Một", "B. Hai"}, []string{" Một", " Hai"}},
		{[]string{"a) Một", "(b) Hai"}, []string{" Một", " Hai"}},
		{[]string{"C. Mác", "Lênin"}, []string{"C. Mác", "Lênin"}},
		{[]string{"A. Một"}, []string{"A. Một"}},
	} {
		if got := unlettered(c.options); !slices.Equal(got, c.want) {
			t.Errorf("%q gives %q, want %q", c.options, got, c.want)
		}
	}
}

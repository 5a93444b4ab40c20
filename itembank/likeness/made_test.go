package likeness

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// maker writes items with the shape of those of the bank: words of one or two
// syllables with frequencies after Zipf, laws that return, common openings.
type maker struct {
	*rand.Rand
	zipf  *rand.Zipf
	words []string
	laws  []string
}

func newMaker(seed uint64) *maker {
	r := rand.New(rand.NewPCG(seed, 7))
	m := &maker{Rand: r, zipf: rand.NewZipf(r, 1.07, 8, 7999)}
	onsets := strings.Fields("b c ch d đ g h kh l m n ng nh ph t th tr v x s")
	syllable := func() string {
		return norm.NFC.String(onsets[r.IntN(len(onsets))] + rhymes[r.IntN(len(rhymes))] + tones[r.IntN(len(tones))])
	}
	for i := range 8000 {
		word := syllable()
		if i > 60 && r.IntN(3) > 0 { // most words but the commonest have two syllables
			word += " " + syllable()
		}
		m.words = append(m.words, word)
	}
	for i := range 400 {
		m.laws = append(m.laws, fmt.Sprintf("%s số %d/%d/%s", []string{"Nghị định", "Quyết định", "Luật", "Thông tư"}[i%4], 1+r.IntN(400), 2015+r.IntN(12), []string{"NĐ-CP", "QĐ-TTg", "QH15", "TT-BNV"}[i%4]))
	}
	return m
}

func (m *maker) phrase(least, most int) string {
	var out []string
	for range least + m.IntN(most-least+1) {
		out = append(out, m.words[m.zipf.Uint64()])
	}
	return strings.Join(out, " ")
}

func (m *maker) law() string { return m.laws[m.IntN(len(m.laws))] }

var openings = []string{"phát biểu nào sau đây đúng?", "nội dung nào sau đây không đúng?", "cơ quan nào có thẩm quyền", "trách nhiệm của ai trong việc", "thời hạn bao nhiêu ngày để"}

func (m *maker) item(id string) Item {
	it := Item{ID: id, Stem: fmt.Sprintf("Theo %s, %s %s?", m.law(), openings[m.IntN(len(openings))], m.phrase(3, 14))}
	switch m.IntN(10) {
	case 0:
		it.Options = []string{"Đúng", "Sai"}
	case 1:
		for range 4 {
			it.Options = append(it.Options, fmt.Sprint(5*(1+m.IntN(30)), " ngày"))
		}
	case 2:
		it.Options = []string{"Bộ Nội vụ", "Bộ Tư pháp", "Bộ Tài chính", "Văn phòng Chính phủ"}
	case 3:
	default:
		for range 4 {
			it.Options = append(it.Options, m.phrase(1, 9))
		}
	}
	return it
}

func (m *maker) items(n int) []Item {
	out := make([]Item, n)
	for i := range out {
		out[i] = m.item(fmt.Sprint("i", i))
	}
	return out
}

// change is what somebody does to an item when writing it again.
type change struct {
	name string
	do   func(*maker, Item) Item
}

// near leaves the item the same question.
var near = []change{
	{"marks", func(m *maker, it Item) Item {
		it.Stem = strings.ToUpper(strings.NewReplacer(",", " ; ", "?", " :").Replace(it.Stem))
		return it
	}},
	{"NFD", func(m *maker, it Item) Item { it.Stem = norm.NFD.String(it.Stem); return it }},
	{"tone placement", func(m *maker, it Item) Item {
		it.Stem = strings.NewReplacer("òa", "oà", "óa", "oá", "ùy", "uỳ", "ủy", "uỷ", "ỳ", "ì", "lý", "lí", "qui", "quy").Replace(it.Stem)
		return it
	}},
	{"options shuffled", shuffled},
	{"typo", typo},
	{"two typos", func(m *maker, it Item) Item { return typo(m, typo(m, it)) }},
	{"word replaced", replaced},
	{"word left out", func(m *maker, it Item) Item {
		w := strings.Fields(it.Stem)
		at := m.wordAt(w)
		it.Stem = strings.Join(slices.Delete(w, at, at+1), " ")
		return it
	}},
	{"words moved", func(m *maker, it Item) Item {
		w := strings.Fields(it.Stem)
		cut := len(w)/3 + m.IntN(len(w)/3+1)
		it.Stem = strings.Join(slices.Concat(w[cut:], w[:cut]), " ")
		return it
	}},
	{"option rewritten", func(m *maker, it Item) Item {
		if len(it.Options) > 2 {
			it.Options[m.IntN(len(it.Options))] = m.phrase(1, 5)
		}
		return it
	}},
	{"word and shuffle", func(m *maker, it Item) Item { return shuffled(m, replaced(m, it)) }},
}

func shuffled(m *maker, it Item) Item {
	m.Shuffle(len(it.Options), func(i, j int) { it.Options[i], it.Options[j] = it.Options[j], it.Options[i] })
	for i := range it.Options {
		it.Options[i] = string(rune('A'+i)) + ". " + it.Options[i]
	}
	return it
}

func replaced(m *maker, it Item) Item {
	w := strings.Fields(it.Stem)
	w[m.wordAt(w)] = m.words[m.zipf.Uint64()]
	it.Stem = strings.Join(w, " ")
	return it
}

// wordAt chooses a word without digits.
func (m *maker) wordAt(w []string) int {
	for {
		if at := m.IntN(len(w)); !strings.ContainsAny(w[at], "0123456789") {
			return at
		}
	}
}

func typo(m *maker, it Item) Item {
	w := strings.Fields(it.Stem)
	at := m.wordAt(w)
	letters := []rune(w[at])
	letters[m.IntN(len(letters))] = rune('a' + m.IntN(26))
	w[at] = string(letters)
	it.Stem = strings.Join(w, " ")
	return it
}

// far makes it another question.
var far = []change{
	{"same stem, other options", func(m *maker, it Item) Item {
		for i := range it.Options {
			it.Options[i] = m.phrase(3, 9)
		}
		return it
	}},
	{"same law, other question", func(m *maker, it Item) Item {
		law, _, _ := strings.Cut(it.Stem, ",")
		it.Stem = law + ", " + openings[m.IntN(len(openings))] + " " + m.phrase(6, 14) + "?"
		for i := range it.Options {
			it.Options[i] = m.phrase(1, 9)
		}
		return it
	}},
	{"same options, other question", func(m *maker, it Item) Item {
		law, _, _ := strings.Cut(it.Stem, ",")
		it.Stem = law + ", " + openings[m.IntN(len(openings))] + " " + m.phrase(6, 14) + "?"
		return it
	}},
}

// boilerplate makes items of one stem, with options of so many words.
func (m *maker) boilerplate(n, least, most int) []Item {
	out := make([]Item, n)
	for i := range out {
		out[i] = Item{ID: fmt.Sprint("b", i), Stem: "Theo quy định của pháp luật, phát biểu nào sau đây đúng?"}
		for range 4 {
			out[i].Options = append(out[i].Options, m.phrase(least, most))
		}
	}
	return out
}

// starter is the bank that the program starts with.
func starter(t testing.TB) []Item {
	t.Helper()
	var out []Item
	for _, name := range []string{"policy", "service"} {
		data, err := os.ReadFile("../starter/bank_" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var drafts []struct {
			Code, Stem       string
			Options, Targets []string
		}
		if err := json.Unmarshal(data, &drafts); err != nil {
			t.Fatal(err)
		}
		for _, d := range drafts {
			out = append(out, Item{ID: d.Code, Stem: d.Stem, Options: append(d.Options, d.Targets...)})
		}
	}
	return out
}

func copied(it Item, id string) Item {
	it.ID, it.Options = id, slices.Clone(it.Options)
	return it
}

// The rhymes of Vietnamese, without tone.
var rhymes = strings.Fields(`a ac ach ai am an ang anh ao ap at au ay ă ăc ăm ăn ăng ăp ăt â âc âm ân âng âp ât âu ây
	e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu yêm yên yêng yêt yêu
	o oc oi om on ong op ot oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oem oen oeo oet oong ooc
	ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u uc ui um un ung up ut ua uân uâng uât uây uê uêch uênh uêu uơ uy uya uych uyên uyêt uynh uyp uyt uyu uôc uôi uôm uôn uông uôt
	ư ưc ưi ưng ưt ưu ưa ươc ươi ươm ươn ương ươp ươt ươu`)

var tones = []string{"", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}

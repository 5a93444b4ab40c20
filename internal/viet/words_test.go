package viet

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

func canon(text string) string { return norm.NFC.String(strings.Join(Words(text), " ")) }

func TestWords_unifySpellings(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"hòa bình", "hoà bình", "HÒA BÌNH", "Hoà  Bình.", norm.NFD.String("hoà bình")},
		{"hóa", "hoá"}, {"tỏa", "toả"}, {"họa", "hoạ"}, {"khỏe", "khoẻ"}, {"lòe", "loè"}, {"xòe", "xoè"}, {"ngõe", "ngoẽ"},
		{"thủy", "thuỷ"}, {"hủy", "huỷ"}, {"úy", "uý"}, {"lũy", "luỹ"}, {"thụy", "thuỵ"}, {"tùy", "tuỳ"},
		{"quý", "qúy", "quí", "qúi"}, {"quỹ", "qũy", "quĩ"}, {"quy định", "qui định"}, {"quỳnh", "qùynh", "quình"}, {"quýt", "quít"}, {"quyết", "quýêt"},
		{"của", "cuả"}, {"già", "gìa"}, {"giá", "gía"}, {"mía", "miá"}, {"thuở", "thủơ"}, {"ngoài", "ngòai"}, {"người", "ngừơi"}, {"khuỷu", "khủyu"},
		{"kỹ", "kĩ"}, {"lý", "lí"}, {"công ty", "công ti", "Công-ty"}, {"mỹ", "mĩ"}, {"sỹ", "sĩ"}, {"tỷ lệ", "tỉ lệ"}, {"hy vọng", "hi vọng"}, {"ý", "í"}, {"vỹ", "vĩ"},
		{"Đảng", "Ðảng", "đảng"}, {"kế\u200bhoạch", "kếhoạch"}, {"phát\u00adtriển", "pháttriển"},
		{"1.204 người", "1204 người"}, {"01/7/2025", "1.7.2025", "1-7-2025", "01 7 2025"}, {"1,50", "1,5", "1.5", "01,5"}, {"1.000.000", "1,000,000", "1000000"},
		{"95%", "95 %"}, {"Điều15", "điều 15"}, {"1.204,50", "1204,5"}, {"“Có”", "có"}, {"nđ-cp", "NĐ – CP"},
	} {
		for _, other := range same[1:] {
			if canon(same[0]) != canon(other) {
				t.Errorf("%q and %q differ: %q, %q", same[0], other, canon(same[0]), canon(other))
			}
		}
	}
}

func TestWords_tellApart(t *testing.T) {
	t.Parallel()
	for _, differ := range [][2]string{
		{"bán", "bàn"}, {"hòa", "hóa"}, {"hoa", "hòa"}, {"tay", "tai"}, {"hay", "hai"}, {"thúy", "thúi"}, {"huy", "hui"}, {"quay", "quai"}, {"y", "i"},
		{"đa", "da"}, {"cân", "căn"}, {"cơ", "cô"}, {"mưa", "mua"}, {"15 ngày", "30 ngày"}, {"1,5", "15"}, {"1.204", "1,204"}, {"10²", "102"},
		{"< 5", "> 5"}, {"5%", "5"}, {"0.500", "500"}, {"yêu", "iu"}, {"uy", "ui"}, {"lũy", "lủi"},
	} {
		if canon(differ[0]) == canon(differ[1]) {
			t.Errorf("%q and %q are both %q", differ[0], differ[1], canon(differ[0]))
		}
	}
}

func TestWords_readNumbers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1.204": "1204", "1.204.567,25": "1204567,25", "12.34": "12,34", "01.07.2025": "1 7 2025", "1,2,3": "1 2 3", "335/2025/NĐ-CP": "335 2025 nđ cp",
		"80/2025/QH15": "80 2025 qh 15", "000": "0", "0,0": "0", "0.123": "0,123", "1.2.3,4": "1 2 3 4", "1.204.": "1204", "5,": "5", "1,204": "1,204",
	} {
		if got := canon(text); got != want {
			t.Errorf("%q reads %q, want %q", text, got, want)
		}
	}
}

// The rhymes of Vietnamese, without tone.
var rhymes = strings.Fields(`a ac ach ai am an ang anh ao ap at au ay ă ăc ăm ăn ăng ăp ăt â âc âm ân âng âp ât âu ây
	e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu yêm yên yêng yêt yêu
	o oc oi om on ong op ot oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oem oen oeo oet oong ooc
	ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u uc ui um un ung up ut ua uân uâng uât uây uê uêch uênh uêu uơ uy uya uych uyên uyêt uynh uyp uyt uyu uôc uôi uôm uôn uông uôt
	ư ưc ưi ưng ưt ưu ưa ươc ươi ươm ươn ương ươp ươt ươu`)

var tones = []string{"", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}

// Wherever the tone stands in a syllable's vowels, the word is the same; and
// no other rhyme, tone or onset gives it.
func TestWords_everySyllableOnce(t *testing.T) {
	t.Parallel()
	from := map[string]string{}
	for _, onset := range strings.Fields("b c ch d đ g gh h k kh l m n ng ngh nh p ph q r s t th tr v x") {
		for _, rhyme := range rhymes {
			if onset == "q" && (!strings.HasPrefix(rhyme, "u") || strings.HasPrefix(rhyme, "ui")) {
				continue
			}
			for _, tone := range tones {
				name, word := onset+rhyme+tone, ""
				for _, spelled := range placements(rhyme, tone) {
					got := Words(onset + spelled)
					if len(got) != 1 || word != "" && got[0] != word {
						t.Fatalf("%q reads %q, elsewhere %q", onset+spelled, got, word)
					}
					word = got[0]
				}
				if other, taken := from[word]; taken {
					t.Errorf("%q and %q are both %q", name, other, word)
				}
				from[word] = name
			}
		}
	}
	if len(from) < 20_000 {
		t.Errorf("only %d syllables", len(from))
	}
}

// placements puts a tone on every vowel of a rhyme in turn.
func placements(rhyme, tone string) []string {
	var out []string
	letters := []rune(rhyme)
	for i, r := range letters {
		if strings.ContainsRune("aăâeêioôơuưy", r) {
			out = append(out, norm.NFC.String(string(letters[:i+1])+tone+string(letters[i+1:])))
		}
	}
	return out
}

func FuzzWords(f *testing.F) {
	for _, s := range []string{"Hoà bình", "qúy", "1.204,5 ≥ 30%", "kỹ thuật; công ty", "ệ\u0323", "Ðảng\u200b", "y ý Y", "İ ẞ ﬁ", "\xff\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := Words(text)
		if again := Words(strings.Join(got, " ")); !slices.Equal(got, again) {
			t.Fatalf("%q gives %q, and that gives %q", text, got, again)
		}
		for _, form := range []norm.Form{norm.NFC, norm.NFD} {
			if other := Words(form.String(text)); !slices.Equal(got, other) {
				t.Fatalf("%q gives %q, its normal form %q", text, got, other)
			}
		}
		if slices.Contains(got, "") {
			t.Fatalf("%q has an empty word", text)
		}
	})
}

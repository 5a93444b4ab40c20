package qti_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/qti"
)

// xmlItem is a QTI 2.1 item around its inner parts.
func xmlItem(parts ...string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="Q" title="q" adaptive="false" timeDependent="false">` +
		strings.Join(parts, "") + `</assessmentItem>`
}

func declares(id, cardinality, baseType, inner string) string {
	return fmt.Sprintf(`<responseDeclaration identifier="%s" cardinality="%s" baseType="%s">%s</responseDeclaration>`, id, cardinality, baseType, inner)
}

func right(values ...string) string {
	return "<correctResponse><value>" + strings.Join(values, "</value><value>") + "</value></correctResponse>"
}

func mapping(entries ...string) string {
	var b strings.Builder
	for i := 0; i+1 < len(entries); i += 2 {
		fmt.Fprintf(&b, `<mapEntry mapKey="%s" mappedValue="%s"/>`, entries[i], entries[i+1])
	}
	return "<mapping>" + b.String() + "</mapping>"
}

func body(inner string) string { return "<itemBody>" + inner + "</itemBody>" }

// choices is an interaction with options A, B, C, …
func choices(most string, texts ...string) string {
	var b strings.Builder
	for i, text := range texts {
		fmt.Fprintf(&b, `<simpleChoice identifier="%c">%s</simpleChoice>`, 'A'+i, text)
	}
	return `<choiceInteraction responseIdentifier="R" shuffle="true" maxChoices="` + most + `"><prompt>Hỏi?</prompt>` + b.String() + "</choiceInteraction>"
}

const field = `<textEntryInteraction responseIdentifier="R"/>`

// tested credits a test with a mark.
func tested(mark, test string) string {
	return `<responseIf>` + test + `<setOutcomeValue identifier="SCORE"><baseValue baseType="float">` + mark + `</baseValue></setOutcomeValue></responseIf>`
}

func outcome(id, standard string) string {
	return `<outcomeDeclaration identifier="` + id + `" cardinality="single" baseType="float"><defaultValue><value>` + standard + `</value></defaultValue></outcomeDeclaration>`
}

func processing(rules ...string) string {
	return `<responseProcessing><responseCondition>` + strings.Join(rules, "") + `</responseCondition></responseProcessing>`
}

const (
	matchCorrect = `<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>`
	variable     = `<variable identifier="R"/>`
)

var (
	elements   = regexp.MustCompile(`<(/?)([a-zA-Z]+)`)
	attributes = regexp.MustCompile(` ([a-zA-Z]+)="`)
	upper      = regexp.MustCompile(`[A-Z]`)
	html       = []string{"p", "div", "img", "b", "span", "math", "mi", "script", "object", "table", "tr", "td", "br", "a"}
)

// kebab spells an item the way of QTI 3.0.
func kebab(item string) string {
	hyphens := func(name string) string {
		return upper.ReplaceAllStringFunc(name, func(c string) string { return "-" + strings.ToLower(c) })
	}
	item = elements.ReplaceAllStringFunc(item, func(found string) string {
		parts := elements.FindStringSubmatch(found)
		if slices.Contains(html, parts[2]) {
			return found
		}
		return "<" + parts[1] + "qti-" + hyphens(parts[2])
	})
	return attributes.ReplaceAllStringFunc(item, hyphens)
}

func number(value, low, high string) []exchange.Answer {
	a, err := exchange.Between(low, high, 100)
	if err != nil {
		panic(err)
	}
	if value != "" {
		b, _ := exchange.Around(value, "0", 100)
		a.Value = b.Value
	}
	return []exchange.Answer{a}
}

func TestRead_everyInteraction(t *testing.T) {
	t.Parallel()
	ok, ask := exchange.OK, exchange.Review
	single := func(declaration, rest string) string {
		return xmlItem(declares("R", "single", "identifier", declaration), body(choices("1", "một", "hai", "ba")), rest)
	}
	several := func(declaration, rest string) string {
		return xmlItem(declares("R", "multiple", "identifier", declaration), body(choices("0", "một", "hai", "ba")), rest)
	}
	three := []string{"một", "hai", "ba"}
	for _, c := range []struct {
		name, item string
		want       exchange.Item
	}{
		{"single", single(right("B"), matchCorrect), exchange.Item{Type: "single", Stem: "Hỏi?", Options: three, Key: []int{1}, Status: ok}},
		{"single without a key", single("", ""), exchange.Item{Type: "single", Stem: "Hỏi?", Options: three, Status: ask, Flags: []exchange.Flag{exchange.KeyMissing}}},
		{"single with two right options", single(right("A", "B"), matchCorrect), exchange.Item{Type: "single", Stem: "Hỏi?", Options: three, Status: ask, Flags: []exchange.Flag{exchange.MultipleKeys}}},
		{"single with an unknown key", single(right("Z"), matchCorrect), exchange.Item{Type: "single", Stem: "Hỏi?", Options: three, Status: ask, Flags: []exchange.Flag{exchange.KeyUnknownLetter}}},
		{"single keyed by its mapping", single(mapping("A", "0.5", "C", "1"), ""), exchange.Item{Type: "single", Stem: "Hỏi?", Options: three, Key: []int{2}, Weights: []float64{50, 0, 100}, Status: ok}},
		{"single against its mapping", single(right("A")+mapping("A", "0.5", "C", "1"), ""), exchange.Item{Type: "single", Stem: "Hỏi?", Options: three, Status: ask, Flags: []exchange.Flag{exchange.KeyConflict}}},
		{"a mapping of noughts says nothing", single(right("A")+mapping("A", "0", "C", "0"), ""), exchange.Item{Type: "single", Stem: "Hỏi?", Options: three, Key: []int{0}, Status: ok}},
		{"a mapping that is not used gives no weights", single(right("A")+mapping("A", "2"), matchCorrect), exchange.Item{Type: "single", Stem: "Hỏi?", Options: three, Key: []int{0}, Status: ok}},
		{"multiple", several(right("C", "A"), matchCorrect), exchange.Item{Type: "multiple", Stem: "Hỏi?", Options: three, Key: []int{0, 2}, Status: ok}},
		{"multiple with a mapping alone", several(mapping("A", "2", "C", "1", "B", "-1"), ""), exchange.Item{Type: "multiple", Stem: "Hỏi?", Options: three, Key: []int{0, 2}, Weights: []float64{66.667, -33.333, 33.333}, Status: ok}},
		{"multiple against its mapping", several(right("A", "B")+mapping("A", "1", "C", "1"), ""), exchange.Item{Type: "multiple", Stem: "Hỏi?", Options: three, Status: ask, Flags: []exchange.Flag{exchange.KeyConflict}}},
		{"an upper bound is the full mark", several(`<mapping upperBound="1" defaultValue="-1"><mapEntry mapKey="A" mappedValue="1"/><mapEntry mapKey="B" mappedValue="0.5"/></mapping>`, ""), exchange.Item{Type: "multiple", Stem: "Hỏi?", Options: three, Key: []int{0, 1}, Weights: []float64{100, 50, -100}, Status: ok}},
		{"true or false in English", xmlItem(declares("R", "single", "identifier", right("B")), body(choices("1", "True", "False"))), exchange.Item{Type: "truefalse", Stem: "Hỏi?", Options: []string{"Đúng", "Sai"}, Key: []int{1}, Status: ok}},
		{"false before true stays single", xmlItem(declares("R", "single", "identifier", right("B")), body(choices("1", "Sai", "Đúng"))), exchange.Item{Type: "single", Stem: "Hỏi?", Options: []string{"Sai", "Đúng"}, Key: []int{1}, Status: ok}},
		{"ordering", xmlItem(declares("R", "ordered", "identifier", right("B", "A")), body(`<orderInteraction responseIdentifier="R"><prompt>Xếp</prompt><simpleChoice identifier="A" fixed="true">a</simpleChoice><simpleChoice identifier="B">b</simpleChoice></orderInteraction>`)),
			exchange.Item{Type: "ordering", Stem: "Xếp", Options: []string{"a", "b"}, Key: []int{1, 0}, Pinned: []int{0}, Status: ok}},
		{"ordering with half an order", xmlItem(declares("R", "ordered", "identifier", right("B")), body(`<orderInteraction responseIdentifier="R"><prompt>Xếp</prompt><simpleChoice identifier="A">a</simpleChoice><simpleChoice identifier="B">b</simpleChoice></orderInteraction>`)),
			exchange.Item{Type: "ordering", Stem: "Xếp", Options: []string{"a", "b"}, Status: ask, Flags: []exchange.Flag{exchange.KeyMissing}}},
		{"a text field after the stem", xmlItem(declares("R", "single", "string", right("SIPAS")), body("<p>Tên chỉ số?</p><p>"+field+"</p>")),
			exchange.Item{Type: "shortanswer", Stem: "Tên chỉ số?", Answers: []exchange.Answer{{Text: "SIPAS", Fraction: 100}}, Status: ok}},
		{"a field before words is a gap", xmlItem(declares("R", "single", "string", right("SIPAS")), body("<p>Chỉ số "+field+" đo gì?</p>")),
			exchange.Item{Type: "gap", Stem: "Chỉ số [[gap]] đo gì?", Gaps: []exchange.Gap{{Kind: exchange.Typed, Answers: []exchange.Answer{{Text: "SIPAS", Fraction: 100}}}}, Status: ok}},
		{"an author's gap mark is no gap", xmlItem(declares("R", "single", "string", right("a")), body("<p>[[gap]] "+field+" b</p>")),
			exchange.Item{Type: "gap", Stem: "[gap] [[gap]] b", Gaps: []exchange.Gap{{Kind: exchange.Typed, Answers: []exchange.Answer{{Text: "a", Fraction: 100}}}}, Status: ok}},
		{"words that match in the given case", xmlItem(declares("R", "single", "string", right("PAR")), body("<p>Tên?</p>"+field), processing(tested("1", `<stringMatch caseSensitive="true">`+variable+`<baseValue baseType="string">PAR</baseValue></stringMatch>`))),
			exchange.Item{Type: "shortanswer", Stem: "Tên?", Answers: []exchange.Answer{{Text: "PAR", Fraction: 100}}, CaseSensitive: pointer(true), Status: ok}},
		{"a gap without a key", xmlItem(declares("R", "single", "string", ""), body("<p>Chỉ số "+field+" đo gì?</p>")),
			exchange.Item{Type: "gap", Stem: "Chỉ số [[gap]] đo gì?", Gaps: []exchange.Gap{{Kind: exchange.Typed}}, Status: ask, Flags: []exchange.Flag{exchange.KeyMissing}}},
		{"a number in the text is a gap of words", xmlItem(declares("R", "single", "float", right("80.0")), body("<p>Từ "+field+" phần trăm</p>")),
			exchange.Item{Type: "gap", Stem: "Từ [[gap]] phần trăm", Gaps: []exchange.Gap{{Kind: exchange.Typed, Answers: []exchange.Answer{{Text: "80", Fraction: 100}}}}, Status: ok}},
		{"an integer", xmlItem(declares("R", "single", "integer", right("12")), body("<p>Mấy?</p>"+field), matchCorrect), exchange.Item{Type: "numeric", Stem: "Mấy?", Answers: number("12", "12", "12"), Status: ok}},
		{"a relative tolerance", xmlItem(declares("R", "single", "float", right("-80")), body("<p>Mấy?</p>"+field), processing(tested("1", `<equal toleranceMode="relative" tolerance="5 10">`+variable+`<correct identifier="R"/></equal>`))),
			exchange.Item{Type: "numeric", Stem: "Mấy?", Answers: number("-80", "-88", "-76"), Status: ok}},
		{"a range", xmlItem(declares("R", "single", "float", ""), body("<p>Mấy?</p>"+field), processing(tested("1", `<and><not><isNull>`+variable+`</isNull></not><lte>`+variable+`<baseValue baseType="float">9</baseValue></lte><gte>`+variable+`<baseValue baseType="float">1.5</baseValue></gte></and>`))),
			exchange.Item{Type: "numeric", Stem: "Mấy?", Answers: number("", "1.5", "9"), Status: ok}},
		{"tolerance against the correct response", xmlItem(declares("R", "single", "float", right("80")), body("<p>Mấy?</p>"+field), processing(tested("1", `<equal toleranceMode="exact">`+variable+`<baseValue baseType="float">81</baseValue></equal>`))),
			exchange.Item{Type: "numeric", Stem: "Mấy?", Status: ask, Flags: []exchange.Flag{exchange.KeyConflict, exchange.KeyMissing}}},
		{"a test that is not understood", xmlItem(declares("R", "single", "float", right("80")), body("<p>Mấy?</p>"+field), processing(tested("1", `<equalRounded roundingMode="decimalPlaces" figures="1">`+variable+`<correct identifier="R"/></equalRounded>`))),
			exchange.Item{Type: "numeric", Stem: "Mấy?", Answers: number("80", "80", "80"), Status: ask, Flags: []exchange.Flag{exchange.Unsupported}}},
		{"words for a number", xmlItem(declares("R", "single", "float", right("1e400")), body("<p>Mấy?</p>"+field), matchCorrect), exchange.Item{Type: "numeric", Stem: "Mấy?", Status: ask, Flags: []exchange.Flag{exchange.KeyMissing}}},
		{"one of two numbers", xmlItem(declares("R", "single", "float", ""), body("<p>Mấy?</p>"+field), processing(tested("2", `<or><equal toleranceMode="exact">`+variable+`<baseValue baseType="float">5</baseValue></equal><match>`+variable+`<baseValue baseType="float">7</baseValue></match></or>`))),
			exchange.Item{Type: "numeric", Stem: "Mấy?", Answers: append(number("5", "5", "5"), number("7", "7", "7")...), Status: ok}},
		{"a range turned round", xmlItem(declares("R", "single", "float", ""), body("<p>Mấy?</p>"+field), processing(tested("1", `<and><lte><baseValue baseType="float">1</baseValue>`+variable+`</lte><gte><baseValue baseType="float">9</baseValue>`+variable+`</gte></and>`))),
			exchange.Item{Type: "numeric", Stem: "Mấy?", Answers: number("", "1", "9"), Status: ok}},
		{"a range that holds nothing", xmlItem(declares("R", "single", "float", ""), body("<p>Mấy?</p>"+field), processing(tested("1", `<and><gte>`+variable+`<baseValue baseType="float">9</baseValue></gte><lte>`+variable+`<baseValue baseType="float">1</baseValue></lte></and>`))),
			exchange.Item{Type: "numeric", Stem: "Mấy?", Status: ask, Flags: []exchange.Flag{exchange.Unsupported, exchange.KeyMissing}}},
		{"a number by its mapping", xmlItem(declares("R", "single", "float", right("5")+mapping("5.0", "2", "6", "1")), body("<p>Mấy?</p>"+field)),
			exchange.Item{Type: "numeric", Stem: "Mấy?", Answers: []exchange.Answer{{Value: "5", Min: "5", Max: "5", Fraction: 100}, {Value: "6", Min: "6", Max: "6", Fraction: 50}}, Status: ok}},
		{"words against a mapping that is not used", xmlItem(declares("R", "single", "string", right("a")+mapping("b", "1")), body("<p>Tên?</p>"+field), matchCorrect),
			exchange.Item{Type: "shortanswer", Stem: "Tên?", Status: ask, Flags: []exchange.Flag{exchange.KeyConflict, exchange.KeyMissing}}},
		{"words with a mapping that is not used", xmlItem(declares("R", "single", "string", right("a")+mapping("A", "1", "b", "0.5")), body("<p>Tên?</p>"+field), matchCorrect),
			exchange.Item{Type: "shortanswer", Stem: "Tên?", Answers: []exchange.Answer{{Text: "a", Fraction: 100}}, Status: ok}},
		{"two right words for one field", xmlItem(declares("R", "single", "string", right("a", "b")), body("<p>Tên?</p>"+field), matchCorrect),
			exchange.Item{Type: "shortanswer", Stem: "Tên?", Answers: []exchange.Answer{{Text: "a", Fraction: 100}, {Text: "b", Fraction: 100}}, Status: ask, Flags: []exchange.Flag{exchange.MultipleKeys}}},
		{"a tolerance inside the text cannot be kept", xmlItem(declares("R", "single", "float", right("80")), body("<p>Từ "+field+" %</p>"), processing(tested("1", `<equal toleranceMode="absolute" tolerance="1">`+variable+`<correct identifier="R"/></equal>`))),
			exchange.Item{Type: "gap", Stem: "Từ [[gap]] %", Gaps: []exchange.Gap{{Kind: exchange.Typed, Answers: []exchange.Answer{{Text: "80", Fraction: 100}}}}, Status: ask, Flags: []exchange.Flag{exchange.Unsupported}}},
		{"a passage in another file", xmlItem(`<assessmentStimulusRef identifier="s" href="s.xml"/>`, declares("R", "single", "identifier", right("A")), body(choices("1", "một", "hai"))),
			exchange.Item{Type: "single", Stem: "Hỏi?", Options: three[:2], Key: []int{0}, Status: ask, Flags: []exchange.Flag{exchange.Unsupported}}},
		{"a film", xmlItem(declares("R", "single", "identifier", right("A")), body(`<mediaInteraction responseIdentifier="M"><object type="video/mp4" data="a.mp4"/></mediaInteraction>`+choices("1", "một", "hai"))),
			exchange.Item{Type: "single", Stem: "Hỏi?", Options: three[:2], Key: []int{0}, Status: ask, Flags: []exchange.Flag{exchange.HTMLRemoved}}},
		{"a field taken out with a script", xmlItem(declares("R", "single", "string", right("a")), body("<p>Tên <script>"+field+"</script></p>")),
			exchange.Item{Type: "essay", Stem: "Tên", Status: ask, Flags: []exchange.Flag{exchange.HTMLRemoved, exchange.Unsupported}}},
		{"an essay", xmlItem(declares("R", "single", "string", ""), body(`<extendedTextInteraction responseIdentifier="R"><prompt>Trình bày</prompt></extendedTextInteraction>`)),
			exchange.Item{Type: "essay", Stem: "Trình bày", Status: ask, Flags: []exchange.Flag{exchange.Unsupported}}},
		{"no interaction", xmlItem(body("<p>Đọc đoạn sau</p>")), exchange.Item{Type: "essay", Stem: "Đọc đoạn sau", Status: ask, Flags: []exchange.Flag{exchange.Unsupported}}},
		{"two interactions", xmlItem(body(choices("1", "a", "b") + choices("1", "c", "d"))), exchange.Item{Type: "essay", Stem: "Hỏi? Hỏi?", Status: ask, Flags: []exchange.Flag{exchange.Unsupported}}},
		{"a mapping by a template of another name", xmlItem(declares("R", "single", "string", mapping("ba kỳ", "100")), body("<p>Mấy kỳ?</p><p>"+field+"</p>"), `<responseProcessing template="rptemplates/CC2_map_response.xml"/>`),
			exchange.Item{Type: "shortanswer", Stem: "Mấy kỳ?", Answers: []exchange.Answer{{Text: "ba kỳ", Fraction: 100}}, Status: ok}},
		{"a hint is shown on request only", xmlItem(declares("R", "single", "string", right("PAR")), body("<p>Tên?</p><p>"+field+`</p><infoControl title="Gợi ý">Ba chữ cái</infoControl>`)),
			exchange.Item{Type: "shortanswer", Stem: "Tên?", Answers: []exchange.Answer{{Text: "PAR", Fraction: 100}}, Status: ok}},
		{"text for the ear alone", xmlItem(declares("R", "single", "identifier", right("A")), body(`<p class="qti-visually-hidden">Đáp án A</p>`+choices("1", "một", "hai"))),
			exchange.Item{Type: "single", Stem: "Hỏi?", Options: three[:2], Key: []int{0}, Status: ok}},
		{"text for a word that is pointed at", xmlItem(declares("R", "single", "identifier", right("A")), body(`<p>Theo <span data-role="tooltip-target">Luật</span><span data-role="tooltip-content" aria-hidden="true">Luật số 80</span></p>`+choices("1", "một", "hai"))),
			exchange.Item{Type: "single", Stem: "Theo Luật Hỏi?", Options: three[:2], Key: []int{0}, Status: ok}},
		{"a mark of its own for each response", xmlItem(declares("R", "single", "float", right("300")), body("<p>Bao nhiêu?</p>"+field), outcome("SCORE_R", "0")+outcome("MAXSCORE_R", "4"),
			`<responseProcessing><responseCondition><responseIf><equal toleranceMode="absolute" tolerance="2 2">`+variable+`<correct identifier="R"/></equal><setOutcomeValue identifier="SCORE_R"><variable identifier="MAXSCORE_R"/></setOutcomeValue></responseIf>`+
				`<responseElseIf><equal toleranceMode="absolute" tolerance="5 5">`+variable+`<correct identifier="R"/></equal><setOutcomeValue identifier="SCORE_R"><baseValue baseType="float">1</baseValue></setOutcomeValue></responseElseIf></responseCondition>`+
				`<setOutcomeValue identifier="SCORE"><sum><variable identifier="SCORE_R"/></sum></setOutcomeValue></responseProcessing>`),
			exchange.Item{Type: "numeric", Stem: "Bao nhiêu?", Answers: []exchange.Answer{{Value: "300", Min: "298", Max: "302", Fraction: 100}, {Value: "300", Min: "295", Max: "305", Fraction: 25}}, Status: ok}},
		{"the full mark from a variable", xmlItem(declares("R", "single", "string", right("Huế")), body("<p>Kinh đô?</p>"+field), outcome("MAXSCORE", "100"),
			processing(`<responseIf><match>`+variable+`<correct identifier="R"/></match><setOutcomeValue identifier="SCORE"><variable identifier="MAXSCORE"/></setOutcomeValue></responseIf>`,
				`<responseElseIf><match>`+variable+`<baseValue baseType="string">Phú Xuân</baseValue></match><setOutcomeValue identifier="SCORE"><baseValue baseType="float">50</baseValue></setOutcomeValue></responseElseIf>`)),
			exchange.Item{Type: "shortanswer", Stem: "Kinh đô?", Answers: []exchange.Answer{{Text: "Huế", Fraction: 100}, {Text: "Phú Xuân", Fraction: 50}}, Status: ok}},
		{"an answer for either of two fields", xmlItem(declares("R", "single", "string", "")+declares("S", "single", "string", ""), body("<p>Hai kỳ: "+field+` và <textEntryInteraction responseIdentifier="S"/>.</p>`),
			processing(tested("1", `<or><stringMatch caseSensitive="false">`+variable+`<baseValue baseType="string">Bắc</baseValue></stringMatch><stringMatch caseSensitive="false"><variable identifier="S"/><baseValue baseType="string">Bắc</baseValue></stringMatch></or>`))),
			exchange.Item{Type: "gap", Stem: "Hai kỳ: [[gap]] và [[gap]].", Gaps: []exchange.Gap{{Kind: exchange.Typed}, {Kind: exchange.Typed}}, Status: ask, Flags: []exchange.Flag{exchange.Unsupported, exchange.KeyMissing}}},
		{"half the mark for small letters", xmlItem(declares("R", "single", "string", mapping("Huế", "1", "huế", "0.5")), body("<p>Kinh đô?</p>"+field)),
			exchange.Item{Type: "shortanswer", Stem: "Kinh đô?", Answers: []exchange.Answer{{Text: "Huế", Fraction: 100}, {Text: "huế", Fraction: 50}}, CaseSensitive: pointer(true), Status: ok}},
		{"as much for small letters", xmlItem(declares("R", "single", "string", mapping("Huế", "1", "huế", "1")), body("<p>Kinh đô?</p>"+field)),
			exchange.Item{Type: "shortanswer", Stem: "Kinh đô?", Answers: []exchange.Answer{{Text: "Huế", Fraction: 100}, {Text: "huế", Fraction: 100}}, Status: ok}},
		{"words to pick in a text", xmlItem(declares("R", "single", "identifier", right("W2")), body(`<hottextInteraction responseIdentifier="R" maxChoices="1"><p>Sở <hottext identifier="W1">nội vụ</hottext> do <hottext identifier="W2">bộ</hottext> lập.</p></hottextInteraction>`)),
			exchange.Item{Type: "single", Stem: "Sở nội vụ do bộ lập.", Options: []string{"nội vụ", "bộ"}, Key: []int{1}, Status: ask, Flags: []exchange.Flag{exchange.Unsupported}}},
		{"a text with nothing to pick", xmlItem(declares("R", "single", "identifier", ""), body(`<hottextInteraction responseIdentifier="R"><p>Sở nội vụ.</p></hottextInteraction>`)),
			exchange.Item{Type: "essay", Stem: "Sở nội vụ.", Status: ask, Flags: []exchange.Flag{exchange.Unsupported}}},
		{"blanks of a mixed item", xmlItem(body(`<p>Do ` + field + ` lập.</p><gapMatchInteraction responseIdentifier="G"><gapText identifier="W" matchMax="1">tỉnh</gapText><p>Cấp <gap identifier="P"/>.</p></gapMatchInteraction>`)),
			exchange.Item{Type: "essay", Stem: "Do ____ lập. Cấp ____.", Status: ask, Flags: []exchange.Flag{exchange.Unsupported}}},
		{"a hotspot", xmlItem(body(`<hotspotInteraction responseIdentifier="R"><prompt>Chỉ ra</prompt><object type="image/png" data="a.png"/></hotspotInteraction>`)),
			exchange.Item{Type: "essay", Stem: "Chỉ ra", Status: ask, Flags: []exchange.Flag{exchange.Unsupported}}},
		{"numbers made up by the other system", xmlItem(declares("R", "single", "float", right("80")), `<templateDeclaration identifier="N" cardinality="single" baseType="float"/>`, body(`<p>Mấy <printedVariable identifier="N"/>?</p>`+field)),
			exchange.Item{Type: "numeric", Stem: "Mấy …?", Status: ask, Flags: []exchange.Flag{exchange.Unsupported, exchange.KeyMissing}}},
		{"a mark made up for the feedback", xmlItem(declares("R", "single", "identifier", right("A")), body(choices("1", "một", "hai")+`<p><feedbackInline outcomeIdentifier="F" identifier="x" showHide="show">Được <printedVariable identifier="SCORE"/> điểm</feedbackInline></p>`)),
			exchange.Item{Type: "single", Stem: "Hỏi?", Options: three[:2], Key: []int{0}, Explanation: "Được … điểm", Status: ok}},
		{"scripts go", xmlItem(declares("R", "single", "identifier", right("A")), body("<p>Hỏi<script>alert(1)</script></p>"+choices("1", "một", "hai"))),
			exchange.Item{Type: "single", Stem: "Hỏi Hỏi?", Options: three[:2], Key: []int{0}, Status: ask, Flags: []exchange.Flag{exchange.HTMLRemoved}}},
		{"notes for scorers stay out", xmlItem(declares("R", "single", "identifier", right("A")), body(`<rubricBlock view="scorer"><p>Đáp án A</p></rubricBlock><rubricBlock view="candidate author"><p>Đọc kỹ.</p></rubricBlock>`+choices("1", "một", "hai"))),
			exchange.Item{Type: "single", Stem: "Đọc kỹ. Hỏi?", Options: three[:2], Key: []int{0}, Status: ok}},
	} {
		for version, item := range map[string]string{"2.1": c.item, "3.0": kebab(c.item)} {
			content, err := qti.Read([]byte(item))
			if err != nil {
				t.Errorf("%s (%s): %v", c.name, version, err)
				continue
			}
			c.want.Name = "Q"
			if diff := cmp.Diff(c.want, content.Items[0], cmpopts.EquateEmpty(), cmpopts.IgnoreFields(exchange.Item{}, "Note", "Looks")); diff != "" {
				t.Errorf("%s (%s) (-want +got):\n%s%s", c.name, version, diff, content.Items[0].Note)
			}
			if (content.Items[0].Note == "") != (c.want.Status == ok) {
				t.Errorf("%s (%s): status %s with note %q", c.name, version, c.want.Status, content.Items[0].Note)
			}
		}
	}
}

func sides(left, right string) string {
	side := func(prefix, texts string) string {
		var b strings.Builder
		for i, text := range strings.Fields(texts) {
			fmt.Fprintf(&b, `<simpleAssociableChoice identifier="%s%d" matchMax="0">%s</simpleAssociableChoice>`, prefix, i+1, text)
		}
		return "<simpleMatchSet>" + b.String() + "</simpleMatchSet>"
	}
	return `<matchInteraction responseIdentifier="R" maxAssociations="0"><prompt>Nối</prompt>` + side("L", left) + side("R", right) + "</matchInteraction>"
}

func TestRead_pairs(t *testing.T) {
	t.Parallel()
	words := `<gapText identifier="W1" matchMax="1">đúng</gapText><gapText identifier="W2" matchMax="1">sai</gapText>`
	for _, c := range []struct {
		name, declaration, body string
		want                    exchange.Item
	}{
		{"each to its own", right("L1 R2", "L2 R1"), sides("a b", "c d e"), exchange.Item{Type: "matching", Options: []string{"a", "b"}, Targets: []string{"c", "d", "e"}, Key: []int{1, 0}}},
		{"two to one", right("L1 R1", "L2 R1"), sides("a b", "c d"), exchange.Item{Type: "matching", Options: []string{"a", "b"}, Targets: []string{"c", "d"}, Key: []int{0, 0}}},
		{"one to two: the sides change places", right("L1 R1", "L1 R2", "L2 R3"), sides("a b", "c d e"), exchange.Item{Type: "matching", Options: []string{"c", "d", "e"}, Targets: []string{"a", "b"}, Key: []int{0, 0, 1}}},
		{"all to all", right("L1 R1", "L1 R2", "L2 R1"), sides("a b", "c d"), exchange.Item{Type: "matching", Options: []string{"a", "b"}, Targets: []string{"c", "d"}, Flags: []exchange.Flag{exchange.MultipleKeys}}},
		{"one left alone", right("L1 R1"), sides("a b", "c d"), exchange.Item{Type: "matching", Options: []string{"a", "b"}, Targets: []string{"c", "d"}, Flags: []exchange.Flag{exchange.KeyMissing}}},
		{"by the mapping alone", mapping("L1 R1", "1", "L2 R2", "1", "L2 R1", "-1"), sides("a b", "c d"), exchange.Item{Type: "matching", Options: []string{"a", "b"}, Targets: []string{"c", "d"}, Key: []int{0, 1}}},
		{"against the mapping", right("L1 R1", "L2 R2") + mapping("L1 R2", "1", "L2 R1", "1"), sides("a b", "c d"), exchange.Item{Type: "matching", Options: []string{"a", "b"}, Targets: []string{"c", "d"}, Flags: []exchange.Flag{exchange.KeyConflict}}},
		{"unknown partner", right("L1 R9", "L2 R2"), sides("a b", "c d"), exchange.Item{Type: "matching", Options: []string{"a", "b"}, Targets: []string{"c", "d"}, Flags: []exchange.Flag{exchange.KeyUnknownLetter}}},
		{"free pairs", right("S1 S3", "S4 S2"), `<associateInteraction responseIdentifier="R" maxAssociations="2"><prompt>Nối</prompt>` +
			`<simpleAssociableChoice identifier="S1">a</simpleAssociableChoice><simpleAssociableChoice identifier="S2">b</simpleAssociableChoice><simpleAssociableChoice identifier="S3">c</simpleAssociableChoice><simpleAssociableChoice identifier="S4">d</simpleAssociableChoice></associateInteraction>`,
			exchange.Item{Type: "matching", Options: []string{"a", "d"}, Targets: []string{"b", "c"}, Key: []int{1, 0}, Flags: []exchange.Flag{exchange.Unsupported}}},
		{"words into gaps", right("W2 G1", "W1 G2"), `<gapMatchInteraction responseIdentifier="R">` + words + `<p>Nối <gap identifier="G1"/> và <gap identifier="G2"/>.</p></gapMatchInteraction>`,
			exchange.Item{Type: "gap", Stem: "Nối [[gap]] và [[gap]].", Gaps: []exchange.Gap{{Kind: "choice", Options: []string{"đúng", "sai"}, Key: []int{1}}, {Kind: "choice", Options: []string{"đúng", "sai"}, Key: []int{0}}}}},
	} {
		item := xmlItem(declares("R", "multiple", "directedPair", c.declaration), body(c.body))
		for version, item := range map[string]string{"2.1": item, "3.0": kebab(item)} {
			content, err := qti.Read([]byte(item))
			if err != nil {
				t.Errorf("%s (%s): %v", c.name, version, err)
				continue
			}
			if c.want.Stem == "" {
				c.want.Stem = "Nối"
			}
			if diff := cmp.Diff(c.want, content.Items[0], cmpopts.EquateEmpty(), cmpopts.IgnoreFields(exchange.Item{}, "Note", "Name", "Status", "Looks")); diff != "" {
				t.Errorf("%s (%s) (-want +got):\n%s", c.name, version, diff)
			}
		}
	}
}

func TestRead_feedback(t *testing.T) {
	t.Parallel()
	modal := func(outcome, id, text string) string {
		return `<modalFeedback outcomeIdentifier="` + outcome + `" identifier="` + id + `" showHide="show"><p>` + text + `</p></modalFeedback>`
	}
	routed := processing(`<responseIf><match>` + variable + `<baseValue baseType="identifier">B</baseValue></match><setOutcomeValue identifier="F"><baseValue baseType="identifier">hint</baseValue></setOutcomeValue></responseIf>`)
	sets := func(outcome, id string) string {
		return `<setOutcomeValue identifier="` + outcome + `"><baseValue baseType="identifier">` + id + `</baseValue></setOutcomeValue>`
	}
	correct := `<match>` + variable + `<correct identifier="R"/></match>`
	condition := `<responseCondition><responseIf>` + correct + sets("F", "yes") + `</responseIf><responseElse>` + sets("F", "no") + `</responseElse></responseCondition>`
	judged := `<responseProcessing>` + condition + `</responseProcessing>`
	handed := `<responseProcessing>` + condition
	for i, value := range []string{"yes", "no"} {
		handed += `<responseCondition><responseIf><and><match><baseValue baseType="identifier">` + value + `</baseValue><variable identifier="F"/></match></and>` + sets("S", fmt.Sprintf("s%d", i+1)) + `</responseIf></responseCondition>`
	}
	handed += `</responseProcessing>`
	inline := `Chọn <feedbackBlock outcomeIdentifier="F" identifier="z" showHide="show"><p>Vì luật</p></feedbackBlock>` +
		`<choiceInteraction responseIdentifier="R" maxChoices="1"><simpleChoice identifier="A">một<feedbackInline outcomeIdentifier="F" identifier="A" showHide="show">sai</feedbackInline></simpleChoice><simpleChoice identifier="B">hai</simpleChoice></choiceInteraction>`
	for _, c := range []struct {
		name, body, rest string
		options          []*string
		explanation      string
	}{
		{"by the option's identifier", choices("1", "một", "hai"), modal("F", "A", "sai rồi"), []*string{pointer("sai rồi"), nil}, ""},
		{"by a rule", choices("1", "một", "hai"), routed + modal("F", "hint", "đúng rồi") + modal("F", "other", "Xem Điều 5."), []*string{nil, pointer("đúng rồi")}, "Xem Điều 5."},
		{"in the text", "<div>" + inline + "</div>", "", []*string{pointer("sai"), nil}, "Vì luật"},
		{"to those who were right, and to the others", choices("1", "một", "hai", "ba"), judged + modal("F", "yes", "đúng rồi") + modal("F", "no", "chưa đúng"), []*string{pointer("chưa đúng"), pointer("đúng rồi"), pointer("chưa đúng")}, ""},
		{"the same to both", choices("1", "một", "hai"), judged + modal("F", "yes", "Xem Điều 5.") + modal("F", "no", "Xem Điều 5."), nil, "Xem Điều 5."},
		{"handed on by another outcome", choices("1", "một", "hai"), handed + modal("S", "s1", "đúng rồi") + modal("S", "s2", "chưa đúng"), []*string{pointer("chưa đúng"), pointer("đúng rồi")}, ""},
		{"by a template that the file does not hold", choices("1", "một", "hai"), `<responseProcessing template="CC2_match.xml"/>` + modal("B", "correct", "đúng rồi") + modal("B", "incorrect", "chưa đúng") +
			`<modalFeedback outcomeIdentifier="B" identifier="general" showHide="hide">Xem Điều 5.</modalFeedback>`, []*string{pointer("chưa đúng"), pointer("đúng rồi")}, "Xem Điều 5."},
		{"beside feedback of the options' own", "<div>" + inline + "</div>", judged + modal("F", "yes", "đúng rồi"), []*string{pointer("sai"), nil}, "Vì luật"},
	} {
		item := xmlItem(declares("R", "single", "identifier", right("B")), body(c.body), c.rest)
		for version, item := range map[string]string{"2.1": item, "3.0": kebab(item)} {
			content, err := qti.Read([]byte(item))
			if err != nil {
				t.Fatalf("%s (%s): %v", c.name, version, err)
			}
			it := content.Items[0]
			if diff := cmp.Diff(c.options, it.OptionFeedback); diff != "" || it.Explanation != c.explanation || it.Options[0] != "một" {
				t.Errorf("%s (%s): explanation %q, options %q, feedback (-want +got):\n%s", c.name, version, it.Explanation, it.Options, diff)
			}
		}
	}
}

const png = "\x89PNG\r\n\x1a\n...."

// packed zips files given as names and contents by turns.
func packed(t testing.TB, files ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := 0; i+1 < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(files[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// manifest lists files as QTI resources.
func manifest(files ...string) string {
	var b strings.Builder
	for i, f := range files {
		fmt.Fprintf(&b, `<resource identifier="R%d" type="imsqti_item_xmlv2p2" href="%s"/>`, i, f)
	}
	return `<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>` + b.String() + `</resources></manifest>`
}

func asking(stem string) string {
	return xmlItem(declares("R", "single", "identifier", right("A")), body("<p>"+stem+"</p>"+choices("1", "một", "hai")))
}

func TestRead_pictures(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, source string
		asset        exchange.Asset
		asked        bool
	}{
		{"beside the item", "so%20do.png", exchange.Asset{Name: "so do.png", Data: []byte(png)}, false},
		{"in another folder", "../images/a.png", exchange.Asset{Name: "a.png", Data: []byte(png)}, false},
		{"outside", "../../../etc/passwd", exchange.Asset{Name: "passwd"}, true},
		{"by an absolute path", "/etc/passwd", exchange.Asset{Name: "passwd"}, true},
		{"on the net", "https://example.test/theo-doi.png?x=1", exchange.Asset{Name: "theo-doi.png"}, true},
		{"on the net without a scheme", "//example.test/a.png", exchange.Asset{Name: "a.png"}, true},
		{"missing", "../images/b.png", exchange.Asset{Name: "b.png"}, true},
		{"a drawing", "ve.svg", exchange.Asset{Name: "ve.svg"}, true},
		{"in the text itself", "data:image/png;base64,iVBORw0KGgouLi4u", exchange.Asset{Name: "hinh-1", Data: []byte(png)}, false},
	} {
		item := asking(`Xem <img src="` + c.source + `" alt="Hình"/>`)
		content, err := qti.Read(packed(t, "goi/imsmanifest.xml", manifest("items/i.xml"), "goi/items/i.xml", item, "goi/images/a.png", png, "goi/items/so do.png", png, "goi/items/ve.svg", "<svg/>"))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		it := content.Items[0]
		c.asset.Kind, c.asset.Alt = exchange.Image, "Hình"
		if diff := cmp.Diff([]exchange.Asset{c.asset}, it.Assets); diff != "" || it.Has(exchange.ExternalImage) != c.asked {
			t.Errorf("%s: flags %v, assets (-want +got):\n%s", c.name, it.Flags, diff)
		}
		if it.Stem != "Xem [[image]] Hỏi?" || it.Source != "goi/items/i.xml" {
			t.Errorf("%s: stem %q from %s", c.name, it.Stem, it.Source)
		}
	}
}

func TestRead_objectsAndFormulasInOrder(t *testing.T) {
	t.Parallel()
	item := asking(`<m:math xmlns:m="http://www.w3.org/1998/Math/MathML"><m:mi>x</m:mi></m:math> ở <object type="image/png" data="a.png">Sơ đồ</object>`)
	content, err := qti.Read(packed(t, "imsmanifest.xml", manifest("i.xml"), "i.xml", item, "a.png", png))
	if err != nil {
		t.Fatal(err)
	}
	want := []exchange.Asset{{Kind: exchange.Math, Data: []byte("<math><mi>x</mi></math>")}, {Kind: exchange.Image, Name: "a.png", Alt: "Sơ đồ", Data: []byte(png)}}
	if diff := cmp.Diff(want, content.Items[0].Assets); diff != "" || content.Items[0].Status != exchange.OK {
		t.Errorf("status %s, assets (-want +got):\n%s", content.Items[0].Status, diff)
	}
}

func TestRead_ordersItemsByTheTest(t *testing.T) {
	t.Parallel()
	test := `<assessmentTest xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="T" title="Đề"><testPart identifier="p">` +
		`<assessmentSection identifier="s1" title="Phần I"><assessmentItemRef identifier="r1" href="../items/b.xml"/>` +
		`<assessmentSection identifier="s2" title=""><assessmentItemRef identifier="r2" href="../items/c.xml"/></assessmentSection>` +
		`<assessmentSectionRef identifier="s3" href="phan2.xml"/><assessmentItemRef identifier="r9" href="../items/none.xml"/></assessmentSection></testPart></assessmentTest>`
	part2 := `<assessmentSection xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="s3" title="Phần II"><assessmentItemRef identifier="r3" href="../items/d.xml"/></assessmentSection>`
	for _, spell := range []func(string) string{func(s string) string { return s }, kebab} {
		content, err := qti.Read(packed(t, "imsmanifest.xml", manifest("items/a.xml", "items/b.xml", "items/c.xml", "tests/t.xml", "items/hong.xml"), "tests/t.xml", spell(test), "tests/phan2.xml", spell(part2),
			"items/a.xml", asking("a"), "items/b.xml", asking("b"), "items/c.xml", asking("c"), "items/d.xml", asking("d"), "items/hong.xml", "<assessmentItem>"))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, it := range content.Items {
			section := "không"
			if it.Section != nil {
				section = *it.Section
			}
			got = append(got, it.Stem+" "+section)
		}
		if diff := cmp.Diff([]string{"b Hỏi? Phần I", "c Hỏi? Phần I", "d Hỏi? Phần II", "a Hỏi? không"}, got); diff != "" || len(content.Warnings) != 2 {
			t.Errorf("warnings %q, items (-want +got):\n%s", content.Warnings, diff)
		}
	}
}

func TestRead_saysWhyItRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		data []byte
		says string
	}{
		{"nothing", nil, "không phải XML"},
		{"words", []byte("Câu 1. A"), "không phải XML"},
		{"another encoding", []byte(`<?xml version="1.0" encoding="windows-1258"?><assessmentItem/>`), "UTF-8"},
		{"a broken zip", []byte("PK\x03\x04 and no more"), "gói nén"},
		{"a page", []byte("<html/>"), "không phải câu hỏi QTI"},
		{"a test alone", []byte("<qti-assessment-test/>"), "cả gói"},
		{"QTI 1.2", []byte("<questestinterop/>"), "QTI 1.x"},
		{"a document type", []byte(`<!DOCTYPE a><assessmentItem/>`), "DOCTYPE"},
		{"no manifest", packed(t, "a.txt", "a"), "imsmanifest.xml"},
		{"a manifest without items", packed(t, "imsmanifest.xml", manifest()), "không có câu hỏi"},
		{"a broken manifest", packed(t, "imsmanifest.xml", "<manifest>"), "không phải XML"},
		{"items that do not exist", packed(t, "imsmanifest.xml", manifest("a.xml", "b.xml")), "Không đọc được câu hỏi nào"},
		{"a package of QTI 1.2", packed(t, "imsmanifest.xml", manifest("a.xml"), "a.xml", "<questestinterop/>"), "QTI 1.x"},
		{"one hostile item", packed(t, "imsmanifest.xml", manifest("a.xml", "b.xml"), "a.xml", asking("a"), "b.xml", `<!DOCTYPE a><assessmentItem/>`), "DOCTYPE"},
		{"too many elements", []byte("<assessmentItem>" + strings.Repeat("<a/>", 210_000) + "</assessmentItem>"), "quá nhiều thẻ"},
		{"a huge item", bytes.Repeat([]byte("<"), 9<<20), "quá lớn"},
	} {
		_, err := qti.Read(c.data)
		var refusal *exchange.Rejected
		if !errors.As(err, &refusal) || !strings.Contains(refusal.Reason, c.says) {
			t.Errorf("%s: %v, want a refusal that says %q", c.name, err, c.says)
		}
	}
}

// Files made to cost time end soon: what no honest file has is not read to
// its end.
func TestRead_boundsItsWork(t *testing.T) {
	t.Parallel()
	many := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	oneField := many(30_000, `<textEntryInteraction responseIdentifier="R%d"/>`)
	declared := many(30_000, `<responseDeclaration identifier="R%d"/>`)
	for name, data := range map[string][]byte{
		"options":  []byte(xmlItem(declares("R", "multiple", "identifier", right("A")), body(`<choiceInteraction responseIdentifier="R">`+many(50_000, `<simpleChoice identifier="c%d">a</simpleChoice>`)+`</choiceInteraction>`))),
		"gaps":     []byte(xmlItem(declared, body("<p>"+oneField+"</p>"))),
		"values":   []byte(xmlItem(declares("R", "multiple", "identifier", "<correctResponse>"+many(60_000, "<value>v%d</value>")+"</correctResponse>"), body(choices("0", "a", "b")))),
		"feedback": []byte(xmlItem(body(choices("0", "a", "b")), many(60_000, `<modalFeedback identifier="A">%d</modalFeedback>`))),
		"tags":     []byte(asking(strings.Repeat("<b><i>", 150) + many(40_000, "<a>%d</a>") + strings.Repeat("</i></b>", 150))),
		"refs": packed(t, "imsmanifest.xml", manifest("t.xml", "a.xml"), "a.xml", asking("a"), "t.xml",
			`<assessmentTest><testPart>`+strings.Repeat(`<assessmentItemRef href="a.xml"/><assessmentItemRef href="t.xml"/><assessmentSectionRef href="t.xml"/>`, 20_000)+`</testPart></assessmentTest>`),
	} {
		start := time.Now()
		content, err := qti.Read(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if crowded := name == "options" || name == "gaps"; crowded != content.Items[0].Has(exchange.TooManyOptions) {
			t.Errorf("%s: flags %v", name, content.Items[0].Flags)
		}
		if took := time.Since(start); took > 8*time.Second {
			t.Errorf("%s take %s", name, took)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"goi-qti21.zip", "goi-qti30.zip"} {
		data := file(f, name)
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			f.Fatal(err)
		}
		for _, entry := range z.File {
			if !strings.HasPrefix(entry.Name, "items/") {
				continue
			}
			r, err := entry.Open()
			if err != nil {
				f.Fatal(err)
			}
			var item bytes.Buffer
			if _, err := item.ReadFrom(r); err != nil {
				f.Fatal(err)
			}
			f.Add(item.Bytes())
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		content, err := qti.Read(data)
		var refusal *exchange.Rejected
		if err != nil && !errors.As(err, &refusal) {
			t.Fatalf("%v is no refusal", err)
		}
		for _, v := range versions {
			packed, losses, err := qti.Write(content.Items, v)
			if err != nil {
				t.Fatal(err)
			}
			again, err := qti.Read(packed)
			if err != nil && !errors.As(err, &refusal) {
				t.Fatalf("read again: %v", err)
			}
			if len(content.Items) == 0 || content.Items[0].Status != exchange.OK || len(losses) > 0 {
				continue
			}
			if diff := cmp.Diff(content.Items, again.Items, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(exchange.Item{}, "Source", "Name", "Looks")); diff != "" {
				t.Fatalf("QTI %s changes an item that is in order (-read +read again):\n%s", v, diff)
			}
		}
	})
}

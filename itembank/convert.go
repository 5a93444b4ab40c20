package itembank

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"

	"sathach/internal/viet"
	"sathach/itembank/exchange"
	"sathach/scoring"
)

// kindsOf are the kinds of a file's questions that the bank can hold.
var kindsOf = map[exchange.Type]Kind{
	exchange.Single: Single, exchange.Multiple: Multiple, exchange.TrueFalse: TrueFalse,
	exchange.Ordering: Ordering, exchange.Matching: Matching, exchange.Numeric: Numeric, exchange.ShortAnswer: Short, exchange.GapText: GapText, exchange.Situation: Situation,
}

// DraftOf turns a question of a file into a draft, without code and topic.
// hurdle says, in Vietnamese, what keeps it out of the bank; it is empty when
// nothing does.
func DraftOf(it exchange.Item, register []Document) (d Draft, hurdle string) {
	kind, known := kindsOf[it.Type]
	switch {
	case !known:
		return Draft{}, "Ngân hàng chưa nhận dạng câu này"
	case len(it.Assets) > 0:
		return Draft{}, "Câu có hình hoặc công thức chưa đặt vào câu"
	case len(it.Options) > scoring.MaxOptions || len(it.Targets) > scoring.MaxOptions:
		return Draft{}, tooManyOptions
	case lettered(kind) && len(it.Key) == 0:
		return Draft{}, "Chưa có đáp án"
	}
	if kind == Matching && slices.Equal(it.Targets, TrueOrFalse) {
		kind = Matrix
	}
	d = Draft{
		Kind: kind, Level: LevelOf(it.Level), Format: Format(it.Format), Stem: it.Stem, Options: it.Options, Targets: it.Targets, Key: it.Key, Pinned: it.Pinned, Situation: it.Situation,
		Explanation: it.Explanation, SourceNote: it.Citation,
	}
	if it.Has(exchange.LetterReference) {
		d.Pinned = everyPlace(len(it.Options)) // its options speak of places
	}
	d.Citations = Citing(it.Citation, register)
	switch kind {
	case Numeric:
		d.Answer, hurdle = answerOf(it)
	case Short:
		d.CaseSensitive = it.CaseSensitive != nil && *it.CaseSensitive
		var accepted []string
		accepted, hurdle = wholeAnswers(it.Answers)
		d.Accepted = [][]string{accepted}
	case GapText:
		hurdle = d.takeGaps(it.Gaps)
	}
	if hurdle != "" {
		return Draft{}, hurdle
	}
	return d, ""
}

// lettered tells kinds whose key is positions of options.
func lettered(k Kind) bool { return !slices.Contains([]Kind{Numeric, Short, GapText, Situation}, k) }

// wholeAnswers are the texts that earn everything; the bank has no partly
// right words.
func wholeAnswers(answers []exchange.Answer) (texts []string, hurdle string) {
	for _, a := range answers {
		if a.Fraction != 100 || a.Text == "" {
			return nil, "Ngân hàng chỉ nhận câu trả lời trọn điểm; hãy bỏ các câu trả lời được một phần điểm"
		}
		texts = append(texts, a.Text)
	}
	if len(texts) == 0 {
		return nil, "Chưa có đáp án"
	}
	return texts, ""
}

// takeGaps turns the gaps of a file into those of the bank.
func (d *Draft) takeGaps(gaps []exchange.Gap) (hurdle string) {
	d.Key = nil
	numbers := make([]Number, len(gaps))
	for i, g := range gaps {
		options, accepted, key := g.Options, []string{}, -1
		switch {
		case g.Kind == exchange.Typed && len(g.Answers) == 1 && g.Answers[0].Min != "":
			number, hurdle := answerOf(exchange.Item{Answers: g.Answers})
			if hurdle != "" {
				return hurdle
			}
			options, numbers[i] = []string{}, Number{number.Value, number.Tolerance}
			d.Numbers = numbers
		case g.Kind == exchange.Typed:
			options = []string{}
			if accepted, hurdle = wholeAnswers(g.Answers); hurdle != "" {
				return hurdle
			}
		default:
			if len(g.Key) != 1 {
				return "Mỗi chỗ trống để chọn cần đúng một đáp án"
			}
			key = g.Key[0]
		}
		d.Gaps, d.Accepted, d.Key = append(d.Gaps, options), append(d.Accepted, accepted), append(d.Key, key)
	}
	return ""
}

var tooManyOptions = fmt.Sprintf("Ngân hàng nhận nhiều nhất %d phương án", scoring.MaxOptions)

func everyPlace(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// answerOf takes the one whole answer of a numeric question; a range becomes
// its middle with half its width as tolerance, exactly.
func answerOf(it exchange.Item) (*Answer, string) {
	if len(it.Answers) != 1 || it.Answers[0].Fraction != 100 {
		return nil, "Câu điền số cần đúng một đáp án trọn điểm"
	}
	low, ok1 := new(big.Rat).SetString(it.Answers[0].Min.String())
	high, ok2 := new(big.Rat).SetString(it.Answers[0].Max.String())
	if !ok1 || !ok2 {
		return nil, "Đáp án không phải một số"
	}
	half := big.NewRat(1, 2)
	middle := new(big.Rat).Add(low, high)
	width := new(big.Rat).Sub(high, low)
	return &Answer{Value: decimalText(middle.Mul(middle, half)), Tolerance: decimalText(width.Mul(width, half)), Unit: it.Unit}, ""
}

func decimalText(v *big.Rat) string {
	text := v.FloatString(20)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// LevelOf understands the names of levels that authors write; empty for none
// it knows.
func LevelOf(printed string) Level {
	switch folded := viet.Fold(viet.Clean(printed)); {
	case folded == "":
		return ""
	case strings.Contains(folded, "nhan biet"), strings.HasPrefix(folded, "de"), folded == "nb", folded == "recall":
		return Recall
	case strings.Contains(folded, "thong hieu"), strings.HasPrefix(folded, "trung binh"), folded == "th", folded == "understanding":
		return Understanding
	case strings.Contains(folded, "van dung"), strings.HasPrefix(folded, "kho"), folded == "vd", folded == "vdc", folded == "application":
		return Application
	}
	return ""
}

// numberInText finds numbers of legal documents: 905/QĐ-BNV, 118/2025/NĐ-CP,
// 64/2025/QH15, 66-NQ/TW, 66.7/2025/NQ-CP.
var numberInText = regexp.MustCompile(`\d+(?:\.\d+)?[a-z]?(?:/\d{4})?(?:/|-)(?:QH\d{1,2}|[A-ZĐ][A-ZĐa-zđ]*(?:[-/][A-ZĐ][A-ZĐa-z]*)*)`)

// Citing finds the documents of the register that a text names, with the
// article named before or after them. Parts are separated by semicolons. A
// number that several documents carry is left out unless its date stands in
// brackets behind it: a person chooses.
func Citing(text string, register []Document) (cites []Cite) {
	exact := false // the last part was one that CiteLine writes
	for _, part := range strings.Split(viet.Clean(text), ";") {
		part = strings.TrimSpace(part)
		if c, ok := exactCite(part, register); ok {
			cites, exact = addCite(cites, c), true
			continue
		}
		loose := looseCites(part, register)
		if len(loose) == 0 && exact && part != "" {
			cites[len(cites)-1].Article += "; " + part // the place itself has semicolons
			continue
		}
		exact = false
		for _, c := range loose {
			cites = addCite(cites, c)
		}
	}
	return cites
}

func addCite(cites []Cite, c Cite) []Cite {
	if slices.ContainsFunc(cites, func(have Cite) bool {
		return have.Document == c.Document && have.IssuedOn == c.IssuedOn && have.Article == c.Article
	}) {
		return cites
	}
	return append(cites, c)
}

// looseCites finds numbers of documents in running words.
func looseCites(text string, register []Document) (cites []Cite) {
	for _, at := range numberInText.FindAllStringIndex(text, -1) {
		number := text[at[0]:at[1]]
		var found []Document
		for _, d := range register {
			if d.Number == number {
				found = append(found, d)
			}
		}
		if len(found) != 1 || slices.ContainsFunc(cites, func(c Cite) bool { return c.Document == number }) {
			continue
		}
		cites = append(cites, Cite{Document: number, Article: articleIn(text[:at[0]], text[at[1]:])})
	}
	return cites
}

var article = regexp.MustCompile(`(?i)(?:(?:điểm|khoản|điều|mục|phụ lục|chương|phần)\s+[\wđ.,\- ]+?\s*)+(?:$|;|,?\s*(?:của\s+)?(?:luật|nghị định|nghị quyết|quyết định|thông tư|chỉ thị|kết luận|nđ|nq|qđ|tt)\b.*$)`)

// articleIn takes the place inside a document from the words around its
// number.
func articleIn(before, after string) string {
	for _, words := range []string{strings.TrimSpace(before), strings.Trim(after, " ,;.")} {
		if m := article.FindString(words); m != "" {
			return strings.Trim(kindWord.ReplaceAllString(m, ""), " ,;.")
		}
	}
	return ""
}

var kindWord = regexp.MustCompile(`(?i),?\s*(?:của\s+)?(?:luật|nghị định|nghị quyết|quyết định|thông tư|chỉ thị|kết luận|nđ|nq|qđ|tt)(?:\s+số)?\s*.*$`)

package docx

import (
	"fmt"
	"strconv"
	"strings"

	"sathach/itembank/exchange/written"
)

// level is one level of a numbered list.
type level struct {
	Index  int       `xml:"ilvl,attr"`
	Start  *intVal   `xml:"start"`
	Format toggle    `xml:"numFmt"`
	Text   toggle    `xml:"lvlText"`
	Run    *runProps `xml:"rPr"`
}

// lists computes what automatic numbering prints.
type lists struct {
	abstract map[int]map[int]level // definitions by id and level
	nums     map[int]listNum
	counters map[int]map[int]int // by definition and level
	begun    map[string]bool     // restarts that have happened
}

type listNum struct {
	abstract int
	starts   map[int]int   // restarts of levels
	levels   map[int]level // levels of its own
}

func (r *reader) readLists() error {
	var file struct {
		Abstract []struct {
			ID     int     `xml:"abstractNumId,attr"`
			Levels []level `xml:"lvl"`
		} `xml:"abstractNum"`
		Nums []struct {
			ID        int    `xml:"numId,attr"`
			Abstract  intVal `xml:"abstractNumId"`
			Overrides []struct {
				Index int     `xml:"ilvl,attr"`
				Start *intVal `xml:"startOverride"`
				Level *level  `xml:"lvl"`
			} `xml:"lvlOverride"`
		} `xml:"num"`
	}
	if err := r.part("word/numbering.xml", &file); err != nil {
		return err
	}
	l := lists{abstract: map[int]map[int]level{}, nums: map[int]listNum{}, counters: map[int]map[int]int{}, begun: map[string]bool{}}
	for _, a := range file.Abstract {
		l.abstract[a.ID] = map[int]level{}
		for _, one := range a.Levels {
			l.abstract[a.ID][one.Index] = one
		}
	}
	for _, n := range file.Nums {
		num := listNum{abstract: n.Abstract.Val, starts: map[int]int{}, levels: map[int]level{}}
		for _, o := range n.Overrides {
			if o.Start != nil {
				num.starts[o.Index] = o.Start.Val
			}
			if o.Level != nil {
				num.levels[o.Index] = *o.Level
			}
		}
		l.nums[n.ID] = num
	}
	r.lists = l
	return nil
}

// label counts a paragraph of a list and gives what is printed before it. A
// bullet prints nothing that counts.
func (l *lists) label(p *numProps, mark face, styles styles, own *runProps) written.Run {
	if p == nil || p.ID == nil {
		return written.Run{}
	}
	num, ok := l.nums[p.ID.Val]
	if !ok {
		return written.Run{}
	}
	at := 0
	if p.Level != nil {
		at = p.Level.Val
	}
	counters := l.counters[num.abstract]
	if counters == nil {
		counters = map[int]int{}
		l.counters[num.abstract] = counters
	}
	l.count(num, p.ID.Val, at, counters)
	one := l.at(num, at)
	f := mark.over(one.Run)
	f = styles.run(f, own)
	return written.Run{Text: l.print(num, one, counters), Look: f.look, Font: f.font}
}

func (l *lists) at(num listNum, index int) level {
	if one, ok := num.levels[index]; ok {
		return one
	}
	return l.abstract[num.abstract][index]
}

func (l *lists) count(num listNum, id, at int, counters map[int]int) {
	restart := fmt.Sprint(id, "/", at)
	start, restarts := num.starts[at]
	switch {
	case restarts && !l.begun[restart]:
		l.begun[restart] = true
		counters[at] = start
	default:
		if _, counted := counters[at]; !counted {
			counters[at] = 1
			if one := l.at(num, at); one.Start != nil {
				counters[at] = one.Start.Val
			}
		} else {
			counters[at]++
		}
	}
	for deeper := range counters {
		if deeper > at {
			delete(counters, deeper)
		}
	}
}

// print fills the level's pattern, "Câu %1." or "%1.%2".
func (l *lists) print(num listNum, one level, counters map[int]int) string {
	if one.Format.Val == "bullet" || one.Format.Val == "none" {
		return ""
	}
	text := one.Text.Val
	for i := range 9 {
		place := fmt.Sprint("%", i+1)
		if strings.Contains(text, place) {
			text = strings.ReplaceAll(text, place, ordinal(l.at(num, i).Format.Val, max(1, counters[i])))
		}
	}
	return text
}

func ordinal(format string, n int) string {
	switch format {
	case "upperLetter", "lowerLetter":
		letters := strings.Repeat(string(rune('A'+(n-1)%26)), (n-1)/26+1)
		if format == "lowerLetter" {
			return strings.ToLower(letters)
		}
		return letters
	case "upperRoman":
		return roman(n)
	case "lowerRoman":
		return strings.ToLower(roman(n))
	case "decimalZero":
		return fmt.Sprintf("%02d", n)
	}
	return strconv.Itoa(n)
}

func roman(n int) string {
	var out strings.Builder
	for _, d := range []struct {
		value int
		sign  string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for ; n >= d.value; n -= d.value {
			out.WriteString(d.sign)
		}
	}
	return out.String()
}

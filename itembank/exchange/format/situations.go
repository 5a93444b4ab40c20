package format

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/markdown"
)

// aloneEach makes every question stand by itself, for formats that have no
// situations: the text of its situation comes before its own, and the
// situations themselves are left out.
func aloneEach(items []exchange.Item, holds holding) (alone []exchange.Item, losses []exchange.Loss) {
	about := map[string]exchange.Item{}
	for i, it := range items {
		if it.Type == exchange.Situation {
			about[it.Name] = it
			losses = append(losses, exchange.Loss{Item: calledHere(it, i), What: "Lời tình huống đứng ở đầu từng câu thuộc tình huống, không thành câu riêng"})
		}
	}
	for i, it := range items {
		if it.Type == exchange.Situation {
			continue
		}
		s, there := about[it.Situation]
		switch {
		case it.Situation == "":
		case !there:
			losses = append(losses, exchange.Loss{Item: calledHere(it, i), What: "Không ghi câu thuộc tình huống “" + it.Situation + "”"})
		default:
			between := " "
			if holds == looks {
				between = "\n\n"
				markdown.Write(&s)
				markdown.Write(&it)
			}
			it.Assets = slices.Concat(s.Assets[:min(len(s.Assets), marksIn(s.Stem))], it.Assets)
			it.Stem = strings.TrimSpace(s.Stem + between + it.Stem)
		}
		it.Situation = ""
		alone = append(alone, it)
	}
	return alone, losses
}

// marksIn counts the places of pictures and formulas.
func marksIn(text string) int {
	return strings.Count(text, exchange.ImageMark) + strings.Count(text, exchange.MathMark)
}

func calledHere(it exchange.Item, i int) string {
	return cmp.Or(it.Name, fmt.Sprintf("câu thứ %d", i+1))
}

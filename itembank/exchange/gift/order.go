package gift

import (
	"errors"
	"regexp"
	"strings"
)

// settings is what may stand after the > of an ordering: how many items are
// shown, and words about layout, marks and numbering. Other words are an item
// in the wrong place.
var settings = regexp.MustCompile(`^(?:[ \t]*(?:[0-9]+|ALL|RANDOM|CONTIG(?:UOUS)?|EXACT|REL(?:ATIVE)?|VERT(?:ICAL)?|HORI(?:ZONTAL)?|(?:ALL|ABSOLUTE|RELATIVE|LONGEST)(?:_[A-Z]+)+|SHOW|HIDE|TRUE|FALSE|YES|NO|none|abc|ABCD|iii|IIII)(?:[ \t]|$))*[ \t]*$`)

// order reads an ordering, which Moodle adds to GIFT: after a line of settings
// each line is an item, in the right order.
func (b *block) order(raw string) error {
	head, lines, _ := strings.Cut(raw, "\n")
	if !settings.MatchString(head) {
		return errors.New("sau dấu > phải là dòng thiết lập của câu sắp xếp, rồi mỗi mục một dòng")
	}
	for line := range strings.SplitSeq(lines, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		if len(b.item.Options) == mostEntries {
			return errEntries
		}
		b.item.Key = append(b.item.Key, len(b.item.Options))
		b.item.Options = append(b.item.Options, b.plain(line))
	}
	return nil
}

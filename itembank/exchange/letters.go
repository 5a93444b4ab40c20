package exchange

import (
	"regexp"
	"strings"
)

// letterPattern finds lists of option letters inside an option's text.
type letterPattern struct{ forms []*regexp.Regexp }

// "Cả A và B", "A, B và C đều đúng", "Chỉ A và C", "Phương án A và B", "Đáp án
// A hoặc C": a lone capital letter beside another one.
var letterList = letterPattern{[]*regexp.Regexp{
	regexp.MustCompile(`^(?i:cả|chỉ|phương án|đáp án|ý|các phương án|các đáp án|các ý|gồm|bao gồm)\s+([A-H](?:\s*(?:,|;|và|hoặc|&|với)\s*[A-H])+)\b`),
	regexp.MustCompile(`^([A-H](?:\s*(?:,|;|và|hoặc|&)\s*[A-H])+)(?:\s+(?i:đều)?\s*(?i:đúng|sai|không đúng)|\s*[.;]?$)`),
	regexp.MustCompile(`^(?i:cả)\s+\(([A-Ha-h])\)\s+(?:và|,)\s+\([A-Ha-h]\)`),
	regexp.MustCompile(`^(?i:chỉ\s+)?(?i:phương án|đáp án|ý|câu)\s+([A-H])(?:\s+(?i:và|hoặc)\s+(?i:phương án|đáp án|ý|câu)\s+[A-H])?(?:\s+(?i:đều)?\s*(?i:đúng|sai))?\s*[.;]?$`),
}}

func (p letterPattern) find(option string) string {
	for _, form := range p.forms {
		if found := form.FindStringSubmatch(strings.TrimSpace(option)); found != nil {
			return strings.TrimSpace(found[1])
		}
	}
	return ""
}

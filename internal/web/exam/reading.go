package exam

import (
	"bytes"
	"fmt"
	"html/template"

	"github.com/yuin/goldmark"
)

// readingHTML renders a reading. goldmark leaves raw HTML out by default, so
// what authors write cannot become a script.
func readingHTML(source string) (template.HTML, error) {
	var out bytes.Buffer
	if err := goldmark.Convert([]byte(source), &out); err != nil {
		return "", fmt.Errorf("render a reading: %w", err)
	}
	return template.HTML(out.String()), nil
}

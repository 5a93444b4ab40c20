package page

import (
	"fmt"
	"html/template"
	"strconv"
	"sync"

	"sathach/itembank/exchange/markdown"
)

// prose shows a stem or an explanation, line an option, as their format says.
// Blanks are numbered.
func prose(format any, text string) template.HTML {
	return numbered(written(markdown.Block, format, text))
}

func line(format any, text string) template.HTML { return written(markdown.Line, format, text) }

// isMarkdown tells the format whose texts have paragraphs, tables and pictures.
func isMarkdown(format any) bool { return fmt.Sprint(format) == "markdown" }

func written(form markdown.Form, format any, text string) template.HTML {
	if !isMarkdown(format) {
		return template.HTML(template.HTMLEscapeString(text))
	}
	return shown.get(form, text)
}

// numbered puts "(1)", "(2)" where a stem has its blanks.
func numbered(text template.HTML) template.HTML {
	return template.HTML(markdown.EachGap(string(text), func(n int) string {
		return `<span class="gapmark">(` + strconv.Itoa(n+1) + `)</span>`
	}))
}

// mostShown bounds the texts that are kept as they are shown, in bytes: those
// of the rounds that are open, many times over.
const mostShown = 64 << 20

// shown keeps texts as they are shown. The same few are asked for by everybody
// who takes a round.
var shown = &showing{texts: map[showingKey]template.HTML{}}

type showingKey struct {
	form markdown.Form
	text string
}

type showing struct {
	mu    sync.RWMutex
	texts map[showingKey]template.HTML
	bytes int // of texts and what they are shown as
}

func (s *showing) get(form markdown.Form, text string) template.HTML {
	key := showingKey{form, text}
	s.mu.RLock()
	html, known := s.texts[key]
	s.mu.RUnlock()
	if known {
		return html
	}
	html = template.HTML(form.HTML(text))
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bytes += len(text) + len(html); s.bytes > mostShown {
		clear(s.texts)
		s.bytes = len(text) + len(html)
	}
	s.texts[key] = html
	return html
}

package console

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"sathach/internal/web/page"
	"sathach/itembank"
	"sathach/itembank/exchange"
	"sathach/itembank/exchange/markdown"
)

// previewView is what a person typed, as a reader sees it.
type previewView struct {
	Format            itembank.Format
	Stem, Explanation string
	Options           []string
}

// Rich tells whether the form is written in Markdown.
func (f itemForm) Rich() bool { return f.Format == itembank.Markdown }

// stays tells that the form was not sent to save what is in it, but to choose
// another kind, to add a picture or to look; that is done.
func (p *Pages) stays(c *gin.Context, f *itemForm) bool {
	switch c.PostForm("act") {
	case "retype":
		return true
	case "picture":
		if p.addPicture(c, f); len(f.Problems) == 0 {
			f.Notice = p.kit.T(c, "item.picture_added")
		}
		f.preview()
		return true
	case "preview":
		f.preview()
		return true
	}
	return false
}

func (f *itemForm) preview() {
	if len(f.Stem) > 4*itembank.LongestStem || len(f.Explanation) > 4*itembank.LongestStem {
		return // saving says so
	}
	f.Preview = &previewView{Format: f.Format, Stem: f.Stem, Options: linesOf(f.Options), Explanation: f.Explanation}
	if f.Rich() {
		f.Preview.Stem, f.Preview.Explanation = markdown.Block.Tidy(f.Stem), markdown.Block.Tidy(f.Explanation)
	}
}

// addPicture keeps the chosen picture and writes it at the end of the stem.
func (p *Pages) addPicture(c *gin.Context, f *itemForm) {
	wrong := func(field, word string) { f.Problems = append(f.Problems, problem{field, p.kit.T(c, word)}) }
	if f.Alt = strings.TrimSpace(f.Alt); f.Alt == "" {
		wrong("alt", "item.no_alt")
		return
	}
	name, err := p.keepPicture(c)
	switch {
	case errors.Is(err, http.ErrMissingFile):
		wrong("picture", "item.no_file")
		return
	case errors.Is(err, itembank.ErrPictureTooBig):
		wrong("picture", "item.picture_big")
		return
	case err != nil:
		wrong("picture", "item.picture_bad")
		return
	}
	f.write()
	f.Stem = strings.TrimSpace(f.Stem + "\n\n" + markdown.Picture{Name: name, Alt: f.Alt}.Write())
	f.Alt = ""
}

func (p *Pages) keepPicture(c *gin.Context) (name string, err error) {
	header, err := c.FormFile("picture")
	if err != nil {
		return "", http.ErrMissingFile
	}
	file, err := header.Open()
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, itembank.MostPicture+1))
	if err != nil {
		return "", err
	}
	return p.Bank.AddPicture(c.Request.Context(), page.Actor(c), data)
}

// keepLines keeps the paragraphs of a text that was typed in plain words: those
// are one line each.
func (f *itemForm) keepLines() {
	several := func(text string) bool { return strings.Contains(strings.TrimSpace(text), "\n") }
	if f.Rich() || !several(f.Stem) && !several(f.Explanation) {
		return
	}
	escaped := func(text string) string {
		lines := strings.Split(text, "\n")
		for i, line := range lines {
			lines[i] = markdown.Block.Escape(exchange.Tidy(line))
		}
		return strings.TrimSpace(strings.Join(lines, "\n"))
	}
	options := linesOf(f.Options)
	for i, o := range options {
		options[i] = markdown.Line.Escape(o)
	}
	f.Format, f.Stem, f.Explanation, f.Options = itembank.Markdown, escaped(f.Stem), escaped(f.Explanation), strings.Join(options, "\n")
}

// write turns plain words into Markdown that says the same.
func (f *itemForm) write() {
	if f.Rich() {
		return
	}
	it := exchange.Item{Stem: exchange.Tidy(f.Stem), Options: linesOf(f.Options), Explanation: exchange.Tidy(f.Explanation)}
	markdown.Write(&it)
	f.Format, f.Stem, f.Options, f.Explanation = itembank.Markdown, it.Stem, strings.Join(it.Options, "\n"), it.Explanation
}

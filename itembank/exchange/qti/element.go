package qti

import (
	"bytes"
	"encoding/xml"
	"strings"
	"unicode"
)

// elem is an element to be written. Names are those of QTI 2.1; what is not
// HTML, MathML or LOM is spelled anew for 3.0.
type elem struct {
	name  string
	attrs []string // names and values by turns
	kids  []*elem
	text  string // of a text, which has no name
	plain bool   // not QTI: the name is the same in all versions
}

func tag(name string, attrs []string, kids ...*elem) *elem {
	return &elem{name: name, attrs: attrs, kids: kids}
}

func plain(name string, attrs []string, kids ...*elem) *elem {
	return &elem{name: name, attrs: attrs, kids: kids, plain: true}
}

func words(text string) *elem { return &elem{text: text} }

// document writes a whole file.
func (v Version) document(root *elem) []byte {
	var out bytes.Buffer
	out.WriteString(xml.Header)
	v.write(&out, root, 0)
	out.WriteByte('\n')
	return out.Bytes()
}

// write puts the first levels of a file on lines of their own; below them
// blanks could become part of a text.
func (v Version) write(out *bytes.Buffer, e *elem, depth int) {
	if e.name == "" {
		_ = xml.EscapeText(out, []byte(e.text)) // a buffer does not fail
		return
	}
	name := v.spell(e.name, e.plain)
	out.WriteString("<" + name)
	for i := 0; i+1 < len(e.attrs); i += 2 {
		out.WriteString(" " + v.spellAttribute(e.attrs[i], e.plain) + `="`)
		_ = xml.EscapeText(out, []byte(e.attrs[i+1]))
		out.WriteByte('"')
	}
	if len(e.kids) == 0 {
		out.WriteString("/>")
		return
	}
	out.WriteByte('>')
	for _, k := range e.kids {
		if depth < 2 && k.name != "" {
			out.WriteString("\n" + strings.Repeat("  ", depth+1))
		}
		v.write(out, k, depth+1)
	}
	if depth < 2 && e.kids[0].name != "" {
		out.WriteString("\n" + strings.Repeat("  ", depth))
	}
	out.WriteString("</" + name + ">")
}

func (v Version) spell(name string, plain bool) string {
	if v == V21 || plain {
		return name
	}
	return "qti-" + kebab(name)
}

func (v Version) spellAttribute(name string, plain bool) string {
	if v == V21 || plain || strings.Contains(name, ":") {
		return name
	}
	return kebab(name)
}

// kebab turns responseIdentifier into response-identifier.
func kebab(name string) string {
	var out strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			out.WriteByte('-')
		}
		out.WriteRune(unicode.ToLower(r))
	}
	return out.String()
}

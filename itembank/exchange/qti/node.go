package qti

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"sathach/itembank/exchange/markup"
)

// Limits of one XML file in a package: its bytes, and the tags and texts in
// it. A manifest describes every item of the package.
const (
	maxXML      = 8 << 20
	maxTokens   = 200_000
	maxManifest = 1_000_000
)

// node is an element, or a text when it has no name. Its methods may be
// called on nil, so that a missing element reads as an empty one.
type node struct {
	name  string // folded: without qti-, without hyphens, lower case
	tag   string // as written, without prefix
	attrs map[string]string
	kids  []*node
	text  string
}

// fold spells a name of any version the same way: qti-simple-choice and
// simpleChoice become simplechoice.
func fold(name string) string {
	return strings.ReplaceAll(strings.TrimPrefix(strings.ToLower(name), "qti-"), "-", "")
}

var errCrowded = rejected("Tệp trong gói có quá nhiều thẻ so với một câu hỏi nên không được mở.")

// parse reads a file into a tree. The decoder refuses document types and
// endless nesting.
func parse(data []byte, limit int) (*node, error) {
	d := markup.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	open := []*node{{}}
	for count := 0; count < limit; count++ {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("parse: %w", io.ErrUnexpectedEOF)
		}
		if err != nil {
			return nil, fmt.Errorf("parse: %w", err)
		}
		top := open[len(open)-1]
		switch t := t.(type) {
		case xml.StartElement:
			n := element(t)
			top.kids = append(top.kids, n)
			open = append(open, n)
		case xml.EndElement:
			if open = open[:len(open)-1]; len(open) == 1 {
				return top, nil
			}
		case xml.CharData:
			if len(open) > 1 {
				top.kids = append(top.kids, &node{text: string(t)})
			}
		}
	}
	return nil, errCrowded
}

func element(t xml.StartElement) *node {
	n := &node{name: fold(t.Name.Local), tag: t.Name.Local}
	for _, a := range t.Attr {
		if a.Name.Space == "xmlns" || a.Name.Local == "xmlns" {
			continue
		}
		if n.attrs == nil {
			n.attrs = make(map[string]string, len(t.Attr))
		}
		n.attrs[fold(a.Name.Local)] = a.Value
	}
	return n
}

func (n *node) attr(name string) string {
	if n == nil {
		return ""
	}
	return n.attrs[name]
}

// children are the elements right below n that have one of the names.
func (n *node) children(names ...string) []*node {
	if n == nil {
		return nil
	}
	var found []*node
	for _, k := range n.kids {
		if k.name != "" && (len(names) == 0 || slices.Contains(names, k.name)) {
			found = append(found, k)
		}
	}
	return found
}

func (n *node) child(name string) *node {
	if found := n.children(name); len(found) > 0 {
		return found[0]
	}
	return nil
}

// all are the elements anywhere below n that have one of the names, in the
// order of the file.
func (n *node) all(names ...string) []*node {
	return n.where(func(k *node) bool { return slices.Contains(names, k.name) })
}

func (n *node) where(wanted func(*node) bool) []*node {
	if n == nil {
		return nil
	}
	var found []*node
	for _, k := range n.kids {
		if k.name != "" && wanted(k) {
			found = append(found, k)
		}
		found = append(found, k.where(wanted)...)
	}
	return found
}

func (n *node) first(name string) *node {
	if found := n.all(name); len(found) > 0 {
		return found[0]
	}
	return nil
}

// content is all text below n.
func (n *node) content() string {
	if n == nil {
		return ""
	}
	var out strings.Builder
	var gather func(*node)
	gather = func(k *node) {
		out.WriteString(k.text)
		for _, below := range k.kids {
			gather(below)
		}
	}
	gather(n)
	return out.String()
}

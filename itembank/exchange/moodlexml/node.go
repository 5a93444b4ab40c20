package moodlexml

import (
	"encoding/xml"
	"strings"
)

// maxParts is how many elements one question may have: far more than options,
// feedback, pictures and tags need, and few enough for memory.
const maxParts = 20_000

// node is an element of one question. A nil node is an element that is not
// there: it is empty.
type node struct {
	name  string
	attrs []xml.Attr
	kids  []*node
	text  []byte // of this element alone
}

// readNode reads an element to its end. Elements beyond parts are left out,
// which leaves parts below zero.
func readNode(d *xml.Decoder, start xml.StartElement, parts *int) (*node, error) {
	n := &node{name: start.Name.Local, attrs: start.Attr}
	for {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.EndElement:
			return n, nil
		case xml.CharData:
			n.text = append(n.text, t...)
		case xml.StartElement:
			if err := n.grow(d, t, parts); err != nil {
				return nil, err
			}
		}
	}
}

func (n *node) grow(d *xml.Decoder, start xml.StartElement, parts *int) error {
	if *parts--; *parts < 0 {
		*parts = -1
		return d.Skip()
	}
	kid, err := readNode(d, start, parts)
	if err != nil {
		return err
	}
	n.kids = append(n.kids, kid)
	return nil
}

// first is the first child of a name, or nil.
func (n *node) first(name string) *node {
	if n == nil {
		return nil
	}
	for _, kid := range n.kids {
		if kid.name == name {
			return kid
		}
	}
	return nil
}

func (n *node) all(name string) []*node {
	var found []*node
	for _, kid := range n.kids {
		if kid.name == name {
			found = append(found, kid)
		}
	}
	return found
}

func (n *node) attr(name string) string {
	if n == nil {
		return ""
	}
	for _, a := range n.attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// content is the text of an element: of its <text>, where Moodle puts it, or
// its own.
func (n *node) content() string {
	if n == nil {
		return ""
	}
	if text := n.first("text"); text != nil {
		return string(text.text)
	}
	return string(n.text)
}

// value is the text of a child without blanks around.
func (n *node) value(name string) string {
	return strings.TrimSpace(n.first(name).content())
}

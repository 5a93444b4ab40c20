package qti

import (
	"path"

	"sathach/itembank/exchange"
)

// sequence walks the tests and puts their items in order.
type sequence struct {
	b      *bundle
	placed map[string]bool
}

// nested bounds sections in sections and files of sections in each other.
const nested = 20

// order puts the items of the tests first, under the titles of their
// sections, and those that no test mentions after them.
func (b *bundle) order() error {
	s := &sequence{b, map[string]bool{}}
	for _, t := range b.tests {
		if err := s.walk(t, t.root, nil, 0); err != nil {
			return err
		}
	}
	for _, r := range b.resources {
		s.place(r.entry, nil)
	}
	return nil
}

func (s *sequence) place(entry string, section *string) {
	it := s.b.items[entry]
	if it == nil || s.placed[entry] {
		return
	}
	s.placed[entry] = true
	it.Section = section
	s.b.content.Items = append(s.b.content.Items, *it)
}

func (s *sequence) walk(d *document, n *node, section *string, depth int) error {
	if depth > nested {
		return nil
	}
	if title := exchange.Tidy(n.attr("title")); n.name == sectionRoot && title != "" {
		section = &title
	}
	for _, k := range n.children() {
		if err := s.step(d, k, section, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (s *sequence) step(d *document, k *node, section *string, depth int) error {
	switch k.name {
	case "testpart", sectionRoot:
		return s.walk(d, k, section, depth)
	case "assessmentsectionref":
		return s.follow(d, k, section, depth)
	case "assessmentitemref":
		entry, ok := resolve(path.Dir(d.entry), k.attr("href"))
		if !ok || s.placed[entry] {
			return nil
		}
		if err := s.b.load(resource{entry: entry}); err != nil {
			return err
		}
		s.place(entry, section)
	}
	return nil
}

// follow walks a section that has a file of its own.
func (s *sequence) follow(d *document, k *node, section *string, depth int) error {
	entry, ok := resolve(path.Dir(d.entry), k.attr("href"))
	if !ok || entry == d.entry || s.placed[entry] {
		return nil
	}
	s.placed[entry] = true
	root, err := s.b.parse(entry, maxTokens)
	if err != nil {
		return s.b.skip(entry, err)
	}
	return s.walk(&document{entry, root}, root, section, depth)
}

package qti

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"strings"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/container"
)

// bundle is an open package and what has been read of it.
type bundle struct {
	*container.Package
	dir       string // where the manifest lies
	resources []resource
	tests     []*document
	loaded    map[string]bool           // entries looked at, so that none is read twice
	items     map[string]*exchange.Item // by entry
	pictures  map[string][]byte         // by entry, so that one used often is held once
	held      int                       // bytes in pictures
	content   exchange.Content
	unread    int
	old       bool // speaks of QTI 1.x
}

// resource is a line of the manifest.
type resource struct {
	entry string
	meta  *node
}

// document is a file that gives the order of items.
type document struct {
	entry string
	root  *node
}

const manifestName = "imsmanifest.xml"

func openBundle(data []byte) (*bundle, error) {
	p, err := container.Open(data)
	if err != nil {
		return nil, err
	}
	b := &bundle{Package: p, loaded: map[string]bool{}, items: map[string]*exchange.Item{}, pictures: map[string][]byte{}}
	name, ok := b.manifest()
	if !ok {
		return nil, rejected("Gói không có tệp mục lục imsmanifest.xml nên không phải gói QTI. Hãy xuất lại gói từ phần mềm gốc.")
	}
	root, err := b.parse(name, maxManifest)
	if err != nil {
		return nil, asRejected(err)
	}
	b.dir = path.Dir(name)
	b.list(root)
	if left := len(p.LeftOut); left > 0 {
		b.warn("Đã bỏ qua %d tệp trong gói vì đường dẫn dẫn ra ngoài gói.", left)
	}
	return b, nil
}

// manifest finds the manifest nearest to the top: people also pack the folder
// that holds it.
func (b *bundle) manifest() (string, bool) {
	best, found := "", false
	for _, name := range b.Names() {
		if strings.EqualFold(path.Base(name), manifestName) && (!found || strings.Count(name, "/") < strings.Count(best, "/")) {
			best, found = name, true
		}
	}
	return best, found
}

func (b *bundle) parse(entry string, limit int) (*node, error) {
	data, err := b.Read(entry, maxXML)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", entry, err)
	}
	return parse(data, limit)
}

// list notes the resources that may be QTI. Their roots, not their types,
// tell what they are: types are spelled in many ways.
func (b *bundle) list(manifest *node) {
	all := manifest.first("resources")
	for _, r := range all.children("resource") {
		kind := strings.ToLower(r.attr("type"))
		b.old = b.old || strings.Contains(kind, "qti_xmlv1p") || strings.Contains(kind, "qti_asiv1p")
		if kind != "" && !strings.Contains(kind, "qti") {
			continue
		}
		if entry, ok := resolve(path.Join(b.dir, all.attr("base"), r.attr("base")), r.attr("href")); ok {
			b.resources = append(b.resources, resource{entry, r.child("metadata")})
		}
	}
}

// resolve turns a reference into the name of an entry. References to the
// outside and those that leave the package are not ok.
func resolve(dir, href string) (string, bool) {
	u, err := url.Parse(strings.TrimSpace(strings.ReplaceAll(href, `\`, "/")))
	if err != nil || u.IsAbs() || u.Host != "" || u.Path == "" || strings.HasPrefix(u.Path, "/") {
		return "", false
	}
	entry := path.Join(dir, u.Path)
	return entry, entry != ".." && !strings.HasPrefix(entry, "../")
}

func (b *bundle) warn(format string, args ...any) {
	b.content.Warnings = append(b.content.Warnings, fmt.Sprintf(format, args...))
}

func (b *bundle) read() (exchange.Content, error) {
	for _, r := range b.resources {
		if err := b.load(r); err != nil {
			return exchange.Content{}, err
		}
	}
	if err := b.order(); err != nil {
		return exchange.Content{}, err
	}
	if b.unread > maxWarned {
		b.warn("Còn %d tệp khác trong gói không đọc được.", b.unread-maxWarned)
	}
	if len(b.content.Items) == 0 {
		return exchange.Content{}, b.empty()
	}
	exchange.Finish(b.content.Items)
	return b.content, nil
}

func (b *bundle) empty() error {
	switch {
	case b.old:
		return rejected("%s", oldVersion)
	case b.unread > 0:
		return rejected("Không đọc được câu hỏi nào trong gói: các tệp câu hỏi bị hỏng, bị thiếu hoặc không phải XML hợp lệ.")
	}
	return rejected("Gói không có câu hỏi QTI nào. Hãy kiểm tra lại tệp đã xuất.")
}

// load reads a resource: an item is turned into an exchange.Item at once, so
// that only one tree is held at a time.
func (b *bundle) load(r resource) error {
	if b.loaded[r.entry] {
		return nil
	}
	b.loaded[r.entry] = true
	root, err := b.parse(r.entry, maxTokens)
	if err != nil {
		return b.skip(r.entry, err)
	}
	switch root.name {
	case itemRoot:
		it := readItem(root, source{b, r.entry})
		describe(&it, r.meta)
		b.items[r.entry] = &it
	case testRoot:
		b.tests = append(b.tests, &document{r.entry, root})
	case "questestinterop":
		b.old = true
	}
	return nil
}

// maxWarned bounds how many files are named one by one.
const maxWarned = 20

// skip leaves out a file that cannot be read. A refusal speaks of the whole
// package: a hostile file makes all of it suspect.
func (b *bundle) skip(entry string, err error) error {
	var refusal *exchange.Rejected
	if errors.As(err, &refusal) {
		return refusal
	}
	if b.unread++; b.unread > maxWarned {
		return nil
	}
	if errors.Is(err, container.ErrMissing) {
		b.warn("Mục lục nhắc tới tệp “%s” nhưng trong gói không có.", entry)
		return nil
	}
	b.warn("Bỏ qua tệp “%s” vì không phải XML hợp lệ.", entry)
	return nil
}

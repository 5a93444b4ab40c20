package qti

import (
	"archive/zip"
	"bytes"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"sathach/itembank/exchange"
)

// Write packs items: a manifest, a test with a section for every run of items
// of the same Section, a file for every item and their pictures. The same
// items give the same bytes. What the format cannot hold is told as a Loss;
// an item that cannot be written at all is left out and told too.
func Write(items []exchange.Item, v Version) ([]byte, []exchange.Loss, error) {
	if v != V21 && v != V30 {
		return nil, nil, fmt.Errorf("write QTI %q: unknown version", v)
	}
	p := &parcel{version: v}
	for i, it := range items {
		p.add(i, it)
	}
	p.files = append([]entry{{manifestName, v.document(p.manifest())}, {testName, v.document(p.test())}}, p.files...)
	data, err := p.pack()
	if err != nil {
		return nil, nil, fmt.Errorf("write QTI %s: %w", v, err)
	}
	return data, p.losses, nil
}

const testName = "test.xml"

// parcel is a package while it is written.
type parcel struct {
	version Version
	written []*draft
	files   []entry
	losses  []exchange.Loss
}

type entry struct {
	name string
	data []byte
}

func (p *parcel) add(index int, it exchange.Item) {
	d := newDraft(index, it, p.version)
	root := d.item()
	p.losses = append(p.losses, d.losses...)
	if root == nil {
		return
	}
	root.attrs = append(p.version.namespaces(), root.attrs...)
	p.written = append(p.written, d)
	p.files = append(p.files, entry{d.entry(), p.version.document(root)})
	p.files = append(p.files, d.pictures...)
}

// namespaces open the files of items and tests.
func (v Version) namespaces() []string {
	space, schema := "http://www.imsglobal.org/xsd/imsqti_v2p1", "http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd"
	if v == V30 {
		space, schema = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0", "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0_v1p0.xsd"
	}
	return []string{"xmlns", space, "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance", "xsi:schemaLocation", space + " " + schema}
}

// test gives the order of the items. A section without a title stands for
// items without a section.
func (p *parcel) test() *elem {
	part := tag("testPart", []string{"identifier", "part1", "navigationMode", "nonlinear", "submissionMode", "simultaneous"})
	var section *elem
	for i, d := range p.written {
		if i == 0 || d.section() != p.written[i-1].section() {
			section = tag("assessmentSection", []string{"identifier", "sec" + strconv.Itoa(len(part.kids)+1), "title", d.section(), "visible", "true"})
			part.kids = append(part.kids, section)
		}
		section.kids = append(section.kids, tag("assessmentItemRef", []string{"identifier", "ref-" + d.code, "href", d.entry()}))
	}
	if section == nil {
		part.kids = []*elem{tag("assessmentSection", []string{"identifier", "sec1", "title", "", "visible", "true"})}
	}
	attrs := append(p.version.namespaces(), "identifier", "sathach-test", "title", "Ngân hàng câu hỏi")
	return tag("assessmentTest", attrs, scoreDeclaration(0), part)
}

func (p *parcel) manifest() *elem {
	space, schema, number, suffix := "http://www.imsglobal.org/xsd/imscp_v1p1", "QTIv2.1 Package", "2.1", "v2p1"
	if p.version == V30 {
		space, schema, number, suffix = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1", "QTI Package", "3.0.0", "v3p0"
	}
	test := plain("resource", []string{"identifier", "RES-TEST", "type", "imsqti_test_xml" + suffix, "href", testName}, fileElem(testName))
	resources := plain("resources", nil, test)
	for _, d := range p.written {
		test.kids = append(test.kids, plain("dependency", []string{"identifierref", "RES-" + d.code}))
		resource := plain("resource", []string{"identifier", "RES-" + d.code, "type", "imsqti_item_xml" + suffix, "href", d.entry()})
		resource.kids = append(d.metadata(), fileElem(d.entry()))
		for _, f := range d.pictures {
			resource.kids = append(resource.kids, fileElem(f.name))
		}
		resources.kids = append(resources.kids, resource)
	}
	return plain("manifest", []string{"xmlns", space, "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance", "identifier", "sathach-manifest"},
		plain("metadata", nil, plain("schema", nil, words(schema)), plain("schemaversion", nil, words(number))),
		plain("organizations", nil), resources)
}

func fileElem(name string) *elem { return plain("file", []string{"href", reference(name)}) }

// reference writes an entry's name as an address.
func reference(name string) string { return (&url.URL{Path: name}).EscapedPath() }

// pack zips the files with a fixed time, so that equal items give equal bytes.
func (p *parcel) pack() ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range p.files {
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return nil, fmt.Errorf("pack %s: %w", f.name, err)
		}
		if _, err := w.Write(f.data); err != nil {
			return nil, fmt.Errorf("pack %s: %w", f.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	return out.Bytes(), nil
}

package docx

import (
	"encoding/xml"
	"strings"

	"golang.org/x/net/html"
)

// mathML turns a formula of Word (ECMA-376 part 1, section 22.1) into MathML
// Core: fractions, powers, indices, roots, brackets, sums, functions, accents,
// matrices. What it does not know is shown as a row of what is inside.
func (r *reader) mathML(start xml.StartElement) (string, error) {
	inside, err := r.mathRow()
	return "<math>" + inside + "</math>", err
}

// mathRow is the children of the current element, one after the other.
func (r *reader) mathRow() (string, error) {
	var out strings.Builder
	err := r.children(func(e xml.StartElement) error {
		piece, err := r.mathPiece(e)
		out.WriteString(piece)
		return err
	})
	return out.String(), err
}

func (r *reader) mathPiece(e xml.StartElement) (string, error) {
	switch e.Name.Local {
	case "r":
		return r.mathText()
	case "f":
		return r.mathFraction()
	case "sSup":
		return r.mathParts("<msup>%e%sup</msup>")
	case "sPre":
		return r.mathParts("<mmultiscripts>%e<mprescripts></mprescripts>%sub%sup</mmultiscripts>")
	case "sSub":
		return r.mathParts("<msub>%e%sub</msub>")
	case "sSubSup":
		return r.mathParts("<msubsup>%e%sub%sup</msubsup>")
	case "rad":
		return r.mathRoot()
	case "nary":
		return r.mathSum()
	case "d":
		return r.mathBrackets()
	case "func":
		return r.mathParts("<mrow>%fName%e</mrow>")
	case "limLow":
		return r.mathParts("<munder>%e%lim</munder>")
	case "limUpp":
		return r.mathParts("<mover>%e%lim</mover>")
	case "bar":
		return r.mathParts("<mover>%e<mo>¯</mo></mover>")
	case "acc":
		return r.mathParts("<mover>%e<mo>^</mo></mover>")
	case "m":
		return r.mathMatrix("mr")
	case "eqArr":
		return r.mathMatrix("e")
	case "oMath", "box", "borderBox", "groupChr", "phant", "e", "num", "den", "sup", "sub", "deg", "lim", "fName":
		row, err := r.mathRow()
		return "<mrow>" + row + "</mrow>", err
	}
	return "", r.d.Skip()
}

// mathText is a run of a formula: numbers, names and signs told apart.
func (r *reader) mathText() (string, error) {
	var out strings.Builder
	err := r.children(func(e xml.StartElement) error {
		if e.Name.Local != "t" {
			return r.d.Skip()
		}
		var words string
		if err := r.d.DecodeElement(&words, &e); err != nil {
			return err
		}
		out.WriteString(mathWords(words))
		return nil
	})
	return out.String(), err
}

func mathWords(words string) string {
	switch {
	case strings.TrimSpace(words) == "":
		return ""
	case strings.Trim(words, "0123456789.,% ") == "":
		return "<mn>" + html.EscapeString(strings.TrimSpace(words)) + "</mn>"
	case strings.Trim(words, "+-−=<>≤≥≠×÷·:/*()[]{}|,;!± ") == "":
		return "<mo>" + html.EscapeString(strings.TrimSpace(words)) + "</mo>"
	case len([]rune(strings.TrimSpace(words))) == 1:
		return "<mi>" + html.EscapeString(strings.TrimSpace(words)) + "</mi>"
	}
	return "<mtext>" + html.EscapeString(words) + "</mtext>"
}

// mathParts fills %name in a pattern with the element's children of that
// name, each as one row.
func (r *reader) mathParts(pattern string) (string, error) {
	parts, err := r.named()
	out := pattern
	for _, name := range []string{"num", "den", "sup", "sub", "deg", "lim", "fName", "e"} {
		out = strings.ReplaceAll(out, "%"+name, "<mrow>"+parts[name]+"</mrow>")
	}
	return out, err
}

// named reads children by name; properties give the value of chr, begChr and
// endChr.
func (r *reader) named() (map[string]string, error) {
	parts := map[string]string{}
	err := r.children(func(e xml.StartElement) error {
		if strings.HasSuffix(e.Name.Local, "Pr") {
			return r.mathProps(parts)
		}
		row, err := r.mathRow()
		parts[e.Name.Local] += row
		return err
	})
	return parts, err
}

func (r *reader) mathProps(parts map[string]string) error {
	return r.children(func(e xml.StartElement) error {
		for _, a := range e.Attr {
			if a.Name.Local == "val" {
				parts[e.Name.Local] = html.EscapeString(a.Value)
			}
		}
		return r.d.Skip()
	})
}

// mathFraction writes a fraction, or without its bar what stands above each
// other, as in a binomial coefficient.
func (r *reader) mathFraction() (string, error) {
	parts, err := r.named()
	begin := "<mfrac>"
	if parts["type"] == "noBar" {
		begin = `<mfrac linethickness="0">`
	}
	return begin + "<mrow>" + parts["num"] + "</mrow><mrow>" + parts["den"] + "</mrow></mfrac>", err
}

func (r *reader) mathRoot() (string, error) {
	parts, err := r.named()
	if parts["deg"] == "" {
		return "<msqrt>" + parts["e"] + "</msqrt>", err
	}
	return "<mroot><mrow>" + parts["e"] + "</mrow><mrow>" + parts["deg"] + "</mrow></mroot>", err
}

func (r *reader) mathSum() (string, error) {
	parts, err := r.named()
	sign := parts["chr"]
	if sign == "" {
		sign = "∫"
	}
	return "<mrow><munderover><mo>" + sign + "</mo><mrow>" + parts["sub"] + "</mrow><mrow>" + parts["sup"] + "</mrow></munderover><mrow>" + parts["e"] + "</mrow></mrow>", err
}

func (r *reader) mathBrackets() (string, error) {
	var inside []string
	props := map[string]string{"begChr": "(", "endChr": ")", "sepChr": "|"}
	err := r.children(func(e xml.StartElement) error {
		if e.Name.Local == "dPr" {
			return r.mathProps(props)
		}
		row, err := r.mathRow()
		inside = append(inside, "<mrow>"+row+"</mrow>")
		return err
	})
	return "<mrow><mo>" + props["begChr"] + "</mo>" + strings.Join(inside, "<mo>"+props["sepChr"]+"</mo>") + "<mo>" + props["endChr"] + "</mo></mrow>", err
}

// mathMatrix reads rows: of cells in a matrix, of one cell in a system of
// equations.
func (r *reader) mathMatrix(rowName string) (string, error) {
	var rows strings.Builder
	err := r.children(func(e xml.StartElement) error {
		if e.Name.Local != rowName {
			return r.d.Skip()
		}
		if rowName == "e" {
			row, err := r.mathRow()
			rows.WriteString("<mtr><mtd>" + row + "</mtd></mtr>")
			return err
		}
		rows.WriteString("<mtr>")
		err := r.children(func(xml.StartElement) error {
			cell, err := r.mathRow()
			rows.WriteString("<mtd>" + cell + "</mtd>")
			return err
		})
		rows.WriteString("</mtr>")
		return err
	})
	return "<mtable>" + rows.String() + "</mtable>", err
}

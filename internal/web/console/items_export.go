package console

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"sathach/internal/authz"
	"sathach/internal/viet"
	"sathach/internal/web/page"
	"sathach/itembank"
	"sathach/itembank/exchange"
	"sathach/itembank/exchange/format"
)

// export is what is done with many items besides signing them.
const export itembank.Act = "export"

type exportView struct {
	Format format.Name
	Items  int
	All    bool // everything the filter finds, not only the ticked
	Codes  []string
	Losses []exchange.Loss
	// Grouped are the losses by what is lost, the most frequent first.
	Grouped []lossLine
	Query   string
}

// export hands out items as a file. Where the format does not hold everything
// it first tells what would be lost.
func (p *Pages) export(c *gin.Context, codes []string, query string) {
	name := format.Name(c.PostForm("format"))
	if !format.Known(name) {
		p.kit.Fail(c, errBadForm)
		return
	}
	items, losses, err := p.Bank.Export(c.Request.Context(), page.Actor(c), codes)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	var file bytes.Buffer
	more, err := format.Write(&file, name, items)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	losses = append(losses, more...)
	if len(losses) > 0 && c.PostForm("step") != "download" {
		v := exportView{Format: name, Items: len(items), All: c.PostForm("which") == "all", Losses: losses, Grouped: grouped(losses), Query: query}
		if !v.All {
			v.Codes = codes
		}
		p.kit.HTML(c, http.StatusOK, "items_export", page.View{Title: p.kit.T(c, "export.title"), Section: "items", Body: v})
		return
	}
	p.sendFile(c, name, fmt.Sprintf("cau-hoi-%d-cau-%s", len(items), viet.DateOf(p.Now())), file.Bytes())
}

func (p *Pages) sendFile(c *gin.Context, name format.Name, title string, data []byte) {
	c.Header("Content-Disposition", `attachment; filename="`+title+format.Extension(name)+`"`)
	c.Header("Cache-Control", "private, no-store")
	c.Data(http.StatusOK, format.Type(name), data)
}

// template hands out an empty file of cards to fill in.
func (p *Pages) template(c *gin.Context) {
	if _, err := page.Actor(c).Scope(authz.WriteItems, viet.DateOf(p.Now())); err != nil {
		p.kit.Fail(c, err)
		return
	}
	name := format.Name(c.Param("format"))
	data, ok := format.Template(name)
	if !ok {
		p.kit.Fail(c, itembank.ErrNoImport)
		return
	}
	p.sendFile(c, name, "mau-phieu-cau-hoi", data)
}

// lossLine is one thing that is lost, with the items that lose it.
type lossLine struct {
	What  string
	Items []string
}

// Named are those items that a line has room for.
func (l lossLine) Named() []string { return l.Items[:min(len(l.Items), 12)] }

// More is how many others there are.
func (l lossLine) More() int { return len(l.Items) - len(l.Named()) }

func grouped(losses []exchange.Loss) (lines []lossLine) {
	at := map[string]int{}
	for _, l := range losses {
		i, known := at[l.What]
		if !known {
			i, at[l.What] = len(lines), len(lines)
			lines = append(lines, lossLine{What: l.What})
		}
		lines[i].Items = append(lines[i].Items, l.Item)
	}
	slices.SortStableFunc(lines, func(a, b lossLine) int { return len(b.Items) - len(a.Items) })
	return lines
}

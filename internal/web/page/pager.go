package page

import (
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"
)

// PerPage is how many lines of a long list one page shows.
const PerPage = 50

// Pager says which part of a long list is shown, and how to reach the rest.
// The page stands in the address, under the list's own name.
type Pager struct {
	From, To, Total int // counted from 1; From is 0 for an empty list
	Previous, Next  string
	Offset, Limit   int
	Page            int // from 1
}

// NewPager reads which page of a list is asked for.
func NewPager(c *gin.Context, name string, total int) Pager {
	last := max(1, (total+PerPage-1)/PerPage)
	at, err := strconv.Atoi(c.Query(name))
	if err != nil || at < 1 {
		at = 1
	}
	at = min(at, last)
	p := Pager{Total: total, Offset: (at - 1) * PerPage, Limit: PerPage, Page: at}
	p.To = min(total, p.Offset+PerPage)
	if total > 0 {
		p.From = p.Offset + 1
	}
	if at > 1 {
		p.Previous = pageAddress(c, name, at-1)
	}
	if at < last {
		p.Next = pageAddress(c, name, at+1)
	}
	return p
}

// pageAddress keeps everything else in the address as it is.
func pageAddress(c *gin.Context, name string, at int) string {
	query := url.Values{}
	for key, values := range c.Request.URL.Query() {
		query[key] = values
	}
	query.Set(name, strconv.Itoa(at))
	return c.Request.URL.Path + "?" + query.Encode()
}

// Part is the lines of a list that a pager shows.
func Part[T any](p Pager, list []T) []T {
	return list[min(p.Offset, len(list)):min(p.Offset+p.Limit, len(list))]
}

// Package page is what every page shares: templates, words in two languages,
// the signed-in person, and what a person sees when something fails.
//
// A page is one template with one typed view. Templates hold no sentences:
// they ask for words by key (words/vi.json, words/en.json), and a test keeps
// the two catalogues and the templates in step. Fail is the only place that
// turns an error's kind into a status; it shows the text of known kinds and
// hides that of unknown ones behind a reference for the log.
//
// Start reading at Kit.
package page

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"sathach/internal/authz"
)

//go:embed templates
var templateFiles embed.FS

// Kit renders pages. It is safe for concurrent use.
type Kit struct {
	log    *slog.Logger
	assets *Assets
	words  *Words
	pages  map[Lang]map[string]*template.Template
	secure bool
}

// New parses every template once per language.
func New(log *slog.Logger, secure bool) (*Kit, error) {
	words, err := readWords()
	if err != nil {
		return nil, err
	}
	assets, err := readAssets()
	if err != nil {
		return nil, err
	}
	k := &Kit{log: log, assets: assets, words: words, pages: map[Lang]map[string]*template.Template{}, secure: secure}
	for _, lang := range Langs {
		if k.pages[lang], err = k.parse(lang); err != nil {
			return nil, err
		}
	}
	return k, nil
}

// parse makes one template set per page: the layout, the shared parts and the
// page itself.
func (k *Kit) parse(lang Lang) (map[string]*template.Template, error) {
	shared, err := template.New("").Funcs(k.functions(lang)).ParseFS(templateFiles, "templates/layout/*.html")
	if err != nil {
		return nil, fmt.Errorf("parse shared templates: %w", err)
	}
	names, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, err
	}
	pages := map[string]*template.Template{}
	for _, name := range names {
		set, err := shared.Clone()
		if err == nil {
			_, err = set.ParseFS(templateFiles, name)
		}
		if err != nil {
			return nil, fmt.Errorf("parse %s: %w", name, err)
		}
		pages[strings.TrimSuffix(strings.TrimPrefix(name, "templates/"), ".html")] = set
	}
	return pages, nil
}

// View is what the layout needs besides the page's own view.
type View struct {
	// Title is the finished page title in the reader's language.
	Title string
	// Section marks the current entry of the console's navigation; pages of
	// takers have none.
	Section string
	// Exam pages have a thin bar and no way out but the paper's own.
	Exam bool
	// Wide pages of takers use the whole width.
	Wide bool
	// Script is the name of a bundle the page uses when it exists.
	Script string
	Body   any
}

// frame is what a template executes with.
type frame struct {
	View
	Lang     Lang
	Other    Lang
	Actor    authz.Actor
	SignedIn bool
	Staff    bool
	Taker    bool
	Items    bool // may read the item bank
	Series   bool // may manage series
	Results  bool // may read results
	Links    bool // may make sign-in links
	Writes   bool // may bring items
	Path     string
	Scripts  []string
	Flash    string // what the last press of a button did
}

// HTML writes a page.
func (k *Kit) HTML(c *gin.Context, status int, name string, v View) {
	lang, who := LangOf(c), Actor(c)
	f := frame{
		View: v, Lang: lang, Other: lang.other(), Actor: who, SignedIn: who.Account != "", Staff: who.Staff(), Taker: who.OfficialID != "",
		Items: who.Can(authz.ReadItems), Series: who.Can(authz.ManageSeries), Results: who.Can(authz.ReadResults), Links: who.Can(authz.MakeLinks), Writes: who.Can(authz.WriteItems), Path: "/",
	}
	if c.Request.Method == http.MethodGet {
		f.Path = c.Request.URL.RequestURI()
	}
	if key := "flash." + c.Query("did"); k.words.has(lang, key) {
		f.Flash = k.T(c, key)
	}
	if url, ok := k.assets.bundle(v.Script); ok {
		f.Scripts = []string{url}
	}
	var out bytes.Buffer
	set := k.pages[lang][name]
	if set == nil {
		k.broken(c, fmt.Errorf("no template %q", name))
		return
	}
	if err := set.ExecuteTemplate(&out, "page", f); err != nil {
		k.broken(c, fmt.Errorf("render %s: %w", name, err))
		return
	}
	c.Header("Cache-Control", "no-store")
	c.Header("Vary", "Accept-Encoding")
	k.send(c, status, out.Bytes())
}

// send compresses a page for poor lines. Pages hold no token that compression
// could give away: forms from other sites are refused without one.
func (k *Kit) send(c *gin.Context, status int, page []byte) {
	const kind = "text/html; charset=utf-8"
	if !strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
		c.Data(status, kind, page)
		return
	}
	packed, err := compress(page, gzip.DefaultCompression)
	if err != nil {
		k.broken(c, err)
		return
	}
	c.Header("Content-Encoding", "gzip")
	c.Data(status, kind, packed)
}

// broken answers when even the error page may not render.
func (k *Kit) broken(c *gin.Context, err error) {
	k.log.Error("render", "request", RequestID(c), "error", err)
	c.Data(http.StatusInternalServerError, "text/plain; charset=utf-8", []byte("Hệ thống đang gặp sự cố. Những câu đã báo “Đã lưu” không mất. Xin thử lại sau ít phút.\n"))
}

// T is a word in the reader's language, for titles and messages built in Go.
func (k *Kit) T(c *gin.Context, key string, args ...any) string {
	text, err := k.words.say(LangOf(c), key, args...)
	if err != nil {
		k.log.Error("words", "key", key, "error", err)
	}
	return text
}

// Has tells whether the reader's language has words for a key.
func (k *Kit) Has(c *gin.Context, key string) bool { return k.words.has(LangOf(c), key) }

// ID reads an id from the address; anything else names nothing, which is the
// error missing.
func ID(c *gin.Context, name string, missing error) (string, error) {
	id, err := uuid.Parse(c.Param(name))
	if err != nil {
		return "", missing
	}
	return id.String(), nil
}

// IsID tells whether a text from an address or a form could be an id.
func IsID(text string) bool {
	_, err := uuid.Parse(text)
	return err == nil
}

// BaseURL is the address under which the reader reached this site.
func BaseURL(c *gin.Context) string {
	scheme := "http"
	if c.Request.TLS != nil || strings.EqualFold(c.GetHeader("X-Forwarded-Proto"), "https") {
		scheme = "https"
	}
	return scheme + "://" + c.Request.Host
}

// Pick is the text in the reader's language, for names that data holds twice.
func Pick(c *gin.Context, vi, en string) string {
	if LangOf(c) == En {
		return en
	}
	return vi
}

const (
	actorKey   = "actor"
	requestKey = "request"
)

// Actor is whoever is signed in; the zero Actor is nobody.
func Actor(c *gin.Context) authz.Actor {
	a, _ := c.Get(actorKey)
	actor, _ := a.(authz.Actor)
	return actor
}

// SetActor is called by the session middleware.
func SetActor(c *gin.Context, a authz.Actor) { c.Set(actorKey, a) }

// RequestID is the reference a person can quote.
func RequestID(c *gin.Context) string { return c.GetString(requestKey) }

// SetRequestID is called by the outermost middleware.
func SetRequestID(c *gin.Context, id string) { c.Set(requestKey, id) }

package page

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"sathach/internal/fault"
)

// statuses is the only table from kinds of errors to HTTP.
var statuses = map[fault.Kind]int{
	fault.Unknown:         http.StatusInternalServerError,
	fault.Invalid:         http.StatusUnprocessableEntity,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Forbidden:       http.StatusForbidden,
	fault.Missing:         http.StatusNotFound,
	fault.Conflict:        http.StatusConflict,
	fault.Closed:          http.StatusConflict,
	fault.Unavailable:     http.StatusServiceUnavailable,
}

// generic are the messages for kinds whose own message is not in the
// catalogues.
var generic = map[fault.Kind]string{
	fault.Unknown:         "error.unknown",
	fault.Invalid:         "error.invalid",
	fault.Unauthenticated: "error.unauthenticated",
	fault.Forbidden:       "error.forbidden",
	fault.Missing:         "error.missing",
	fault.Conflict:        "error.conflict",
	fault.Closed:          "error.closed",
	fault.Unavailable:     "error.unavailable",
}

// Failure is what the error page and the JSON of failed saves show.
type Failure struct {
	Status  int
	Key     string // stable name, for scripts
	Title   string
	Text    string
	Args    map[string]any // what fills the words' blanks
	Request string
	Home    string
}

// explain finds status and words for an error and logs those that are ours.
func (k *Kit) explain(c *gin.Context, err error) Failure {
	kind := fault.KindOf(err)
	var tooBig *http.MaxBytesError
	if errors.As(err, &tooBig) {
		kind = fault.Invalid
	}
	f := Failure{Status: statuses[kind], Key: generic[kind], Request: RequestID(c), Home: "/"}
	var known *fault.Error
	args := []any{}
	if errors.As(err, &known) && k.words.has(LangOf(c), known.Key+".title") {
		f.Key = known.Key
		if f.Args = known.Args; f.Args != nil {
			args = append(args, f.Args)
		}
	}
	f.Title, f.Text = k.T(c, f.Key+".title", args...), k.T(c, f.Key+".text", args...)
	if kind == fault.Unknown {
		k.log.Error("request failed", "request", f.Request, "route", c.FullPath(), "error", err)
	}
	return f
}

// Fail answers a request with the error's page, or a script with JSON. Somebody who is not
// signed in is sent to sign in and back again.
func (k *Kit) Fail(c *gin.Context, err error) {
	if c.ContentType() == gin.MIMEJSON {
		k.FailJSON(c, err) // a script asked, and reads no page
		return
	}
	c.Abort()
	if fault.KindOf(err) == fault.Unauthenticated && c.Request.Method == http.MethodGet {
		c.Redirect(http.StatusSeeOther, "/signin?back="+url.QueryEscape(c.Request.URL.RequestURI()))
		return
	}
	f := k.explain(c, err)
	k.HTML(c, f.Status, "error", View{Title: f.Title, Body: f})
}

// FailJSON answers a script's request.
func (k *Kit) FailJSON(c *gin.Context, err error) {
	f := k.explain(c, err)
	c.AbortWithStatusJSON(f.Status, gin.H{"error": f.Key, "title": f.Title, "text": f.Text, "args": f.Args, "request": f.Request})
}

// FieldErrors are the messages of a form's wrong inputs, by input name.
func (k *Kit) FieldErrors(c *gin.Context, err error) (map[string]string, bool) {
	var known *fault.Error
	if !errors.As(err, &known) || len(known.Fields) == 0 {
		return nil, false
	}
	messages := map[string]string{}
	for _, f := range known.Fields {
		args := []any{}
		if f.Args != nil {
			args = append(args, f.Args)
		}
		messages[f.Name] = strings.TrimSpace(messages[f.Name] + "\n" + k.T(c, f.Key, args...))
	}
	return messages, true
}

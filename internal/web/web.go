// Package web is the HTTP edge: middleware in its order, the routes of every
// page, and the health checks. Pages live in exam (takers) and console
// (staff); what they share in page. gin stays inside internal/web.
//
// Start reading at New.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/fault"
	"sathach/internal/identity"
	"sathach/internal/web/console"
	"sathach/internal/web/exam"
	"sathach/internal/web/page"
)

// Site is everything the pages need.
type Site struct {
	Log      *slog.Logger
	DB       *database.DB
	Identity *identity.Identity
	Exam     *exam.Pages
	Console  *console.Pages
	// SecureCookies is set where pages are served over HTTPS.
	SecureCookies bool
	// TrustedProxies are the addresses whose forwarding headers are believed.
	TrustedProxies []string
}

// Bounds of a request. An answer batch is a few kilobytes; forms of staff are
// the largest.
const (
	bodyLimit = 1 << 20
)

// New wires the routes. The result guards against cross-site requests.
func New(s Site) (http.Handler, error) {
	engine, err := route(s)
	if err != nil {
		return nil, err
	}
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(denyCrossSite))
	return guard.Handler(engine), nil
}

// route makes the middleware and the routes.
func route(s Site) (*gin.Engine, error) {
	kit, err := page.New(s.Log, s.SecureCookies)
	if err != nil {
		return nil, err
	}
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.HandleMethodNotAllowed = true
	if err := engine.SetTrustedProxies(s.TrustedProxies); err != nil {
		return nil, err
	}
	w := &site{Site: s, kit: kit}
	engine.Use(w.name, w.access, w.recover, w.headers, w.limit, w.readable)
	engine.GET("/healthz", func(c *gin.Context) { c.String(http.StatusOK, "ok\n") })
	engine.GET("/readyz", w.ready)
	engine.GET("/static/*name", kit.ServeAsset)
	engine.NoRoute(w.session, func(c *gin.Context) { kit.Fail(c, errNoPage) })
	engine.NoMethod(w.session, func(c *gin.Context) { kit.Fail(c, errNoPage) })

	pages := engine.Group("/", w.session)
	pages.GET("/signin", w.signInPage)
	pages.POST("/signin", w.signIn)
	pages.GET("/signin/link/:token", w.linkPage)
	pages.POST("/signin/link/:token", w.redeem)
	pages.POST("/signout", w.signOut)
	pages.GET("/lang", w.setLang)
	s.Exam.Routes(pages, kit)
	s.Console.Routes(pages, kit)
	return engine, nil
}

var errNoPage = fault.New(fault.Missing, "error.missing", "no such page")

type site struct {
	Site
	kit *page.Kit
}

// denyCrossSite answers a form that another site sent. It cannot happen to a
// person who uses our own pages.
func denyCrossSite(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusForbidden)
	_, _ = w.Write([]byte("Yêu cầu này đến từ một trang khác nên không được thực hiện. Không có gì thay đổi. Hãy mở lại trang Sát hạch và thử lại.\n"))
}

func (w *site) name(c *gin.Context) {
	page.SetRequestID(c, database.NewID()[24:])
	c.Next()
}

// access logs the route pattern, never the address: addresses hold tokens.
func (w *site) access(c *gin.Context) {
	began := time.Now()
	c.Next()
	w.Log.Info("request", "request", page.RequestID(c), "method", c.Request.Method, "route", c.FullPath(),
		"status", c.Writer.Status(), "bytes", c.Writer.Size(), "took", time.Since(began).Round(time.Microsecond))
}

// recover turns a panic into the page for our own failures.
func (w *site) recover(c *gin.Context) {
	defer func() {
		if p := recover(); p != nil {
			w.Log.Error("panic", "request", page.RequestID(c), "route", c.FullPath(), "panic", p, "stack", string(debug.Stack()))
			w.kit.Fail(c, errors.New("panic"))
		}
	}()
	c.Next()
}

// policy allows this site's own files and nothing else: no inline script, no
// frame, no other host.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func (w *site) headers(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
	if w.SecureCookies {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	c.Next()
}

func (w *site) limit(c *gin.Context) {
	most := int64(bodyLimit)
	if larger, ok := console.Uploads[c.FullPath()]; ok && c.Request.Method == http.MethodPost {
		most = larger
	}
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, most)
	c.Next()
}

// readable turns away text that no database keeps: bytes that are not UTF-8,
// and NUL. Nobody types it.
func (w *site) readable(c *gin.Context) {
	if !isText(c.Request.URL.Path) {
		w.kit.Fail(c, errNoPage)
		return
	}
	if err := c.Request.ParseForm(); err != nil {
		w.kit.Fail(c, fmt.Errorf("%w: %w", errUnreadable, err))
		return
	}
	for name, values := range c.Request.Form {
		if !isText(name) || slices.ContainsFunc(values, func(v string) bool { return !isText(v) }) {
			w.kit.Fail(c, errUnreadable)
			return
		}
	}
	c.Next()
}

func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

var errUnreadable = fault.New(fault.Invalid, "error.invalid", "the request cannot be read")

// session finds out who is asking. Nobody is an answer too.
func (w *site) session(c *gin.Context) {
	token, err := c.Cookie(w.cookieName())
	if err != nil {
		c.Next()
		return
	}
	actor, err := w.Identity.Actor(c.Request.Context(), identity.Token(token))
	if err != nil && !errors.Is(err, authz.ErrUnauthenticated) {
		w.kit.Fail(c, err)
		return
	}
	page.SetActor(c, actor)
	c.Next()
}

// cookieName: the prefix __Host- pins a cookie to this host, and demands HTTPS.
func (w *site) cookieName() string {
	if w.SecureCookies {
		return "__Host-sathach"
	}
	return "sathach"
}

func (w *site) keepSession(c *gin.Context, token identity.Token) {
	http.SetCookie(c.Writer, &http.Cookie{
		Name: w.cookieName(), Value: string(token), Path: "/", HttpOnly: true, Secure: w.SecureCookies, SameSite: http.SameSiteLaxMode,
		MaxAge: int(identity.SessionLife.Seconds()),
	})
}

// ready proves that a change can be committed.
func (w *site) ready(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), 2*time.Second)
	defer cancel()
	err := w.DB.Write(ctx, func(tx *database.Tx) error {
		return tx.Gorm().Exec("delete from sign_in_link where expires_at < ?", time.Now().UTC().AddDate(0, 0, -30)).Error
	})
	if err != nil {
		w.Log.Error("not ready", "error", err)
		c.String(http.StatusServiceUnavailable, "database does not accept changes\n")
		return
	}
	c.String(http.StatusOK, "ok\n")
}

type signInView struct{ Login, Back, Problem string }

func (w *site) signInPage(c *gin.Context) {
	if page.Actor(c).Account != "" {
		c.Redirect(http.StatusSeeOther, homeOf(page.Actor(c)))
		return
	}
	w.kit.HTML(c, http.StatusOK, "signin", page.View{Title: w.kit.T(c, "signin.title"), Body: signInView{Back: localPath(c.Query("back"))}})
}

func (w *site) signIn(c *gin.Context) {
	login, back := c.PostForm("login"), localPath(c.PostForm("back"))
	token, err := w.Identity.SignIn(c.Request.Context(), login, c.PostForm("password"))
	switch {
	case errors.Is(err, identity.ErrWrongPassword), errors.Is(err, identity.ErrThrottled):
		status, key := http.StatusUnauthorized, "signin.wrong.text"
		if errors.Is(err, identity.ErrThrottled) {
			status, key = http.StatusTooManyRequests, "signin.throttled.text"
		}
		v := page.View{Title: w.kit.T(c, "form.error_prefix") + " " + w.kit.T(c, "signin.title"), Body: signInView{Login: login, Back: back, Problem: w.kit.T(c, key)}}
		w.kit.HTML(c, status, "signin", v)
		return
	case err != nil:
		w.kit.Fail(c, err)
		return
	}
	w.enter(c, token, back)
}

// enter keeps the session and sends the person on.
func (w *site) enter(c *gin.Context, token identity.Token, back string) {
	w.keepSession(c, token)
	if back == "/" {
		if actor, err := w.Identity.Actor(c.Request.Context(), token); err == nil {
			back = homeOf(actor)
		}
	}
	c.Redirect(http.StatusSeeOther, back)
}

// homeOf is where a person starts: takers with their rounds, staff in the
// console.
func homeOf(a authz.Actor) string {
	switch {
	case a.OfficialID != "" || !a.Staff():
		return "/"
	case a.Can(authz.ReadResults):
		return "/console"
	case a.Can(authz.MakeLinks):
		return "/console/links"
	}
	return "/console/items"
}

type linkView struct{ Name, Token string }

// linkPage asks for a press of the button, so that mail scanners that open
// every link do not use it up.
func (w *site) linkPage(c *gin.Context) {
	token := c.Param("token")
	name, err := w.Identity.LinkHolder(c.Request.Context(), identity.Token(token))
	if err != nil {
		w.linkFailed(c, err)
		return
	}
	w.kit.HTML(c, http.StatusOK, "link", page.View{Title: w.kit.T(c, "link.title"), Body: linkView{name, token}})
}

func (w *site) redeem(c *gin.Context) {
	session, err := w.Identity.Redeem(c.Request.Context(), identity.Token(c.Param("token")))
	if err != nil {
		w.linkFailed(c, err)
		return
	}
	w.enter(c, session, "/")
}

// linkFailed shows the error's own page instead of asking to sign in.
func (w *site) linkFailed(c *gin.Context, err error) {
	if errors.Is(err, identity.ErrLink) {
		err = fault.New(fault.Closed, "signin.bad_link", err.Error())
	}
	w.kit.Fail(c, err)
}

func (w *site) signOut(c *gin.Context) {
	if token, err := c.Cookie(w.cookieName()); err == nil {
		if err := w.Identity.SignOut(c.Request.Context(), identity.Token(token)); err != nil {
			w.kit.Fail(c, err)
			return
		}
	}
	http.SetCookie(c.Writer, &http.Cookie{Name: w.cookieName(), Path: "/", MaxAge: -1, HttpOnly: true, Secure: w.SecureCookies, SameSite: http.SameSiteLaxMode})
	c.Redirect(http.StatusSeeOther, "/signin")
}

func (w *site) setLang(c *gin.Context) {
	lang := page.Vi
	if page.Lang(c.Query("to")) == page.En {
		lang = page.En
	}
	w.kit.SetLang(c, lang)
	c.Redirect(http.StatusSeeOther, localPath(c.Query("back")))
}

// localPath keeps a return address inside this site.
func localPath(back string) string {
	u, err := url.Parse(back)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.Contains(back, "\\") {
		return "/"
	}
	return u.RequestURI()
}

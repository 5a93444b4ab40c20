package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/gin-gonic/gin"
)

//go:embed static
var staticFiles embed.FS

// dist holds what npm builds from web/; a clean clone has only .gitignore.
//
//go:embed all:dist
var distFiles embed.FS

// asset is one file, ready to send.
type asset struct {
	kind        string
	plain, gzip []byte
}

// Assets are the files pages link to, each under a name that changes with its
// content, so that browsers may keep it for ever.
type Assets struct {
	urls   map[string]string // name → address
	byPath map[string]asset
}

const assetPrefix = "/static/"

func readAssets() (*Assets, error) {
	a := &Assets{urls: map[string]string{}, byPath: map[string]asset{}}
	tokens, err := staticFiles.ReadFile("static/tokens.css")
	if err != nil {
		return nil, err
	}
	kit, err := staticFiles.ReadFile("static/kit.css")
	if err != nil {
		return nil, err
	}
	// One style sheet, one request.
	if err := a.put("app.css", append(append(tokens, '\n'), kit...)); err != nil {
		return nil, err
	}
	icon, err := staticFiles.ReadFile("static/mark.svg")
	if err != nil {
		return nil, err
	}
	if err := a.put("mark.svg", icon); err != nil {
		return nil, err
	}
	return a, a.putBundles()
}

func (a *Assets) putBundles() error {
	return fs.WalkDir(distFiles, "dist", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".js" {
			return err
		}
		data, err := distFiles.ReadFile(name)
		if err != nil {
			return err
		}
		return a.put(path.Base(name), data)
	})
}

func (a *Assets) put(name string, data []byte) error {
	sum := sha256.Sum256(data)
	base, ext, _ := strings.Cut(name, ".")
	url := assetPrefix + base + "." + hex.EncodeToString(sum[:6]) + "." + ext
	packed, err := compress(data, gzip.BestCompression)
	if err != nil {
		return err
	}
	a.urls[name] = url
	a.byPath[url] = asset{mime.TypeByExtension("." + ext), data, packed}
	return nil
}

func compress(data []byte, level int) ([]byte, error) {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, level)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}

// url is the address of a file that must exist.
func (a *Assets) url(name string) (string, error) {
	if url, ok := a.urls[name]; ok {
		return url, nil
	}
	return "", fmt.Errorf("no asset %q", name)
}

// bundle is the address of a script that may not have been built.
func (a *Assets) bundle(name string) (string, bool) {
	url, ok := a.urls[name+".js"]
	return url, ok
}

// ServeAsset sends a file.
func (k *Kit) ServeAsset(c *gin.Context) {
	found, ok := k.assets.byPath[c.Request.URL.Path]
	if !ok {
		c.Status(http.StatusNotFound)
		return
	}
	c.Header("Cache-Control", "public, max-age=31536000, immutable")
	c.Header("Vary", "Accept-Encoding")
	if strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
		c.Header("Content-Encoding", "gzip")
		c.Data(http.StatusOK, found.kind, found.gzip)
		return
	}
	c.Data(http.StatusOK, found.kind, found.plain)
}

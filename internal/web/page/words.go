package page

import (
	"embed"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed words/*.json
var catalogues embed.FS

// Lang is a language of the pages.
type Lang string

const (
	Vi Lang = "vi"
	En Lang = "en"
)

// Langs are the languages there is a catalogue for; the first is the default.
var Langs = []Lang{Vi, En}

func (l Lang) other() Lang {
	if l == Vi {
		return En
	}
	return Vi
}

const langCookie = "lang"

// LangOf is the reader's choice, Vietnamese unless they chose otherwise.
func LangOf(c *gin.Context) Lang {
	if chosen, err := c.Cookie(langCookie); err == nil && Lang(chosen) == En {
		return En
	}
	return Vi
}

// SetLang remembers the reader's choice for a year.
func (k *Kit) SetLang(c *gin.Context, l Lang) {
	http.SetCookie(c.Writer, &http.Cookie{
		Name: langCookie, Value: string(l), Path: "/", MaxAge: int((365 * 24 * time.Hour).Seconds()),
		HttpOnly: true, Secure: k.secure, SameSite: http.SameSiteLaxMode,
	})
}

// Words are the message catalogues.
type Words struct {
	localizers map[Lang]*i18n.Localizer
	keys       map[Lang]map[string]bool
}

func readWords() (*Words, error) {
	bundle := i18n.NewBundle(language.Vietnamese)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	w := &Words{localizers: map[Lang]*i18n.Localizer{}, keys: map[Lang]map[string]bool{}}
	for _, lang := range Langs {
		name := "words/" + string(lang) + ".json"
		data, err := catalogues.ReadFile(name)
		if err != nil {
			return nil, err
		}
		file, err := bundle.ParseMessageFileBytes(data, name)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		w.keys[lang] = map[string]bool{}
		for _, m := range file.Messages {
			w.keys[lang][m.ID] = true
			if m.One == "" {
				m.One = m.Other // the library gives Vietnamese a singular; its nouns have none
			}
		}
		if err := bundle.AddMessages(file.Tag, file.Messages...); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		w.localizers[lang] = i18n.NewLocalizer(bundle, string(lang))
	}
	return w, nil
}

// has tells whether a catalogue knows a key.
func (w *Words) has(lang Lang, key string) bool { return w.keys[lang][key] }

// say fills a message's blanks from name, value pairs. The argument "N" also
// picks the plural form. An unknown key is shown as itself, with an error.
func (w *Words) say(lang Lang, key string, args ...any) (string, error) {
	if !w.has(lang, key) {
		return key, fmt.Errorf("no message %q in %s", key, lang)
	}
	config := &i18n.LocalizeConfig{MessageID: key}
	if len(args) > 0 {
		data, err := pairs(args)
		if err != nil {
			return key, fmt.Errorf("message %q: %w", key, err)
		}
		config.TemplateData = data
		if n, ok := data["N"]; ok {
			config.PluralCount = n
		}
	}
	text, err := w.localizers[lang].Localize(config)
	if err != nil {
		return key, fmt.Errorf("message %q: %w", key, err)
	}
	return text, nil
}

// pairs reads name, value, name, value …, or one map.
func pairs(args []any) (map[string]any, error) {
	if len(args) == 1 {
		if data, ok := args[0].(map[string]any); ok {
			return data, nil
		}
	}
	if len(args)%2 != 0 {
		return nil, fmt.Errorf("%d arguments, want pairs", len(args))
	}
	data := map[string]any{}
	for i := 0; i < len(args); i += 2 {
		name, ok := args[i].(string)
		if !ok {
			return nil, fmt.Errorf("argument %d is not a name", i)
		}
		data[name] = args[i+1]
	}
	return data, nil
}

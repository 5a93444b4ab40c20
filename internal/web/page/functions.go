package page

import (
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"
	"time"

	"sathach/internal/viet"
	"sathach/itembank/exchange"
	"sathach/scoring"
	"sathach/scoring/measure"
)

// functions are what templates may call, bound to one language.
func (k *Kit) functions(lang Lang) template.FuncMap {
	return template.FuncMap{
		"t":         func(key string, args ...any) (string, error) { return k.words.say(lang, key, args...) },
		"has":       func(key string) bool { return k.words.has(lang, key) },
		"icon":      icon,
		"asset":     k.assets.url,
		"day":       day,
		"dayLong":   func(t time.Time) string { return dayLong(lang, t) },
		"clock":     func(t time.Time) string { return t.In(viet.Location).Format("15:04") },
		"seconds":   func(t time.Time) string { return t.In(viet.Location).Format("15:04:05") },
		"instant":   func(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") },
		"date":      isoDay,
		"dayAfter":  func(d viet.Date) (viet.Date, error) { return viet.DayAfter(d) },
		"minutes":   func(d time.Duration) int { return int(d.Minutes()) },
		"left":      func(d time.Duration) string { return k.left(lang, d) },
		"number":    func(n any) string { return number(lang, n) },
		"decimal":   func(x float64, places int) string { return minus(decimal(lang, x, places)) },
		"comma":     func(number string) string { return separated(lang, number) },
		"score":     func(h scoring.Hundredths) string { return score(lang, h) },
		"percent":   func(h scoring.Hundredths) string { return fmt.Sprintf("%.2f%%", float64(h)/100) },
		"blanks":    func(stem string) string { return strings.ReplaceAll(stem, exchange.GapMark, "(……)") },
		"prose":     prose,
		"line":      line,
		"markdown":  isMarkdown,
		"percentOf": percentOf,
		"value":     func(v measure.Value, places int) (string, error) { return k.value(lang, v, places) },
		"span":      func(i measure.Interval, places int) string { return span(lang, i, places) },
		"shareOf": func(v measure.Value) (string, error) {
			return k.value(lang, v.Map(func(x float64) float64 { return 100 * x }), 0)
		},
		"percents": func(i measure.Interval) string {
			return span(lang, i.Map(func(x float64) float64 { return 100 * x }), 0)
		},
		"signed":    func(x float64) string { return signed(lang, x) },
		"rarely":    func(p measure.Value) string { return rarely(lang, p) },
		"known":     func(v measure.Value) bool { _, ok := v.Get(); return ok },
		"deref":     func(x *float64) float64 { return *x },
		"derefInt":  func(n *int) int { return *n },
		"monthYear": func(t time.Time) string { return t.In(viet.Location).Format("01/2006") },
		"letter":    func(i int) string { return string(rune('A' + i)) },
		"add":       func(a, b int) int { return a + b },
		"seq":       func(n int) []int { return upTo(n) },
		"dict":      func(args ...any) (map[string]any, error) { return pairs(args) },
	}
}

// percentOf is a share, or one that may be absent, in whole per cent.
func percentOf(share any) (int, error) {
	switch x := share.(type) {
	case float64:
		return int(math.Round(x * 100)), nil
	case *float64:
		return int(math.Round(*x * 100)), nil
	case scoring.Hundredths:
		return int(math.Round(float64(x) / 100)), nil
	}
	return 0, fmt.Errorf("per cent of %T", share)
}

// value is a statistic, or in words that there is none.
func (k *Kit) value(lang Lang, v measure.Value, places int) (string, error) {
	x, ok := v.Get()
	if !ok {
		return k.words.say(lang, "measure.none")
	}
	return minus(decimal(lang, x, places)), nil
}

// minus writes the sign of a negative number as print does.
func minus(number string) string { return strings.Replace(number, "-", "−", 1) }

// signed is a number with its sign and one decimal.
func signed(lang Lang, x float64) string {
	switch text := decimal(lang, math.Abs(x), 1); {
	case x < 0:
		return "−" + text
	case x > 0:
		return "+" + text
	default:
		return text
	}
}

// rarely is a chance as "1 in so many", rounded down to a power of ten, at
// most a thousand million: what is rarer is a matter of the model.
func rarely(lang Lang, p measure.Value) string {
	x, _ := p.Get()
	times := int64(1)
	for times < 1_000_000_000 && x*float64(times*10) <= 1 {
		times *= 10
	}
	return number(lang, times)
}

// span is an interval; nothing where there is none. A dash before a minus would be
// read as another.
func span(lang Lang, i measure.Interval, places int) string {
	low, ok := i.Low.Get()
	high, also := i.High.Get()
	if !ok || !also {
		return ""
	}
	between := "–"
	if low < 0 {
		between = map[Lang]string{Vi: " đến ", En: " to "}[lang]
	}
	return minus(decimal(lang, low, places)) + between + minus(decimal(lang, high, places))
}

// separated writes a decimal that is kept with a point as the language does.
func separated(lang Lang, number string) string {
	if lang == Vi {
		return strings.Replace(number, ".", ",", 1)
	}
	return number
}

func upTo(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

func day(t time.Time) string { return t.In(viet.Location).Format("02/01/2006") }

// dayLong is "thứ Sáu 27/11/2026".
func dayLong(lang Lang, t time.Time) string {
	if lang == En {
		return t.In(viet.Location).Format("Monday 02/01/2006")
	}
	return viet.Weekday(t) + " " + day(t)
}

func isoDay(d viet.Date) string {
	t, err := time.Parse(time.DateOnly, d)
	if err != nil {
		return ""
	}
	return t.Format("02/01/2006")
}

// left is a rest of time in words: days, hours or minutes.
func (k *Kit) left(lang Lang, d time.Duration) string {
	key, n := "time.minutes", int(d.Minutes())
	switch {
	case d >= 48*time.Hour:
		key, n = "time.days", int(d.Hours()/24)
	case d >= 2*time.Hour:
		key, n = "time.hours", int(d.Hours())
	}
	text, err := k.words.say(lang, key, "N", max(n, 0))
	if err != nil {
		k.log.Error("words", "error", err)
	}
	return text
}

func number(lang Lang, n any) string {
	value, err := strconv.ParseInt(fmt.Sprint(n), 10, 64)
	if err != nil {
		return fmt.Sprint(n)
	}
	text := viet.Number(value)
	if lang == En {
		text = strings.ReplaceAll(text, ".", ",")
	}
	return text
}

func decimal(lang Lang, x float64, places int) string {
	if lang == En {
		return fmt.Sprintf("%.*f", places, x)
	}
	return viet.Decimal(x, places)
}

// score drops decimals that say nothing: 87,50 is 87,5.
func score(lang Lang, h scoring.Hundredths) string {
	text := strings.TrimRight(strings.TrimRight(h.String(), "0"), ".")
	if lang == Vi {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text
}

// icons are our own drawings on a grid of 20 × 20.
var icons = map[string]string{
	"user":    `<circle cx="10" cy="6.8" r="3.4"/><path d="M3.4 17.2c.7-3.6 3.3-5 6.6-5s5.9 1.4 6.6 5"/>`,
	"down":    `<path d="M10 3v9.6M6 9l4 4 4-4M3.5 16.8h13"/>`,
	"sync":    `<path d="M3.8 9a6.3 6.3 0 0 1 11-3l1.4 1.6M16.2 11a6.3 6.3 0 0 1-11 3l-1.4-1.6M16.4 4v3.6h-3.6M3.6 16v-3.6h3.6"/>`,
	"check":   `<path d="M4 10.5l4 4 8-9"/>`,
	"device":  `<path d="M3 4.2h14v9.3H3zM7 17h6M10 13.6V17"/><path d="M10 6.4v4M8.3 8.8 10 10.5l1.7-1.7"/>`,
	"alert":   `<path d="M10 3l7.6 13.4H2.4zM10 8v4M10 14.2v.1"/>`,
	"info":    `<circle cx="10" cy="10" r="7.2"/><path d="M10 9.2v4.6M10 6.3v.1"/>`,
	"flag":    `<path d="M5 17.5V3.5h9.5l-2.2 3.4 2.2 3.4H5"/>`,
	"left":    `<path d="M12.5 4l-6 6 6 6"/>`,
	"right":   `<path d="M7.5 4l6 6-6 6"/>`,
	"open":    `<path d="M4 7.5l6 6 6-6"/>`,
	"doc":     `<path d="M5 2.6h6.8l3.4 3.4v11.4H5zM11.6 2.8V6h3.4M7.6 10h4.8M7.6 13h4.8"/>`,
	"law":     `<path d="M10 3v14M5 17h10M4 5.4h12M4 5.4L1.9 11h4.2zM16 5.4L13.9 11h4.2z"/>`,
	"book":    `<path d="M2.8 4.6c2.6-1 5-.8 7.2.7 2.2-1.5 4.6-1.7 7.2-.7v11c-2.6-1-5-.8-7.2.7-2.2-1.5-4.6-1.7-7.2-.7zM10 5.3v11"/>`,
	"cal":     `<path d="M3.2 4.6h13.6v12H3.2zM3.2 8.4h13.6M7 2.8v3.4M13 2.8v3.4"/>`,
	"print":   `<path d="M6 7V3h8v4M6 14.5H3.4V7h13.2v7.5H14M6 12h8v5.2H6z"/>`,
	"layers":  `<path d="M10 3l7.4 3.8L10 10.6 2.6 6.8zM3 10.4l7 3.6 7-3.6M3 13.8l7 3.6 7-3.6"/>`,
	"home":    `<path d="M3 9.6 10 3.4l7 6.2M5 8.4v8.2h10V8.4M8.4 16.6v-4.6h3.2v4.6"/>`,
	"offline": `<path d="M2.6 7.4A11 11 0 0 1 10 4.6c2.9 0 5.4 1 7.4 2.8M5.4 10.6A6.8 6.8 0 0 1 10 8.8c1.8 0 3.3.6 4.6 1.8M10 14.8v.1M3.6 17 16.6 3"/>`,
	"send":    `<path d="M3 10l14-6-4.4 13-3-5.4zM9.6 11.6L17 4"/>`,
	"lock":    `<path d="M4.6 9h10.8v8H4.6zM7 9V6.4a3 3 0 0 1 6 0V9M10 12v2"/>`,
}

// icon draws an icon; the word beside it carries the meaning. A second
// argument "r" puts it after its word.
func icon(name string, place ...string) (template.HTML, error) {
	drawing, ok := icons[name]
	if !ok {
		return "", fmt.Errorf("no icon %q", name)
	}
	class := "i"
	if len(place) > 0 {
		class += " i--" + place[0]
	}
	return template.HTML(`<svg class="` + class + `" viewBox="0 0 20 20" aria-hidden="true">` + drawing + `</svg>`), nil
}

// Excerpt is the beginning of a text, for lists.
func Excerpt(text string) string {
	letters := []rune(text)
	if len(letters) <= 110 {
		return text
	}
	return strings.TrimSpace(string(letters[:108])) + "…"
}

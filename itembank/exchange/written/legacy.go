package written

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// fromLegacy converts text typed in a font of the time before Unicode: TCVN3
// (fonts named .Vn…; …H show capitals) and VNI (fonts named VNI-…).
func fromLegacy(typed, font string) (words string, legacy bool) {
	name := strings.ToLower(font)
	switch {
	case strings.HasPrefix(name, ".vn"):
		words = tcvn3.Replace(typed)
		if strings.HasSuffix(font, "H") {
			words = strings.ToUpper(words)
		}
	case strings.HasPrefix(name, "vni-"), strings.HasPrefix(name, "vni "):
		words = norm.NFC.String(vni.Replace(typed))
	default:
		return typed, false
	}
	return words, strings.ContainsFunc(typed, func(r rune) bool { return unicode.IsLetter(r) })
}

// tcvn3 is TCVN 5712:1993, third set, as Windows shows its bytes.
var tcvn3 = pairs(
	"µ", "à", "¸", "á", "¶", "ả", "·", "ã", "¹", "ạ", "¨", "ă", "»", "ằ", "¾", "ắ", "¼", "ẳ", "½", "ẵ", "Æ", "ặ", "©", "â", "Ç", "ầ", "Ê", "ấ",
	"È", "ẩ", "É", "ẫ", "Ë", "ậ", "®", "đ", "Ì", "è", "Ð", "é", "Î", "ẻ", "Ï", "ẽ", "Ñ", "ẹ", "ª", "ê", "Ò", "ề", "Õ", "ế", "Ó", "ể", "Ô", "ễ",
	"Ö", "ệ", "×", "ì", "Ý", "í", "Ø", "ỉ", "Ü", "ĩ", "Þ", "ị", "ß", "ò", "ã", "ó", "á", "ỏ", "â", "õ", "ä", "ọ", "«", "ô", "å", "ồ", "è", "ố",
	"æ", "ổ", "ç", "ỗ", "é", "ộ", "¬", "ơ", "ê", "ờ", "í", "ớ", "ë", "ở", "ì", "ỡ", "î", "ợ", "ï", "ù", "ó", "ú", "ñ", "ủ", "ò", "ũ", "ô", "ụ",
	"\u00ad", "ư", "õ", "ừ", "ø", "ứ", "ö", "ử", "÷", "ữ", "ù", "ự", "ú", "ỳ", "ý", "ý", "û", "ỷ", "ü", "ỹ", "þ", "ỵ",
	"§", "Đ", "¡", "Ă", "¢", "Â", "£", "Ê", "¤", "Ô", "¥", "Ơ", "¦", "Ư")

// vni writes a letter, then its marks; a pair stands before a single.
var vni = pairs(
	"aù", "á", "aø", "à", "aû", "ả", "aõ", "ã", "aï", "ạ", "aâ", "â", "aá", "ấ", "aà", "ầ", "aå", "ẩ", "aã", "ẫ", "aä", "ậ", "aê", "ă", "aé", "ắ", "aè", "ằ",
	"aú", "ẳ", "aü", "ẵ", "aë", "ặ", "eù", "é", "eø", "è", "eû", "ẻ", "eõ", "ẽ", "eï", "ẹ", "eâ", "ê", "eá", "ế", "eà", "ề", "eå", "ể", "eã", "ễ", "eä", "ệ",
	"où", "ó", "oø", "ò", "oû", "ỏ", "oõ", "õ", "oï", "ọ", "oâ", "ô", "oá", "ố", "oà", "ồ", "oå", "ổ", "oã", "ỗ", "oä", "ộ", "ôù", "ớ", "ôø", "ờ", "ôû", "ở",
	"ôõ", "ỡ", "ôï", "ợ", "uù", "ú", "uø", "ù", "uû", "ủ", "uõ", "ũ", "uï", "ụ", "öù", "ứ", "öø", "ừ", "öû", "ử", "öõ", "ữ", "öï", "ự", "yù", "ý", "yø", "ỳ",
	"yû", "ỷ", "yõ", "ỹ", "AÙ", "Á", "AØ", "À", "AÛ", "Ả", "AÕ", "Ã", "AÏ", "Ạ", "AÂ", "Â", "AÁ", "Ấ", "AÀ", "Ầ", "AÅ", "Ẩ", "AÃ", "Ẫ", "AÄ", "Ậ", "AÊ", "Ă",
	"AÉ", "Ắ", "AÈ", "Ằ", "AÚ", "Ẳ", "AÜ", "Ẵ", "AË", "Ặ", "EÙ", "É", "EØ", "È", "EÛ", "Ẻ", "EÕ", "Ẽ", "EÏ", "Ẹ", "EÂ", "Ê", "EÁ", "Ế", "EÀ", "Ề", "EÅ", "Ể",
	"EÃ", "Ễ", "EÄ", "Ệ", "OÙ", "Ó", "OØ", "Ò", "OÛ", "Ỏ", "OÕ", "Õ", "OÏ", "Ọ", "OÂ", "Ô", "OÁ", "Ố", "OÀ", "Ồ", "OÅ", "Ổ", "OÃ", "Ỗ", "OÄ", "Ộ", "ÔÙ", "Ớ",
	"ÔØ", "Ờ", "ÔÛ", "Ở", "ÔÕ", "Ỡ", "ÔÏ", "Ợ", "UÙ", "Ú", "UØ", "Ù", "UÛ", "Ủ", "UÕ", "Ũ", "UÏ", "Ụ", "ÖÙ", "Ứ", "ÖØ", "Ừ", "ÖÛ", "Ử", "ÖÕ", "Ữ", "ÖÏ", "Ự",
	"YÙ", "Ý", "YØ", "Ỳ", "YÛ", "Ỷ", "YÕ", "Ỹ", "í", "í", "ì", "ì", "æ", "ỉ", "ó", "ĩ", "ò", "ị", "ô", "ơ", "ö", "ư", "î", "ỵ", "ñ", "đ",
	"Í", "Í", "Ì", "Ì", "Æ", "Ỉ", "Ó", "Ĩ", "Ò", "Ị", "Ô", "Ơ", "Ö", "Ư", "Î", "Ỵ", "Ñ", "Đ")

func pairs(table ...string) *strings.Replacer { return strings.NewReplacer(table...) }

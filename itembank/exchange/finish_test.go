package exchange_test

import (
	"testing"

	"sathach/itembank/exchange"
)

func TestFinish_tellsOptionsThatSpeakOfOthers(t *testing.T) {
	t.Parallel()
	for option, speaks := range map[string]bool{
		"Cả A và B": true, "Cả A, B và C": true, "A và C đều đúng": true, "Chỉ A và C": true, "Tất cả các phương án trên": true, "Cả ba phương án trên": true,
		"Không có phương án nào trên đây đúng": true, "Không đáp án nào đúng": true, "Các ý trên đều sai": true, "Tất cả các nội dung trên": true, "Cả (A) và (B)": true, "Phương án A và B": true, "Cả a và b": false, "Vitamin A và B": false, "A. Phan": false,
		"Cả cung ứng dịch vụ công và xây dựng chính sách": false, "Không có phương án nào": false, "Công chức loại A": false,
	} {
		it := exchange.Finish([]exchange.Item{{Type: exchange.Single, Stem: "Câu?", Options: []string{"Một", "Hai", option}, Key: []int{0}}})[0]
		if it.Has(exchange.LetterReference) != speaks || it.Status != exchange.OK {
			t.Errorf("%q: flags %v, %s", option, it.Flags, it.Status)
		}
	}
}

func TestFinish_leavesNoKeyOutsideTheOptions(t *testing.T) {
	t.Parallel()
	it := exchange.Finish([]exchange.Item{{Type: exchange.Single, Stem: "Câu?", Options: []string{"Một", "Hai"}, Key: []int{2}}})[0]
	if it.Key != nil || it.Status != exchange.Review || !it.Has(exchange.KeyUnknownLetter) {
		t.Errorf("key %v, %s, %v", it.Key, it.Status, it.Flags)
	}
}

func TestAround_isExact(t *testing.T) {
	t.Parallel()
	a, err := exchange.Around("59,5", "0.05", 100)
	if err != nil || a.Min != "59.45" || a.Max != "59.55" || a.Tolerance() != "0.05" {
		t.Errorf("%+v, %v", a, err)
	}
	for _, wrong := range []string{"", "1e9", "ba", "1/3", "0x10", "1_000"} {
		if _, err := exchange.Around(wrong, "0", 100); err == nil {
			t.Errorf("%q is taken for a number", wrong)
		}
	}
}

func TestTidy_leavesWhatXMLHoldsAndIsTidyAtOnce(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"a\ufffe\uffffb": "ab", "e\u200b\u0323\u0302": "ệ", "\xffa": "\ufffda", " a\t\u00a0b\n": "a b"} {
		got := exchange.Tidy(text)
		if got != want || exchange.Tidy(got) != got {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
	}
}

package viet_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sathach/internal/viet"
)

func TestSortKey_ordersByGivenNameThenTheRest(t *testing.T) {
	t.Parallel()
	want := []string{"Lê An", "Trần Thị Ánh", "Vũ Ăn", "Phạm Thị Ân", "Lê Văn Dũng", "Bùi Văn Đạt", "Đỗ Văn Đạt", "Trần Mạ"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, func(a, b string) int { return strings.Compare(viet.SortKey(a), viet.SortKey(b)) })
	if !slices.Equal(got, want) {
		t.Errorf("order %q\nwant  %q", got, want)
	}
}

func TestFold_dropsMarksAndTheStrokeOfD(t *testing.T) {
	t.Parallel()
	decomposed := "Đo\u0302\u0303 Quô\u0301c Đa\u0323t"
	for _, text := range []string{"Đỗ Quốc Đạt", decomposed, "ĐỖ QUỐC ĐẠT"} {
		if got := viet.Fold(text); got != "do quoc dat" {
			t.Errorf("Fold(%q) = %q", text, got)
		}
	}
}

func TestClean_makesInputCanonical(t *testing.T) {
	t.Parallel()
	if got := viet.Clean("  Nguye\u0302\u0303n\u00a0 Văn\tA\x00\n"); got != "Nguyễn Văn A" {
		t.Errorf("Clean = %q", got)
	}
}

func ExampleNumber() {
	fmt.Println(viet.Number(1204), viet.Decimal(67.08, 1))
	fmt.Println(viet.Weekday(time.Date(2026, 11, 26, 20, 0, 0, 0, time.UTC)), viet.DateOf(time.Date(2026, 11, 26, 20, 0, 0, 0, time.UTC)))
	// Output:
	// 1.204 67,1
	// thứ Sáu 2026-11-27
}

func TestDecimal_belowZero(t *testing.T) {
	t.Parallel()
	for x, want := range map[float64]string{-0.62: "−0,6", -0.04: "0,0", -1.25: "−1,3"} {
		if got := viet.Decimal(x, 1); got != want {
			t.Errorf("%v is written %q, want %q", x, got, want)
		}
	}
}

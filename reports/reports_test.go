package reports_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sathach/assessment"
	"sathach/assessment/assessmenttest"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/internal/viet"
	"sathach/reports"
	"sathach/scoring"
	"sathach/scoring/ctt"
	"sathach/scoring/irt"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestMain(m *testing.M) { dbtest.Main(m) }

// played is a world after one published round: thirteen took part with known
// answers, two did not.
func played(t *testing.T, db *database.DB) (*assessmenttest.World, *reports.Reports, reports.Facts) {
	t.Helper()
	w := assessmenttest.New(t, db)
	round := w.OpenRound()
	for i, who := range w.Officials[:13] {
		w.Pass(time.Duration(i) * time.Second)
		w.Dwell = time.Duration(5+i%4) * time.Minute
		w.Take(who, func(p int) bool { return p > i/2 })
	}
	w.Pass(5 * time.Hour)
	w.Settle()
	r := &reports.Reports{DB: db, Now: w.Now, Organiser: reports.Issuer{Parent: "BỘ MẪU", Own: "VỤ MẪU"}}
	f, err := r.FactsAll(context.Background(), round.ID)
	if err != nil {
		t.Fatal(err)
	}
	return w, r, f
}

// The golden files hold the cells of the three workbooks but for items, which
// are drawn at random, and "Căn cứ"; both databases must give the same.
func TestBooks_cells(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		_, _, f := played(t, db)
		for _, b := range f.Books() {
			golden(t, b)
		}
	})
}

func golden(t *testing.T, b reports.Book) {
	t.Helper()
	got := text(b)
	path := filepath.Join("testdata", b.Kind+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-golden +got):\n%s", b.Kind, diff)
	}
}

// text writes a book's cells, without what differs from run to run.
func text(b reports.Book) string {
	var out strings.Builder
	for _, s := range b.Sheets {
		fmt.Fprintf(&out, "== %s | %s\n", s.Name, s.Title)
		if s.Portrait || s.Prefix == "CH" {
			continue // codes and checksums of the run; items are drawn at random
		}
		for _, c := range s.Columns {
			fmt.Fprintf(&out, "%s|", c.Heading)
		}
		out.WriteByte('\n')
		for _, r := range s.Rows {
			fmt.Fprintf(&out, "%d:", r.Kind)
			for i, c := range r.Cells {
				fmt.Fprintf(&out, "%s|", cellText(c, s.Columns[i].Kind))
			}
			out.WriteByte('\n')
		}
		fmt.Fprintf(&out, "%s\n", s.Closing)
	}
	return out.String()
}

// everyWord is all that a sheet says, marks included.
func everyWord(s reports.Sheet) string {
	var out strings.Builder
	for _, c := range slices.Concat(s.Columns, s.Screen) {
		fmt.Fprintln(&out, c.Heading, c.Group)
	}
	for _, r := range s.Rows {
		for _, c := range slices.Concat(r.Cells, r.Screen) {
			fmt.Fprintln(&out, cellText(c, reports.Text))
		}
	}
	return out.String() + strings.Join(s.Notes, "\n")
}

func cellText(c reports.Cell, kind reports.Kind) string {
	value := ""
	switch v := c.Value.(type) {
	case nil:
	case float64:
		value = fmt.Sprintf("%.3f", v)
	case time.Time:
		value = v.UTC().Format("2006-01-02T15:04:05")
		if kind == reports.Date {
			value = v.Format(time.DateOnly)
		}
	default:
		value = fmt.Sprint(v)
	}
	if c.Mark != reports.Plain {
		value += fmt.Sprintf(" [%d]", c.Mark)
	}
	return value
}

// "Căn cứ" tells the rule, the data cut, the publication and the checksums that
// the other sheets really have.
func TestBooks_basisExplainsTheRest(t *testing.T) {
	t.Parallel()
	_, _, f := played(t, dbtest.SQLite(t))
	for _, b := range f.Books() {
		basis := b.Sheets[len(b.Sheets)-1]
		facts := map[string]string{}
		for _, r := range basis.Rows {
			facts[r.Cells[1].Value.(string)] = r.Cells[2].Value.(string)
		}
		for name, want := range map[string]string{
			"Mã kỳ": f.Round.Code, "Số công bố": f.Publication.Code + " (lần 1)", "Lần chấm": "Lần 1", "Chốt số liệu": "24/11/2026",
			"Số câu, thời gian, số lượt": "8 câu, 30 phút, 1 lượt", "Xếp loại": "Xuất sắc từ 90", "Mã kiểm của tệp (SHA-256)": reports.Grouped(b.Checksum()),
		} {
			if !strings.Contains(facts[name], want) {
				t.Errorf("%s, %s: %q, want %q in it", b.Kind, name, facts[name], want)
			}
		}
		for _, s := range b.Sheets[:len(b.Sheets)-1] {
			if name := "Mã kiểm bảng \"" + s.Name + "\" (SHA-256)"; facts[name] != reports.Grouped(s.Checksum()) {
				t.Errorf("%s: %s is %q", b.Kind, name, facts[name])
			}
		}
	}
}

// The basis tells who set the pass mark, how surely, and where it lies on the scale of
// the bank if the judges' items stood there.
func TestBooks_basisTellsWhoSetThePassMark(t *testing.T) {
	t.Parallel()
	_, _, f := played(t, dbtest.SQLite(t))
	doubt, theta, se := scoring.Hundredths(210), 0.62, 0.14
	f.Round.Rules.PassFrom = &assessment.CutSource{Name: "Hội đồng mẫu", Cut: 5234, Error: &doubt, Judges: 7}
	said := `Hội đồng "Hội đồng mẫu", 7 người chấm theo phương pháp Angoff: 52,34, sai số chuẩn 2,1`
	scale := "; trên thang đo chung của ngân hàng 0,62, sai số chuẩn 0,14"
	for _, wanted := range []string{said, said + scale} {
		for _, b := range f.Books() {
			basis := b.Sheets[len(b.Sheets)-1]
			if !slices.ContainsFunc(basis.Rows, func(r reports.Row) bool { return r.Cells[2].Value == wanted }) {
				t.Errorf("%s does not say %q", b.Kind, wanted)
			}
		}
		f.Round.Rules.PassFrom.Theta, f.Round.Rules.PassFrom.ThetaError = &theta, &se
	}
}

// Every response of those who took part is counted once in the item analysis,
// and the shares of a single-choice item add up.
func TestScores_itemSheetCountsEveryResponse(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		_, _, f := played(t, db)
		responses := 0
		for _, item := range f.Items {
			responses += item.N
			sum := 0.0
			for _, s := range item.Shares {
				sum += s
			}
			if item.Shares != nil && (sum < 0.999 || sum > 1.001) {
				t.Errorf("%s: option shares add up to %v", item.Code, sum)
			}
		}
		if want := 13 * f.Round.Blueprint.Items(); responses != want {
			t.Errorf("%d responses in the item analysis, want %d", responses, want)
		}
	})
}

// HR sees the own agency only, on every sheet, and is named as the issuer.
func TestScores_staysInScope(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w, r, f := played(t, db)
		b, err := r.Scores(context.Background(), w.HR, f.Round.ID)
		if err != nil {
			t.Fatal(err)
		}
		all := text(b)
		if !strings.Contains(all, "Sở Mẫu số 1") || strings.Contains(all, "Sở Mẫu số 2") || strings.Contains(all, "Sở Mẫu số 3") {
			t.Errorf("the workbook of P-1 holds other agencies or lacks its own:\n%s", all)
		}
		if !strings.HasSuffix(b.File, "_P-1.xlsx") || b.Sheets[0].Issuer.Own != "SỞ MẪU SỐ 1" {
			t.Errorf("file %s, issuer %+v", b.File, b.Sheets[0].Issuer)
		}
		for _, who := range []authz.Actor{w.Officials[0], {Account: "author", Grants: []authz.Grant{{Role: authz.Author, Agency: string(w.Province)}}}} {
			if _, err := r.Scores(context.Background(), who, f.Round.ID); !errors.Is(err, authz.ErrForbidden) {
				t.Errorf("an actor without results got %v", err)
			}
		}
	})
}

// Runs that kept no chances tell the same ones, computed anew; and workbooks say what
// chances rest on.
func TestBooks_tellChances(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		_, r, f := played(t, db)
		ctx := context.Background()
		before := text(f.Commendations())
		if err := db.Write(ctx, func(tx *database.Tx) error {
			return tx.Gorm().Exec("update result set commend_chance = null, low_chance = null").Error
		}); err != nil {
			t.Fatal(err)
		}
		again, err := r.FactsAll(ctx, f.Round.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, text(again.Commendations())); diff != "" {
			t.Errorf("without kept chances:\n%s", diff)
		}
		f.Round.Blueprint[0].Count = 40
		for words, learnt := range map[string]assessment.Learnt{
			"chưa đủ 100 người, hoặc":                  {},
			"mô hình beta-nhị thức":                    {People: ctt.Shares{A: 8, B: 2}},
			"Cùng đề, cùng điểm thì cùng kết luận":     {People: ctt.Shares{A: 8, B: 2}, Abilities: &assessment.Abilities{People: irt.Normal{Mean: 0.25, SD: 0.9}}},
			"trung bình 0,25, độ lệch chuẩn 0,90 trên": {Abilities: &assessment.Abilities{People: irt.Normal{Mean: 0.25, SD: 0.9}}},
		} {
			f.Learnt = learnt
			var all, scores string
			for _, s := range f.Commendations().Sheets {
				all += everyWord(s)
			}
			for _, s := range f.Scores().Sheets {
				scores += everyWord(s)
			}
			// From where a low true score is surely low: abilities know their errors.
			sure := "từ 95% trở lên"
			if learnt.Abilities != nil {
				sure = "từ 90% trở lên"
			}
			if !strings.Contains(scores, sure) {
				t.Errorf("the workbook of %s does not say %q", learnt.Basis(), sure)
			}
			if !strings.Contains(all, words) {
				t.Errorf("the workbook does not say %q", words)
			}
		}
	})
}

// Means by which agencies compare lean on the whole round, whoever reads them; of fewer
// than five people there is none.
func TestScores_compareAgencies(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.Of(t, db, 6)
		round := w.OpenRound()
		for i, who := range w.Officials[:28] { // of P-6 three
			w.Take(who, func(p int) bool { return (3*i+p)%7 > i/6 })
		}
		w.Pass(5 * time.Hour)
		w.Settle()
		r := &reports.Reports{DB: db, Now: w.Now, Organiser: reports.Issuer{Parent: "BỘ MẪU", Own: "VỤ MẪU"}}
		estimates := func(who authz.Actor) map[string][]string {
			b, err := r.Scores(context.Background(), who, round.ID)
			if err != nil {
				t.Fatal(err)
			}
			found := map[string][]string{}
			for _, row := range b.Sheets[1].Rows {
				if len(row.Screen) == 5 {
					var cells []string
					for _, c := range row.Screen[2:] {
						cells = append(cells, cellText(c, reports.Text))
					}
					found[cellText(row.Screen[0], reports.Text)] = cells
				}
			}
			return found
		}
		all, own := estimates(w.Ministry), estimates(w.HR)
		if len(all) != 6 || all["P-6"][0] != "n < 5" || all["P-1"][0] == "" || all["P-1"][1] >= all["P-1"][0] {
			t.Errorf("all agencies: %v", all)
		}
		if len(own) != 1 || !slices.Equal(own["P-1"], all["P-1"]) {
			t.Errorf("HR reads %v of its agency, the ministry %v", own, all["P-1"])
		}
		alone := scoresOf(t, db, round.ID, "P-1") // a mean that leans on nothing
		if lean := all["P-1"][0]; lean == alone {
			t.Errorf("P-1 does not lean on the others: %s", lean)
		}
	})
}

// scoresOf is the mean score of an agency as it is, written as in workbooks.
func scoresOf(t *testing.T, db *database.DB, round assessment.RoundID, agency string) string {
	t.Helper()
	var mean float64
	err := db.Read(context.Background()).Gorm().Raw(`
select avg(0.01 * x.score) from result x join candidate c on c.id = x.candidate_id join seating s on s.id = c.seating_id join agency a on a.id = s.agency_id
where c.round_id = ? and a.code = ?`, string(round), agency).Scan(&mean).Error
	if err != nil {
		t.Fatal(err)
	}
	return viet.Decimal(mean, 1)
}

// A follow-up says that it counts two forms, and of how many items a form of its own
// would be no longer.
func TestScores_ofAFollowUp(t *testing.T) {
	t.Parallel()
	_, _, f := played(t, dbtest.SQLite(t))
	if all := everyWord(f.Scores().Sheets[0]); !strings.Contains(all, "Số câu đúng / 8") {
		t.Fatalf("the sheet says\n%s", all)
	}
	f.Round.Follows, f.Before = "another", "KT-20261117-0800-ABCD"
	var all string
	for _, s := range f.Scores().Sheets {
		all += everyWord(s)
	}
	if strings.Contains(all, "Số câu đúng / 8") || !strings.Contains(all, "Của kỳ KT-20261117-0800-ABCD") {
		t.Errorf("the workbook says\n%s", all)
	}
}

// Scores on the form that founded the scale have columns once anybody has one.
func TestScores_onTheReferenceForm(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w, r, f := played(t, db)
		ctx := context.Background()
		words := func() string {
			b, err := r.Scores(ctx, w.Ministry, f.Round.ID)
			if err != nil {
				t.Fatal(err)
			}
			return everyWord(b.Sheets[0])
		}
		if strings.Contains(words(), "đề chuẩn") {
			t.Error("columns that nothing fills")
		}
		if err := db.Write(ctx, func(tx *database.Tx) error {
			return tx.Gorm().Exec("update result set reported = 7123, reported_low = 6417, reported_high = 7811 where cast(attempt_id as text) = (select min(cast(attempt_id as text)) from result where counted)").Error
		}); err != nil {
			t.Fatal(err)
		}
		if all := words(); !strings.Contains(all, "Quy về đề chuẩn") || !strings.Contains(all, "71.230") || !strings.Contains(all, "64.170") || !strings.Contains(all, "78.110") {
			t.Errorf("the sheet says\n%s", all)
		}
	})
}

// Agencies see how items did, but no stem and nothing that tells a key.
func TestScores_showItemsWithoutKeysToAgencies(t *testing.T) {
	t.Parallel()
	w, r, f := played(t, dbtest.SQLite(t))
	itemSheet := func(who authz.Actor) string {
		b, err := r.Scores(context.Background(), who, f.Round.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range b.Sheets {
			if s.Name == "Câu hỏi" {
				return everyWord(s)
			}
		}
		t.Fatal("no sheet of items")
		return ""
	}
	key := fmt.Sprintf("[%d]", reports.Key)
	if hr := itemSheet(w.HR); strings.Contains(hr, "Câu dẫn") || strings.Contains(hr, key) || strings.Contains(hr, "Tỷ lệ chọn") || !strings.Contains(hr, "T2-0") {
		t.Errorf("HR's sheet:\n%s", hr)
	}
	taker := w.Ministry
	taker.OfficialID = w.Officials[0].OfficialID
	if all := itemSheet(taker); strings.Contains(all, "Câu dẫn") || strings.Contains(all, key) {
		t.Errorf("somebody who takes rounds is shown keys:\n%s", all)
	}
	if all := itemSheet(w.Ministry); !strings.Contains(all, "Câu dẫn số") || !strings.Contains(all, key) {
		t.Errorf("the ministry's sheet:\n%s", all)
	}
}

// A copy for several agencies says so; one that repeats an agency does not.
func TestScores_namesEveryAgencyOfTheScope(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w, r, f := played(t, db)
		id := func(code string) string {
			a, err := w.Roster.AgencyByCode(context.Background(), code, "2026-11-24")
			if err != nil {
				t.Fatal(err)
			}
			return string(a.ID)
		}
		for want, agencies := range map[string][]string{
			"_P-1.xlsx": {"P-1", "P-1"}, "_P-1+P-2.xlsx": {"P-2", "P-1"}, "_P.xlsx": {"P-1", "P", "P-2"}, "-CB01.xlsx": {"P-1", "VN"},
		} {
			who := authz.Actor{Account: "hr"}
			for i, code := range agencies {
				role := []authz.Role{authz.HR, authz.Ministry}[i%2]
				who.Grants = append(who.Grants, authz.Grant{Role: role, Agency: id(code)})
			}
			b, err := r.Scores(context.Background(), who, f.Round.ID)
			if err != nil || !strings.HasSuffix(b.File, want) {
				t.Errorf("%v: file %s, want %s, %v", agencies, b.File, want, err)
			}
			if all := everyWord(b.Sheets[len(b.Sheets)-1]); strings.Contains(all, "Toàn quốc") != (want == "-CB01.xlsx") {
				t.Errorf("%v: the scope is not named", agencies)
			}
		}
	})
}

// Reading changes what is shown of the reading, and no checksum.
func TestRefreshers_checksumDoesNotCountReading(t *testing.T) {
	t.Parallel()
	w, r, f := played(t, dbtest.SQLite(t))
	before := f.Refreshers()
	for _, who := range w.Officials[:13] {
		for _, code := range []string{"TL-A", "TL-T2", "TL-T4"} {
			if err := w.Refresher.Finished(context.Background(), who, code); err != nil {
				t.Fatal(err)
			}
		}
	}
	again, err := r.FactsAll(context.Background(), f.Round.ID)
	if err != nil {
		t.Fatal(err)
	}
	after := again.Refreshers()
	if before.Checksum() != after.Checksum() || text(before) == text(after) || !strings.Contains(text(after), "Đã xong") {
		t.Error("reading changed the checksum, or nothing")
	}
}

// Who submitted once and tries again is counted as submitted, once.
func TestBoard_countsASecondTryOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		round := w.OpenRound(func(s *assessment.Series) { s.Rules.Tries = 2 })
		w.Take(w.Officials[0], assessmenttest.None)
		if _, err := w.Taking.Start(context.Background(), w.Officials[0], round.ID); err != nil {
			t.Fatal(err)
		}
		r := &reports.Reports{DB: db, Now: w.Now}
		b, err := r.Board(context.Background(), w.Ministry, round.ID)
		if want := (reports.Progress{Due: 15, Submitted: 1}); err != nil || b.Progress != want || b.Absent() != 14 {
			t.Errorf("board %+v, %v, want %+v", b.Progress, err, want)
		}
	})
}

// A round without a roster is listed to whoever plans for its audience.
func TestRounds_withoutARosterAreListedToTheirPlanners(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		s := w.Series()
		s.Blueprint[0].Count = 5 // cannot be filled
		if _, err := w.Planner.Create(context.Background(), w.Ministry, s); err != nil {
			t.Fatal(err)
		}
		w.Pass(time.Hour)
		w.Settle()
		agency, err := w.Roster.AgencyByCode(context.Background(), "P-1", "2026-11-24")
		if err != nil {
			t.Fatal(err)
		}
		narrow := authz.Actor{Account: "narrow", Grants: []authz.Grant{{Role: authz.Ministry, Agency: string(agency.ID)}}}
		r := &reports.Reports{DB: db, Now: w.Now}
		for _, c := range []struct {
			who  authz.Actor
			want int
		}{{w.Ministry, 1}, {narrow, 0}, {w.HR, 0}} {
			if lines, err := r.Rounds(context.Background(), c.who); err != nil || len(lines) != c.want {
				t.Errorf("%s sees %+v, %v, want %d", c.who.Account, lines, err, c.want)
			}
		}
	})
}

// The pages of staff count within the scope, before and after publication.
func TestBoard_countsWithinTheScope(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		round := w.OpenRound()
		ctx := context.Background()
		w.Take(w.Officials[0], assessmenttest.All)
		w.Take(w.Officials[7], assessmenttest.All) // another agency
		if _, err := w.Taking.Start(ctx, w.Officials[1], round.ID); err != nil {
			t.Fatal(err)
		}
		r := &reports.Reports{DB: db, Now: w.Now}
		for _, c := range []struct {
			who  authz.Actor
			want reports.Progress
		}{{w.HR, reports.Progress{Due: 5, Submitted: 1, Working: 1}}, {w.Ministry, reports.Progress{Due: 15, Submitted: 2, Working: 1}}} {
			b, err := r.Board(ctx, c.who, round.ID)
			if err != nil || b.Progress != c.want || b.MissingTotal != c.want.Due-c.want.Submitted {
				t.Errorf("board %+v, %d missing, %v; want %+v", b.Progress, b.MissingTotal, err, c.want)
			}
			var missing []reports.MissingLine
			for at := 0; at < b.MissingTotal; at += 2 { // part by part, everybody once
				part, err := r.Missing(ctx, c.who, round, at, 2)
				if err != nil {
					t.Fatal(err)
				}
				missing = append(missing, part...)
			}
			if len(missing) != b.MissingTotal {
				t.Errorf("%d missing people listed, want %d", len(missing), b.MissingTotal)
			}
			lines, err := r.Rounds(ctx, c.who)
			if err != nil || len(lines) != 1 || lines[0].Progress != c.want || !lines[0].Seated {
				t.Errorf("rounds %+v, %v; want %+v", lines, err, c.want)
			}
		}
		w.Pass(5 * time.Hour)
		w.Settle()
		b, err := r.Board(ctx, w.HR, round.ID)
		if err != nil || b.Publication == "" || b.Submitted != 2 || b.Passed != 1 || b.Commended != 1 || b.Failed != 1 {
			t.Errorf("after publication: %+v, %v", b, err)
		}
	})
}

func TestBooks_sameChecksumEveryTime(t *testing.T) {
	t.Parallel()
	_, r, f := played(t, dbtest.SQLite(t))
	again, err := r.FactsAll(context.Background(), f.Round.ID)
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range f.Books() {
		if sum := again.Books()[i].Checksum(); sum != b.Checksum() {
			t.Errorf("%s: checksum %s, then %s", b.Kind, b.Checksum(), sum)
		}
	}
}

func TestScores_waitsForPublication(t *testing.T) {
	t.Parallel()
	w := assessmenttest.New(t, dbtest.SQLite(t))
	round := w.OpenRound()
	r := &reports.Reports{DB: w.DB, Now: w.Now}
	if _, err := r.Scores(context.Background(), w.Ministry, round.ID); !errors.Is(err, reports.ErrNotPublished) {
		t.Errorf("a workbook of an open round: %v", err)
	}
}

// A round nobody took makes whole workbooks with empty lists.
func TestBooks_ofARoundNobodyTook(t *testing.T) {
	t.Parallel()
	w := assessmenttest.New(t, dbtest.SQLite(t))
	round := w.OpenRound()
	w.Pass(5 * time.Hour)
	w.Settle()
	r := &reports.Reports{DB: w.DB, Now: w.Now}
	f, err := r.FactsAll(context.Background(), round.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range f.Books() {
		if all := text(b); strings.Contains(all, "NaN") || !strings.Contains(all, "Không") {
			t.Errorf("%s:\n%s", b.Kind, all)
		}
	}
}

func TestCanonical_form(t *testing.T) {
	t.Parallel()
	s := reports.Sheet{Name: "Mẫu", Prefix: "M", Columns: make([]reports.Column, 3)}
	s.Rows = []reports.Row{{Cells: reports.Values("a\tb", 87.5, nil)}, {Kind: reports.Group, Cells: reports.Values("I", "x", nil)}}
	// printf 'a b\t87.5\t\n' | sha256sum
	if got, want := s.Checksum(), "f688cff8b7b8c71a1260a9349d58c8d6eb5b013b2b5ce0f0af95a5103ad43cdf"; got != want {
		t.Errorf("checksum %s, want %s", got, want)
	}
}

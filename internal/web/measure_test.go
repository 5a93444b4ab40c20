package web

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"sathach/assessment"
	"sathach/assessment/analysis"
	"sathach/assessment/assessmenttest"
	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/internal/viet"
	"sathach/itembank"
	"sathach/scoring"
	"sathach/scoring/ctt"
	"sathach/scoring/irt"
	"sathach/scoring/measure"
)

// says fails unless a page says everything that is wanted.
func says(t *testing.T, page string, wanted ...string) {
	t.Helper()
	for _, w := range wanted {
		if !strings.Contains(page, w) {
			t.Errorf("the page does not say %q", w)
		}
	}
}

// What a round shows as a measurement, what its forms promise, and an alarm
// stand on pages of Vụ CCHC alone.
func TestQuality_isForWhoSeesTheWholeRound(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	path := "/console/rounds/" + string(x.round.ID)
	says(t, x.ask("ministry", "GET", path+"/quality", "").Body.String(), "Chất lượng đo lường", "Chưa đủ người làm cùng một đề", "Phương pháp bản")
	says(t, x.ask("ministry", "GET", path+"/forms", "").Body.String(), "Các đề có độ khó gần như nhau", "Phân bố điểm dự kiến", "Mã đề 4")
	says(t, x.ask("ministry", "GET", path, "").Body.String(), path+"/quality", path+"/forms")
	if page := x.ask("hr", "GET", path, "").Body.String(); strings.Contains(page, "/quality") || strings.Contains(page, "/forms") {
		t.Error("HR of one agency is sent to figures of the whole round")
	}
}

// Two items that go together more than abilities explain are kept off each other's forms
// from the page that tells of them.
func TestQuality_partsItemsThatGoTogether(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	ctx := context.Background()
	err := x.DB.Write(ctx, func(tx *database.Tx) error {
		var text string
		if err := tx.Gorm().Raw("select report from analysis").Scan(&text).Error; err != nil {
			return err
		}
		var report map[string]any
		if err := json.Unmarshal([]byte(text), &report); err != nil {
			return err
		}
		report["Fitted"] = 8
		report["Pairs"] = []analysis.Pair{{First: "T2-001", Second: "T2-002", Q3: analysis.Figure{Value: measure.Of(0.45), N: 300}}}
		changed, err := json.Marshal(report)
		if err != nil {
			return err
		}
		return tx.Gorm().Exec("update analysis set report = ?", string(changed)).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	path := "/console/rounds/" + string(x.round.ID) + "/quality"
	says(t, x.ask("ministry", "GET", path, "").Body.String(), "Không đặt chung một đề")
	form := url.Values{"a": {"T2-001"}, "b": {"T2-002"}, "act": {"distinct"}, "round": {string(x.round.ID)}}
	if w := x.ask("ministry", "POST", "/console/items/duplicates", form.Encode()); w.Code != http.StatusSeeOther || w.Header().Get("Location") != path+"#q10" {
		t.Errorf("%d to %s", w.Code, w.Header().Get("Location"))
	}
	page := x.ask("ministry", "GET", path, "").Body.String()
	says(t, page, "Mỗi đề chỉ lấy một trong 2 câu", "Cho phép đặt chung một đề")
	if strings.Contains(page, "Không đặt chung một đề") {
		t.Error("asked again")
	}
	if like, err := x.Bank.Likeness(ctx); err != nil || like.Group("T2-001", "T2-002") != 2 || !like.Noted("T2-002", "T2-001") {
		t.Errorf("likeness %+v, %v", like, err)
	}
	form.Set("act", "independent")
	if w := x.ask("hr", "POST", "/console/items/duplicates", form.Encode()); w.Code != http.StatusForbidden {
		t.Errorf("HR: %d", w.Code)
	}
	if w := x.ask("ministry", "POST", "/console/items/duplicates", form.Encode()); w.Code != http.StatusSeeOther {
		t.Errorf("taken back: %d", w.Code)
	}
	says(t, x.ask("ministry", "GET", path, "").Body.String(), "Không đặt chung một đề")
}

// A follow-up is offered where results leave somebody uncertain, asked for on a page that
// says what is wrong, and told on the round's page.
func TestFollowUp_isAskedForOnAPage(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	round := "/console/rounds/" + string(x.round.ID)
	path := round + "/follow-up"
	if page := x.ask("ministry", "GET", round, "").Body.String(); strings.Contains(page, "follow-up") {
		t.Error("offered though nobody is uncertain")
	}
	says(t, x.ask("ministry", "GET", path, "").Body.String(), "không để ai ở mức chưa chắc chắn")
	err := x.DB.Write(context.Background(), func(tx *database.Tx) error {
		return tx.Gorm().Exec("update result set doubt = 'commend' where attempt_id = ?", string(x.attempt.ID)).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	says(t, x.ask("ministry", "GET", round, "").Body.String(), "1 người chưa chắc chắn", path)
	says(t, x.ask("ministry", "GET", path, "").Body.String(), `name="opens"`, `value="5"`) // the fewest, of 8 items
	form := url.Values{"opens": {"hôm nào đó"}, "closes": {"mai"}, "items": {"99"}}
	w := x.ask("ministry", "POST", path, form.Encode())
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("nonsense: %d", w.Code)
	}
	says(t, w.Body.String(), "hôm nào đó", `id="opens-e"`, `id="closes-e"`, `id="items-e"`)
	day := func(later int) string { return x.Now().In(viet.Location).AddDate(0, 0, later).Format("02/01/2006") }
	form = url.Values{"opens": {day(3)}, "closes": {day(4)}, "items": {"5"}}
	w = x.ask("ministry", "POST", path, form.Encode())
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("more than the bank has: %d", w.Code)
	}
	says(t, w.Body.String(), "Ngân hàng chưa đủ câu", `id="items-e"`)
	var more []itembank.Draft
	for n := range 12 {
		more = append(more, itembank.Draft{
			Code: fmt.Sprintf("%s-9%02d", []string{assessmenttest.TopicA, assessmenttest.TopicB}[n%2], n), Topic: []string{assessmenttest.TopicA, assessmenttest.TopicB}[n%2], Level: []itembank.Level{itembank.Recall, itembank.Application}[n/2%2],
			Kind: itembank.Single, Stem: fmt.Sprint("Câu thêm ", n), Options: []string{"Một", "Hai"}, Key: []int{0}, SourceNote: "Mẫu",
		})
	}
	x.Load(nil, more...)
	if w := x.ask("ministry", "POST", path, form.Encode()); w.Code != http.StatusSeeOther || w.Header().Get("Location") != round {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	says(t, x.ask("ministry", "GET", round, "").Body.String(), "Đã có kỳ bổ sung", day(3))
	if w := x.ask("ministry", "POST", path, form.Encode()); w.Code != http.StatusConflict {
		t.Errorf("asked for twice: %d", w.Code)
	}
}

// Whose ability is known reads what the result is worth on the form by which rounds
// compare; others read nothing of it.
func TestResult_onTheReferenceForm(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	path := "/attempts/" + string(x.attempt.ID) + "/result"
	if strings.Contains(x.ask("official", "GET", path, "").Body.String(), "đề chuẩn") {
		t.Error("told of a form that nobody knows")
	}
	err := x.DB.Write(context.Background(), func(tx *database.Tx) error {
		return tx.Gorm().Exec("update result set reported = 7123, reported_low = 6417, reported_high = 7811").Error
	})
	if err != nil {
		t.Fatal(err)
	}
	says(t, x.ask("official", "GET", path, "").Body.String(), "Quy về đề chuẩn", "tương đương 71 điểm (khoảng 64 đến 78)")
}

// A case is closed with a reason only; its taker reads of it beside the result
// and of nobody else.
func TestCases_areJudgedAndTold(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	ctx := context.Background()
	err := x.DB.Write(ctx, func(tx *database.Tx) error {
		return tx.Gorm().Exec(`
insert into integrity_case (id, round_id, run_id, attempt_id, other_id, pair, signals, state, opened_at, decided_by, reason, version)
select ?, s.round_id, s.id, ?, (select a.id from attempt a where a.round_id = s.round_id and a.id <> ?), 'x', '[{"kind":"alike","value":5.5,"p":1e-8,"level":1e-6,"n":8,"count":8,"wrong":3}]', 'open', ?, '', '', 1
from scoring_run s where s.round_id = ?`, database.NewID(), string(x.attempt.ID), string(x.attempt.ID), x.Now(), string(x.round.ID)).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	path := "/console/rounds/" + string(x.round.ID) + "/cases"
	page := x.ask("ministry", "GET", path, "").Body.String()
	says(t, page, "Bài giống bài của người khác", "Giống bài của", "8 trong 8 câu chọn giống hệt nhau", "chưa tới 1 trong 100.000.000 trường hợp", "Nguyễn Mẫu Yến", "Nguyễn Mẫu An")
	id := regexp.MustCompile(`name="case" value="([^"]+)"`).FindStringSubmatch(page)[1]
	result := "/attempts/" + string(x.attempt.ID) + "/result"
	told := x.ask("official", "GET", result, "").Body.String()
	says(t, told, "có hồ sơ để người có trách nhiệm xem xét")
	if strings.Contains(told, "Nguyễn Mẫu An") {
		t.Error("a taker reads who else the case is about")
	}
	form := url.Values{"case": {id}, "version": {"1"}, "act": {"cleared"}}
	if w := x.ask("ministry", "POST", path, form.Encode()); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Hãy ghi lý do") {
		t.Errorf("without a reason: %d", w.Code)
	}
	form.Set("reason", "Hai người cùng ôn một tài liệu.")
	if w := x.ask("ministry", "POST", path, form.Encode()); w.Code != http.StatusSeeOther {
		t.Errorf("with a reason: %d", w.Code)
	}
	if w := x.ask("ministry", "POST", path, form.Encode()); w.Code != http.StatusConflict {
		t.Errorf("decided twice: %d", w.Code)
	}
	says(t, x.ask("ministry", "GET", path, "").Body.String(), "Có lý do chính đáng", "Hai người cùng ôn một tài liệu.")
	says(t, x.ask("official", "GET", result, "").Body.String(), "đã khép lại")
}

// A panel is opened and rated on pages, and its cut becomes the pass mark of a
// series.
func TestPanel_fromRatingToSeries(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	w := x.ask("ministry", "POST", "/console/panels", url.Values{"name": {"Hội đồng mẫu"}, "borderline": {"Biết việc thường ngày."}, "round": {string(x.round.ID)}}.Encode())
	path := w.Header().Get("Location")
	if w.Code != http.StatusSeeOther {
		t.Fatalf("open: %d %s", w.Code, w.Body)
	}
	if w := x.ask("author", "POST", path, "i1=ba&i2=40"); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `value="ba"`) || !strings.Contains(w.Body.String(), "số nguyên từ 0 đến 100") {
		t.Errorf("what is no number: %d", w.Code)
	}
	if w := x.ask("author", "POST", path, "low_cut=40"); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("one limit of four: %d", w.Code)
	}
	ratings := url.Values{}
	for _, name := range []string{"i1", "i2", "i3", "i4", "i5", "i6", "i7", "i8"} {
		ratings.Set(name, "55")
	}
	if w := x.ask("author", "POST", path, ratings.Encode()); w.Code != http.StatusSeeOther {
		t.Fatalf("rate: %d", w.Code)
	}
	page := x.ask("author", "GET", path, "").Body.String()
	says(t, page, "Bạn đã đánh giá đủ", "Thực tế:")
	if strings.Contains(page, "Kết quả đến lúc này") {
		t.Error("a judge sees what others say")
	}
	page = x.ask("ministry", "GET", path, "").Body.String()
	says(t, page, "Kết quả đến lúc này", "55,0")
	version := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(page)[1]
	if w := x.ask("ministry", "POST", path+"/close", "version="+version); w.Code != http.StatusSeeOther {
		t.Fatalf("close: %d", w.Code)
	}
	says(t, x.ask("author", "GET", path, "").Body.String(), "Đã kết thúc", "disabled")
	form := x.seriesForm("create")
	form.Set("panel", path[strings.LastIndex(path, "/")+1:])
	fair := form.Get("cut_fair")
	form.Set("cut_fair", "54")
	says(t, x.ask("ministry", "POST", "/console/series/new", form.Encode()).Body.String(), "Mức đạt lấy từ hội đồng là 55,00")
	form.Set("cut_fair", fair)
	if w := x.ask("ministry", "POST", "/console/series/new", form.Encode()); w.Code != http.StatusSeeOther {
		t.Fatalf("series: %d %s", w.Code, w.Body)
	}
	list, err := x.Planner.Series(context.Background(), x.Ministry)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, s := range list {
		if from := s.Rules.PassFrom; from != nil {
			found = from.Cut == 5500 && s.Rules.Standard.PassMark == 5500 && from.Judges == 1 && from.Error == nil && s.Forms == assessment.FormEach && s.Rules.Hold
		}
	}
	if !found {
		t.Errorf("no series has the panel's cut: %+v", list)
	}
}

// Before launch, pages tell what a panel's cut is worth on the forms at hand, and which
// forms ask nearly the same twice.
func TestForms_sayWhatThePanelsCutIsWorth(t *testing.T) {
	t.Parallel()
	theta, doubt := 1.0, 0.05
	x := newTown(t, func(s *assessment.Series) {
		s.Rules.PassFrom = &assessment.CutSource{Name: "Hội đồng mẫu", Cut: s.Rules.Standard.PassMark, Judges: 7, Theta: &theta, ThetaError: &doubt}
	})
	path := "/console/rounds/" + string(x.round.ID) + "/forms"
	if page := x.ask("ministry", "GET", path, "").Body.String(); strings.Contains(page, "người vừa đủ đạt theo hội đồng") {
		t.Error("says of items that are not on the scale what a cut is worth")
	}
	err := x.DB.Write(context.Background(), func(tx *database.Tx) error {
		var of []itembank.RevisionID
		var run string
		for query, into := range map[string]any{
			"select distinct revision_id from form_item": &of,
			"select id from scoring_run limit 1":         &run,
		} {
			if err := tx.Gorm().Raw(query).Scan(into).Error; err != nil {
				return err
			}
		}
		all := make([]itembank.Parameters, len(of))
		for i, id := range of {
			all[i] = itembank.Parameters{Revision: id, Standing: itembank.Operational, N: 300, At: x.Now(), Curve: itembank.RightOrWrong(irt.Dichotomous(1, 0, 0))}
		}
		return itembank.RecordParameters(tx, run, all)
	})
	if err != nil {
		t.Fatal(err)
	}
	says(t, x.ask("ministry", "GET", path, "").Body.String(), "được khoảng 73,1 điểm ở các đề này (khoảng 71,1–75,0); mức đạt đang đặt là 50", "Mức đang đặt nằm ngoài khoảng ấy")
}

// The page of an item shows its parameters with their errors, if they are known, also
// of partial credit.
func TestItem_showsParameters(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	var items []struct{ Code, RevisionID string }
	var run string
	err := x.DB.Write(context.Background(), func(tx *database.Tx) error {
		if err := tx.Gorm().Raw("select i.code, r.id as revision_id from item i join item_revision r on r.item_id = i.id order by i.code limit 3").Scan(&items).Error; err != nil {
			return err
		}
		if err := tx.Gorm().Raw("select id from scoring_run limit 1").Scan(&run).Error; err != nil {
			return err
		}
		all := []itembank.Parameters{
			{Curve: itembank.RightOrWrong(irt.Item{A: 1.2, D: []float64{0.6}}), SE: []float64{0.11, 0.2}},
			{Curve: itembank.RightOrWrong(irt.Item{A: 1.3, D: []float64{-0.65}})},
			{Curve: itembank.Curve{Item: irt.Item{A: 0.9, D: []float64{0.9, -0.9}}, From: []scoring.Points{scoring.One / 2, scoring.One}, Worth: []float64{0, 0.5, 1}}, SE: []float64{0.1, 0.2, 0.2}},
		}
		for i := range all {
			all[i].Revision, all[i].Standing, all[i].N, all[i].At = itembank.RevisionID(items[i].RevisionID), itembank.Operational, 300, x.Now()
		}
		return itembank.RecordParameters(tx, run, all)
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]string{{"1,20 (±0,11)", "−0,5 (±0,17)"}, {"1,30</dd>", "0,5</dd>"}, {"0,90 (±0,10)", "bước 2"}} {
		says(t, x.ask("ministry", "GET", "/console/items/"+items[i].Code, "").Body.String(), want...)
	}
}

// The page of an item tells who chose which option, what is odd about that, that it is
// held for a doubtful key, and what is asked of whom.
func TestItem_showsWhoChoseWhat(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	var it struct{ Code, RevisionID string }
	random := rand.New(rand.NewPCG(27, 1))
	err := x.DB.Write(context.Background(), func(tx *database.Tx) error {
		err := tx.Gorm().Raw("select i.code, r.id as revision_id from item i join item_revision r on r.item_id = i.id join item_key k on k.revision_id = r.id where r.kind = 'single' and r.state = 'approved' order by i.code limit 1").Scan(&it).Error
		if err != nil {
			return err
		}
		keys, err := itembank.KeysOf(tx, []itembank.RevisionID{itembank.RevisionID(it.RevisionID)})
		if err != nil {
			return err
		}
		right := keys[itembank.RevisionID(it.RevisionID)].Correct[0]
		var rest []float64
		var chosen []int
		for range 200 { // the able choose another option than the key
			able := random.Float64()
			option := right
			if random.Float64() < able {
				option = (right + 1) % 3
			}
			rest, chosen = append(rest, able), append(chosen, option+1)
		}
		rival, r := (right+1)%3, -0.4
		err = itembank.RecordStatistics(tx, string(x.round.ID), []itembank.RoundStatistic{{
			Revision: itembank.RevisionID(it.RevisionID), N: 200, Facility: 0.5, Discrimination: &r, Rival: &rival, At: x.Now(), Options: ctt.OptionsByRest(rest, chosen, 4),
		}})
		if err != nil {
			return err
		}
		doubts, err := itembank.Doubts(tx, string(x.round.ID))
		if err != nil {
			return err
		}
		return itembank.Ask(tx, string(x.round.ID), doubts)
	})
	if err != nil {
		t.Fatal(err)
	}
	says(t, x.ask("ministry", "GET", "/console/items/"+it.Code, "").Body.String(), "200 lượt trả lời bản này", "Bỏ trống", "Rất ít người chọn", "Nhóm làm tốt nhất chọn nhiều hơn đáp án",
		"Người làm tốt lại ít chọn đáp án này", "−0,40", "Tạm không đưa vào đề", "đi với hiểu biết hơn cả đáp án", "Đã rà soát, câu vẫn đúng")
}

// What superiors say is pasted on the page; lines that cannot be used are named, and
// nothing is lost.
func TestPanel_hearsSuperiors(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	w := x.ask("ministry", "POST", "/console/panels", url.Values{"name": {"Hội đồng mẫu"}, "borderline": {"Biết việc thường ngày."}, "round": {string(x.round.ID)}}.Encode())
	path := w.Header().Get("Location")
	says(t, x.ask("ministry", "GET", path+"/superiors", "").Body.String(), "3 là vừa đủ đạt", `name="opinions"`)
	typed := url.Values{"opinions": {"Mã hồ sơ\tMức\n0000001\t4\nkhông có\t3\n"}}.Encode()
	w = x.ask("ministry", "POST", path+"/superiors", typed)
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("unknown people: %d", w.Code)
	}
	says(t, w.Body.String(), "Dòng 3", "0000001\t4", `id="opinions-e"`)
	many := strings.Repeat("7777777 3\n", 14)
	says(t, x.ask("ministry", "POST", path+"/superiors", url.Values{"opinions": {many}}.Encode()).Body.String(), "Dòng 10:", "Còn 4 dòng khác")
	w = x.ask("ministry", "POST", path+"/superiors", url.Values{"opinions": {"0000001 4"}}.Encode())
	if w.Code != http.StatusSeeOther {
		t.Fatalf("heard: %d %s", w.Code, w.Body)
	}
	says(t, x.ask("ministry", "GET", path, "").Body.String(), "Cần ít nhất 30 người", "5. Đạt tốt")
	if page := x.ask("author", "GET", path, "").Body.String(); strings.Contains(page, "Ghi nhận xét") {
		t.Error("a judge sees what superiors say")
	}
}

// The preview of a series tells what its forms would be.
func TestSeriesPreview_tellsWhatFormsPromise(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	page := x.ask("ministry", "POST", "/console/series/new", x.seriesForm("preview").Encode()).Body.String()
	says(t, page, "Đề sẽ như thế nào", "Mỗi người một đề; hình dưới đây tính từ 30 đề.", "Điểm trung bình dự kiến", "Sai số")
	form := x.seriesForm("preview")
	form.Set("forms", "1")
	if page := x.ask("ministry", "POST", "/console/series/new", form.Encode()).Body.String(); strings.Contains(page, "Các đề có độ khó gần như nhau") || !strings.Contains(page, "Điểm trung bình dự kiến") {
		t.Error("one form is compared with others")
	}
}

// What is wrong with a series is named by field, in the order of the page.
func TestSeriesForm_namesWhatIsWrong(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	form := x.seriesForm("preview")
	form.Set("name", "")
	form.Set("tries", "nhiều")
	form.Set("cut_excellent", "chín")
	page := x.ask("ministry", "POST", "/console/series/new", form.Encode()).Body.String()
	at := -1
	for _, line := range []string{"Tên chuỗi: Hãy đặt tên chuỗi", "Số lượt mỗi người: Hãy ghi một số nguyên", "Xuất sắc từ: Hãy ghi điểm từ 0 đến 100"} {
		next := strings.Index(page, line)
		if next <= at {
			t.Errorf("%q is at %d, the line before at %d", line, next, at)
		}
		at = next
	}
}

// seriesForm is a new series that gives everybody a form.
func (x *town) seriesForm(act string) url.Values {
	x.t.Helper()
	page := x.ask("ministry", "GET", "/console/series/new", "").Body.String()
	form := url.Values{
		"id": {regexp.MustCompile(`name="id" value="([^"]+)"`).FindStringSubmatch(page)[1]}, "name": {"Chuỗi mẫu"}, "audience": {string(x.Province)}, "cron": {"0 8 1 * *"}, "zone": {"Asia/Ho_Chi_Minh"},
		"window": {"5 ngày"}, "time_limit": {"30"}, "forms": {"0"}, "tries": {"1"}, "release": {"after_scoring"}, "hold": {"true"}, "act": {act}, "n.T2-TTHC.recall": {"3"}, "n.T4-CONGVU.recall": {"2"},
	}
	for name, value := range map[string]string{
		"cut_excellent": "90", "cut_good": "80", "cut_fair": "65", "cut_pass": "50", "low_below": "65", "commend_from": "90", "certainty": "0", "weak_below": "60",
	} {
		form.Set(name, value)
	}
	return form
}

// The page says what the lists' chances rest on, where the round asks for certainty.
func TestQuality_saysWhatChancesRestOn(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	analyst := analysis.Analyst{DB: x.DB, Now: x.Now, Log: dbtest.Log, Rounds: x.Rounds}
	if _, err := analyst.Analyse(context.Background()); err != nil {
		t.Fatal(err)
	}
	path := "/console/rounds/" + string(x.round.ID) + "/quality"
	if page := x.ask("ministry", "GET", path, "").Body.String(); strings.Contains(page, "khả năng điểm thật") {
		t.Error("a round of eight items is said to go by certainty")
	}
	err := x.DB.Write(context.Background(), func(tx *database.Tx) error {
		return tx.Gorm().Exec("update round set blueprint = ? where id = ?", `[{"topic":"T2-TTHC","level":"recall","count":40}]`, string(x.round.ID)).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	says(t, x.ask("ministry", "GET", path, "").Body.String(), "theo bài của từng người; kỳ có ít hơn 100 người")
}

// A wrong number is corrected on the page; what is no number is shown again.
func TestCorrections_ofANumber(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	path := "/console/rounds/" + string(x.round.ID) + "/corrections"
	var code string
	err := x.DB.Read(context.Background()).Gorm().Raw(`
select i.code from form f join form_item t on t.form_id = f.id join item_revision r on r.id = t.revision_id join item i on i.id = r.item_id
where f.round_id = ? and r.kind = 'numeric' order by i.code limit 1`, string(x.round.ID)).Scan(&code).Error
	if err != nil || code == "" {
		t.Fatal(code, err)
	}
	says(t, x.ask("ministry", "GET", path+"?item="+code, "").Body.String(), `name="value"`, `name="tolerance"`, `value="rekey"`)
	form := url.Values{"item": {code}, "kind": {"rekey"}, "value": {"mười"}, "tolerance": {"0"}, "reason": {"Sai đáp số"}}
	w := x.ask("ministry", "POST", path, form.Encode())
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("what is no number: %d", w.Code)
	}
	says(t, w.Body.String(), `value="mười"`, "Hãy ghi một số", `id="value-e"`)
	form.Set("value", "1.250,5")
	if w := x.ask("ministry", "POST", path, form.Encode()); w.Code != http.StatusSeeOther {
		t.Fatalf("a number: %d %s", w.Code, w.Body)
	}
	says(t, x.ask("ministry", "GET", path, "").Body.String(), "1250,5", code)
}

// A faulty item is corrected on a page; the round is marked again, published
// anew by a person, and takers read why their result changed.
func TestCorrections_fromTheItemToTheTaker(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	round := "/console/rounds/" + string(x.round.ID)
	path := round + "/corrections"
	var code string
	err := x.DB.Read(context.Background()).Gorm().Raw(`
select i.code from form_item t join attempt a on a.form_id = t.form_id join item_revision r on r.id = t.revision_id join item i on i.id = r.item_id
where a.id = ? and r.kind = 'single' order by t.position limit 1`, string(x.attempt.ID)).Scan(&code).Error
	if err != nil {
		t.Fatal(err)
	}
	says(t, x.ask("ministry", "GET", round, "").Body.String(), path)
	says(t, x.ask("ministry", "GET", "/console/items/"+code, "").Body.String(), path+"?item="+code)
	if page := x.ask("hr", "GET", round, "").Body.String(); strings.Contains(page, "/corrections") {
		t.Error("HR is sent to a page that shows keys")
	}
	says(t, x.ask("ministry", "GET", path, "").Body.String(), "Kỳ này chưa có đính chính nào")
	says(t, x.ask("ministry", "GET", path+"?item=none", "").Body.String(), "Không đề nào của kỳ này có câu mang mã đó", `value="none"`)
	page := x.ask("ministry", "GET", path+"?item="+code, "").Body.String()
	says(t, page, "Không tính câu này vào điểm của ai", `name="correct"`)
	if strings.Contains(page, `value="restore"`) {
		t.Error("what was not corrected can be taken back")
	}
	form := url.Values{"item": {code}, "kind": {"rekey"}, "correct": {"0", "1", "2", "3"}, "reason": {"Hai <b>phương án</b> đúng"}}
	if w := x.ask("ministry", "POST", path, form.Encode()); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Hãy đánh dấu ít nhất một phương án đúng") || !strings.Contains(w.Body.String(), "Hai &lt;b&gt;phương án") {
		t.Errorf("all options right: %d", w.Code)
	}
	form.Set("kind", "withdraw")
	if w := x.ask("ministry", "POST", path, form.Encode()); w.Code != http.StatusSeeOther {
		t.Fatalf("withdraw: %d %s", w.Code, w.Body)
	}
	says(t, x.ask("ministry", "GET", path, "").Body.String(), "đang được chấm lại", "không tính vào điểm", code)
	if w := x.ask("ministry", "POST", round+"/publish", ""); w.Code != http.StatusSeeOther {
		t.Errorf("published before it was marked again: %d", w.Code)
	}
	x.Settle()
	says(t, x.ask("ministry", "GET", path, "").Body.String(), "Công bố lại kết quả", "người đổi điểm")
	says(t, x.ask("ministry", "GET", round, "").Body.String(), "chưa công bố lại")
	result := "/attempts/" + string(x.attempt.ID) + "/result"
	if told := x.ask("official", "GET", result, "").Body.String(); strings.Contains(told, "công bố lần 2") {
		t.Error("told of what is not published")
	}
	if w := x.ask("ministry", "POST", round+"/publish", ""); w.Code != http.StatusSeeOther {
		t.Errorf("publish anew: %d", w.Code)
	}
	says(t, x.ask("official", "GET", result, "").Body.String(), "công bố lần 2", "1 câu trong đề của bạn có lỗi nên không tính")
	if page := x.ask("ministry", "GET", path, "").Body.String(); strings.Contains(page, "Công bố lại kết quả") {
		t.Error("what is published can be published again")
	}
	says(t, x.ask("ministry", "GET", path+"?item="+code, "").Body.String(), `value="restore"`)
}

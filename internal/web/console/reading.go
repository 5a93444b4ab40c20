package console

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"sathach/internal/authz"
	"sathach/internal/viet"
	"sathach/internal/web/page"
	"sathach/itembank"
	"sathach/itembank/exchange"
	"sathach/itembank/exchange/format"
)

// A file is read beside the request that brought it: most are ready before
// anybody notices, a long one shows how far it is. What is being read lives in
// this process only; a file that was cut off is brought again.
const (
	readAtOnce  = 3 * time.Second
	keepReading = 10 * time.Minute
	// mostReadings bounds the files read at once; each may fill some hundred
	// megabytes of memory.
	mostReadings = 4
)

// stage is how far the reading of a file is.
type stage int

const (
	waiting stage = iota
	reading
	comparing
	finished
)

// readingOf is one file being read.
type readingOf struct {
	id, account, file string
	at                stage
	items             int
	done              chan struct{}
	began             time.Time

	imported itembank.ImportID
	problem  string // why it was not taken, in Vietnamese
	err      error
}

// readings are the files being read.
type readings struct {
	mu   sync.Mutex
	list map[string]*readingOf
	turn chan struct{} // one for each file read at this moment
}

func newReadings() *readings {
	return &readings{list: map[string]*readingOf{}, turn: make(chan struct{}, mostReadings)}
}

func (r *readings) begin(account, file string) *readingOf {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, old := range r.list {
		if time.Since(old.began) > keepReading && old.at == finished {
			delete(r.list, id)
		}
	}
	one := &readingOf{id: uuid.NewString(), account: account, file: file, done: make(chan struct{}), began: time.Now()}
	r.list[one.id] = one
	return one
}

func (r *readings) change(one *readingOf, change func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change()
}

// look is a copy of what is known of a file that an account is having read.
func (r *readings) look(account, id string) (readingOf, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	one := r.list[id]
	if one == nil || one.account != account {
		return readingOf{}, false
	}
	return *one, true
}

// wait tells whether a file is read within some time.
func (r *readings) wait(one *readingOf, most time.Duration) bool {
	select {
	case <-one.done:
		return true
	case <-time.After(most):
		return false
	}
}

// read reads a file and puts its questions into the staging area. It runs
// outside the request, whose guard against panics does not reach here: a file
// that makes a reader panic is a failure of that file alone.
func (p *Pages) read(ctx context.Context, actor authz.Actor, one *readingOf, data []byte, topic string, level itembank.Level) {
	p.readings.turn <- struct{}{}
	var id itembank.ImportID
	var problem string
	var err error
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("read a file of %d bytes: panic: %v", len(data), cause)
		}
		p.readings.change(one, func() { one.at, one.imported, one.problem, one.err = finished, id, problem, err })
		close(one.done)
		<-p.readings.turn
	}()
	p.readings.change(one, func() { one.at = reading })
	preview := format.Read(one.file, data, "")
	problem = preview.Reason
	switch {
	case preview.Status == exchange.FileRejected:
	case len(preview.Items) == 0:
		problem = strings.Join(append(preview.Warnings, "Tệp không có câu hỏi nào đọc được."), " ")
	default:
		p.readings.change(one, func() { one.at, one.items = comparing, len(preview.Items) })
		id, err = p.Bank.Stage(ctx, actor, preview, topic, level)
	}
}

func readingPath(id string) string { return uploadPath + "/reading/" + id }

// afterReading shows what became of a file.
func (p *Pages) afterReading(c *gin.Context, one *readingOf) {
	switch found, _ := p.readings.look(one.account, one.id); {
	case found.err != nil:
		p.kit.Fail(c, found.err)
	case found.problem != "":
		p.showImports(c, http.StatusUnprocessableEntity, found.file, found.problem)
	default:
		c.Redirect(http.StatusSeeOther, importPath(found.imported))
	}
}

type readingView struct {
	File        string
	Stage, Of   int
	Items       int
	Waiting     bool
	ElapsedSecs int
}

// reading shows how far a file is; the browser asks again by itself.
func (p *Pages) reading(c *gin.Context) {
	actor := page.Actor(c)
	if _, err := actor.Scope(authz.WriteItems, viet.DateOf(p.Now())); err != nil {
		p.kit.Fail(c, err)
		return
	}
	one, ok := p.readings.look(actor.Account, c.Param("reading"))
	if !ok {
		p.kit.Fail(c, itembank.ErrNoImport)
		return
	}
	if one.at == finished {
		p.afterReading(c, &one)
		return
	}
	c.Header("Refresh", "2")
	v := readingView{File: one.file, Stage: int(one.at), Of: int(finished), Items: one.items, Waiting: one.at == waiting, ElapsedSecs: int(time.Since(one.began).Seconds())}
	p.kit.HTML(c, http.StatusOK, "reading", page.View{Title: p.kit.T(c, "reading.title"), Section: "imports", Body: v})
}

package console

import (
	"testing"
	"time"
)

// A file that is being read is known to whoever brought it and to nobody
// else, and is waited for no longer than was said.
func TestReadings_belongToWhoBroughtTheFile(t *testing.T) {
	t.Parallel()
	r := newReadings()
	one := r.begin("an account", "a.docx")
	if r.wait(one, time.Nanosecond) {
		t.Error("ready before it was read")
	}
	r.change(one, func() { one.at, one.items = comparing, 7 })
	if seen, ok := r.look("an account", one.id); !ok || seen.at != comparing || seen.items != 7 {
		t.Errorf("%+v, %v", seen, ok)
	}
	if _, ok := r.look("another", one.id); ok {
		t.Error("another account sees it")
	}
	r.change(one, func() { one.at = finished })
	close(one.done)
	if !r.wait(one, time.Minute) {
		t.Error("not ready though it was read")
	}
	one.began = time.Now().Add(-2 * keepReading)
	r.begin("an account", "b.docx")
	if _, ok := r.look("an account", one.id); ok {
		t.Error("kept for ever")
	}
}

// Package fault gives errors a kind, so that one place at each edge can turn
// an error into a status, an exit code or a sentence.
//
// Domain packages name their errors where they arise
// (assessment.ErrRoundClosed) and build them with New. Key is the message's
// name in the catalogues of internal/web; Text is the English sentence for
// logs and the command line. An error without a kind is a defect or an
// outage: its text is never shown to a user.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what an error means for the person who caused it.
type Kind int

const (
	Unknown         Kind = iota // a defect or an outage on our side
	Invalid                     // the request cannot be understood or obeyed as it stands
	Unauthenticated             // nobody is signed in
	Forbidden                   // signed in, but outside the granted scope
	Missing                     // no such thing, or none that may be seen
	Conflict                    // somebody changed it first
	Closed                      // too late, or too early
	Unavailable                 // try again in a moment
)

// Error is an error with a kind and a message.
type Error struct {
	Kind Kind
	Key  string
	Text string
	// Args fill the message's blanks.
	Args map[string]any
	// Fields name the inputs that are wrong, for forms.
	Fields []Field
}

// Field is one wrong input of a form.
type Field struct {
	Name string
	Key  string
	Args map[string]any
}

// New makes an error of a kind. Errors made by New are compared by identity.
func New(kind Kind, key, text string) *Error {
	return &Error{Kind: kind, Key: key, Text: text}
}

// Invalidf is an Invalid error with a sentence for logs and the command line.
func Invalidf(key, format string, args ...any) *Error {
	return New(Invalid, key, fmt.Sprintf(format, args...))
}

func (e *Error) Error() string {
	if len(e.Fields) == 0 {
		return e.Text
	}
	names := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		names[i] = f.Name + ": " + f.Key
	}
	return e.Text + " (" + strings.Join(names, ", ") + ")"
}

// With is a copy of e whose message's blanks are filled. It still is e for
// errors.Is.
func (e *Error) With(args map[string]any) error {
	filled := *e
	filled.Args = args
	return fmt.Errorf("%w%.0w", &filled, e)
}

// KindOf is the kind of the first *Error in err's chain, or Unknown.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Unknown
}

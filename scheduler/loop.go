package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// A Step looks after one kind of due thing.
type Step struct {
	Name string
	// Run does what is due and tells how many things it did. It must be safe
	// to run again after any crash.
	Run func(ctx context.Context) (done int, err error)
}

// Loop runs its steps in order until none finds anything to do, then rests.
type Loop struct {
	Steps []Step
	Every time.Duration
	Log   *slog.Logger
}

// Run runs until ctx ends. A failing step is logged and tried again after the
// rest; it does not keep the others from their work.
func (l *Loop) Run(ctx context.Context) {
	for {
		if err := l.Settle(ctx); err != nil && ctx.Err() == nil {
			l.Log.Error("due loop", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(l.Every):
		}
	}
}

// Settle runs the steps until a whole pass does nothing. It returns the
// errors of the last pass.
func (l *Loop) Settle(ctx context.Context) error {
	for {
		done, err := l.pass(ctx)
		if done == 0 || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
	}
}

func (l *Loop) pass(ctx context.Context) (total int, err error) {
	for _, s := range l.Steps {
		if ctx.Err() != nil {
			break
		}
		began := time.Now()
		done, stepErr := s.Run(ctx)
		if stepErr != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", s.Name, stepErr))
		}
		if done > 0 {
			l.Log.Info("due", "step", s.Name, "done", done, "took", time.Since(began).Round(time.Millisecond))
		}
		total += done
	}
	return total, err
}

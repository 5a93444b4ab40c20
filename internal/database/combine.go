package database

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
)

// WriteShared runs change in a transaction that other callers of WriteShared
// may share: the changes that wait while one commit is on its way go together
// in the next, so that many takers who save in the same few milliseconds cost
// one disk flush. It returns after the commit that holds the change.
//
// If any change of a batch fails, the batch is rolled back and every change
// runs again in a transaction of its own; so changes must be small, must fit
// Write's rules, and must not depend on who shares their transaction.
func (db *DB) WriteShared(ctx context.Context, change func(tx *Tx) error) error {
	if ctx.Value(insideWrite{}) != nil {
		return ErrNested
	}
	return db.shared.do(ctx, change)
}

// A full batch still commits within a few milliseconds.
const batchLimit = 128

type sharedChange struct {
	ctx    context.Context
	change func(tx *Tx) error
	done   chan error
}

type combiner struct {
	db      *DB
	queue   chan sharedChange
	stopped chan struct{}
	once    sync.Once
	worker  sync.WaitGroup
}

var errStopped = errors.New("database: closed")

func newCombiner(db *DB) *combiner {
	c := &combiner{db: db, queue: make(chan sharedChange, batchLimit), stopped: make(chan struct{})}
	c.worker.Go(c.run)
	return c
}

func (c *combiner) stop() {
	c.once.Do(func() { close(c.stopped) })
	c.worker.Wait()
}

func (c *combiner) do(ctx context.Context, change func(tx *Tx) error) error {
	s := sharedChange{ctx: ctx, change: change, done: make(chan error, 1)}
	select {
	case c.queue <- s:
	case <-c.stopped:
		return errStopped
	case <-ctx.Done():
		return ctx.Err()
	}
	// Once queued, the change may commit at any moment, so the caller waits
	// for its outcome even if it has gone away meanwhile.
	select {
	case err := <-s.done:
		return err
	case <-c.stopped:
		select {
		case err := <-s.done:
			return err
		default:
			return errStopped
		}
	}
}

func (c *combiner) run() {
	for {
		select {
		case first := <-c.queue:
			c.commit(c.gather(first))
		case <-c.stopped:
			return
		}
	}
}

// gather takes what is waiting, without waiting for more.
func (c *combiner) gather(first sharedChange) []sharedChange {
	batch := []sharedChange{first}
	for len(batch) < batchLimit {
		select {
		case next := <-c.queue:
			batch = append(batch, next)
		default:
			return batch
		}
	}
	return batch
}

func (c *combiner) commit(batch []sharedChange) {
	if len(batch) > 1 && c.together(batch) == nil {
		for _, s := range batch {
			s.done <- nil
		}
		return
	}
	for _, s := range batch {
		s.done <- c.db.Write(context.WithoutCancel(s.ctx), s.guarded)
	}
}

// guarded runs the change and turns a panic into its caller's error: a defect
// in one caller's change must not stop everybody's saving.
func (s sharedChange) guarded(tx *Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a shared change: %v\n%s", p, debug.Stack())
		}
	}()
	return s.change(tx)
}

func (c *combiner) together(batch []sharedChange) error {
	return c.db.Write(context.Background(), func(tx *Tx) error {
		for _, s := range batch {
			if err := s.guarded(tx); err != nil {
				return err
			}
		}
		return nil
	})
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"sathach/assessment"
)

type runsCmd struct {
	Recompute runsRecomputeCmd `cmd:"" help:"Mark a round again from its event logs and compare with what is stored."`
	Compare   runsCompareCmd   `cmd:"" help:"Compare two scoring runs of a round."`
}

type runsRecomputeCmd struct {
	Round string `arg:"" help:"Code of the round."`
}

type runsCompareCmd struct {
	Round  string `arg:"" help:"Code of the round."`
	First  int    `required:"" help:"Number of a scoring run."`
	Second int    `required:"" help:"Number of another."`
}

// Run marks again and changes nothing. It fails when anything differs.
func (c runsRecomputeCmd) Run(ctx context.Context, env *environment) error {
	return env.compareRuns(ctx, func(a *app) (assessment.Comparison, error) { return a.rounds.RecomputeRound(ctx, c.Round) })
}

// Run compares what is stored. It fails when anything differs.
func (c runsCompareCmd) Run(ctx context.Context, env *environment) error {
	if c.First < 1 || c.Second < 1 {
		return fmt.Errorf("runs are numbered from 1")
	}
	return env.compareRuns(ctx, func(a *app) (assessment.Comparison, error) { return a.rounds.Compare(ctx, c.Round, c.First, c.Second) })
}

func (e *environment) compareRuns(ctx context.Context, compare func(*app) (assessment.Comparison, error)) error {
	a, err := e.open(ctx, e.cli.DatabaseURL, time.Now)
	if err != nil {
		return err
	}
	defer a.close()
	found, err := compare(a)
	if err != nil {
		return err
	}
	out := json.NewEncoder(e.out)
	out.SetIndent("", "  ")
	if err := out.Encode(found); err != nil {
		return err
	}
	if !found.Same() {
		return fmt.Errorf("round %s: the two markings differ", found.Round)
	}
	return nil
}

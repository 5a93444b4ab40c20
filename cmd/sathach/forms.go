package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

type formsCmd struct {
	Redraw formsRedrawCmd `cmd:"" help:"Draw the forms of a round again from its seed and what was kept, and compare with those that were used."`
}

type formsRedrawCmd struct {
	Round string `arg:"" help:"Code of the round."`
}

// Run draws again and changes nothing. It fails when any form differs.
func (c formsRedrawCmd) Run(ctx context.Context, env *environment) error {
	a, err := env.open(ctx, env.cli.DatabaseURL, time.Now)
	if err != nil {
		return err
	}
	defer a.close()
	found, err := a.rounds.Redraw(ctx, c.Round)
	if err != nil {
		return err
	}
	out := json.NewEncoder(env.out)
	out.SetIndent("", "  ")
	if err := out.Encode(found); err != nil {
		return err
	}
	if n := len(found.Different); n > 0 {
		return fmt.Errorf("round %s: %d of %d forms come out otherwise", found.Round, n, found.Forms)
	}
	return nil
}

package main

import (
	"context"
	"fmt"
	"time"

	"sathach/internal/database"
	"sathach/internal/viet"
	"sathach/itembank"
	"sathach/migrations"
	"sathach/scheduler"
)

type doctorCmd struct{}

// Run checks what a round needs and says what to do about what is missing.
// It changes nothing.
func (doctorCmd) Run(ctx context.Context, env *environment) error {
	say := func(format string, args ...any) { fmt.Fprintf(env.out, format+"\n", args...) }
	if _, err := scheduler.Parse("0 8 1 * *", viet.Zone); err != nil {
		return fmt.Errorf("time zones: %w", err)
	}
	say("ok    time zone %s", viet.Zone)
	db, err := database.Open(ctx, env.cli.DatabaseURL, env.log)
	if err != nil {
		return err
	}
	defer db.Close()
	say("ok    database opens (%s)", db.Dialect())
	pending, err := migrations.Pending(ctx, db)
	if err != nil {
		return err
	}
	if pending > 0 {
		say("todo  the schema lacks %d changes: run sathach migrate", pending)
		return nil
	}
	say("ok    schema is up to date")
	bank := &itembank.Bank{DB: db, Now: time.Now}
	pool, err := bank.Pool(ctx, viet.DateOf(time.Now()))
	if err != nil {
		return err
	}
	if len(pool.Drawable) == 0 {
		say("todo  the bank has no item that may be drawn: run sathach seed, or approve items")
		return nil
	}
	say("ok    %d items may be drawn today, %d may not (%d for superseded law)", len(pool.Drawable), len(pool.Refused), pool.Superseded())
	return nil
}

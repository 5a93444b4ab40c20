package main

import (
	"context"
	"encoding/json"
	"fmt"

	"sathach/internal/lab"
)

type labCmd struct {
	Analyze   labRun[lab.Analyze]   `cmd:"" help:"Classical item and test analysis of a file of responses."`
	Calibrate labRun[lab.Calibrate] `cmd:"" help:"Estimate item parameters and abilities."`
	Persons   labRun[lab.Persons]   `cmd:"" help:"Estimate abilities at given item parameters."`
	DIF       labRun[lab.DIF]       `cmd:"" name:"dif" help:"Find items that are harder for one group than for others of the same total."`
	Link      labRun[lab.Link]      `cmd:"" help:"Bring items of one calibration to the scale of another and equate scores."`
	Decide    labRun[lab.Decide]    `cmd:"" help:"How surely cut scores sort people: accuracy and consistency of classification."`
	Cutscore  labRun[lab.Cutscore]  `cmd:"" help:"Set cut scores: modified Angoff, Hofstee, borderline group and regression."`
	Subscores labRun[lab.Subscores] `cmd:"" help:"Which topics of a form deserve a number of their own."`
	Integrity labRun[lab.Integrity] `cmd:"" help:"Look for copied answers and for answers given too fast; what is found is for a person to judge."`
	Assemble  labRun[lab.Assemble]  `cmd:"" help:"Make forms from a bank of calibrated items."`
	Mark      labRun[lab.Mark]      `cmd:"" help:"Mark responses by every rule there is."`
}

// experiment is a command of the laboratory.
type experiment interface {
	Do() (lab.Summary, error)
}

// labRun runs an experiment and prints its summary, one line of JSON.
type labRun[E experiment] struct {
	Experiment E `embed:""`
}

// badInput is an error whose exit status is 2: what was given cannot be used.
type badInput struct{ error }

func (b badInput) Unwrap() error { return b.error }

// Run writes the results.
func (c labRun[E]) Run(_ context.Context, env *environment) error {
	summary, err := c.Experiment.Do()
	if err != nil {
		return badInput{err}
	}
	line, err := json.Marshal(summary)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(env.out, string(line))
	return err
}

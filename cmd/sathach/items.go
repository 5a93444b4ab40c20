package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/format"
)

type itemsCmd struct {
	Preview itemsPreviewCmd `cmd:"" help:"Show what a file of questions holds; nothing enters the bank."`
}

type itemsPreviewCmd struct {
	File   string `arg:"" help:"Word, Excel, GIFT, Aiken, Moodle XML, QTI 2.1 to 3.0 or JSON." type:"existingfile"`
	Format string `help:"docx, xlsx, gift, aiken, moodlexml, qti21, qti30 or json; found out by the file's content when left out."`
	JSON   bool   `name:"json" help:"Print one JSON object."`
}

var errRejected = errors.New("the file was not accepted")

// Run prints the preview of a file. A file that is not accepted is an error:
// its reason is in the preview.
func (c itemsPreviewCmd) Run(_ context.Context, env *environment) error {
	if c.Format != "" && !format.Known(format.Name(c.Format)) {
		return fmt.Errorf("--format=%s: there are %v", c.Format, format.Names())
	}
	p, err := c.preview()
	if err != nil {
		return err
	}
	if err := c.print(env, p); err != nil {
		return err
	}
	if p.Status == exchange.FileRejected {
		return fmt.Errorf("%s: %w", p.File, errRejected)
	}
	return nil
}

// preview reads no more of a file than may be accepted.
func (c itemsPreviewCmd) preview() (exchange.Preview, error) {
	info, err := os.Stat(c.File)
	if err != nil {
		return exchange.Preview{}, err
	}
	name := filepath.Base(c.File)
	if info.Size() > format.MaxFile {
		return format.TooLarge(name), nil
	}
	data, err := os.ReadFile(c.File)
	if err != nil {
		return exchange.Preview{}, err
	}
	return format.Read(name, data, format.Name(c.Format)), nil
}

func (c itemsPreviewCmd) print(env *environment, p exchange.Preview) error {
	if c.JSON {
		encoder := json.NewEncoder(env.out)
		encoder.SetEscapeHTML(false)
		return encoder.Encode(p)
	}
	if p.Status == exchange.FileRejected {
		_, err := fmt.Fprintln(env.out, p.Reason)
		return err
	}
	count := map[exchange.Status]int{}
	for _, it := range p.Items {
		count[it.Status]++
	}
	fmt.Fprintf(env.out, "%d items: %d ok, %d to look at, %d broken\n", len(p.Items), count[exchange.OK], count[exchange.Review], count[exchange.Broken])
	for _, w := range p.Warnings {
		fmt.Fprintln(env.out, "  "+w)
	}
	for _, it := range p.Items {
		if it.Status != exchange.OK {
			fmt.Fprintf(env.out, "  %s, %s: %s\n", it.Source, it.Status, it.Note)
		}
	}
	return nil
}

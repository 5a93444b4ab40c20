package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"sathach/internal/viet"
	"sathach/itembank"
	"sathach/itembank/exchange"
	"sathach/itembank/exchange/format"
)

type itemsCmd struct {
	Preview itemsPreviewCmd `cmd:"" help:"Show what a file of questions holds; nothing enters the bank."`
	Import  itemsImportCmd  `cmd:"" help:"Put a file of questions into an author's staging area; nothing enters the bank until its author confirms."`
	Export  itemsExportCmd  `cmd:"" help:"Write items of the bank, with their keys, to a file."`
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
	if err := knownFormat(c.Format); err != nil {
		return err
	}
	p, err := previewOf(c.File, c.Format)
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

// knownFormat refuses a name that is no format; empty is none.
func knownFormat(name string) error {
	if name != "" && !format.Known(format.Name(name)) {
		return fmt.Errorf("--format=%s: there are %v", name, format.Names())
	}
	return nil
}

// previewOf reads no more of a file than may be accepted.
func previewOf(file, as string) (exchange.Preview, error) {
	info, err := os.Stat(file)
	if err != nil {
		return exchange.Preview{}, err
	}
	name := filepath.Base(file)
	if info.Size() > format.MaxFile {
		return format.TooLarge(name), nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return exchange.Preview{}, err
	}
	return format.Read(name, data, format.Name(as)), nil
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

type itemsImportCmd struct {
	File   string `arg:"" help:"Word, Excel, GIFT, Aiken, Moodle XML, QTI 2.1 to 3.0 or JSON." type:"existingfile"`
	As     string `required:"" help:"Login of the author who will confirm the items."`
	Format string `help:"docx, xlsx, gift, aiken, moodlexml, qti21, qti30 or json; found out by the file's content when left out."`
	Topic  string `help:"Code of the topic of items for which the file tells none."`
	Level  string `enum:"recall,understanding,application," default:"" help:"Level of items for which the file tells none: recall, understanding or application."`
}

// Run stages a file in an author's name.
func (c itemsImportCmd) Run(ctx context.Context, env *environment) error {
	if err := knownFormat(c.Format); err != nil {
		return err
	}
	p, err := previewOf(c.File, c.Format)
	if err != nil {
		return err
	}
	if p.Status == exchange.FileRejected {
		return fmt.Errorf("%s: %w: %s", p.File, errRejected, p.Reason)
	}
	a, err := env.open(ctx, env.cli.DatabaseURL, time.Now)
	if err != nil {
		return err
	}
	defer a.close()
	author, err := a.identity.Holder(ctx, c.As)
	if err != nil {
		return fmt.Errorf("author %s: %w", c.As, err)
	}
	id, err := a.bank.Stage(ctx, author, p, c.Topic, itembank.Level(c.Level))
	if err != nil {
		return fmt.Errorf("stage %s: %w", p.File, err)
	}
	_, err = fmt.Fprintf(env.out, "%d items of %s wait for %s at /console/imports/%s\n", len(p.Items), p.File, c.As, id)
	return err
}

type itemsExportCmd struct {
	Format string `required:"" help:"docx, xlsx, gift, aiken, moodlexml, qti21, qti30 or json."`
	Out    string `required:"" help:"The file to write." type:"path"`
	As     string `required:"" help:"Login of who takes the items out; it must be allowed to read them."`
	Topic  string `help:"Code of a topic; all topics when left out."`
	Show   string `enum:"drawable,draft,in_review,suspended,retired,recheck," default:"" help:"drawable, draft, in_review, suspended, retired or recheck; all items when left out."`
}

// Run writes items to a file and tells on the standard error what of them the
// format does not hold.
func (c itemsExportCmd) Run(ctx context.Context, env *environment) error {
	if err := knownFormat(c.Format); err != nil {
		return err
	}
	a, err := env.open(ctx, env.cli.DatabaseURL, time.Now)
	if err != nil {
		return err
	}
	defer a.close()
	items, losses, err := c.items(ctx, a)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	more, err := format.Write(&file, format.Name(c.Format), items)
	if err != nil {
		return fmt.Errorf("write %s: %w", c.Format, err)
	}
	if err := os.WriteFile(c.Out, file.Bytes(), 0o600); err != nil { // it holds keys
		return err
	}
	for _, l := range append(losses, more...) {
		fmt.Fprintf(env.err, "%s: %s\n", l.Item, l.What)
	}
	_, err = fmt.Fprintf(env.out, "%d items in %s; %d remarks about what the format does not hold\n", len(items), c.Out, len(losses)+len(more))
	return err
}

func (c itemsExportCmd) items(ctx context.Context, a *app) ([]exchange.Item, []exchange.Loss, error) {
	reader, err := a.identity.Holder(ctx, c.As)
	if err != nil {
		return nil, nil, fmt.Errorf("login %s: %w", c.As, err)
	}
	q := itembank.Query{Show: itembank.Show(c.Show), On: viet.DateOf(time.Now())}
	if c.Topic != "" {
		q.Topics = []string{c.Topic}
	}
	codes, err := a.bank.Codes(ctx, reader, q, itembank.MostExported)
	if err != nil {
		return nil, nil, err
	}
	return a.bank.Export(ctx, reader, codes)
}

// Command sathach tests what administrative-reform officials know, on the
// calendar and by itself.
//
// One file per command. wire.go is the only place that joins the packages;
// nothing else reads the environment.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// defaultDatabase is where data goes when nobody says otherwise.
const defaultDatabase = "sqlite:data/sathach.db"

// version is set when a release is built.
var version = "dev"

// cli is the command line, the environment and the file sathach.toml in one
// struct: flags win over SATHACH_… variables, which win over the file.
type cli struct {
	Config      kong.ConfigFlag `help:"Read settings from this TOML file." type:"path" placeholder:"sathach.toml"`
	DatabaseURL string          `name:"database-url" env:"SATHACH_DATABASE_URL" default:"sqlite:data/sathach.db" help:"sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME."`
	LogLevel    string          `env:"SATHACH_LOG_LEVEL" enum:"debug,info,warn,error" default:"info" help:"debug, info, warn or error."`
	Organiser   organiser       `embed:"" prefix:"organiser-" envprefix:"SATHACH_ORGANISER_"`

	Serve    serveCmd    `cmd:"" help:"Serve the pages and look after rounds that are due."`
	Demo     demoCmd     `cmd:"" help:"Play whole rounds with simulated officials and write the workbooks."`
	Migrate  migrateCmd  `cmd:"" help:"Bring the database to the newest schema."`
	Seed     seedCmd     `cmd:"" help:"Load the sample agency tree, a synthetic roster, the starter bank and materials into an empty database."`
	Items    itemsCmd    `cmd:"" help:"Look into files of questions."`
	Forms    formsCmd    `cmd:"" help:"Prove that forms follow from their seed."`
	Runs     runsCmd     `cmd:"" help:"Compare scoring runs of a round, or mark it again, without changing anything."`
	Lab      labCmd      `cmd:"" help:"Try the methods of scoring on files, without a database."`
	Account  accountCmd  `cmd:"" help:"Open an account for staff, with a role over an agency."`
	Grant    grantCmd    `cmd:"" help:"Give an account one more role over an agency."`
	Revoke   revokeCmd   `cmd:"" help:"End a role of an account."`
	Password passwordCmd `cmd:"" help:"Set an account's password from standard input."`
	Link     linkCmd     `cmd:"" help:"Print a one-time sign-in link for a login."`
	Doctor   doctorCmd   `cmd:"" help:"Check the settings, the database and the bank, and say what to do."`
	Version  versionCmd  `cmd:"" help:"Print the version."`
}

// organiser is in whose name workbooks of the whole country are issued.
type organiser struct {
	Parent string `env:"PARENT" default:"BỘ NỘI VỤ" help:"Parent agency in the letterhead, in capitals."`
	Name   string `env:"NAME" default:"VỤ CẢI CÁCH HÀNH CHÍNH" help:"Issuing agency in the letterhead, in capitals."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is main without the process: exit status 0, 1 for failures, 2 for a
// command line, or a file of the laboratory, that cannot be used.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var c cli
	helped := false // kong goes on parsing, and would run the command, after its help
	parser, err := kong.New(&c, kong.Name("sathach"), kong.Description("Knowledge assessment of administrative-reform officials, on the calendar."),
		kong.Writers(stdout, stderr), kong.Configuration(readTOML, "sathach.toml"), kong.UsageOnError(), kong.Exit(func(int) { helped = true }))
	if err != nil {
		fmt.Fprintln(stderr, "sathach:", err)
		return 2
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	if helped {
		return 0
	}
	if err != nil {
		fmt.Fprintln(stderr, "sathach:", err)
		return 2
	}
	if command.Command() == "" {
		return 0
	}
	env := &environment{cli: &c, out: stdout, err: stderr, log: newLog(stderr, c.LogLevel)}
	command.BindTo(ctx, (*context.Context)(nil))
	if err := command.Run(env); err != nil {
		fmt.Fprintln(stderr, "sathach:", err)
		if errors.As(err, new(badInput)) {
			return 2
		}
		return 1
	}
	return 0
}

func newLog(w io.Writer, level string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: l}))
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(env *environment) error {
	_, err := fmt.Fprintln(env.out, "sathach", version)
	return err
}

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"sathach/internal/identity"
	"sathach/internal/web"
)

type serveCmd struct {
	Listen         string        `env:"SATHACH_LISTEN" default:"127.0.0.1:8080" help:"Address and port."`
	SecureCookies  bool          `env:"SATHACH_SECURE_COOKIES" help:"Set when people reach the pages over HTTPS."`
	TrustedProxies []string      `env:"SATHACH_TRUSTED_PROXIES" help:"Addresses of proxies whose forwarding headers are believed."`
	Every          time.Duration `env:"SATHACH_EVERY" default:"2s" help:"Rest between two looks at what is due."`
}

// Run serves until it is told to stop.
func (c serveCmd) Run(ctx context.Context, env *environment) error {
	a, err := env.open(ctx, env.cli.DatabaseURL, time.Now)
	if err != nil {
		return err
	}
	defer a.close()
	if c.Every <= 0 {
		return fmt.Errorf("--every=%s: want more than nothing", c.Every)
	}
	return a.serve(ctx, env, c, func(address string) error {
		_, err := fmt.Fprintf(env.out, "Sát hạch: http://%s\n", address)
		return err
	})
}

// analysesRest is the least rest between two looks at what was scored: an
// analysis that fails is minutes of work that would begin at once again.
const analysesRest = 20 * time.Second

// serve listens, tells the address, looks after what is due and stops
// cleanly: requests end, then the loops, then the database.
func (a *app) serve(ctx context.Context, env *environment, c serveCmd, ready func(address string) error) error {
	handler, err := web.New(a.site(c.SecureCookies, c.TrustedProxies))
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w (is another sathach running? choose another address with --listen)", c.Listen, err)
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 5 * time.Minute, IdleTimeout: 120 * time.Second,
		MaxHeaderBytes: 32 << 10,
	}
	loopCtx, stopLoops := context.WithCancel(ctx)
	var loops sync.WaitGroup
	loops.Go(func() { a.loop(c.Every).Run(loopCtx) })
	loops.Go(func() { a.work(c.Every).Run(loopCtx) })
	loops.Go(func() { a.analyses(max(c.Every, analysesRest)).Run(loopCtx) })
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	err = ready(listener.Addr().String())
	if err == nil {
		select {
		case <-ctx.Done():
		case err = <-failed:
		}
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	shutdown := server.Shutdown(stopping)
	stopLoops()
	loops.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return errors.Join(err, shutdown)
}

type linkCmd struct {
	Login string        `arg:"" help:"Login of the account."`
	Base  string        `default:"http://127.0.0.1:8080" env:"SATHACH_BASE_URL" help:"Address under which people reach the pages."`
	Life  time.Duration `default:"24h" help:"How long the link works."`
}

// Run prints a one-time sign-in link. On SQLite, stop serve first: one
// process at a time owns the file.
func (c linkCmd) Run(ctx context.Context, env *environment) error {
	a, err := env.open(ctx, env.cli.DatabaseURL, time.Now)
	if err != nil {
		return err
	}
	defer a.close()
	token, err := a.identity.Link(ctx, c.Login, c.Life)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(env.out, linkURL(c.Base, token))
	return err
}

func linkURL(base string, token identity.Token) string { return base + "/signin/link/" + string(token) }

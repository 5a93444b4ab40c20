package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sort"
	"strconv"
	"sync"
	"syscall"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
)

// cluster is a throwaway PostgreSQL server on a Unix socket. PostgreSQL
// refuses to run as root, so root starts it as the user postgres or nobody.
type cluster struct {
	once   sync.Once
	err    error
	dir    string
	server *exec.Cmd
	admin  *sql.DB
}

var theCluster cluster

const template = "sathach_template"

func (c *cluster) start() (*cluster, error) {
	c.once.Do(func() { c.err = c.boot() })
	return c, c.err
}

func (c *cluster) boot() error {
	bin, err := postgresBin()
	if err != nil {
		return err
	}
	// A short path: a Unix socket's name has room for about 100 bytes.
	if c.dir, err = os.MkdirTemp("/tmp", "sathach-pg-"); err != nil {
		return err
	}
	as, err := c.owner()
	if err != nil {
		return err
	}
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", c.dir+"/data", "-U", "sathach", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	initdb.SysProcAttr, initdb.Dir = as, c.dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	c.server = exec.Command(filepath.Join(bin, "postgres"), "-D", c.dir+"/data", "-k", c.dir,
		"-c", "listen_addresses=", "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
		"-c", "max_connections=300", "-c", "wal_level=minimal", "-c", "max_wal_senders=0")
	c.server.SysProcAttr, c.server.Dir = as, c.dir
	if err := c.server.Start(); err != nil {
		return fmt.Errorf("start postgres: %w", err)
	}
	return c.prepare()
}

// owner gives the cluster's folder to somebody who may run PostgreSQL.
func (c *cluster) owner() (*syscall.SysProcAttr, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return nil, err
		}
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, os.Chown(c.dir, uid, gid)
}

// prepare waits until the server answers and migrates the template database.
func (c *cluster) prepare() error {
	admin, err := sql.Open("pgx", c.url("postgres"))
	if err != nil {
		return err
	}
	c.admin = admin
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for admin.PingContext(ctx) != nil {
		select {
		case <-ctx.Done():
			return errors.New("the throwaway PostgreSQL did not answer within 30 seconds")
		case <-time.After(20 * time.Millisecond):
		}
	}
	if _, err := admin.ExecContext(ctx, "create database "+template); err != nil {
		return err
	}
	return migrate(c.url(template))
}

var creating sync.Mutex

// create copies the template; PostgreSQL copies one at a time.
func (c *cluster) create(name string) error {
	creating.Lock()
	defer creating.Unlock()
	_, err := c.admin.Exec("create database " + name + " template " + template + " strategy file_copy")
	return err
}

func (c *cluster) url(name string) string {
	return "postgres://sathach@/" + name + "?host=" + c.dir
}

func (c *cluster) stop() {
	if c.admin != nil {
		_ = c.admin.Close()
	}
	if c.server != nil && c.server.Process != nil {
		// SIGQUIT is PostgreSQL's immediate shutdown: nothing here is kept.
		_ = c.server.Process.Signal(syscall.SIGQUIT)
		_ = c.server.Wait()
	}
	if c.dir != "" {
		_ = os.RemoveAll(c.dir)
	}
}

// postgresBin finds initdb and postgres: PG_BIN, PATH, then Debian's folders,
// newest first.
func postgresBin() (string, error) {
	if dir := os.Getenv("PG_BIN"); dir != "" {
		return dir, nil
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	dirs, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", err
	}
	sort.Strings(dirs)
	for i := len(dirs) - 1; i >= 0; i-- {
		if _, err := os.Stat(filepath.Join(dirs[i], "initdb")); err == nil {
			return dirs[i], nil
		}
	}
	return "", errors.New("no PostgreSQL server found; install it (Debian: apt-get install postgresql), set PG_BIN to the folder that holds initdb, or run go test -short to leave PostgreSQL out")
}

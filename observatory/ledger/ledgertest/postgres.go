// Package ledgertest starts a PostgreSQL of its own, of Debian's package, for tests and measurements. It never ships.
package ledgertest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // "pgx"
)

// T is what a test gives, and a program can.
type T interface {
	Cleanup(func())
	Fatalf(format string, args ...any)
	Skipf(format string, args ...any)
}

// Given is the environment's name for a server to use instead of one's own.
const Given = "ABRI_TEST_DATABASE"

// Server gives the URL of a server: the one that ABRI_TEST_DATABASE names, or else one that is started here for this
// test, with settings more. Where neither can be had the test skips.
func Server(t T, more ...string) string {
	if given := os.Getenv(Given); given != "" {
		return given
	}
	return Start(t, more...)
}

// Citus is Server with the extension Citus (https://www.citusdata.com) loaded. Where the server that is given, or this
// machine, has none the test skips.
func Citus(t T, more ...string) string {
	if given := os.Getenv(Given); given != "" {
		if err := do(given, "SELECT 1/(SELECT COUNT(*) FROM pg_extension_update_paths('citus'))"); err != nil {
			t.Skipf("the server that %s names has no Citus: %v", Given, err)
		}
		return given
	}
	if found, _ := filepath.Glob(filepath.Join(programs(), "../lib/citus.so")); programs() == "" || len(found) == 0 {
		t.Skipf("no Citus here: it is in no package of Debian; build it beside postgresql, or name a server that has it in %s", Given)
	}
	return Start(t, append(more, "shared_preload_libraries=citus", "citus.local_hostname="+socket, "citus.shard_count=4", "max_connections=300")...)
}

// socket stands in a setting for the folder of the server's socket.
const socket = "{socket}"

// Database gives the URL of an empty database on a server, which is taken away with the test.
func Database(t T, server string) string {
	name := "abri_" + strings.ToLower(rand.Text()[:12])
	if err := do(server, "CREATE DATABASE "+name); err != nil {
		t.Fatalf("ledgertest: making a database: %v", err)
	}
	t.Cleanup(func() { _ = do(server, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") }) // the server may be gone
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("%s: %v", Given, err)
	}
	u.Path = "/" + name
	return u.String()
}

// Named gives the URL of a database of a name on a server, which is made when it is absent and stays.
func Named(ctx context.Context, server, name string) (string, error) {
	db, err := sql.Open("pgx", server)
	if err != nil {
		return "", err
	}
	defer db.Close()
	var there int
	if err := db.QueryRowContext(ctx, "SELECT COUNT(*) FROM pg_database WHERE datname = $1", name).Scan(&there); err != nil {
		return "", err
	}
	if there == 0 {
		if _, err := db.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
			return "", err
		}
	}
	u, err := url.Parse(server)
	if err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), nil
}

func do(server, q string) error {
	db, err := sql.Open("pgx", server)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(context.Background(), q)
	return err
}

// Start starts a server that listens on a socket in a folder of its own, and ends it with the test.
func Start(t T, more ...string) string {
	dir, err := os.MkdirTemp("", "abri-pg-")
	if err != nil {
		t.Fatalf("ledgertest: %v", err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	url, _ := StartIn(t, dir, more...)
	return url
}

// StartIn is Start in a folder that stays, where a server of before goes on. It gives its process too.
func StartIn(t T, dir string, more ...string) (address string, process int) {
	bin := programs()
	if bin == "" {
		t.Skipf("no PostgreSQL here: on Debian apt-get install postgresql, or name a server in %s", Given)
		return "", 0
	}
	as := account(t, dir)
	if _, err := os.Stat(filepath.Join(dir, "data")); err != nil {
		run(t, as, filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"), "-U", "abri", "-A", "trust", "-N", "--no-instructions", "-E", "UTF8", "--locale=C")
	}
	args := []string{"-D", filepath.Join(dir, "data"), "-k", dir, "-c", "listen_addresses="}
	for _, m := range more {
		args = append(args, "-c", strings.ReplaceAll(m, socket, dir))
	}
	server := exec.Command(filepath.Join(bin, "postgres"), args...)
	server.SysProcAttr, server.Dir = as, dir
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatalf("ledgertest: %v", err)
	}
	defer log.Close()
	server.Stdout, server.Stderr = log, log
	if err := server.Start(); err != nil {
		t.Fatalf("ledgertest: %v", err)
	}
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGINT) // at once, and what it holds is on the disk
		_ = server.Wait()
	})
	awaitReady(t, as, bin, dir)
	return "postgres:///postgres?host=" + url.QueryEscape(dir) + "&user=abri", server.Process.Pid
}

// programs is the folder of the newest PostgreSQL of Debian, "" when there is none.
func programs() string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return ""
	}
	return filepath.Dir(found[len(found)-1])
}

// account is who the server runs as, which is never root, and gives it the folder.
func account(t T, dir string) *syscall.SysProcAttr {
	as := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if os.Getuid() != 0 {
		return as
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		u, err = user.Lookup("nobody")
	}
	if err != nil {
		t.Skipf("PostgreSQL does not run as root, and there is no account for it: %v", err)
		return as
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	if err := os.Chown(dir, uid, gid); err != nil {
		t.Fatalf("ledgertest: %v", err)
	}
	as.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return as
}

func run(t T, as *syscall.SysProcAttr, program string, args ...string) {
	c := exec.Command(program, args...)
	c.SysProcAttr, c.Dir = as, "/"
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("ledgertest: %s: %v\n%s", filepath.Base(program), err, out)
	}
}

// awaitReady asks until the server answers.
func awaitReady(t T, as *syscall.SysProcAttr, bin, dir string) {
	for range 300 {
		c := exec.Command(filepath.Join(bin, "pg_isready"), "-h", dir, "-q", "-t", "1")
		c.SysProcAttr, c.Dir = as, "/"
		if c.Run() == nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	log, _ := os.ReadFile(filepath.Join(dir, "log"))
	t.Fatalf("ledgertest: the server does not answer: %s", log[:min(len(log), 2000)])
}

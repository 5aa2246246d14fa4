package observatory

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"abri.example/abri/observatory/ledger"
)

// program is the abri-observatory that the tests run, built once.
var program string

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		if err := beBox(os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, "box:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	dir, err := os.MkdirTemp("", "abri-observatory-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	program = filepath.Join(dir, "abri-observatory")
	build := exec.Command("go", "build", "-o", program, "abri.example/abri/cmd/abri-observatory")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building: %v\n%s", err, out)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// centre is a running observatory, which may be killed and started again. Boxes reach it by way of a wire.
type centre struct {
	t        testing.TB
	data     string
	database string // "" for SQLite
	boxes    string // where it listens
	metrics  string // where its figures are
	running  *exec.Cmd
	log      *os.File
	began    int64 // where in the log it began the last time
}

// newCentre starts an observatory. url is what invitations say.
func newCentre(t testing.TB, database, url string) *centre {
	t.Helper()
	c := &centre{t: t, data: t.TempDir(), database: database, boxes: free(t), metrics: free(t)}
	var err error
	if c.log, err = os.CreateTemp(t.TempDir(), "log"); err != nil {
		t.Fatal(err)
	}
	if url == "" {
		url = "https://localhost:" + port(c.boxes)
	}
	t.Cleanup(func() {
		c.kill()
		if t.Failed() {
			b, _ := os.ReadFile(c.log.Name())
			t.Logf("the observatory said:\n%s", b[max(0, len(b)-4000):])
		}
	})
	c.start(url)
	return c
}

func (c *centre) args(more ...string) []string {
	args := []string{"--data", c.data}
	if c.database != "" {
		args = append(args, "--database", c.database)
	}
	return append(args, more...)
}

// start runs it and waits until it answers.
func (c *centre) start(url string) {
	c.t.Helper()
	args := []string{"run", "--boxes", c.boxes, "--pages", "127.0.0.1:0", "--metrics", c.metrics, "--pace", "200"}
	if url != "" {
		args = append(args, "--url", url)
	}
	if said, err := c.log.Stat(); err == nil {
		c.began = said.Size()
	}
	c.running = exec.Command(program, c.args(args...)...)
	c.running.Stdout, c.running.Stderr = c.log, c.log
	c.running.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := c.running.Start(); err != nil {
		c.t.Fatal(err)
	}
	await(c.t, 30*time.Second, "the observatory to listen", func() bool {
		conn, err := net.DialTimeout("tcp", c.boxes, time.Second)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
}

// kill ends it as a power cut would.
func (c *centre) kill() {
	if c.running != nil {
		_ = c.running.Process.Kill()
		_ = c.running.Wait()
		c.running = nil
	}
}

// do runs a verb beside it.
func (c *centre) do(args ...string) string {
	c.t.Helper()
	out, err := c.try(args...)
	if err != nil {
		c.t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(out)
}

func (c *centre) try(args ...string) (string, error) {
	var out, errs bytes.Buffer
	cmd := exec.Command(program, c.args(args...)...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	return out.String() + errs.String(), err
}

// confirmAll confirms whoever waits.
func (c *centre) confirmAll() (n int) {
	c.t.Helper()
	var waiting []struct {
		Site  int64
		Words string
	}
	if err := json.Unmarshal([]byte(c.do("waiting", "--json")), &waiting); err != nil {
		c.t.Fatal(err)
	}
	for _, w := range waiting {
		c.do("confirm", fmt.Sprint(w.Site), "--words", w.Words)
	}
	return len(waiting)
}

// figures are what it tells monitoring; "" when it does not answer.
func (c *centre) figures() string {
	answer, err := http.Get("http://" + c.metrics + "/metrics")
	if err != nil {
		return ""
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body)
	return string(body)
}

// ledger opens its database beside it.
func (c *centre) ledger() *ledger.Ledger {
	c.t.Helper()
	address := c.database
	if address == "" {
		address = filepath.Join(c.data, "observatory.db")
	}
	l, err := ledger.Open(context.Background(), address, quiet)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { l.Close() })
	return l
}

// free is an address of this machine where nobody listens.
func free(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func port(address string) string {
	_, p, _ := net.SplitHostPort(address)
	return p
}

// await waits until something is true.
func await(t testing.TB, limit time.Duration, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(limit); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited %s for %s", limit, what)
		}
	}
}

// siteCode is the INSEE code of the i-th site.
func siteCode(i int) string { return fmt.Sprintf("%05d", 42000+i) }

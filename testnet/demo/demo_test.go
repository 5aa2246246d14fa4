package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/config"
	"abri.example/abri/box/control"
	"abri.example/abri/box/order"
	"abri.example/abri/bridge"
	"abri.example/abri/testnet"
)

// TestMain lets the test binary stand in for abri: one that bridges, filters nothing and sees nothing.
func TestMain(m *testing.M) {
	if os.Getenv("DEMO_STANDIN") == "" || len(os.Args) < 2 || os.Args[1] != "run" {
		os.Exit(m.Run())
	}
	if err := standIn(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func standIn() error {
	c, err := config.Load(os.Args[3])
	if err != nil {
		return err
	}
	_, err = bridge.Ensure(bridge.Options{Kind: bridge.Kind(c.Ports.Kind), Name: c.Ports.Bridge, Outside: c.Ports.Outside,
		Inside: c.Ports.Inside, Address: c.Ports.Address, Gateway: c.Ports.Gateway})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.Box.Run, 0o755); err != nil {
		return err
	}
	l, err := control.Listen(filepath.Join(c.Box.Run, control.SocketName), os.Getgid())
	if err != nil {
		return err
	}
	http.HandleFunc("/api/weather", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"sky":"clear"}`) })
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	failed := make(chan error, 2)
	go func() { failed <- http.ListenAndServe(c.Page.Listen, nil) }()
	go func() { failed <- control.Serve(ctx, l, claiming{}) }()
	return <-failed
}

// claiming is a box that says it filters.
type claiming struct{ control.Box }

func (claiming) Status(context.Context) (control.Status, error) {
	k := order.Counters{Mode: abri.Protect, Entries4: 1, Entries6: 1, Ports: []order.Port{{Name: testnet.OutsidePort}}}
	return control.Status{Mode: k.Mode, Wanted4: 1, Wanted6: 1, Kernel: k}, nil
}

// traces lists what a demonstration of this process would have left.
func traces(t *testing.T) []string {
	t.Helper()
	var found []string
	for _, pattern := range []string{"/run/netns/abri-%d-*", filepath.Join(os.TempDir(), "abri-box-%d-*")} {
		some, err := filepath.Glob(fmt.Sprintf(pattern, os.Getpid()))
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, some...)
	}
	return found
}

func TestABoxThatFiltersNothingIsFoundOut(t *testing.T) {
	if err := testnet.Possible(); err != nil {
		t.Skip(err)
	}
	t.Setenv("DEMO_STANDIN", "1")
	var out, errs bytes.Buffer
	code := run(context.Background(), settings{program: os.Args[0], lasting: time.Second, listen: "127.0.0.1:0", lag: time.Second}, &out, &errs)
	if code != exitWrong {
		t.Errorf("exit %d", code)
	}
	for _, want := range []string{"✓ correspondent, mail in, IPv4", "✓ bureau, dns out, IPv6", "✗ spammer, mail in, IPv6", "✗ bureau, web out, IPv4"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q was not told", want)
		}
	}
	for _, want := range []string{"phreaker, telephone in, IPv4: not stopped, 1 times of 1", "page seen from the Internet: not stopped", "the page tells 0 attacks"} {
		if !strings.Contains(errs.String(), want) {
			t.Errorf("%q was not complained of", want)
		}
	}
	if left := traces(t); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if t.Failed() {
		t.Log(out.String(), errs.String())
	}
}

func TestABoxThatDoesNotStartIsTold(t *testing.T) {
	if err := testnet.Possible(); err != nil {
		t.Skip(err)
	}
	program := filepath.Join(t.TempDir(), "abri")
	if err := os.WriteFile(program, []byte("#!/bin/sh\necho no kernel for me >&2\nexit 7\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	code := run(context.Background(), settings{program: program, lasting: time.Second, listen: "127.0.0.1:0", lag: time.Second}, &out, &errs)
	if code != exitWrong || !strings.Contains(errs.String(), "no kernel for me") {
		t.Errorf("exit %d, saying %s", code, errs.String())
	}
	if left := traces(t); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestAnInterruptionTakesEverythingAway(t *testing.T) {
	if err := testnet.Possible(); err != nil {
		t.Skip(err)
	}
	t.Setenv("DEMO_STANDIN", "1")
	ctx, interrupt := context.WithCancel(context.Background())
	interrupt()
	for lasting, want := range map[time.Duration]int{0: exitRight, time.Minute: exitWrong} { // which was to prove something
		var out, errs bytes.Buffer
		code := run(ctx, settings{program: os.Args[0], listen: "127.0.0.1:0", lag: time.Second, lasting: lasting}, &out, &errs)
		if code != want || !strings.Contains(out.String(), "Interrompu") {
			t.Errorf("lasting %s: exit %d, saying %s%s", lasting, code, out.String(), errs.String())
		}
	}
	if left := traces(t); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestAProgramThatIsNotThereIsRefused(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run(context.Background(), settings{program: "/no/such/abri"}, &out, &errs); code != exitCannot {
		t.Errorf("exit %d", code)
	}
	if !strings.Contains(errs.String(), "replay FILE") {
		t.Errorf("the remedy is %q", errs.String())
	}
}

func TestLedgerJudges(t *testing.T) {
	var l ledger
	l.add("mail", "through", true)
	l.add("mail", "through", true)
	if err := l.verdict(); err != nil {
		t.Errorf("all was right, and the verdict is %v", err)
	}
	l.add("mail", "through", false)
	l.add("mail", "stopped", true)
	if err := l.verdict(); err == nil || err.Error() != "mail: not through, 1 times of 3" {
		t.Errorf("the verdict is %v", err)
	}
}

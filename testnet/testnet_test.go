package testnet_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"abri.example/abri/testnet"
	"abri.example/abri/testnet/stage"
)

// spacesOf lists the named namespaces that a process has made.
func spacesOf(t *testing.T, pid int) []string {
	t.Helper()
	found, err := filepath.Glob(fmt.Sprintf("/run/netns/abri-%d-*", pid))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestEverythingIsRemovedAfterAFailure(t *testing.T) {
	if err := testnet.Possible(); err != nil {
		t.Skip(err)
	}
	before := len(spacesOf(t, os.Getpid()))
	err := stage.Play(func(string) {}, func(f *stage.Stage) error {
		s := testnet.TownHall(testnet.New(f))
		if len(spacesOf(t, os.Getpid())) <= before {
			t.Error("no namespace was made")
		}
		s.Box.Route(netip.MustParsePrefix("10.0.0.0/8"), netip.MustParseAddr("172.16.0.1")) // leads nowhere: fails
		return nil
	})
	if err == nil || !strings.Contains(err.Error(), "routing 10.0.0.0/8 by 172.16.0.1 on box") {
		t.Errorf("the failure was told as %v", err)
	}
	if left := spacesOf(t, os.Getpid()); len(left) != before {
		t.Errorf("left behind: %v", left)
	}
}

// TestMain lets the test binary be the process that is killed.
func TestMain(m *testing.M) {
	if os.Getenv("TESTNET_VICTIM") == "" {
		os.Exit(m.Run())
	}
	_ = stage.Play(func(string) {}, func(s *stage.Stage) error {
		testnet.New(s).Host("victim")
		fmt.Println("made")
		_, err := bufio.NewReader(os.Stdin).ReadString('\n') // until killed
		return err
	})
}

func TestLeftoversOfAKilledProcessAreSwept(t *testing.T) {
	if err := testnet.Possible(); err != nil {
		t.Skip(err)
	}
	victim := exec.Command(os.Args[0])
	victim.Env = append(os.Environ(), "TESTNET_VICTIM=1")
	out, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := victim.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "made\n" {
		t.Fatalf("the victim said %q (%v)", line, err)
	}
	testnet.New(t)
	if len(spacesOf(t, victim.Process.Pid)) != 1 {
		t.Error("a living process lost its namespace")
	}
	if err := victim.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := victim.Wait(); err == nil {
		t.Error("the victim was not killed")
	}
	testnet.New(t)
	if left := spacesOf(t, victim.Process.Pid); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestDoStaysInItsHost(t *testing.T) {
	n := testnet.New(t)
	a, b := n.Host("a"), n.Host("b")
	space := func(h *testnet.Host) (name string) {
		if err := h.Do(func() (err error) { name, err = os.Readlink("/proc/thread-self/ns/net"); return err }); err != nil {
			t.Fatal(err)
		}
		return name
	}
	here, err := os.Readlink("/proc/thread-self/ns/net")
	if err != nil {
		t.Fatal(err)
	}
	if space(a) == space(b) || space(a) == here {
		t.Errorf("hosts are in %s and %s, and we in %s", space(a), space(b), here)
	}
	wanted := errors.New("wanted")
	if err := a.Do(func() error { return wanted }); err != wanted {
		t.Errorf("Do gives %v", err)
	}
}

func TestStartedProgramLivesInItsHostAndEnds(t *testing.T) {
	n := testnet.New(t)
	h := n.Host("box")
	cmd := exec.Command("/bin/sh", "-c", "readlink /proc/self/ns/net; readlink /proc/self/ns/mnt; exec sleep 60")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p, err := h.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	var said []string
	for len(said) < 2 && lines.Scan() {
		said = append(said, lines.Text())
	}
	mounts, err := os.Readlink("/proc/self/ns/mnt")
	if err != nil {
		t.Fatal(err)
	}
	ours, err := os.Readlink("/proc/thread-self/ns/net")
	if err != nil {
		t.Fatal(err)
	}
	if len(said) != 2 || said[0] == ours || said[1] != mounts {
		t.Errorf("the program is in %v; we are in %s and %s", said, ours, mounts)
	}
	if err := p.Stop(); err != nil {
		t.Errorf("stopping it gives %v", err)
	}
	if err := syscall.Kill(p.Pid(), 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("it lives on: %v", err)
	}
	if _, err := h.Start(exec.Command("/no/such/program")); err == nil {
		t.Error("a program that is not there was started")
	}
}

func TestTallyAwaitEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	var tally testnet.Tally
	if err := tally.Await(ctx, netip.MustParseAddr("192.0.2.1"), 1); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Await gives %v", err)
	}
	if tally.Total() != (testnet.Count{}) {
		t.Errorf("an empty tally counts %+v", tally.Total())
	}
}

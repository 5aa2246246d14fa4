package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"abri.example/abri/box/control"
	"abri.example/abri/testnet"
)

// patience is how long the box may take for anything.
const patience = time.Minute

// agent is the running box.
type agent struct {
	*testnet.Program
	box   *control.Client
	loads chan time.Time // when the box's log told that lists are enforced
	last  *string        // the last line of the log, once it is over
	words string         // how the log tells that the whole lists stand in the kernel
}

// startAgent starts `abri run` on the box's host, and reads its log as it is written.
func startAgent(b *bench, s *scene, home, words string) (*agent, error) {
	out, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	cmd := exec.Command(b.program, "run", "--config", filepath.Join(home, "box.toml"))
	cmd.Stdout, cmd.Stderr = in, in
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	p, err := s.box.Start(cmd)
	if err != nil {
		out.Close()
		return nil, err
	}
	a := &agent{p, control.Dial(filepath.Join(home, "run", control.SocketName)), make(chan time.Time, 64), new(string), words}
	go a.listen(out)
	return a, nil
}

// listen reads the log until both processes have closed it.
func (a *agent) listen(log io.ReadCloser) {
	defer log.Close()
	defer close(a.loads)
	for lines := bufio.NewScanner(log); lines.Scan(); {
		if *a.last = lines.Text(); strings.Contains(*a.last, `msg="lists are enforced"`) && strings.Contains(*a.last, a.words) {
			a.loads <- time.Now()
		}
	}
}

// enforcedWords is how the log tells that both whole lists stand in the kernel.
var enforcedWords = fmt.Sprintf("ipv4=%d ipv6=%d", wanted4, wanted6)

// enforced waits until the log tells that the lists are enforced, and gives the moment.
func (a *agent) enforced(ctx context.Context) (time.Time, error) {
	select {
	case at, ok := <-a.loads:
		if !ok {
			return at, a.fallen()
		}
		return at, nil
	case <-time.After(patience):
		return time.Time{}, fmt.Errorf("no lists are enforced after %s", patience)
	case <-ctx.Done():
		return time.Time{}, ctx.Err()
	}
}

// fallen is the error of a box that ended by itself.
func (a *agent) fallen() error {
	<-a.Done()
	for range a.loads { // until the log is over
	}
	return fmt.Errorf("the box ended by itself (%v): %s", a.Err(), *a.last)
}

// forgetPeaks has the kernel count the peaks of both processes anew (proc(5), clear_refs).
func (a *agent) forgetPeaks() error {
	pids, err := a.processes()
	for _, pid := range pids {
		if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0); err != nil {
			return err
		}
	}
	return err
}

// processes are the keeper and the reader. Which of the keeper's threads started the reader is not known.
func (a *agent) processes() ([]int, error) {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", a.Pid()))
	if err != nil {
		return nil, err
	}
	pids := []int{a.Pid()}
	for _, thread := range threads {
		text, err := os.ReadFile(thread)
		if err != nil {
			return nil, err
		}
		for _, child := range strings.Fields(string(text)) {
			pid, err := strconv.Atoi(child)
			if err != nil {
				return nil, err
			}
			pids = append(pids, pid)
		}
	}
	if len(pids) != 2 {
		return nil, fmt.Errorf("the keeper has %d children, and should have the reader alone", len(pids)-1)
	}
	return pids, nil
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"abri.example/abri/testnet"
)

// startup is how long the box may take until it answers.
const startup = 30 * time.Second

// agent is the running box.
type agent struct {
	*testnet.Program
	program string
	folder  folder
}

// status is what the demonstration reads of `abri status --json`.
type status struct {
	Mode    string `json:"mode"`
	Wanted4 int    `json:"wanted4"`
	Wanted6 int    `json:"wanted6"`
	Kernel  struct {
		Entries4 int `json:"entries4"`
		Entries6 int `json:"entries6"`
		Ports    []struct {
			Name string `json:"name"`
			Path string `json:"path"`
		} `json:"ports"`
	} `json:"kernel"`
}

// startAgent starts `abri run` on the box's host. It is a process group of its own, so that Ctrl-C reaches the
// demonstration first and things end in order.
func startAgent(s settings, host *testnet.Host, f folder) (*agent, error) {
	log, err := os.Create(f.log())
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(s.program, "run", "--config", f.config())
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	p, err := host.Start(cmd)
	if err != nil {
		return nil, fmt.Errorf("starting %s: %w", s.program, err)
	}
	return &agent{p, s.program, f}, nil
}

// ready waits until the box answers and enforces what its lists want.
func (a *agent) ready(ctx context.Context) (status, error) {
	ctx, cancel := context.WithTimeout(ctx, startup)
	defer cancel()
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for {
		st, err := a.status(ctx)
		if err == nil && st.Wanted4 > 0 && st.Wanted6 > 0 && st.Kernel.Entries4 == st.Wanted4 && st.Kernel.Entries6 == st.Wanted6 {
			return st, nil
		}
		if err == nil {
			err = fmt.Errorf("%d and %d entries are wanted, %d and %d enforced", st.Wanted4, st.Wanted6, st.Kernel.Entries4, st.Kernel.Entries6)
		}
		select {
		case <-a.Done():
			return status{}, a.failed()
		case <-ctx.Done():
			return status{}, fmt.Errorf("the box is not ready: %w (%w)\n%s", err, ctx.Err(), a.lastWords())
		case <-again.C:
		}
	}
}

func (a *agent) status(ctx context.Context) (status, error) {
	var said status
	cmd := exec.CommandContext(ctx, a.program, "status", "--json", "--socket", a.folder.socket())
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return said, fmt.Errorf("%w: %s", err, strings.TrimSpace(string(exit.Stderr)))
	}
	if err != nil {
		return said, err
	}
	return said, json.Unmarshal(out, &said)
}

// failed is the error of a box that ended by itself.
func (a *agent) failed() error {
	return fmt.Errorf("the box ended by itself (%v):\n%s", a.Err(), a.lastWords())
}

// lastWords are the last lines of the box's log.
func (a *agent) lastWords() string {
	const most = 20
	text, err := os.ReadFile(a.folder.log())
	if err != nil {
		return err.Error()
	}
	said := strings.Split(strings.TrimSpace(string(text)), "\n")
	return "  " + strings.Join(said[max(0, len(said)-most):], "\n  ")
}

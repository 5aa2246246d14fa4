package testnet

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"abri.example/abri/box/control"
)

// startup is how long a box may take until it enforces what its lists want.
const startup = 30 * time.Second

// Box is the real product in a scene: `abri run` in the network of the box's host, with this process's mounts, a folder
// of its own, and a log. It may be started, killed and started again; the pins stay between. It is removed with the
// network, however that ends. Its methods are for one goroutine, but for those that ask (see boxask.go).
type Box struct {
	dir     string
	program string
	host    *Host
	desk    Peer
	client  *control.Client

	running *Program
}

// NewBox furnishes a box for the scene, and starts nothing. Program is the path of abri.
func (s *Scene) NewBox(program string, f BoxFile) *Box { return s.newBox(s.Box, program, f) }

// NewBoxOn is NewBox for a server of the scene that guards itself.
func (s *Scene) NewBoxOn(server *Host, program string, f BoxFile) *Box {
	return s.newBox(server, program, f)
}

func (s *Scene) newBox(host *Host, program string, f BoxFile) *Box {
	b := &Box{program: program, host: host, desk: s.Desk.Peer}
	s.Net.must(b.makeFolder(s.Net.t), "furnishing a box")
	s.Net.must(b.Write(f), "writing box.toml")
	b.client = control.Dial(b.Socket())
	return b
}

// Start starts `abri run` with these further arguments. It is a process group of its own, so that Ctrl-C reaches whoever
// made the scene first, and things end in order.
func (b *Box) Start(args ...string) error {
	log, err := os.OpenFile(b.log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(b.program, append([]string{"run", "--config", b.config()}, args...)...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if b.running, err = b.host.Start(cmd); err != nil {
		return fmt.Errorf("starting %s: %w", b.program, err)
	}
	return nil
}

// Again starts `abri run` once more beside the box that runs, waits for its end, and gives what it says.
func (b *Box) Again(ctx context.Context) (string, error) {
	var out []byte
	err := b.host.Do(func() (err error) {
		out, err = exec.CommandContext(ctx, b.program, "run", "--config", b.config()).CombinedOutput()
		return err
	})
	return string(out), err
}

// Pins is the folder of the box's pins.
func (b *Box) Pins() string { return b.pins() }

// Ready waits until the box answers and enforces what its lists want, and gives its status.
func (b *Box) Ready(ctx context.Context) (control.Status, error) {
	ctx, cancel := context.WithTimeout(ctx, startup)
	defer cancel()
	over := b.running.Done()
	return Await(ctx, func() (control.Status, error) {
		select {
		case <-over:
			cancel()
			return control.Status{}, b.Ended()
		default:
		}
		st, err := b.Status(ctx)
		k := st.Kernel
		switch {
		case err != nil:
		case len(k.Ports) == 0 || st.Wanted4+st.Wanted6 == 0 || k.Entries4 != st.Wanted4 || k.Entries6 != st.Wanted6 || k.Mode != st.Mode:
			err = fmt.Errorf("%d and %d entries are wanted, %d and %d enforced, on %d ports, in mode %q", st.Wanted4, st.Wanted6, k.Entries4, k.Entries6, len(k.Ports), k.Mode)
		}
		return st, err
	})
}

// Done is closed when the keeper has ended; Ended then is the error that says how.
func (b *Box) Done() <-chan struct{} { return b.running.Done() }

// Ended is the error of a box that ended by itself, with its last words.
func (b *Box) Ended() error {
	return fmt.Errorf("the box ended by itself (%v):\n%s", b.running.Err(), b.LastWords())
}

// Stop asks the box to end and waits for both processes. What is pinned goes on filtering.
func (b *Box) Stop() error { return b.running.Stop() }

// Keeper and Reader are the numbers of the two processes; Reader is 0 while there is none.
func (b *Box) Keeper() int { return b.running.Pid() }

// Reader is the one child of the keeper.
func (b *Box) Reader() int {
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", b.Keeper()))
	if err != nil {
		return 0
	}
	for _, task := range tasks {
		text, err := os.ReadFile(task)
		if err != nil {
			continue
		}
		for _, word := range strings.Fields(string(text)) {
			if pid, err := strconv.Atoi(word); err == nil && !Gone(pid) {
				return pid
			}
		}
	}
	return 0
}

// Kill sends SIGKILL to one of the two processes, and waits until it is gone.
func (b *Box) Kill(ctx context.Context, pid int) error {
	if err := unix.Kill(pid, unix.SIGKILL); err != nil {
		return err
	}
	return AwaitThat(ctx, func() error {
		if Gone(pid) {
			return nil
		}
		return fmt.Errorf("process %d lives on", pid)
	})
}

// Gone reports whether a process is no more; one that nobody has asked about yet (a zombie) is gone, when its last thread
// is: until then its files are held.
func Gone(pid int) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return true
	}
	_, state, _ := strings.Cut(string(text), ") ")
	threads, _ := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	return len(threads) <= 1 && (strings.HasPrefix(state, "Z") || strings.HasPrefix(state, "X"))
}

// Reload has the box read its file again.
func (b *Box) Reload() error { return unix.Kill(b.Keeper(), unix.SIGHUP) }

// Detach takes the filter off the ports by `abri detach`, as a technician does when the box does not run.
func (b *Box) Detach(ctx context.Context) error {
	var out []byte
	err := b.host.Do(func() (err error) {
		out, err = exec.CommandContext(ctx, b.program, "detach", "--config", b.config()).CombinedOutput()
		return err
	})
	if err != nil {
		return fmt.Errorf("abri detach: %w: %s", err, out)
	}
	return nil
}

// Pinned reports whether the box has left anything in its folder of pins.
func (b *Box) Pinned() bool {
	left, err := os.ReadDir(b.pins())
	return err == nil && len(left) > 0
}

// LastWords are the last lines of the box's log.
func (b *Box) LastWords() string {
	const most = 20
	said := strings.Split(strings.TrimSpace(b.Log()), "\n")
	return "  " + strings.Join(said[max(0, len(said)-most):], "\n  ")
}

// Log is all that the box has said.
func (b *Box) Log() string {
	text, err := os.ReadFile(b.log())
	if err != nil {
		return err.Error()
	}
	return string(text)
}

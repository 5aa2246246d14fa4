package testnet

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// grace is how long a program that was asked to end may take.
const grace = 10 * time.Second

// Program is one started process.
type Program struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error
}

// Start starts a program whose network is the host's, and everything else (mounts among it) this process's, so that what
// it pins or writes is seen here. It ends with the network at the latest, and is killed if this process dies.
func (h *Host) Start(cmd *exec.Cmd) (*Program, error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	p := &Program{cmd: cmd, done: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		// The thread that starts it lives as long as it does: the kernel counts the death of that thread as ours.
		err := h.Do(func() error {
			if err := cmd.Start(); err != nil {
				return err
			}
			started <- nil
			p.err = cmd.Wait()
			close(p.done)
			return nil
		})
		if err != nil {
			started <- err
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	h.net.t.Cleanup(func() {
		if err := p.Stop(); err != nil {
			h.net.t.Logf("testnet: %s ended: %v", cmd.Path, err)
		}
	})
	return p, nil
}

// Pid is the number of the process.
func (p *Program) Pid() int { return p.cmd.Process.Pid }

// Done is closed when the program has ended; Err then tells how.
func (p *Program) Done() <-chan struct{} { return p.done }

// Err is how the program ended (nil, or *exec.ExitError), once Done is closed.
func (p *Program) Err() error { return p.err }

// Signal sends a signal to this process and no other.
func (p *Program) Signal(s os.Signal) error { return p.cmd.Process.Signal(s) }

// Stop asks the program to end, waits, and kills it when it does not within ten seconds. An end by the very signal it
// was sent is no error. Calling it again gives the same answer.
func (p *Program) Stop() error {
	if err := p.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-p.done:
	case <-time.After(grace):
		if err := p.Signal(syscall.SIGKILL); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return err
		}
		<-p.done
		return errors.New("did not end when asked, and was killed")
	}
	var exit *exec.ExitError
	if errors.As(p.err, &exit) {
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() && status.Signal() == syscall.SIGTERM {
			return nil
		}
	}
	return p.err
}

package keeper

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"os/user"
	"slices"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	abri "abri.example/abri"
	"abri.example/abri/box/order"
)

// The file descriptors that a reader finds open at its start: the sockets of the orders, of the news, and of what is urgent;
// and, where there is one, the door of the page of stopped names, bound.
const (
	OrdersFD = 3
	NewsFD   = 4
	UrgentFD = 5
	FrontFD  = 6
)

// account is who the reader runs as.
type account struct{ uid, gid uint32 }

// findAccount looks the user and group up. CodeRefused for a user who is root, whatever his name: the reader takes in
// what strangers send, and must hold no power of the keeper.
func findAccount(userName, groupName string) (account, error) {
	u, err := user.Lookup(userName)
	if err != nil {
		return account{}, &abri.Error{Code: abri.CodeNotFound, Place: "[run_as] user", What: fmt.Sprintf("there is no user %q", userName), Remedy: "adduser --system --group --no-create-home " + userName, Err: err}
	}
	g, err := user.LookupGroup(groupName)
	if err != nil {
		return account{}, &abri.Error{Code: abri.CodeNotFound, Place: "[run_as] group", What: fmt.Sprintf("there is no group %q", groupName), Remedy: "addgroup --system " + groupName, Err: err}
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(g.Gid, 10, 32)
	if err := errors.Join(err1, err2); err != nil {
		return account{}, err
	}
	if uid == 0 {
		return account{}, &abri.Error{Code: abri.CodeRefused, Place: "[run_as] user", What: fmt.Sprintf("%q is root (user id 0), and the reader must hold no power", userName), Remedy: "adduser --system --group --no-create-home abri, and name that user"}
	}
	return account{uint32(uid), uint32(gid)}, nil
}

// child is one life of the reader process.
type child struct {
	cmd    *exec.Cmd
	orders net.Conn
	news   net.Conn
	urgent net.Conn
}

// bear starts a reader: this same program, without privileges, with its three sockets, the door where there is one, and nothing
// else.
func bear(who account, front *os.File, log *slog.Logger) (*child, error) {
	ours, theirs, err := pairs()
	if err != nil {
		return nil, err
	}
	defer func() {
		for _, f := range theirs {
			f.Close()
		}
	}()
	cmd := exec.Command("/proc/self/exe", "read")
	cmd.Args[0] = "abri"
	cmd.ExtraFiles = theirs
	if front != nil {
		cmd.ExtraFiles = append(slices.Clip(theirs), front)
	}
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/nonexistent"}
	if v := os.Getenv("GOCOVERDIR"); v != "" {
		cmd.Env = append(cmd.Env, "GOCOVERDIR="+v)
	}
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: who.uid, Gid: who.gid}, Setpgid: true}
	if err := cmd.Start(); err != nil {
		for _, c := range ours {
			c.Close()
		}
		return nil, fmt.Errorf("starting the reader: %w", err)
	}
	log.Info("the reader is started", "pid", cmd.Process.Pid)
	return &child{cmd, ours[0], ours[1], ours[2]}, nil
}

// pairs makes the three sockets, ours as connections, theirs as files to hand over.
func pairs() (ours []net.Conn, theirs []*os.File, err error) {
	for range 3 {
		fd, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			return nil, nil, fmt.Errorf("making the reader's sockets: %w", err)
		}
		f := os.NewFile(uintptr(fd[0]), "keeper")
		c, err := net.FileConn(f)
		f.Close()
		if err != nil {
			return nil, nil, fmt.Errorf("making the reader's sockets: %w", err)
		}
		ours, theirs = append(ours, c), append(theirs, os.NewFile(uintptr(fd[1]), "reader"))
	}
	return ours, theirs, nil
}

// Between two lives of the reader: at first at once, then longer each time, until one lived for a minute.
const (
	firstPause = 100 * time.Millisecond
	longest    = 30 * time.Second
	longLife   = time.Minute
)

// raise keeps a reader alive until ctx ends: start, serve its orders, tell it the news, and begin again when it dies.
// greet tells a newborn what it must know.
func (k *Keeper) raise(ctx context.Context, who account, n *news, greet func(*order.Teller) error) error {
	pause := firstPause
	for ctx.Err() == nil {
		born := time.Now()
		err := k.life(ctx, who, n, greet)
		if ctx.Err() != nil {
			return nil
		}
		k.deaths.Add(1)
		if time.Since(born) > longLife {
			pause = firstPause
		}
		k.log.Error("the reader died; the filter goes on", "err", err, "next", pause)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, longest)
	}
	return nil
}

// life is one reader from birth to death.
func (k *Keeper) life(ctx context.Context, who account, n *news, greet func(*order.Teller) error) error {
	c, err := bear(who, k.front, k.log)
	if err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- order.Serve(c.orders, k) }()
	go func() {
		defer c.urgent.Close() // or the reader would wait for who does not listen
		if err := order.Heed(c.urgent, k, k.refused); err != nil && !errors.Is(err, net.ErrClosed) {
			k.log.Error("what is urgent is not understood", "err", err)
		}
	}()
	if err := greet(order.NewTeller(c.news)); err != nil {
		k.log.Error("the reader does not listen", "err", err)
	}
	n.lead(c.news)
	ended := make(chan error, 1)
	go func() { ended <- c.cmd.Wait() }()

	select {
	case err = <-ended:
	case err = <-served: // it closed its end, or spoke another language
		err = errors.Join(err, c.end(ended))
	case <-ctx.Done():
		err = c.end(ended)
	}
	n.lead(nil)
	k.parked.leave()
	c.orders.Close()
	c.news.Close()
	c.urgent.Close()
	return err
}

// farewell is how long a reader may take to end: its last write to a slow disk is the longest of it.
const farewell = 7 * time.Second

// end asks the reader to stop, even one that was stopped by hand, and waits; one that does not end in time is killed.
func (c *child) end(ended <-chan error) error {
	_ = c.cmd.Process.Signal(unix.SIGTERM)
	_ = c.cmd.Process.Signal(unix.SIGCONT)
	select {
	case err := <-ended:
		return err
	case <-time.After(farewell):
		_ = c.cmd.Process.Kill()
		return <-ended
	}
}

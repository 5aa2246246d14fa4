package console

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"

	abri "abri.example/abri"
	"abri.example/abri/box/config"
	"abri.example/abri/box/keeper"
	"abri.example/abri/box/reader"
)

type runVerb struct {
	Config string `default:"/etc/abri/box.toml" help:"The configuration file." placeholder:"FILE"`
	Mode   string `default:"" enum:",host,bridge" help:"Stand between two ports (bridge) or on a server's own (host), whatever ports.kind says." placeholder:"host|bridge"`
}

// Help is the example under `abri run --help`.
func (runVerb) Help() string {
	return "Runs until it is ended; SIGHUP reads the configuration again. The filter itself stays in the kernel: `abri detach` takes it off.\n\nExample: abri run --config /etc/abri/box.toml"
}

func (v runVerb) Run(s *shell) error {
	if os.Geteuid() != 0 {
		return &abri.Error{Code: abri.CodeRefused, What: "the filter goes into the kernel, which takes root", Remedy: "run it as root; `abri replay` judges captures without"}
	}
	thrift()
	reload := make(chan os.Signal, 1)
	signal.Notify(reload, syscall.SIGHUP)
	defer signal.Stop(reload)
	return keeper.Run(s.ctx, v.Config, config.PortsKind(v.Mode), reload, logTo(s, "keeper"))
}

type readVerb struct{}

func (readVerb) Run(s *shell) error {
	thrift()
	signal.Ignore(syscall.SIGHUP)
	reader.Version = Version
	orders, err := inherited(keeper.OrdersFD, "orders")
	if err != nil {
		return err
	}
	news, err := inherited(keeper.NewsFD, "news")
	if err != nil {
		return err
	}
	urgent, err := inherited(keeper.UrgentFD, "urgent")
	if err != nil {
		return err
	}
	return reader.Run(s.ctx, orders, news, urgent, front(), logTo(s, "reader"))
}

// inherited is a socket that the keeper left open for the reader.
func inherited(fd uintptr, name string) (net.Conn, error) {
	f := os.NewFile(fd, name)
	if f == nil {
		return nil, errors.New("the reader is started by `abri run`, not by hand")
	}
	defer f.Close()
	c, err := net.FileConn(f)
	if err != nil {
		return nil, fmt.Errorf("the reader is started by `abri run`, not by hand: %w", err)
	}
	return c, nil
}

// front is the bound socket of the page of stopped names; nil where the keeper has none.
func front() *os.File {
	if at, err := unix.Getsockname(keeper.FrontFD); err != nil {
		return nil // nothing, or something of this process's own
	} else if _, is := at.(*unix.SockaddrInet6); !is {
		return nil
	}
	return os.NewFile(keeper.FrontFD, "front")
}

func logTo(s *shell, process string) *slog.Logger {
	return slog.New(slog.NewTextHandler(s.err, nil)).With("process", process)
}

type detachVerb struct {
	Config string `default:"/etc/abri/box.toml" help:"The configuration file." placeholder:"FILE"`
}

// Help is the example under `abri detach --help`.
func (detachVerb) Help() string {
	return "Takes the filter and its maps out of the kernel. A bridge keeps bridging, unfiltered; a server goes on without it.\n\nExample: abri detach --config /etc/abri/box.toml"
}

func (v detachVerb) Run(s *shell) error {
	c, err := config.Load(v.Config)
	if err != nil {
		return err
	}
	if err := keeper.Detach(c.Gate.Pin); err != nil {
		return err
	}
	fmt.Fprintln(s.out, detached(c.Ports.Kind))
	return nil
}

// detached says what remains without the filter.
func detached(k config.PortsKind) string {
	if k == config.Host {
		return "the filter is off; the server goes on without it"
	}
	return "the filter is off; a bridge, where the box had one, goes on bridging, unfiltered"
}

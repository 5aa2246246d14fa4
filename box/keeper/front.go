package keeper

import (
	"log/slog"
	"os"

	"golang.org/x/sys/unix"

	abri "abri.example/abri"
	"abri.example/abri/box/config"
)

// portWeb is where browsers ask in the clear.
const portWeb = 80

// openFront binds the door to which stopped names lead by choice, on the bridge only, while this process may: the port is a low
// one. It does not listen: that is the reader's, which may not bind it, and then only while names lead there. Nil where
// somebody else has the port, and in host mode, which has no bridge.
func openFront(c *config.Config, log *slog.Logger) *os.File {
	if c.Ports.Kind == config.Host {
		return nil
	}
	f, err := bindFront(c.Ports.Bridge)
	if err != nil && c.Names.Answer == config.AnswerPage {
		log.Warn("stopped names lead to a page that nobody can be shown", "port", portWeb, "err", err)
	}
	return f
}

func bindFront(bridge string) (*os.File, error) {
	fd, err := unix.Socket(unix.AF_INET6, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, &abri.Error{Code: abri.CodeUnavailable, What: "no socket for the page of stopped names", Err: err}
	}
	for _, set := range []func() error{
		func() error { return unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 0) },
		func() error { return unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1) },
		func() error { return unix.BindToDevice(fd, bridge) },
		func() error { return unix.Bind(fd, &unix.SockaddrInet6{Port: portWeb}) },
	} {
		if err := set(); err != nil {
			unix.Close(fd)
			return nil, &abri.Error{Code: abri.CodeUnavailable, What: "the door of the page of stopped names can't be had", Err: err}
		}
	}
	return os.NewFile(uintptr(fd), "front"), nil
}

// Package testnet builds small networks inside one machine: hosts in network namespaces, cables between them, small real
// servers, honest clients, attackers, and the replay of captures. It is for tests and the demonstration only; the
// product never imports it.
//
// Nothing leaves the machine: the namespaces have no cable to it. Everything that is made is registered for removal the
// moment it exists, and what a killed process left behind is swept by the next New. Traffic is bounded: every exchange
// has a deadline, every server a limit.
package testnet

import (
	"fmt"
	"os"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"abri.example/abri"
)

// T is who a network is built for: a test, or a program's stage (stage.Stage). Cleanup's functions run in reverse order
// when it ends, however it ends. Fatalf does not return.
type T interface {
	Cleanup(func())
	Logf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Net is one closed network. Its hosts are removed when its T ends. Safe for concurrent use.
type Net struct {
	t      T
	serial int64
}

// serials tells the networks of one process apart.
var serials atomic.Int64

// New begins an empty network and sweeps what dead processes left. Where Possible says no, a test is skipped with the
// reason, and any other T fails.
func New(t T) *Net {
	if err := Possible(); err != nil {
		if test, ok := t.(interface{ Skipf(string, ...any) }); ok {
			test.Skipf("no network can be built: %v", err)
		}
		t.Fatalf("no network can be built: %v", err)
	}
	sweep(t.Logf)
	return &Net{t: t, serial: serials.Add(1)}
}

// Possible reports why this process cannot build networks (*abri.Error, CodeUnsupported), or nil.
func Possible() error {
	if os.Geteuid() != 0 {
		return &abri.Error{Code: abri.CodeUnsupported, Place: "network namespaces", What: "not root", Remedy: "run as root"}
	}
	if _, err := os.Stat("/proc/self/ns/net"); err != nil {
		return &abri.Error{Code: abri.CodeUnsupported, Place: "network namespaces", What: "this kernel has none",
			Remedy: "a kernel with CONFIG_NET_NS", Err: err}
	}
	var caps [2]unix.CapUserData
	head := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	if err := unix.Capget(&head, &caps[0]); err != nil || caps[0].Effective&(1<<unix.CAP_SYS_ADMIN) == 0 {
		return &abri.Error{Code: abri.CodeUnsupported, Place: "network namespaces", What: "root without CAP_SYS_ADMIN",
			Remedy: "run outside the container, or as a privileged one", Err: err}
	}
	return nil
}

// must ends the T when a step of the building failed.
func (n *Net) must(err error, what string, args ...any) {
	if err != nil {
		n.t.Fatalf("testnet: %s: %v", fmt.Sprintf(what, args...), err)
	}
}

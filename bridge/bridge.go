// Package bridge is the box's place on the wire: the two ports, and the Linux bridge between them. It makes the bridge
// or takes it as it stands, makes it transparent, and says which addresses are the box's own.
//
// It speaks to the kernel by netlink, ethtool and /proc/sys/net alone (sysfs does not follow network namespaces), and
// always about the network namespace of the calling thread. It filters nothing: that is the gate's work. It imports the
// root only.
//
//	Options → ports found and checked → bridge found or made → transparent → address and route → *Bridge
//
// All that can be refused is refused before anything is touched.
package bridge

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"abri.example/abri"
)

// Kind is how the box stands on the wire.
type Kind string

// InBetween bridges two ports. Host guards one server's own port, and makes nothing.
const (
	InBetween Kind = "bridge"
	Host      Kind = "host"
)

// Options say which ports to use and what the box is called on the network.
type Options struct {
	Kind    Kind
	Name    string       // of the bridge, such as "abri0"; unused with Host
	Outside string       // the port toward the router; with Host the only port
	Inside  string       // the port toward the network; empty with Host
	Address netip.Prefix // the box's own address on the bridge; optional
	Gateway netip.Addr   // next hop of the default route; optional, and no route is made without an address
}

// Bridge is the bridge as it stands. Its methods ask the kernel each time and are safe for concurrent use, except
// Remove, which is called once and last.
type Bridge struct {
	Index   int  // ifindex of the bridge; with Host that of the port
	Outside int  // ifindex of the outside port
	Inside  int  // ifindex of the inside port; 0 with Host
	Made    bool // whether Ensure made the bridge, in this life or in an earlier one that was killed

	// Changed is what was set otherwise on a bridge that is somebody else's, and is not put back.
	Changed []Change

	options Options
	undo    []func() error // what takes away what is ours, in the order it was made
}

// mark is the alias by which a bridge of ours is known again after a crash.
const mark = "made by abri"

// Ensure makes the bridge when it is absent, or takes it as it stands when both ports are already in it; then it sets
// only what transparency, the address and the route still lack. Calling it again changes nothing. With Host nothing is
// made and only the port is looked up.
//
// It fails with *abri.Error: CodeInvalid for options that make no sense, CodeNotFound for a port that is not there (the
// ones that are, are named), CodeRefused for a port or bridge that is somebody else's, CodeUnavailable when the kernel
// refuses a step; what was made until then is taken away again.
func Ensure(o Options) (*Bridge, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if o.Kind == Host {
		port, err := findPort("outside", o.Outside)
		if err != nil {
			return nil, err
		}
		index := port.Attrs().Index
		return &Bridge{Index: index, Outside: index, options: o}, nil
	}
	b := &Bridge{options: o}
	if err := b.stand(); err != nil {
		return nil, errors.Join(err, b.Remove())
	}
	return b, nil
}

// Remove takes away what Ensure made and nothing else: a bridge of ours with its addresses and routes, or what was added
// to somebody else's. Settings that made somebody else's bridge transparent stay.
func (b *Bridge) Remove() error {
	var errs []error
	for i := len(b.undo) - 1; i >= 0; i-- {
		errs = append(errs, b.undo[i]())
	}
	b.undo = nil
	return errors.Join(errs...)
}

func (o Options) check() error {
	bad := func(what, remedy string) error {
		return &abri.Error{Code: abri.CodeInvalid, Place: "[ports]", What: what, Remedy: remedy}
	}
	switch {
	case o.Kind != InBetween && o.Kind != Host:
		return bad(fmt.Sprintf("kind %q", o.Kind), `"bridge" or "host"`)
	case o.Outside == "":
		return bad("no outside port", "name the port toward the router")
	case o.Kind == Host && o.Inside != "":
		return bad(fmt.Sprintf("inside port %q with kind \"host\"", o.Inside), "a host has one port only: leave inside empty")
	case o.Kind == Host:
		return nil
	case o.Inside == "":
		return bad("no inside port", "name the port toward the network")
	case o.Inside == o.Outside:
		return bad(fmt.Sprintf("port %q is both outside and inside", o.Inside), "name two ports")
	case o.Name == "" || len(o.Name) >= unix.IFNAMSIZ:
		return bad(fmt.Sprintf("bridge name %q", o.Name), "1 to 15 characters, such as abri0")
	case o.Name == o.Inside || o.Name == o.Outside:
		return bad(fmt.Sprintf("bridge %q has the name of a port", o.Name), "another name, such as abri0")
	}
	return nil
}

// stand brings the bridge up from the two ports. What can be refused comes first.
func (b *Bridge) stand() error {
	outside, err := findPort("outside", b.options.Outside)
	if err != nil {
		return err
	}
	inside, err := findPort("inside", b.options.Inside)
	if err != nil {
		return err
	}
	b.Outside, b.Inside = outside.Attrs().Index, inside.Attrs().Index
	ports := []netlink.Link{outside, inside}

	found, err := findBridge(b.options.Name)
	if err != nil {
		return err
	}
	b.Made = found == nil || found.Attrs().Alias == mark
	if err := b.mayTake(found, ports); err != nil {
		return err
	}
	link, err := b.raise(found, ports)
	if err != nil {
		return err
	}
	before, err := attributes(link)
	if err != nil {
		return err
	}
	if err := makeTransparent(link, ports); err != nil {
		return err
	}
	after, err := attributes(link)
	if err != nil {
		return err
	}
	if !b.Made {
		b.Changed = changed(before, after)
	}
	if err := up(link, ports...); err != nil {
		return err
	}
	return b.address(link)
}

// Package decoy is doors that lead nowhere: on the box's inside address, by choice, something answers as SMB, RDP, SSH,
// Telnet, SIP or HTTP would, just enough that whoever looks for such doors stays and talks. Honest neighbours have no
// business there; so whoever knocks is told, by the room that reads the traffic. That shows what never crosses the box.
//
// Nothing that comes in is kept, run or believed: each answer is made of constants and, for SIP, of headers given back.
// Bounded: so many conversations at once, each short, of so many bytes. Imports: the standard library and the root.
package decoy

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"abri.example/abri"
)

// Door is one decoy: what it is called, where it stands by custom, and how it talks.
type Door struct {
	Name    string
	Network string // "tcp" or "udp"
	Port    uint16
	talk    func(*visit)
}

// Doors are all there are, in the order of their names.
var Doors = []Door{
	{"http", "tcp", 80, talkHTTP},
	{"rdp", "tcp", 3389, talkRDP},
	{"sip", "udp", 5060, nil},
	{"smb", "tcp", 445, talkSMB},
	{"ssh", "tcp", 22, talkSSH},
	{"telnet", "tcp", 23, talkTelnet},
}

// Find gives the door of a name. CodeInvalid for a name that is none.
func Find(name string) (Door, error) {
	i := slices.IndexFunc(Doors, func(d Door) bool { return d.Name == name })
	if i < 0 {
		names := make([]string, len(Doors))
		for i, d := range Doors {
			names[i] = d.Name
		}
		return Door{}, &abri.Error{Code: abri.CodeInvalid, Place: name, What: "no decoy has this name", Remedy: strings.Join(names, ", ")}
	}
	return Doors[i], nil
}

// What bounds the decoys.
const (
	mostVisits  = 64               // at once, over all doors of TCP; who comes beyond them is let go at once
	visitLasts  = 20 * time.Second // at the longest
	mostBytes   = 16 << 10         // that are read of one visit
	sipPause    = 50 * time.Millisecond
	longestWord = 2048
)

// Serve has the doors of TCP stand at their listeners, and that of UDP at its socket, until ctx ends. It closes them.
func Serve(ctx context.Context, doors map[string]net.Listener, datagrams map[string]net.PacketConn) error {
	seats := make(chan struct{}, mostVisits)
	var standing sync.WaitGroup
	closeAll := func() {
		for _, l := range doors {
			l.Close()
		}
		for _, c := range datagrams {
			c.Close()
		}
	}
	stop := context.AfterFunc(ctx, closeAll)
	defer stop()
	errs := make(chan error, len(doors)+len(datagrams))
	for name, l := range doors {
		d, err := Find(name)
		if err != nil || d.talk == nil {
			closeAll()
			return errors.Join(err, fmt.Errorf("%s is no door of TCP", name))
		}
		standing.Go(func() { errs <- d.stand(l, seats) })
	}
	for _, c := range datagrams {
		standing.Go(func() { errs <- answerSIP(c) })
	}
	standing.Wait()
	close(errs)
	var all []error
	for err := range errs {
		if err != nil && !errors.Is(err, net.ErrClosed) {
			all = append(all, err)
		}
	}
	return errors.Join(all...)
}

// stand lets visitors in, as many as there are seats.
func (d Door) stand(l net.Listener, seats chan struct{}) error {
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		select {
		case seats <- struct{}{}:
			go func() {
				defer func() { <-seats }()
				defer c.Close()
				if c.SetDeadline(time.Now().Add(visitLasts)) == nil {
					d.talk(&visit{c: c, left: mostBytes})
				}
			}()
		default:
			c.Close()
		}
	}
}

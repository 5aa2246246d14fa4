package bridge

import (
	"errors"
	"fmt"
	"math"

	"github.com/safchain/ethtool"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"abri.example/abri"
)

// Link is the state of one port.
type Link struct {
	Name       string
	Index      int       // ifindex
	Side       abri.Side // Outside for the only port of a Host
	Gone       bool      // there is no such port any more: nothing but name, index and side is known
	Bridged    bool      // in the box's bridge; always true for the port of a Host
	Up         bool      // switched on
	Carrier    bool      // something answers at the other end of the cable
	Speed      int       // Mbit/s, 0 when the card does not say
	StripsTags bool      // the card takes VLAN tags off, and cannot be told to leave them
}

// Links gives the state of the ports, the outside one first; with Host there is one only. A port that was pulled out,
// or taken out of the bridge, is told as such: it is no error.
func (b *Bridge) Links() ([]Link, error) {
	links := []Link{{Side: abri.Outside, Index: b.Outside, Name: b.options.Outside}}
	if b.Inside != 0 {
		links = append(links, Link{Side: abri.Inside, Index: b.Inside, Name: b.options.Inside})
	}
	for i := range links {
		if err := links[i].read(b); err != nil {
			return nil, err
		}
	}
	return links, nil
}

func (l *Link) read(b *Bridge) error {
	found, err := netlink.LinkByIndex(l.Index)
	if errors.As(err, &netlink.LinkNotFoundError{}) {
		l.Gone = true
		return nil
	}
	if err != nil {
		return kernel(l.Side.String(), fmt.Sprintf("looking for link number %d", l.Index), err)
	}
	a := found.Attrs()
	l.Name = a.Name
	l.Bridged = b.Inside == 0 || a.MasterIndex == b.Index
	l.Up = a.RawFlags&unix.IFF_UP != 0
	l.Carrier = a.RawFlags&unix.IFF_LOWER_UP != 0
	card, err := ethtool.NewEthtool()
	if err != nil {
		return kernel(l.Side.String(), "asking port "+l.Name, err)
	}
	defer card.Close()
	l.Speed = speed(card, l.Name)
	if features, err := card.Features(l.Name); err == nil {
		l.StripsTags = features[vlanOffload]
	}
	return nil
}

// speed asks the card; a virtual one, or one without a cable, answers with all bits set or not at all.
func speed(card *ethtool.Ethtool, port string) int {
	mbit, err := card.CmdGet(&ethtool.EthtoolCmd{}, port)
	if err != nil || mbit == math.MaxUint32 {
		return 0
	}
	return int(mbit)
}

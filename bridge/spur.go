package bridge

import (
	"errors"
	"net"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// Spur is a port that leads nowhere: a pair of virtual cards of which one is a port of the bridge, for as long as the box
// proves that its filter works. What enters by the port for Card comes back out of it, and goes nowhere else.
type Spur struct {
	Port int // ifindex of the port of the bridge; with Host of a card by itself
	End  int // ifindex of the other end, where frames are put in
	Back int // where what passed is seen: End, or with Host Port
	link netlink.Link
}

// Card is the hardware address to which frames of a Spur are sent. It is made up (IEEE 802, the bit of local
// administration), and nobody's.
var Card = net.HardwareAddr{0xfe, 0xab, 0x11, 0x00, 0x00, 0x02}

const (
	spurPort = "abri-spur"
	spurEnd  = "abri-spur-end"
)

// Spur makes one, and takes away one that a killed process left. It says nothing by itself on the network: it has no
// addresses, and the port neither learns nor floods. CodeUnavailable when the kernel refuses a step.
func (b *Bridge) Spur() (*Spur, error) {
	if left, err := netlink.LinkByName(spurPort); err == nil && left.Attrs().Alias == mark {
		if err := netlink.LinkDel(left); err != nil {
			return nil, kernel("bridge", "taking away the spur of an earlier life", err)
		}
	}
	s, err := b.newSpur()
	if err != nil {
		return nil, err
	}
	if err := b.join(s); err != nil {
		return nil, errors.Join(kernel("bridge", "making a spur", err), s.Remove())
	}
	return s, nil
}

// newSpur makes the pair. Its cards sort behind every real one, so that the bridge keeps its own address.
func (b *Bridge) newSpur() (*Spur, error) {
	attrs := netlink.NewLinkAttrs()
	attrs.Name, attrs.HardwareAddr = spurPort, net.HardwareAddr{0xfe, 0xff, 0xff, 0xff, 0xff, 0x01}
	if master, err := netlink.LinkByIndex(b.Index); err == nil {
		attrs.MTU = master.Attrs().MTU
	}
	pair := &netlink.Veth{LinkAttrs: attrs, PeerName: spurEnd, PeerHardwareAddr: net.HardwareAddr{0xfe, 0xff, 0xff, 0xff, 0xff, 0x02}}
	if err := netlink.LinkAdd(pair); err != nil {
		return nil, kernel("bridge", "making a spur", err)
	}
	port, err := netlink.LinkByName(spurPort)
	if err == nil {
		err = netlink.LinkSetAlias(port, mark)
	}
	end, none := netlink.LinkByName(spurEnd)
	if err = errors.Join(err, none); err != nil {
		return nil, errors.Join(kernel("bridge", "making a spur", err), netlink.LinkDel(pair))
	}
	s := &Spur{Port: port.Attrs().Index, End: end.Attrs().Index, link: port}
	if s.Back = s.End; b.Inside == 0 {
		s.Back = s.Port
	}
	return s, nil
}

// join puts the port in the bridge and switches both ends on.
func (b *Bridge) join(s *Spur) error {
	end, err := netlink.LinkByIndex(s.End)
	if err != nil {
		return err
	}
	for _, l := range []netlink.Link{s.link, end} {
		if err := netlink.LinkSetIP6AddrGenMode(l, noAddresses); err != nil && !errors.Is(err, unix.EAFNOSUPPORT) && !errors.Is(err, unix.EOPNOTSUPP) {
			return err
		}
	}
	if b.Inside != 0 {
		if err := b.turnBack(s); err != nil {
			return err
		}
	}
	return errors.Join(netlink.LinkSetUp(end), netlink.LinkSetUp(s.link))
}

// noAddresses is IN6_ADDR_GEN_MODE_NONE of linux/if_link.h.
const noAddresses = 1

// turnBack has the bridge send what comes for Card back by the port it came in by.
func (b *Bridge) turnBack(s *Spur) error {
	if err := netlink.LinkSetMasterByIndex(s.link, b.Index); err != nil {
		return err
	}
	return errors.Join(
		netlink.LinkSetLearning(s.link, false), netlink.LinkSetFlood(s.link, false), netlink.LinkSetHairpin(s.link, true),
		netlink.NeighAppend(&netlink.Neigh{
			LinkIndex: s.Port, Family: unix.AF_BRIDGE, State: netlink.NUD_NOARP, Flags: netlink.NTF_MASTER, HardwareAddr: Card,
		}))
}

// Remove takes it away, both ends.
func (s *Spur) Remove() error {
	if err := netlink.LinkDel(s.link); err != nil {
		return kernel("bridge", "taking the spur away", err)
	}
	return nil
}

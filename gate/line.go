package gate

import (
	"errors"
	"fmt"
	"net/netip"
	"sync/atomic"

	"abri.example/abri"
)

// Line is what the gate knows of the site's telephone: who the operator is, which devices inside telephone, and the doors
// at which SIP is spoken elsewhere than on its usual ports.
type Line struct {
	Operators []netip.Prefix
	Devices   []netip.Addr
	Books     []Book
	Hold      bool // what a device inside says in SIP over TCP waits for the agent, in protect
}

// Book is one door, at one address, whose conversations are read for as long as they last.
type Book struct {
	At    netip.AddrPort
	Proto uint8 // TCP or UDP, IANA number
}

// BookAgain is how many packets of a direction cross at most until a conversation is taken up again at a door that was just
// heard of: BOOK_AGAIN of kernel/line.h.
const BookAgain = 64

// Follow replaces what is known of the line as a whole; the zero Line forgets it. What goes between the site and the
// operator then passes a gate that fails closed, and an isolated device; so do of a device that telephones questions for
// names and voice (UDP, both ports from 1,024 up), from outside where the device has spoken first. All else that judges an
// operator's packet (lists, bans) goes on: see Exempt. At most 1,024 prefixes and devices, and 1,024 doors.
//
// Of a conversation at one of the doors everything is copied, both ways, as of those on SIP's usual ports: at once when its
// first 8 KB are not at their end, else within 64 packets of each direction. With Hold a packet of data that a device
// inside sends in such a conversation of TCP does not cross: its Record says Held, and whoever reads it sends it on.
func (g *Gate) Follow(l Line) error {
	lines := map[kernelNetKey]kernelLine{}
	for _, a := range l.Devices {
		p, err := plain(netip.PrefixFrom(a, a.BitLen()))
		if err != nil {
			return err
		}
		lines[netKey(p)] = kernelLineLINE_DEVICE
	}
	for _, p := range l.Operators {
		p, err := plain(p)
		if err != nil {
			return err
		}
		lines[netKey(p)] = kernelLineLINE_OPERATOR
	}
	books := map[kernelBookKey]uint8{}
	for _, b := range l.Books {
		if !b.At.IsValid() || b.At.Port() == 0 {
			return &abri.Error{Code: abri.CodeInvalid, Place: "follow", What: fmt.Sprintf("%s is no door", b.At)}
		}
		w := wireOf(b.At.Addr())
		k := kernelBookKey{Port: b.At.Port(), Proto: b.Proto}
		k.Addr.Hi, k.Addr.Lo = w.Hi, w.Lo
		books[k] = 1
	}
	release, err := g.hold()
	if err != nil {
		return err
	}
	defer release()
	c := g.control.at
	if len(lines) > 0 { // counted before they stand: an uncounted entry would not be looked for
		atomic.StoreUint32(&c.Lines, uint32(len(lines)))
	}
	if len(books) > 0 {
		atomic.StoreUint32(&c.Books, uint32(len(books)))
	}
	if err := errors.Join(replace(g.maps.Lines, lines), replace(g.maps.Books, books)); err != nil {
		return errors.Join(fmt.Errorf("the telephone line: %w", err), g.recountLine())
	}
	atomic.StoreUint32(&c.Lines, uint32(len(lines)))
	atomic.StoreUint32(&c.Books, uint32(len(books)))
	atomic.StoreUint32(&c.Calls, flag(l.Hold))
	return nil
}

// recountLine sets the counts of a taken-over gate. Nothing waits until the agent says so again.
func (g *Gate) recountLine() error {
	lines, err := entriesOf[kernelNetKey, kernelLine](g.maps.Lines)
	if err != nil {
		return err
	}
	books, err := entriesOf[kernelBookKey, uint8](g.maps.Books)
	if err != nil {
		return err
	}
	c := g.control.at
	atomic.StoreUint32(&c.Lines, lines)
	atomic.StoreUint32(&c.Books, books)
	atomic.StoreUint32(&c.Calls, 0)
	return nil
}

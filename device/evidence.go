package device

import (
	"net/netip"
	"slices"
	"time"
	"unicode"
	"unicode/utf8"

	"abri.example/abri"
	"abri.example/abri/packet"
)

// Observe takes a packet that passed by the port of the given side; began says that it is the first of its conversation.
// It keeps nothing of h.
func (b *Book) Observe(at time.Time, side abri.Side, h *packet.Headers, began bool) {
	switch {
	case h.EtherType == etherARP:
		b.arp(at, side, h.Payload)
		return
	case !h.Known:
		return
	case h.Proto == packet.ICMPv6:
		b.neighbour(at, side, h)
	case h.Proto == packet.UDP && !h.Fragment:
		b.datagram(at, side, h)
	}
	if began && b.inside(side, h.Src) {
		b.spoke(at, h)
	}
}

// datagram reads what devices say of themselves.
func (b *Book) datagram(at time.Time, side abri.Side, h *packet.Headers) {
	switch {
	case h.SrcPort == 68 && h.DstPort == 67 || h.SrcPort == 67 && (h.DstPort == 68 || h.DstPort == 67):
		b.dhcp(at, side, h)
	case h.SrcPort == 546 && h.DstPort == 547:
		b.dhcp6(at, side, h)
	case h.SrcPort == 5353:
		b.mdns(at, side, h)
	case h.SrcPort == 137 && h.DstPort == 137, h.SrcPort == 138 && h.DstPort == 138:
		b.netbios(at, side, h)
	}
}

// spoke takes the first packet of a conversation that somebody inside sent: who sends with a whole hop limit stands on this
// link, and the frame's sender is his card; another is behind a router of the site, and known by his address alone.
func (b *Book) spoke(at time.Time, h *packet.Headers) {
	mac := MAC(h.SrcMAC)
	if h.TTL == 64 || h.TTL == 128 || h.TTL == 255 {
		b.bind(at, abri.Inside, mac, h.Src)
		return
	}
	if e := b.byAddr[h.Src]; e != nil {
		b.see(e, at)
	} else if isHost(h.Src) && !h.Src.IsLinkLocalUnicast() {
		b.take(b.add(MAC{}, abri.Inside, at), h.Src)
	}
}

// inside reports whether who sends from an address by a port is of the inside.
func (b *Book) inside(side abri.Side, a netip.Addr) bool {
	return side == abri.Inside || side == abri.SideUnknown && b.home(a)
}

// isHost reports whether an address can be that of one machine.
func isHost(a netip.Addr) bool {
	return a.IsGlobalUnicast() || a.IsLinkLocalUnicast()
}

// bind takes it that a card has an address, and gives the device; nil where that can't be. What comes by the outside port
// is of the site only with a local address, and takes none from a device inside.
func (b *Book) bind(at time.Time, side abri.Side, mac MAC, a netip.Addr) *entry {
	a = a.Unmap().WithZone("")
	if !mac.card() || !isHost(a) {
		return nil
	}
	within := b.inside(side, a)
	had := b.byAddr[a]
	if !within && (!a.IsPrivate() && !a.IsLinkLocalUnicast() || had != nil && had.MAC != mac && had.Side == abri.Inside) {
		return nil
	}
	e := b.of(at, side, mac, within)
	if had != e {
		if had != nil {
			b.leave(had, a, e)
		}
		b.take(e, a)
	}
	b.see(e, at)
	return e
}

// of gives the device of a card, new where there is none.
func (b *Book) of(at time.Time, side abri.Side, mac MAC, within bool) *entry {
	e := b.byMAC[mac]
	if within {
		side = abri.Inside
	}
	if e == nil {
		return b.add(mac, side, at)
	}
	if within && e.Side != abri.Inside {
		e.Side, b.changed[e] = abri.Inside, true
	}
	return e
}

// take gives a device an address, in the place of the oldest where it has too many.
func (b *Book) take(e *entry, a netip.Addr) {
	if len(e.Addresses) >= MaxAddresses {
		delete(b.byAddr, e.Addresses[len(e.Addresses)-1])
		e.Addresses = e.Addresses[:len(e.Addresses)-1]
	}
	e.Addresses = slices.Insert(e.Addresses, 0, a)
	b.byAddr[a] = e
	b.changed[e] = true
}

// leave takes an address from a device, which another has now. One that was known by it alone becomes the other.
func (b *Book) leave(e *entry, a netip.Addr, next *entry) {
	e.Addresses = slices.DeleteFunc(e.Addresses, func(x netip.Addr) bool { return x == a })
	delete(b.byAddr, a)
	b.changed[e] = true
	if e.MAC.IsZero() {
		next.First = earlier(next.First, e.First)
		b.remove(e)
	}
}

// see notes that a device was seen.
func (b *Book) see(e *entry, at time.Time) {
	if at.After(e.Last) {
		e.Last = at
	}
	b.shelf(e).MoveToFront(e.place)
	if e.Last.Sub(e.told) >= tellEvery {
		b.changed[e] = true
	}
}

// strength orders the sources of names.
var strength = map[Source]int{Nobody: 0, MDNS: 1, NetBIOS: 2, DHCP: 3}

// name takes it that a device is called so, as far as somebody who knows better did not speak.
func (b *Book) name(e *entry, name string, by Source) {
	if e == nil || !speaks(name) || strength[by] < strength[e.NamedBy] || e.Name == name && e.NamedBy == by {
		return
	}
	b.rename(e, name, by)
	b.changed[e] = true
}

func (b *Book) rename(e *entry, name string, by Source) {
	b.shelf(e).Remove(e.place)
	e.Name, e.NamedBy = name, by
	e.place = b.shelf(e).PushFront(e)
}

// speaks reports whether a name can stand on a page and in a log, and tells one device from another.
func speaks(name string) bool {
	if name == "" || len(name) > 63 || !utf8.ValidString(name) || name == "localhost" || name == "unknown" {
		return false
	}
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '_' && r != ' ' && r != '\'' && r != '(' && r != ')' {
			return false
		}
	}
	return true
}

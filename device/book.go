package device

import (
	"cmp"
	"container/list"
	"net/netip"
	"slices"
	"strings"
	"time"

	"abri.example/abri"
)

// What bounds a Book: a town hall has a hundred devices, and a forger has as many as he likes.
const (
	MaxDevices   = 4096
	MaxAddresses = 16 // of one device: IPv4, and IPv6 with its changing ones
)

// tellEvery is after how long a device that only goes on being seen counts as changed.
const tellEvery = 5 * time.Minute

// Options say how a Book works. Home tells which addresses are of the site, where packets do not say which port they
// entered by (captures); nil is private ones.
type Options struct {
	Home func(netip.Addr) bool
}

// Book holds the devices of one site. It is not safe for concurrent use.
type Book struct {
	home    func(netip.Addr) bool
	byMAC   map[MAC]*entry
	byAddr  map[netip.Addr]*entry
	named   list.List // of *entry, the latest seen first
	nobody  list.List // those without a name, which go first when there are too many
	changed map[*entry]bool
	servers []netip.Addr // of names, that devices are told to ask
}

// entry is a device in the book.
type entry struct {
	Device
	place *list.Element
	told  time.Time // Last, as it was told
	lease uint32    // the number of the DHCP exchange that it began
	asks  bool      // and whether one is under way
}

// NewBook gives an empty Book.
func NewBook(o Options) *Book {
	if o.Home == nil {
		o.Home = func(a netip.Addr) bool { return a.IsPrivate() || a.IsLinkLocalUnicast() }
	}
	return &Book{home: o.Home, byMAC: map[MAC]*entry{}, byAddr: map[netip.Addr]*entry{}, changed: map[*entry]bool{}}
}

// NameServers are the site's own servers of names, as DHCP tells devices (RFC 2132, 3.8): what one of them asks the
// outside, it asks for somebody else. At most maxServers; the slice is the caller's.
func (b *Book) NameServers() []netip.Addr { return slices.Clone(b.servers) }

// Len is how many devices are known.
func (b *Book) Len() int { return b.named.Len() + b.nobody.Len() }

// Find gives the device that was last seen with an address.
func (b *Book) Find(a netip.Addr) (Device, bool) {
	e := b.byAddr[a.Unmap().WithZone("")]
	if e == nil {
		return Device{}, false
	}
	return e.copy(), true
}

// Name is the name by which people know the device of an address, "" when there is none. A nil Book knows nobody.
func (b *Book) Name(a netip.Addr) string {
	if b == nil {
		return ""
	}
	if e := b.byAddr[a.Unmap().WithZone("")]; e != nil {
		return e.Name
	}
	return ""
}

// Lookup gives the devices that a person means by a word: a name (upper and lower case are one), a hardware address, or an
// address. Two devices may bear one name.
func (b *Book) Lookup(word string) []Device {
	if a, err := netip.ParseAddr(word); err == nil {
		if d, ok := b.Find(a); ok {
			return []Device{d}
		}
		return nil
	}
	mac, err := ParseMAC(word)
	var out []Device
	for _, d := range b.All() {
		if strings.EqualFold(d.Name, word) || err == nil && d.MAC == mac {
			out = append(out, d)
		}
	}
	return out
}

// All gives every device, the latest seen first.
func (b *Book) All() []Device {
	out := make([]Device, 0, b.Len())
	for _, l := range []*list.List{&b.named, &b.nobody} {
		for at := l.Front(); at != nil; at = at.Next() {
			out = append(out, at.Value.(*entry).copy())
		}
	}
	slices.SortStableFunc(out, func(x, y Device) int {
		return cmp.Or(y.Last.Compare(x.Last), cmp.Compare(x.Name, y.Name))
	})
	return out
}

// Changed gives the devices that changed since it was last asked. That one is seen still is a change every few minutes.
func (b *Book) Changed() []Device {
	var out []Device
	for e := range b.changed {
		e.told = e.Last
		out = append(out, e.copy())
	}
	clear(b.changed)
	return out
}

// Restore takes up devices from an earlier life. What was seen in this one stays.
func (b *Book) Restore(devices []Device) {
	for _, d := range slices.SortedFunc(slices.Values(devices), func(x, y Device) int { return x.Last.Compare(y.Last) }) {
		e := b.byMAC[d.MAC]
		if d.MAC.IsZero() && len(d.Addresses) == 1 {
			e = b.byAddr[d.Addresses[0]]
		}
		if e == nil {
			e = b.add(d.MAC, d.Side, d.First)
		}
		e.First = earlier(e.First, d.First)
		if e.Last.Before(d.Last) {
			e.Last, e.told = d.Last, d.Last
		}
		for _, a := range slices.Backward(d.Addresses) {
			if len(e.Addresses) < MaxAddresses && b.byAddr[a] == nil {
				e.Addresses = slices.Insert(e.Addresses, 0, a)
				b.byAddr[a] = e
			}
		}
		if e.Name == "" && d.Name != "" {
			b.rename(e, d.Name, d.NamedBy)
		}
		delete(b.changed, e)
	}
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

func (e *entry) copy() Device {
	d := e.Device
	d.Addresses = slices.Clone(e.Addresses)
	return d
}

// add makes room and puts a new device in.
func (b *Book) add(mac MAC, side abri.Side, at time.Time) *entry {
	if b.Len() >= MaxDevices {
		l := &b.nobody
		if l.Len() == 0 {
			l = &b.named
		}
		b.remove(l.Back().Value.(*entry))
	}
	e := &entry{Device: Device{MAC: mac, Side: side, First: at, Last: at}}
	e.place = b.nobody.PushFront(e)
	if !mac.IsZero() {
		b.byMAC[mac] = e
	}
	b.changed[e] = true
	return e
}

// remove forgets a device.
func (b *Book) remove(e *entry) {
	b.shelf(e).Remove(e.place)
	delete(b.byMAC, e.MAC)
	delete(b.changed, e)
	for _, a := range e.Addresses {
		delete(b.byAddr, a)
	}
}

// shelf is the list that a device stands in.
func (b *Book) shelf(e *entry) *list.List {
	if e.Name == "" {
		return &b.nobody
	}
	return &b.named
}

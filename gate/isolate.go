package gate

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync/atomic"

	"github.com/cilium/ebpf"

	"abri.example/abri"
)

// Isolation is which devices are isolated, and what they may still reach: the box's own addresses, and these. Asking for
// an address (DHCP) and finding neighbours always pass.
type Isolation struct {
	Addresses []netip.Addr
	Cards     []net.HardwareAddr // of Ethernet
	Repairs   []Repair
}

// Repair is what an isolated device may reach: a prefix, at one port, or at all when Port is 0.
type Repair struct {
	Prefix netip.Prefix
	Port   uint16
}

// card is an Ethernet address as the kernel keeps it among addresses: CARD of kernel/words.h.
func card(a net.HardwareAddr) (wire, error) {
	if len(a) != 6 {
		return wire{}, &abri.Error{Code: abri.CodeInvalid, Place: a.String(), What: "not the address of an Ethernet card", Remedy: "such as 00:11:22:33:44:55"}
	}
	b := [16]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}
	copy(b[10:], a)
	return wireOf(netip.AddrFrom16(b)), nil
}

// Isolate replaces what is isolated as a whole; the zero Isolation ends it. From the next packet on such a device reaches
// its repairs only and nobody else reaches it, in watch-only too. At most 4,096 addresses and cards, and 1,024 repairs.
// What never crosses the ports (two devices of one switch) is not touched.
func (g *Gate) Isolate(i Isolation) error {
	devices := map[wire]bool{}
	for _, a := range i.Addresses {
		if !a.IsValid() || a.IsMulticast() || a.IsUnspecified() {
			return &abri.Error{Code: abri.CodeInvalid, Place: "isolate", What: fmt.Sprintf("%s is no device's address", a)}
		}
		devices[wireOf(a.WithZone(""))] = true
	}
	for _, c := range i.Cards {
		w, err := card(c)
		if err != nil {
			return err
		}
		devices[w] = true
	}
	repairs := map[kernelNetKey]uint32{}
	for _, r := range i.Repairs {
		p, err := plain(r.Prefix)
		if err != nil {
			return err
		}
		if before, ok := repairs[netKey(p)]; ok && before != uint32(r.Port) {
			r.Port = 0 // the trie holds one door of a prefix
		}
		repairs[netKey(p)] = uint32(r.Port)
	}
	release, err := g.hold()
	if err != nil {
		return err
	}
	defer release()
	// What repairs need comes first: nobody is cut off from it for a moment.
	if err := replace(g.maps.RepairNets, repairs); err != nil {
		return fmt.Errorf("what isolated devices may reach: %w", err)
	}
	want := map[wire]uint8{}
	for d := range devices {
		want[d] = 1
	}
	if len(want) > 0 { // counted before they stand: an uncounted entry would not be looked for
		atomic.StoreUint32(&g.control.at.Isolated, uint32(len(want)))
	}
	if err := replace(g.maps.Isolated, want); err != nil {
		return errors.Join(fmt.Errorf("isolated devices: %w", err), g.recountIsolated())
	}
	atomic.StoreUint32(&g.control.at.Isolated, uint32(len(want)))
	return nil
}

// replace makes a map hold exactly these entries, the new before the old go.
func replace[K comparable, V any](m *ebpf.Map, want map[K]V) error {
	full := &abri.Error{Code: abri.CodeFull, What: fmt.Sprintf("it holds at most %d", m.MaxEntries())}
	if len(want) > int(m.MaxEntries()) {
		return full
	}
	var old []K
	var key K
	var value V
	each := m.Iterate()
	for each.Next(&key, &value) {
		if _, ok := want[key]; !ok {
			old = append(old, key)
		}
	}
	if err := each.Err(); err != nil {
		return err
	}
	if len(old)+len(want) > int(m.MaxEntries()) { // no room for both
		for _, k := range old {
			if err := m.Delete(k); err != nil {
				return err
			}
		}
		old = nil
	}
	for k, v := range want {
		if err := m.Put(k, v); err != nil {
			full.Err = err
			return full
		}
	}
	for _, k := range old {
		if err := m.Delete(k); err != nil {
			return err
		}
	}
	return nil
}

// recountIsolated sets the count of a taken-over gate.
func (g *Gate) recountIsolated() error {
	n, err := entriesOf[wire, uint8](g.maps.Isolated)
	atomic.StoreUint32(&g.control.at.Isolated, n)
	return err
}

// entriesOf is how many entries a map holds.
func entriesOf[K comparable, V any](m *ebpf.Map) (n uint32, err error) {
	var key K
	var value V
	each := m.Iterate()
	for each.Next(&key, &value) {
		n++
	}
	return n, each.Err()
}

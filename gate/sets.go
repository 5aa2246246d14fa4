package gate

import (
	"errors"
	"fmt"
	"net/netip"
	"sync/atomic"

	"github.com/cilium/ebpf"

	"abri.example/abri"
)

// Entry is an address or prefix in one of the sets, and when it ends: a time of Monotonic, 0 for never.
type Entry struct {
	Prefix netip.Prefix
	Until  int64
}

// set is a map of addresses or prefixes with the count in the switches that lets the kernel skip it when empty.
type set struct {
	m      *ebpf.Map
	n      *uint32
	what   string
	filter *filter // of a hash of bans
}

// put adds an entry or changes its value. The count goes up first: an uncounted entry would not be looked for.
func (s set) put(key, value any) error {
	err := s.m.Update(key, value, ebpf.UpdateExist)
	if !errors.Is(err, ebpf.ErrKeyNotExist) {
		return s.failed(err)
	}
	s.announce(key)
	if err = s.m.Update(key, value, ebpf.UpdateAny); err != nil {
		s.withdraw(key)
	}
	return s.failed(err)
}

// announce makes the kernel look for an entry, withdraw ends that.
func (s set) announce(key any) {
	atomic.AddUint32(s.n, 1)
	if s.filter != nil {
		s.filter.add(key.(filtered))
	}
}

func (s set) withdraw(key any) {
	atomic.AddUint32(s.n, ^uint32(0))
	if s.filter != nil {
		s.filter.remove(key.(filtered))
	}
}

// remove takes an entry out; one that is not there is CodeNotFound.
func (s set) remove(key any) error {
	err := s.m.Delete(key)
	if errors.Is(err, ebpf.ErrKeyNotExist) {
		return &abri.Error{Code: abri.CodeNotFound, Place: s.what, What: "it is not there"}
	}
	if err == nil {
		s.withdraw(key)
	}
	return s.failed(err)
}

func (s set) failed(err error) error {
	if err == nil {
		return nil
	}
	return &abri.Error{Code: abri.CodeFull, Place: s.what, What: fmt.Sprintf("cannot be changed; it holds at most %d", s.m.MaxEntries()), Remedy: "remove some entries", Err: err}
}

// netKey is p as the kernel's tries know it.
func netKey(p netip.Prefix) kernelNetKey {
	bits := p.Bits()
	if p.Addr().Is4() {
		bits += 96
	}
	return kernelNetKey{Bits: uint32(bits), Addr: p.Addr().As16()}
}

func (k kernelNetKey) prefix() netip.Prefix {
	a, bits := netip.AddrFrom16(k.Addr), int(k.Bits)
	if a.Is4In6() && bits >= 96 {
		return netip.PrefixFrom(a.Unmap(), bits-96)
	}
	return netip.PrefixFrom(a, bits)
}

// plain masks p and brings a mapped IPv4 prefix to its own form.
func plain(p netip.Prefix) (netip.Prefix, error) {
	if a := p.Addr(); a.Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(a.Unmap(), p.Bits()-96)
	}
	if !p.IsValid() || p.Addr().Zone() != "" {
		return p, &abri.Error{Code: abri.CodeInvalid, Place: p.String(), What: "not an address or prefix", Remedy: "such as 192.0.2.1/32 or 2001:db8::/48"}
	}
	return p.Masked(), nil
}

// nets lists a trie of prefixes.
func (s set) nets() ([]Entry, error) {
	var all []Entry
	var key kernelNetKey
	var until uint64
	each := s.m.Iterate()
	for each.Next(&key, &until) {
		all = append(all, Entry{key.prefix(), int64(until)})
	}
	return all, s.failed(each.Err())
}

// purge removes the entries that have ended.
func (s set) purge(all []Entry, now int64, key func(netip.Prefix) any) error {
	for _, e := range all {
		if e.Until == 0 || e.Until > now {
			continue
		}
		if err := s.remove(key(e.Prefix)); err != nil && abri.CodeOf(err) != abri.CodeNotFound {
			return err
		}
	}
	return nil
}

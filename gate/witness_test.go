package gate

import (
	"net/netip"
	"testing"

	miekg "github.com/miekg/dns"

	"abri.example/abri"
)

// Every load lists the addresses of the proof besides its own, empty ones and larger ones too; they are in no count, and a
// list that names them is refused as before.
func TestEveryLoadListsTheProof(t *testing.T) {
	b := newBench(t, abri.Protect)
	for _, lists := range [][]string{{}, {"45.9.20.0/24", "45.9.30.1/32", "2a0b:1::/32"}, {"45.9.20.0/24"}} {
		b.lists(lists...)
		if v4, v6 := b.Entries(); v4+v6 != len(lists) {
			t.Errorf("%v: %d and %d entries", lists, v4, v6)
		}
		for _, c := range []struct {
			src, dst string
			want     Reason
		}{
			{"192.0.2.253", "203.0.113.9", DropListSrc}, {"198.51.100.9", "192.0.2.253", DropListDst},
			{"192.0.2.252", "203.0.113.9", Pass}, {"192.0.2.254", "203.0.113.9", Pass},
			{"2001:db8:ab:1::253", "2001:db8::9", DropListSrc}, {"2001:db8::9", "2001:db8:ab:1::253", DropListDst},
			{"2001:db8:ab:1::252", "2001:db8::9", Pass},
		} {
			f := frame{src: c.src, dst: c.dst, proto: protoTCP, sport: 7, dport: 80, flags: syn}
			if got := b.run(out, f.bytes()); got != c.want {
				t.Errorf("%v: from %s to %s: %v, want %v", lists, c.src, c.dst, got, c.want)
			}
		}
	}
	for _, reserved := range []string{"192.0.2.253/32", "2001:db8:ab:1::253/128"} {
		v4, v6 := entries(reserved)
		if _, err := b.Load(v4, v6); abri.CodeOf(err) != abri.CodeRefused {
			t.Errorf("a list that names %s: %v", reserved, err)
		}
	}
}

// What became of an attempt can be asked for.
func TestAttempt(t *testing.T) {
	b := newBench(t, abri.Observe)
	b.lists()
	f := frame{src: "192.0.2.253", dst: "203.0.113.9", proto: protoUDP, sport: 777, dport: 777}
	b.run(out, f.bytes())
	at := func(a string) netip.AddrPort { return netip.AddrPortFrom(netip.MustParseAddr(a), 777) }
	if reason, packets, ok := b.Attempt(at(f.src), at(f.dst), protoUDP); !ok || reason != WouldListSrc || packets != 1 {
		t.Errorf("%v, %d packets, %v", reason, packets, ok)
	}
	if _, _, ok := b.Attempt(at("192.0.2.9"), at(f.dst), protoUDP); ok {
		t.Error("an attempt that nobody made")
	}
}

// Every load of names lists that of the proof besides its own; it is in no count.
func TestEveryLoadListsTheNameOfTheProof(t *testing.T) {
	b := newBench(t, abri.Protect)
	b.lists()
	for i, set := range []NameSet{{Seed: testSeed}, evil, {Seed: testSeed}} {
		if _, err := b.LoadNames(set); err != nil {
			t.Fatal(err)
		}
		if names, rules := b.NameEntries(); names != len(set.Keys) || rules != 0 {
			t.Errorf("%d names, %d rules", names, rules)
		}
		f := frame{src: "192.168.1.9", dst: "203.0.113.9"}
		q, err := new(miekg.Msg).SetQuestion(ListedName+".", miekg.TypeA).Pack()
		b.do(err)
		if m := b.answered(f, q); m.Rcode != miekg.RcodeNameError {
			t.Errorf("answered %v", m)
		}
		name := append([]byte("\x06preuve\x04abri\x04test"), 0)
		if n := b.Asked(netip.MustParseAddr(f.src), name); n != uint64(i+1) {
			t.Errorf("asked %d times, noticed %d", i+1, n)
		}
	}
}

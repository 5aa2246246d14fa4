package keeper

import (
	"log/slog"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/order"
)

// The box's own conversations are never cut, nor the gateway's but for DNS.
func TestWhatIsNotCut(t *testing.T) {
	k := &Keeper{log: slog.New(slog.DiscardHandler), place: order.Place{
		Own: []netip.Addr{netip.MustParseAddr("192.168.1.9")}, Gateways: []netip.Addr{netip.MustParseAddr("192.168.1.1")}, Resolvers: []netip.Addr{netip.MustParseAddr("192.168.1.53")},
	}}
	for ends, spared := range map[[2]string]bool{
		{"192.168.1.2:5000", "80.1.1.1:443"}: false, {"192.168.1.9:5000", "80.1.1.1:443"}: true, {"80.1.1.1:5000", "192.168.1.9:8080"}: true,
		{"192.168.1.2:5000", "192.168.1.1:443"}: true, {"192.168.1.1:443", "192.168.1.2:5000"}: true, {"192.168.1.2:5000", "192.168.1.1:53"}: false,
		{"192.168.1.1:53", "192.168.1.2:5000"}: false, {"192.168.1.2:5000", "192.168.1.53:443"}: false,
	} {
		c := order.Conversation{Client: netip.MustParseAddrPort(ends[0]), Server: netip.MustParseAddrPort(ends[1]), Proto: order.TCP}
		if err := k.spares(c); (abri.CodeOf(err) == abri.CodeRefused) != spared {
			t.Errorf("%v: %v", ends, err)
		}
		if spared {
			if abri.CodeOf(k.Block(order.Block{Conversation: c, For: time.Second})) != abri.CodeRefused || abri.CodeOf(k.Inject(&order.Inject{From: c.Client, To: c.Server, Proto: order.TCP})) != abri.CodeRefused {
				t.Errorf("%v is cut", ends)
			}
		}
	}
}

// The telephone operator is not banned, and nothing said with him is cut: without him nobody reaches the numbers of help.
func TestTheOperatorIsSpared(t *testing.T) {
	k := &Keeper{log: slog.New(slog.DiscardHandler), operators: []netip.Prefix{netip.MustParsePrefix("198.51.100.20/32")}}
	for _, p := range []string{"198.51.100.20/32", "198.51.100.0/24"} {
		for _, door := range []abri.Door{{}, {Proto: order.UDP, Port: 5060}} {
			if err := k.Decide(order.Decision{Choice: order.Ban, Prefix: netip.MustParsePrefix(p), Door: door}); abri.CodeOf(err) != abri.CodeRefused {
				t.Errorf("%s at %v: %v", p, door, err)
			}
		}
	}
	phone, operator := netip.MustParseAddrPort("192.168.1.14:5060"), netip.MustParseAddrPort("198.51.100.20:5060")
	for _, c := range []order.Conversation{{Client: phone, Server: operator, Proto: order.UDP}, {Client: operator, Server: phone, Proto: order.TCP}} {
		if err := k.Block(order.Block{Conversation: c, For: time.Second}); abri.CodeOf(err) != abri.CodeRefused {
			t.Errorf("%v: %v", c, err)
		}
	}
}

// Words are injected at a rate, with a burst of a second.
func TestTheBucketOfWords(t *testing.T) {
	var b bucket
	took := func(now time.Duration) (n int) {
		for b.take(int64(now)) {
			n++
		}
		return n
	}
	const begun = time.Hour
	for _, c := range []struct {
		at   time.Duration
		want int
	}{{begun, wordsASecond}, {begun, 0}, {begun + time.Millisecond, wordsASecond / 1000}, {begun + 501*time.Millisecond, wordsASecond / 2}, {2 * begun, wordsASecond}, {begun, 0}} {
		if got := took(c.at); got != c.want {
			t.Errorf("at %v: %d, want %d", c.at, got, c.want)
		}
	}
}

// What nobody rules on in time is sent on, once; what is ruled on is its ruler's; and there is a bound.
func TestParkedPacketsAreSentOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex // what is overdue is sent by a timer
		var gone []string
		sent := func() []string {
			mu.Lock()
			defer mu.Unlock()
			return slices.Clone(gone)
		}
		p := parked{send: func(_ abri.Side, frame []byte) {
			mu.Lock()
			defer mu.Unlock()
			gone = append(gone, string(frame))
		}}
		words := []byte("a")
		a := p.put(abri.Outside, words)
		words[0] = 'x' // the ring's memory is used again
		b := p.put(abri.Inside, []byte("b"))
		if got := p.take(b); string(got.frame) != "b" || got.to != abri.Inside || p.take(b).frame != nil || p.take(99).frame != nil {
			t.Errorf("took %q for %v", got.frame, got.to)
		}
		time.Sleep(rulingTime - time.Millisecond)
		synctest.Wait()
		if got := sent(); len(got) != 0 {
			t.Errorf("sent early: %q", got)
		}
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		if got := sent(); !slices.Equal(got, []string{"a"}) || p.take(a).frame != nil || p.overdue() != 1 {
			t.Errorf("sent %q, %d late", got, p.overdue())
		}
		for range maxParked {
			if p.put(abri.Outside, []byte("c")) == 0 {
				t.Fatal("there is no room for as many as there should be")
			}
		}
		if n := p.put(abri.Outside, []byte("d")); n != 0 || sent()[1] != "d" {
			t.Errorf("one too many waits as %d", n)
		}
		p.leave()
		if got := sent(); len(got) != 2+maxParked || len(p.frames) != 0 {
			t.Errorf("%d are sent, %d wait", len(got), len(p.frames))
		}
	})
}

package race

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"abri.example/abri/testnet"
)

// party are those who ask alike.
type party struct {
	network string // tcp or udp
	name    string
	many    int
	words   [][]byte // what each says: one hello, or the datagrams of one
}

// result is what became of a party: how many got any answer, its bytes, and how many got the whole of it.
type result struct {
	answered, whole int
	bytes           int64
	unhappy         []error // how some of those ended who got no whole answer
}

// crowd is a race: parties who ask a server, all mixed, so many a second.
type crowd struct {
	from    testnet.Peer
	to      netip.AddrPort
	parties []*party
	rate    int // a second

	mu      sync.Mutex
	results map[*party]*result
	dials   []time.Duration // how long the honest waited for a connection
}

// dialers is how many connections are made at once.
const dialers = 48

// run has all of them ask, and gives how long it took.
func (c *crowd) run(t *testing.T) time.Duration {
	t.Helper()
	c.results = map[*party]*result{}
	var all []*party
	for _, p := range c.parties {
		c.results[p] = &result{}
	}
	for left := true; left; { // the rare ones spread among the many
		left = false
		for _, p := range c.parties {
			step := max(1, p.many/100)
			have := 0
			for _, x := range all {
				if x == p {
					have++
				}
			}
			for range min(step, p.many-have) {
				all = append(all, p)
				left = true
			}
		}
	}
	jobs := make(chan *party, len(all))
	var dialing, talking sync.WaitGroup
	for range dialers {
		dialing.Go(func() {
			err := c.from.Host.Do(func() error {
				for p := range jobs {
					c.dial(p, &talking)
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	begun := time.Now()
	for i, p := range all {
		time.Sleep(time.Until(begun.Add(time.Duration(i) * time.Second / time.Duration(c.rate))))
		jobs <- p
	}
	close(jobs)
	dialing.Wait()
	took := time.Since(begun)
	talking.Wait()
	return took
}

// dial makes a connection on the host's own thread, and has it speak elsewhere.
func (c *crowd) dial(p *party, talking *sync.WaitGroup) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	begun := time.Now()
	conn, err := (&net.Dialer{}).DialContext(ctx, p.network, c.to.String())
	if err != nil {
		c.end(p, 0, err)
		return
	}
	if p.network == "tcp" && p.name == honest {
		c.mu.Lock()
		c.dials = append(c.dials, time.Since(begun))
		c.mu.Unlock()
	}
	talking.Go(func() {
		defer conn.Close()
		if p.network == "tcp" {
			got, err := ask(conn, p.words[0])
			c.end(p, got, err)
		} else {
			got, err := send(conn, p.words, p.name == listed)
			c.end(p, got, err)
		}
	})
}

// end notes what became of one of a party.
func (c *crowd) end(p *party, got int64, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.results[p]
	r.bytes += got
	if got > 0 {
		r.answered++
	}
	if got >= int64(len(answer)) {
		r.whole++
	} else if len(r.unhappy) < 10 {
		r.unhappy = append(r.unhappy, err)
	}
}

// ask says a hello, and gives how many bytes came back until the answer is whole, the connection ends, or patience does.
func ask(c net.Conn, hello []byte) (int64, error) {
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		return 0, err
	}
	if _, err := c.Write(hello); err != nil {
		return 0, err
	}
	return io.CopyN(io.Discard, c, int64(len(answer)))
}

// send says the datagrams of a hello until something is answered, as QUIC does: again after longer and longer (RFC 9002,
// section 6.2). Who is not to be answered asks three times.
func send(c net.Conn, words [][]byte, hopeless bool) (int64, error) {
	b, wait, tries := make([]byte, 2048), 300*time.Millisecond, 5
	if hopeless {
		tries = 3
	}
	for range tries {
		for _, w := range words {
			if _, err := c.Write(w); err != nil {
				return 0, err
			}
		}
		if err := c.SetReadDeadline(time.Now().Add(wait)); err != nil {
			return 0, err
		}
		if n, err := c.Read(b); err == nil {
			return int64(n), nil
		}
		wait *= 2
	}
	return 0, os.ErrDeadlineExceeded
}

// report prints what became of everybody.
func (c *crowd) report(t *testing.T, took time.Duration) {
	t.Helper()
	slices.Sort(c.dials)
	many := 0
	for _, p := range c.parties {
		many += p.many
	}
	median := time.Duration(0)
	if len(c.dials) > 0 {
		median = c.dials[len(c.dials)/2]
	}
	t.Logf("%d conversations at %.0f a second; a handshake took %v in the median, %v at the least", many, float64(many)/took.Seconds(), median.Round(10*time.Microsecond), c.least())
	for _, p := range c.parties {
		r := c.results[p]
		t.Logf("%-4s %-30s %6d asked, %6d got an answer (%d bytes), %6d a whole one", p.network, p.name, p.many, r.answered, r.bytes, r.whole)
	}
}

func (c *crowd) least() string {
	if len(c.dials) == 0 {
		return "-"
	}
	return fmt.Sprint(c.dials[0].Round(10 * time.Microsecond))
}

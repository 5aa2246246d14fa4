package order

import (
	"net/netip"

	abri "abri.example/abri"
	"abri.example/abri/siege"
)

// Flood is how floods are held back: the bars of each pressure, the servers whose visitors are challenged while too many
// come, and how many connections a source may hold (its network four times as many).
type Flood struct {
	Bars        siege.Bars   `json:"bars"`
	Challenge   []netip.Addr `json:"challenge,omitempty"`
	Connections int          `json:"connections"`
}

// Limits of a Flood: servers as many as the gate has room for; connections of a source, of which an office behind one
// address needs some hundreds.
const (
	maxChallenge      = 256
	LowestConnections = 32
)

// Check refuses what would itself keep people out, or is not to be had.
func (f Flood) Check() error {
	if len(f.Challenge) > maxChallenge {
		return refuse("more servers to be challenged for than the gate has room for", "at most 256")
	}
	for _, a := range f.Challenge {
		if !a.IsValid() || a.Is4In6() {
			return refuse("a server to be challenged for without an address", "an address, such as 192.168.1.25")
		}
	}
	if f.Connections != 0 && f.Connections < LowestConnections {
		return refuse("too few connections of a source", "0 for no bar, or at least 32")
	}
	return f.Bars.Check()
}

// Pressing is what pressed on the site since it was last told, a quarter of a second ago while something is held back and else a
// second, and how many bytes of IP came in by the line.
type Pressing struct {
	Reports []siege.Report `json:"reports,omitempty"`
	Came    uint64         `json:"came"`
}

// MostReports is how many reports one Pressing has at the most: those with the most held back go first.
const MostReports = 2049

// Flood has floods held back by these bars.
func (c *Caller) Flood(f Flood) error { return c.send(WordFlood, f) }

// Pressing tells what presses.
func (t *Teller) Pressing(p Pressing) error { return t.tell(WordPressing, p) }

// hearPressing hands on what presses, when it is well formed.
func hearPressing(l Listener, b []byte) error {
	var p Pressing
	if err := strict(b, &p); err != nil {
		return err
	}
	if len(p.Reports) > MostReports {
		return &abri.Error{Code: abri.CodeInvalid, What: "news with more that presses than a gate can know"}
	}
	l.Pressing(p)
	return nil
}

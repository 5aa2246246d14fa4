package fleet

import (
	"net/netip"
	"time"

	"abri.example/abri"
)

// Attack is an attack as it leaves the box. Outside is left out where it is an address of the site (an attack from one
// machine to another) or stands for many; Device is the pseudonym of the inside end, the same for the same device of
// the same box and for nobody else.
type Attack struct {
	ID        string         `json:"id"` // 32 hexadecimal digits
	Revision  int            `json:"revision"`
	Kind      abri.Kind      `json:"kind"`
	Service   abri.Service   `json:"service"`
	Direction abri.Direction `json:"direction"`
	Outside   netip.Addr     `json:"outside,omitzero"`
	Device    string         `json:"device,omitempty"`
	Port      uint16         `json:"port,omitempty"`
	Proto     string         `json:"proto"`
	First     time.Time      `json:"first"`
	Last      time.Time      `json:"last"`
	Day       abri.Day       `json:"day"`
	Attempts  uint64         `json:"attempts"`
	Packets   uint64         `json:"packets"`
	Bytes     uint64         `json:"bytes"`
	Sources   uint64         `json:"sources"`
	Outcome   abri.Outcome   `json:"outcome"`
	Why       abri.Why       `json:"why"`
	Answered  bool           `json:"answered,omitempty"`
	Ended     bool           `json:"ended,omitempty"`
	Rest      uint64         `json:"rest,omitempty"`
}

// Count is how many attacks the row stands for, as in abri.Attack.
func (a Attack) Count() uint64 { return max(1, a.Rest) }

// Tell is an attack as it may leave the box: see the rule of privacy at the head of the package. Secret keys the
// pseudonym of the device and never leaves the box.
func Tell(a abri.Attack, secret []byte) Attack {
	out := Attack{
		ID: a.ID, Revision: a.Revision, Kind: a.Kind, Service: a.Service, Direction: a.Direction,
		Port: a.Port, Proto: a.Proto, First: a.First.UTC(), Last: a.Last.UTC(), Day: a.Day,
		Attempts: a.Attempts, Packets: a.Packets, Bytes: a.Bytes, Sources: a.Sources, Outcome: a.Outcome,
		Why: tellWhy(a.Why), Answered: a.Answered, Ended: a.Ended, Rest: a.Rest,
	}
	if a.Inside.IsValid() {
		out.Device = Pseudonym(secret, a.Inside)
	}
	if a.Direction != abri.LAN && public(a.Outside) {
		out.Outside = a.Outside.Unmap().WithZone("")
	}
	return out
}

// tellWhy keeps of a reason its rule, what a list publishes, and evidence that is a number. Names, users and addresses
// in evidence stay at the site.
func tellWhy(w abri.Why) abri.Why {
	out := abri.Why{Rule: w.Rule, List: w.List, Publisher: w.Publisher, Dated: w.Dated}
	if w.Entry.IsValid() && public(w.Entry.Addr()) {
		out.Entry = w.Entry
	}
	for _, e := range w.Evidence {
		if isNumber(e.Value) {
			out.Evidence = append(out.Evidence, e)
		}
	}
	return out
}

// isNumber takes digits with at most one point; an address has more, or letters.
func isNumber(s string) bool {
	points := 0
	for i, c := range s {
		switch {
		case c >= '0' && c <= '9':
		case c == '.' && i > 0 && points == 0:
			points++
		default:
			return false
		}
	}
	return s != "" && len(s) <= 20
}

// public reports whether an address can be one of the Internet's and not of a site.
func public(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsValid() && a.IsGlobalUnicast() && !a.IsPrivate() && !shared.Contains(a)
}

// shared is the space of carriers' translation (RFC 6598).
var shared = netip.MustParsePrefix("100.64.0.0/10")

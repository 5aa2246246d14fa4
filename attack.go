package abri

import (
	"encoding/json"
	"net/netip"
	"time"
)

// Outcome is what became of an attack.
type Outcome string

// Observed was only seen; WouldBlock is what watch-only (or a replay) would have blocked; Blocked means that something
// of it was really dropped. Only Blocked counts as neutralised.
const (
	Observed   Outcome = "observed"
	WouldBlock Outcome = "would-block"
	Blocked    Outcome = "blocked"
)

// Attack is the thing that is counted.
//
// Inward it is the same outside address, kind, service and inside target; outward the same device, kind and
// destination; denial of service is one a target, its sources a number. It ends after an hour of quiet (outward
// and beacons: a day). It is counted once, on Day, its first local day. A later Revision of the same ID replaces an
// earlier one.
//
// Attempts are flows, Packets and Bytes what crossed or was dropped of them (bytes are of the IP packets). Sources is
// the number of distinct outside addresses. Answered says that the outside end of an outward attack answered. Device is the
// name by which people know the device inside ("SECRETARIAT-2"), of an attack that goes out or stays within, as far as it
// is known; it never leaves the box.
// Rest > 0 marks the row that stands for that many attacks beyond the hourly bound.
type Attack struct {
	ID        string
	Revision  int
	Kind      Kind
	Service   Service
	Direction Direction
	Outside   netip.Addr
	Inside    netip.Addr
	Device    string
	Port      uint16
	Proto     string
	First     time.Time
	Last      time.Time
	Day       Day
	Attempts  uint64
	Packets   uint64
	Bytes     uint64
	Sources   uint64
	Outcome   Outcome
	Why       Why
	Answered  bool
	Ended     bool
	Rest      uint64
}

// Neutralised reports whether something of the attack was really dropped.
func (a Attack) Neutralised() bool { return a.Outcome == Blocked }

// Count is how many attacks the row stands for: 1, or Rest when it stands for those beyond the hourly bound.
func (a Attack) Count() uint64 {
	if a.Rest > 0 {
		return a.Rest
	}
	return 1
}

// MarshalJSON gives the line that `abri replay --json` prints. The form is a contract: fields are added, none renamed.
// Times are RFC 3339 in UTC.
func (a Attack) MarshalJSON() ([]byte, error) {
	addr := func(x netip.Addr) string {
		if !x.IsValid() {
			return ""
		}
		return x.String()
	}
	return json.Marshal(struct {
		Type      string    `json:"type"`
		ID        string    `json:"id"`
		Revision  int       `json:"revision"`
		Kind      Kind      `json:"kind"`
		Family    Family    `json:"family"`
		Technique string    `json:"technique"`
		Service   Service   `json:"service"`
		Direction Direction `json:"direction"`
		Outside   string    `json:"outside"`
		Inside    string    `json:"inside"`
		Device    string    `json:"device,omitempty"`
		Port      uint16    `json:"port"`
		Proto     string    `json:"proto"`
		First     time.Time `json:"first"`
		Last      time.Time `json:"last"`
		Attempts  uint64    `json:"attempts"`
		Packets   uint64    `json:"packets"`
		Bytes     uint64    `json:"bytes"`
		Sources   uint64    `json:"sources"`
		Verdict   Outcome   `json:"verdict"`
		Why       string    `json:"why"`
		List      string    `json:"list"`
		Answered  bool      `json:"answered"`
		Rest      uint64    `json:"rest,omitempty"`
	}{
		"attack", a.ID, a.Revision, a.Kind, a.Kind.Family(), a.Kind.Technique(), a.Service, a.Direction,
		addr(a.Outside), addr(a.Inside), a.Device, a.Port, a.Proto, a.First.UTC(), a.Last.UTC(),
		a.Attempts, a.Packets, a.Bytes, a.Sources, a.Outcome, a.Why.Sentence(English), a.Why.List, a.Answered, a.Rest,
	})
}

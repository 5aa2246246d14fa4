// Package siege says what is too much: the habits of a site → its bars; and what the gate held back by them → findings.
//
//	what the gate held back ──▶ Watch ─▶ findings: kind, numbers, since when
//	what pressed ─▶ Gathering ─▶ Second ─┬▶ Habits ─▶ Bars ─▶ gate
//	                                     ├▶ Line ─▶ whether it is full
//	                                     └▶ Sheets ─▶ what the operator must know
//
// Time is an argument: the room has no clock, disk, network or randomness. It imports the root only; the gate measures,
// the store keeps.
package siege

import (
	"net/netip"
	"time"

	"abri.example/abri"
)

// Report is what pressed on one service of one machine since the report before, by the gate's count: a quarter of a second
// while something is held back, else a second. Held and Bytes are what was held back of it, Would that it passed because the box
// only watches. Returned are openings that were let in because who asked for them came back. Sources is about how many sources
// were held back since it began; Lasting is for how long something has been held back without a pause, by the gate's clock.
//
// Silent and Joined are about the connections that were let in during the three seconds before the first was held back: in how
// many the client said nothing more for a second after the machine had answered (RFC 9293 §3.5 has him do it at once), and in
// how many he did. They are of all of those, not of what is new; 0 and 0 when nobody looked.
type Report struct {
	Target   netip.Addr    `json:"target"` // the zero Addr stands for several
	Pressure abri.Pressure `json:"pressure"`
	Service  abri.Service  `json:"service"`
	Arrived  uint64        `json:"arrived"`
	Held     uint64        `json:"held,omitempty"`
	Bytes    uint64        `json:"bytes,omitempty"`
	Returned uint64        `json:"returned,omitempty"`
	Sources  uint64        `json:"sources,omitempty"`
	Silent   uint64        `json:"silent,omitempty"`
	Joined   uint64        `json:"joined,omitempty"`
	Lasting  time.Duration `json:"lasting,omitempty"`
	Would    bool          `json:"would,omitempty"`
	Samples  []netip.Addr  `json:"samples,omitempty"` // a few of the sources that were held back last
}

// Package siege says what is too much: the habits of a site → its bars; and what the gate held back by them → findings.
//
//	what pressed, each second ─▶ Habits ─▶ Bars ─▶ gate
//	what the gate held back ───▶ Watch ─▶ findings: kind, numbers, since when
//	what came in by the line ──▶ Line ─▶ whether it is full
//	all of it ─────────────────▶ Sheets ─▶ what the operator must know
//
// Time is an argument: the room has no clock, disk, network or randomness. It imports the root only; the gate measures,
// the store keeps.
package siege

import (
	"net/netip"

	"abri.example/abri"
)

// Report is what pressed on one service of one machine within about a second, by the gate's count. Held and Bytes are what was
// held back of it, Would that it passed because the box only watches. Returned are openings that were let in because who
// asked for them came back. Sources is about how many sources were held back since it began.
type Report struct {
	Target   netip.Addr    `json:"target"` // the zero Addr stands for several
	Pressure abri.Pressure `json:"pressure"`
	Service  abri.Service  `json:"service"`
	Arrived  uint64        `json:"arrived"`
	Held     uint64        `json:"held,omitempty"`
	Bytes    uint64        `json:"bytes,omitempty"`
	Returned uint64        `json:"returned,omitempty"`
	Sources  uint64        `json:"sources,omitempty"`
	Would    bool          `json:"would,omitempty"`
	Samples  []netip.Addr  `json:"samples,omitempty"` // a few of the sources that were held back last
}

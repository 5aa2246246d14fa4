package fleet

import (
	"encoding/json"
	"fmt"
	"time"

	jsonv2 "github.com/go-json-experiment/json"

	"abri.example/abri"
)

// Version is the newest form of the messages that this program speaks.
const Version = 1

// Bounds of one report: its bytes, its attacks, its days, and how many troubles it may name.
const (
	MaxBytes    = 1 << 20
	MaxAttacks  = 500
	MaxDays     = 40
	MaxTroubles = 20
)

// Report is what a box tells: where it stands, the days that changed, and attacks that began or changed since its last.
//
// It is known by Box, Epoch and Seq. Seq begins at 1 and grows by one with each report that was answered; Epoch is a
// random word that changes when the box's memory was lost or the two lost count of each other. A report whose answer
// was lost is sent again as the same bytes.
type Report struct {
	Version  int       `json:"version"`
	Site     int64     `json:"site"`
	Box      string    `json:"box"`
	Epoch    string    `json:"epoch"`
	Seq      uint64    `json:"seq"`
	Sent     time.Time `json:"sent"` // when it was made, by the box's clock, put right by the observatory's where that is known
	Software string    `json:"software,omitempty"`
	Done     uint64    `json:"done,omitempty"` // the number of the last order that was carried out
	Status   Status    `json:"status"`
	Days     []Day     `json:"days,omitempty"`
	Attacks  []Attack  `json:"attacks,omitempty"`
}

// Status is where a box stands at this moment.
type Status struct {
	Mode        abri.Mode `json:"mode"`
	Sky         abri.Sky  `json:"sky"`
	Points      int       `json:"points"`
	Attacks     uint64    `json:"attacks"` // that began today
	Neutralised uint64    `json:"neutralised"`
	Wanted      int       `json:"wanted"` // entries of lists that should be enforced
	Enforced    int       `json:"enforced"`
	Troubles    []string  `json:"troubles,omitempty"` // codes
}

// Day is one local day of a box's weather. A later one of the same day replaces an earlier one.
type Day struct {
	Day         abri.Day `json:"day"`
	Sky         abri.Sky `json:"sky"`
	Points      int      `json:"points"`
	Attacks     uint64   `json:"attacks"`
	Neutralised uint64   `json:"neutralised"`
	Noise       uint64   `json:"noise,omitempty"`
	Watched     int64    `json:"watched"` // seconds for which the filter was proven to work
}

// Encode is the report as it is sent.
func (r Report) Encode() ([]byte, error) { return json.Marshal(r) }

// Decode reads a report and checks its form, and nothing that depends on who sent it or when. Every error is a
// *Refusal: ReasonOversized, ReasonVersion or ReasonMalformed. A name that comes twice, or is spelt in other letters, and
// what is no UTF-8 are malformed (RFC 7493): two readers must not see two reports in the same bytes.
func Decode(b []byte) (Report, error) {
	var r Report
	if len(b) > MaxBytes {
		return r, Refuse(ReasonOversized, fmt.Sprintf("the report is over %d bytes", MaxBytes))
	}
	if err := jsonv2.Unmarshal(b, &r); err != nil {
		return Report{}, Refuse(ReasonMalformed, "the report does not decode: "+brief(err))
	}
	if err := r.check(); err != nil {
		return Report{}, err
	}
	return r, nil
}

// brief is an error's sentence, without what a hostile message may have put at its end.
func brief(err error) string {
	const most = 120
	s := []rune(err.Error())
	return string(s[:min(len(s), most)])
}

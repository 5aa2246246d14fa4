package siege

import (
	"cmp"
	"encoding/json"
	"net/netip"
	"slices"
	"time"

	"abri.example/abri"
)

// Sheet is what a site's operator must know of one saturation to stop it in his network: when, how much, what, from where, and
// what stood. Rates are of the worst second. It names no machine of the site but those aimed at.
type Sheet struct {
	ID       string       `json:"id"` // when it began, UTC: 20260305T101500Z
	Began    time.Time    `json:"began"`
	Last     time.Time    `json:"last"`
	Observed bool         `json:"observed,omitempty"` // the box only watched, and held nothing back
	Targets  []Target     `json:"targets"`
	Packets  uint64       `json:"packets"` // held back in all
	Bytes    uint64       `json:"bytes"`
	Worst    uint64       `json:"worst_packets_per_second"`
	WorstBit uint64       `json:"worst_bits_per_second"` // held back
	Came     uint64       `json:"came_bits_per_second"`  // by the line in the worst second, the site's own traffic among it
	Capacity uint64       `json:"line_bits_per_second"`  // what the line carries; 0: not known
	Full     Full         `json:"line_full,omitzero"`
	Samples  []netip.Addr `json:"samples,omitempty"` // a few of the sources, at most MostSamples
	// Of the samples, where a sheet is shown: who knows countries fills them in.
	Countries []Origin `json:"countries,omitempty"`
	Networks  []Origin `json:"networks,omitempty"`
}

// Target is one machine that was aimed at.
type Target struct {
	Address  netip.Addr               `json:"address"`
	Kind     abri.Kind                `json:"kind"`
	Service  abri.Service             `json:"service"`
	Began    time.Time                `json:"began,omitzero"` // when the first was held back
	Told     time.Time                `json:"told,omitzero"`  // when that was first on the page
	Packets  uint64                   `json:"packets"`
	Bytes    uint64                   `json:"bytes"`
	Sources  uint64                   `json:"sources"` // about how many
	Pressing map[abri.Pressure]uint64 `json:"pressing"`
}

// Full is how the line was full: since when, until when, and how that was known. Lost is the share of the box's own questions
// to its gateway and its resolvers that stayed without an answer, in per cent.
type Full struct {
	Since time.Time `json:"since"`
	Until time.Time `json:"until"`
	Lost  int       `json:"lost_percent"`
	Rate  bool      `json:"by_rate"` // as much came as the line carries
}

// Bounds of a Sheet and of Sheets.
const (
	MostSamples = 512
	mostTargets = 32
	mostSheets  = 20
)

// Sheets are those of the last saturations, the latest first. The zero Sheets has none. Not safe for concurrent use.
type Sheets struct{ all []Sheet }

// All gives them. Do not write to it.
func (s *Sheets) All() []Sheet { return s.all }

// Observe takes a second, and reports whether a sheet changed. A saturation ends with siegeOver of quiet.
func (s *Sheets) Observe(x Second) bool {
	if len(x.Told) == 0 && !x.Besieged {
		return false
	}
	if len(s.all) == 0 || x.At.Sub(s.all[0].Last) > siegeOver || x.At.Before(s.all[0].Began) {
		if len(x.Told) == 0 {
			return false
		}
		began := x.Told[0].Since
		s.all = slices.Insert(s.all, 0, Sheet{ID: began.UTC().Format("20060102T150405Z"), Began: began})
		s.all = s.all[:min(len(s.all), mostSheets)]
	}
	s.all[0].observe(x)
	return true
}

func (s *Sheet) observe(x Second) {
	var packets, bytes uint64
	for _, r := range x.Reports {
		packets += r.Held
		bytes += r.Bytes
		for _, a := range r.Samples {
			if len(s.Samples) < MostSamples && !slices.Contains(s.Samples, a) {
				s.Samples = append(s.Samples, a)
			}
		}
		s.press(r)
	}
	for _, t := range x.Told {
		s.Observed = t.Outcome == abri.WouldBlock
		s.Packets += t.Held
		s.Bytes += t.Bytes
		s.aim(x.At, t)
	}
	if len(x.Told) > 0 {
		s.Last = x.At
	}
	s.Worst, s.WorstBit, s.Came = max(s.Worst, packets), max(s.WorstBit, 8*bytes), max(s.Came, 8*x.Came)
	if x.Line == nil {
		return
	}
	s.Capacity = 8 * x.Line.Capacity()
	if full := x.Line.full; full.told(x.At) {
		if s.Full.Since.IsZero() {
			s.Full.Since = full.since
		}
		s.Full.Until, s.Full.Lost, s.Full.Rate = x.At, max(s.Full.Lost, full.lost), s.Full.Rate || full.rate
	}
}

// press adds what of a pressure was held back at a target that was told of.
func (s *Sheet) press(r Report) {
	reflected := slices.ContainsFunc(s.Targets, func(t Target) bool { return t.Address == r.Target && t.Kind == abri.Amplification })
	for i := range s.Targets {
		if t := &s.Targets[i]; t.Address == r.Target && t.Kind == r.kind(reflected) && r.Held > 0 {
			t.Pressing[r.Pressure] += r.Held
		}
	}
}

// aim adds what was told of a target; when it is told first, all of it.
func (s *Sheet) aim(at time.Time, t Told) {
	f := &t.Finding
	i := slices.IndexFunc(s.Targets, func(x Target) bool { return x.Address == f.Inside && x.Kind == f.Kind })
	if i < 0 {
		if len(s.Targets) == mostTargets {
			return
		}
		i = len(s.Targets)
		s.Targets = append(s.Targets, Target{Address: f.Inside, Kind: f.Kind, Began: t.Since, Told: at, Pressing: t.Pressing})
	}
	x := &s.Targets[i]
	x.Service, x.Sources = f.Service, max(x.Sources, t.Sources)
	x.Packets += t.Held
	x.Bytes += t.Bytes
}

// Find gives the sheet of an id, the latest for "".
func (s *Sheets) Find(id string) (Sheet, bool) {
	for _, x := range s.all {
		if id == "" || x.ID == id {
			return x, true
		}
	}
	return Sheet{}, false
}

// Origin is a country or a network, and how many of the samples are of it.
type Origin struct {
	Name    string `json:"name"`
	Samples int    `json:"samples"`
}

// Origins counts the samples by what of gives ("" is left out), the most first and no more than most.
func (s *Sheet) Origins(most int, of func(netip.Addr) string) []Origin {
	counts := map[string]int{}
	for _, a := range s.Samples {
		if name := of(a); name != "" {
			counts[name]++
		}
	}
	var all []Origin
	for name, n := range counts {
		all = append(all, Origin{name, n})
	}
	slices.SortFunc(all, func(a, b Origin) int {
		return cmp.Or(cmp.Compare(b.Samples, a.Samples), cmp.Compare(a.Name, b.Name))
	})
	return all[:min(len(all), most)]
}

// NetworkOf is the network (/16, /32) of a source, as operators filter by.
func NetworkOf(a netip.Addr) string {
	bits := 16
	if a.Is6() {
		bits = 32
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}

// Write gives the sheets as text to keep, and Read takes them up again.
func (s *Sheets) Write() (string, error) {
	b, err := json.Marshal(s.all)
	return string(b), err
}

// Read takes up what Write gave. CodeDamaged for another text, which leaves the sheets as they are.
func (s *Sheets) Read(text string) error {
	var all []Sheet
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return &abri.Error{Code: abri.CodeDamaged, Place: "sheets", What: "the sheets of saturations can't be read", Remedy: "nothing: new ones are made", Err: err}
	}
	if len(all) > mostSheets {
		all = all[:mostSheets]
	}
	for i := range all {
		for j := range all[i].Targets {
			if all[i].Targets[j].Pressing == nil {
				all[i].Targets[j].Pressing = map[abri.Pressure]uint64{}
			}
		}
	}
	s.all = all
	return nil
}

// Package replay judges capture files as the box would have in protect: the same decoding, flows, policy, counting and
// weather, by the capture's clock and without privileges.
//
//	files → capture.Reader → pipeline → attacks (each once, as it ended) and a Summary
//
// Its borders: it opens the files it is given and nothing else, and prints nothing.
package replay

import (
	"cmp"
	"context"
	"errors"
	"net/netip"
	"os"
	"slices"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/pipeline"
	"abri.example/abri/capture"
	"abri.example/abri/count"
	"abri.example/abri/detect"
	"abri.example/abri/device"
	"abri.example/abri/feed"
	"abri.example/abri/flow"
	"abri.example/abri/geo"
	"abri.example/abri/names"
	"abri.example/abri/names/lookalike"
	"abri.example/abri/policy"
	"abri.example/abri/telephone"
)

// Options says how to judge. Home may be empty: private addresses are then home.
type Options struct {
	Listings abri.Listings
	Exempt   []netip.Prefix
	Home     []netip.Prefix
	Location *time.Location // whose midnight begins the weather's day; UTC when nil

	// Domains are lists of names; nil is none. Named, when not nil, is given each name that a conversation asked for, and
	// what it is given holds until it returns.
	Domains *feed.Set
	Named   func(*names.Sighting)

	// Attack is given each attack once, as it stood at its end or at the end of the captures.
	Attack func(abri.Attack)
	// Progress, when not nil, is told now and then how many bytes of how many are read.
	Progress func(done, all int64)
}

// Summary is the last line of a replay. Bytes are of whole frames, link headers included; those of an attack are of IP
// packets. Seconds is the time that the captures span; Weather and Points are those of the worst local day among them,
// while Attacks and Noise are of all.
type Summary struct {
	Type    string   `json:"type"`
	Packets uint64   `json:"packets"`
	Bytes   uint64   `json:"bytes"`
	Attacks uint64   `json:"attacks"`
	Noise   uint64   `json:"noise"`
	Seconds float64  `json:"seconds"`
	Weather abri.Sky `json:"weather"`
	Points  int      `json:"points"`
}

// step is how often, by the capture's clock, quiet flows and attacks are ended.
const step = 10 * time.Second

// replay is one run.
type replay struct {
	Options
	pipe    *pipeline.Pipeline
	counter *count.Counter

	first, last time.Time
	stepped     time.Time
	open        map[string]abri.Attack
	attacks     uint64
	noise       uint64
	days        days
	read, all   int64
}

// Run judges the files in their order, as one capture. Of a broken file what can be read is judged; its error, which
// names file and offset, comes joined with others at the end, with the Summary of the whole. A ctx that ends stops the
// replay, and what was read is told.
func Run(ctx context.Context, files []string, o Options) (Summary, error) {
	if o.Location == nil {
		o.Location = time.UTC
	}
	entries := make([]policy.Entry, len(o.Exempt))
	for i, p := range o.Exempt {
		entries[i].Prefix = p
	}
	judge, err := policy.New(policy.Options{Mode: abri.Protect, Listings: o.Listings, Exempt: entries, Scanner: detect.ResearchScanner})
	if err != nil {
		return Summary{}, err
	}
	home := flow.Home(o.Home)
	devices := device.NewBook(device.Options{Home: home.Contains})
	r := &replay{Options: o, counter: count.New(count.Options{Location: o.Location, Seed: "replay", Device: devices.Name}), open: map[string]abri.Attack{}, days: days{location: o.Location}}
	line := detect.NewTelephone(detect.TelephoneOptions{Options: telephone.Options{Location: o.Location, Country: geo.Country}})
	r.pipe = pipeline.New(pipeline.Options{Policy: judge, Detectors: detect.With(line), Counter: r.counter, Home: home, Devices: devices, Domains: o.Domains, Lookalikes: lookalike.New(lookalike.Brands()), Named: o.Named})
	for _, name := range files {
		if st, err := os.Stat(name); err == nil {
			r.all += st.Size()
		}
	}
	var errs []error
	for _, name := range files {
		if ctx.Err() == nil {
			errs = append(errs, r.file(ctx, name))
		}
	}
	return r.end(), errors.Join(append(errs, ctx.Err())...)
}

func (r *replay) packet(p *capture.Packet) {
	if p.Timed && (r.first.IsZero() || p.Time.Before(r.first)) {
		r.first = p.Time
	}
	if p.Timed && p.Time.After(r.last) {
		r.last = p.Time
	}
	if !r.days.hold(p.Time) {
		r.take()
		r.days.end(r.open)
		r.days.begin(p.Time)
	}
	if past := p.Time.Sub(r.stepped); past >= step || past < -disorder { // before the packet: what was over by then is not what it belongs to
		r.stepped = p.Time
		r.pipe.Tick(p.Time)
		r.take()
	}
	r.pipe.Packet(p.Time, p.Link, p.Data, p.Length)
}

// take hands out the attacks that ended, and keeps the others.
func (r *replay) take() {
	for _, a := range r.counter.Changed() {
		if !a.Ended {
			r.open[a.ID] = a
			continue
		}
		delete(r.open, a.ID)
		r.hand(a)
	}
	for _, n := range r.counter.NoiseHours() {
		r.noise += n.Count
	}
}

func (r *replay) hand(a abri.Attack) {
	r.attacks += a.Count()
	r.days.recent = append(r.days.recent, a)
	if r.Attack != nil {
		r.Attack(a)
	}
}

// end ends every conversation, hands out what is open, and sums up.
func (r *replay) end() Summary {
	r.pipe.Flush()
	r.take()
	r.days.end(r.open)
	rest := make([]abri.Attack, 0, len(r.open))
	for _, a := range r.open {
		rest = append(rest, a)
	}
	slices.SortFunc(rest, func(a, b abri.Attack) int {
		return cmp.Or(a.First.Compare(b.First), cmp.Compare(a.ID, b.ID))
	})
	for _, a := range rest {
		r.hand(a)
	}
	packets, bytes := r.pipe.Seen()
	report := r.days.worst
	if packets == 0 { // silence is never sun
		report.Sky = abri.Fog
	}
	return Summary{
		Type: "summary", Packets: packets, Bytes: bytes, Attacks: r.attacks, Noise: r.noise,
		Seconds: r.last.Sub(r.first).Seconds(), Weather: report.Sky, Points: report.Points,
	}
}

package console

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"text/tabwriter"
	"time"
	_ "time/tzdata" // a machine without zone files still knows midnight

	abri "abri.example/abri"
	"abri.example/abri/box/replay"
	"abri.example/abri/feed"
	"abri.example/abri/geo"
	"abri.example/abri/weather"
)

type replayVerb struct {
	JSON     bool     `help:"Print one JSON object a line: the attacks, then a summary."`
	Names    bool     `help:"Print each name that a conversation asked for, in DNS, TLS, QUIC or HTTP."`
	Domains  []string `help:"A file of listed names, as hosts, bare domains or another known form (repeatable)." placeholder:"FILE" sep:"none"`
	List     []string `help:"A file of listed addresses, one a line (repeatable)." placeholder:"FILE" sep:"none"`
	Exempt   []string `help:"A file of addresses that lists don't apply to (repeatable)." placeholder:"FILE" sep:"none"`
	Home     []string `help:"A CIDR of the site's own network (repeatable); private addresses when left out." placeholder:"CIDR"`
	TimeZone string   `help:"Whose midnight begins a day." default:"Europe/Paris" placeholder:"ZONE"`
	Files    []string `arg:"" name:"file" help:"Capture files: pcap or pcapng."`
}

// Help is the example under `abri replay --help`.
func (replayVerb) Help() string {
	return "Judges as the box would have in protect, by the captures' own clock; nothing is stopped, so the verdict is would-block. " +
		"The weather and its points are those of the worst day of the captures, by the time zone given. " +
		"Bytes of the summary are of whole frames, those of an attack of IP packets.\n\n" +
		"Example: abri replay --list ipsum.txt --home 192.0.2.0/24 monday.pcap"
}

func (v replayVerb) Run(s *shell) error {
	o, err := v.options(s.err)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	lines := json.NewEncoder(s.out)
	rows := 0
	o.Attack = func(a abri.Attack) {
		if v.JSON {
			_ = lines.Encode(a)
			return
		}
		if rows++; rows == 1 {
			fmt.Fprintln(w, "first\tkind\tservice\tdirection\toutside\tcountry\tinside\tport\tattempts\tverdict\twhy")
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d/%s\t%d\t%s\t%s\n", a.First.In(o.Location).Format(time.DateTime), a.Kind, a.Service,
			a.Direction, farEnd(a.Outside, a.Sources), geo.Country(a.Outside), a.Inside, a.Port, a.Proto, a.Attempts, a.Outcome, a.Why.Sentence(abri.English))
	}
	if v.Names {
		o.Named = printName(s.out, v.JSON, o.Location)
	}
	o.Progress = progress(s)
	begun := time.Now()
	sum, err := replay.Run(s.ctx, v.Files, o)
	if v.JSON {
		return errors.Join(lines.Encode(sum), err)
	}
	_ = w.Flush()
	took := time.Since(begun)
	fmt.Fprintf(s.out, "%d packets, %d bytes over %.1f s, read in %s\n", sum.Packets, sum.Bytes, sum.Seconds, took.Round(time.Millisecond))
	fmt.Fprintf(s.out, "%d attacks, noise %d; weather: %s, %d points\n", sum.Attacks, sum.Noise, weather.SkyName(sum.Weather, abri.English), sum.Points)
	return err
}

// options reads the lists. A list that can't be used is an error: a replay without it would say something else than was
// asked.
func (v replayVerb) options(told io.Writer) (replay.Options, error) {
	var o replay.Options
	loc, err := time.LoadLocation(v.TimeZone)
	if err != nil {
		return o, &abri.Error{Code: abri.CodeInvalid, Place: "--time-zone " + v.TimeZone, What: "no such time zone", Remedy: "such as Europe/Paris or UTC"}
	}
	o.Location = loc
	for _, h := range v.Home {
		p, err := parsePrefix(h)
		if err != nil {
			return o, err
		}
		o.Home = append(o.Home, p)
	}
	var lists []*feed.List
	for _, name := range v.List {
		l, err := readList(name, "", told)
		if err != nil {
			return o, err
		}
		lists = append(lists, l)
	}
	o.Listings = feed.Merge(lists, nil)
	if o.Domains, err = domains(v.Domains, told); err != nil {
		return o, err
	}
	for _, name := range v.Exempt {
		ps, err := readPrefixes(name)
		if err != nil {
			return o, err
		}
		o.Exempt = append(o.Exempt, ps...)
	}
	return o, nil
}

func readPrefixes(name string) ([]netip.Prefix, error) {
	f, err := openList(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	ps, refused, err := feed.ParsePrefixes(f, name)
	if err == nil && len(refused) > 0 {
		err = &abri.Error{Code: abri.CodeInvalid, Place: fmt.Sprintf("%s:%d", name, refused[0].Line), What: fmt.Sprintf("%q: %s", refused[0].Text, refused[0].Reason), Remedy: "one address or CIDR a line"}
	}
	return ps, err
}

// progress tells a person at a terminal how far it is, once a second from the second second on.
func progress(s *shell) func(done, all int64) {
	f, ok := s.err.(*os.File)
	if !ok {
		return nil
	}
	if st, err := f.Stat(); err != nil || st.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	next := time.Now().Add(2 * time.Second)
	return func(done, all int64) {
		if now := time.Now(); now.After(next) {
			next = now.Add(time.Second)
			fmt.Fprintf(f, "abri: read %d of %d MB\n", done>>20, all>>20)
		}
	}
}

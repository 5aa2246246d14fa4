package policy

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// attacked is a finding of a kind at a service, from outside.
func attacked(k abri.Kind, from, proto string, port uint16) abri.Finding {
	return abri.Finding{
		Kind: k, Service: abri.ServiceOfPort(port), Direction: abri.In, Outside: netip.MustParseAddr(from), Inside: netip.MustParseAddr(mail),
		Port: port, Proto: proto, At: now, Why: abri.Why{Rule: abri.Rule(k)},
	}
}

// spoke is a conversation of a far end with the site at a port, with bytes each way, in which the server took part.
func spoke(from string, port uint16, bytes uint64, at time.Time) *flow.Flow {
	f := conversation(abri.In, from, mail)
	f.Port, f.Service, f.First, f.Last = port, abri.ServiceOfPort(port), at, at
	f.Up = flow.Counter{Packets: 9, Bytes: bytes, Flags: packet.SYN | packet.ACK | packet.PSH}
	f.Down = flow.Counter{Packets: 9, Bytes: bytes, Flags: packet.SYN | packet.ACK | packet.PSH}
	return f
}

func protecting(t *testing.T, o Options) *Policy {
	t.Helper()
	if o.Mode == "" {
		o.Mode = abri.Protect
	}
	p, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func prefixes(all ...string) (out []netip.Prefix) {
	for _, s := range all {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

// hours are Monday to Friday, half past eight to noon; now is a Thursday noon.
func hours(t *testing.T, s string) Hours {
	t.Helper()
	h, err := ParseHours(s, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

const office, phone6, ours6 = "192.0.2.77", "2001:db8:9:1::5", "2001:db8:77::99"

// bankOf is a Guard of one address.
func bankOf(a string) func(netip.Addr) (string, bool) {
	return func(x netip.Addr) (string, bool) { return "a bank", x == netip.MustParseAddr(a) }
}

// spokeTo is a conversation of a far end with a machine of the site, which answered.
func spokeTo(from, to string) *flow.Flow {
	f := spoke(from, 443, 900, now)
	f.Server, f.Inside = netip.AddrPortFrom(netip.MustParseAddr(to), 443), netip.MustParseAddr(to)
	return f
}

// Each row is what is done about a finding on the first day of a box that protects: the far ends have proven their
// addresses, unless the row says otherwise.
func TestWhatIsDoneAboutAFinding(t *testing.T) {
	ssh := abri.Door{Proto: 6, Port: 22}
	for name, tt := range map[string]struct {
		policy  Options
		options MeasureOptions
		finding abri.Finding
		met     []*flow.Flow
		forged  bool          // nothing proves the address
		stands  string        // a guarded name stands there, by what a resolver said
		stood   time.Duration // so long ago
		want    abri.Action
		spared  Spared
		prefix  string
		door    abri.Door
	}{
		"an exploit":                      {finding: attacked(abri.Exploit, office, "tcp", 443), want: abri.ActBan, prefix: office + "/32"},
		"an exploit by IPv6":              {finding: attacked(abri.Exploit, phone6, "tcp", 443), want: abri.ActBan, prefix: "2001:db8:9:1::/64"},
		"in watch-only":                   {policy: Options{Mode: abri.Observe}, finding: attacked(abri.Exploit, office, "tcp", 443), want: abri.ActObserve},
		"without a handshake":             {finding: attacked(abri.Exploit, office, "tcp", 443), forged: true, want: abri.ActObserve, spared: SparedForged},
		"by UDP: the door only":           {finding: attacked(abri.SIPScan, office, "udp", 5060), forged: true, want: abri.ActBan, prefix: office + "/32", door: abri.Door{Proto: 17, Port: 5060}},
		"a rule on trial":                 {finding: attacked(abri.Bruteforce, office, "tcp", 22), want: abri.ActObserve, spared: SparedTrial},
		"a flood's source":                {finding: attacked(abri.Flood, office, "udp", 53), want: abri.ActObserve, spared: SparedTold},
		"the gateway":                     {policy: Options{Guarded: entries(office + "/32")}, finding: attacked(abri.Exploit, office, "tcp", 443), want: abri.ActObserve, spared: SparedGuarded},
		"a service no site does without":  {policy: Options{Guard: bankOf(office)}, finding: attacked(abri.Exploit, office, "tcp", 443), want: abri.ActObserve, spared: SparedGuarded},
		"calling one":                     {policy: Options{Guard: bankOf(server)}, finding: outward(attacked(abri.CommandAndControl, server, "tcp", 443)), met: []*flow.Flow{called(server)}, want: abri.ActObserve, spared: SparedGuarded},
		"calling one, a conversation":     {policy: Options{Guard: bankOf(server)}, finding: outward(narrow(attacked(abri.CommandAndControl, server, "tcp", 443))), want: abri.ActObserve, spared: SparedGuarded},
		"its neighbour":                   {policy: Options{Guard: bankOf(server)}, finding: attacked(abri.Exploit, office, "tcp", 443), want: abri.ActBan, prefix: office + "/32"},
		"where a guarded name stands":     {stands: office, finding: attacked(abri.Exploit, office, "tcp", 443), want: abri.ActObserve, spared: SparedGuarded},
		"where one stood long ago":        {stands: office, stood: 8 * 24 * time.Hour, finding: attacked(abri.Exploit, office, "tcp", 443), want: abri.ActBan, prefix: office + "/32"},
		"the site's own address":          {finding: attacked(abri.SIPScan, ours6, "udp", 5060), met: []*flow.Flow{spokeTo(phone6, "2001:db8:77::10")}, want: abri.ActObserve, spared: SparedOwn},
		"an address that nobody spoke of": {finding: attacked(abri.SIPScan, ours6, "udp", 5060), forged: true, want: abri.ActBan, prefix: "2001:db8:77::/64", door: abri.Door{Proto: 17, Port: 5060}},
		"one conversation of many":        {finding: narrow(attacked(abri.TollFraud, office, "udp", 5060)), want: abri.ActBlock, spared: SparedNarrow},
		"a listed name":                   {finding: byName(attacked(abri.CommandAndControl, server, "udp", 53)), want: abri.ActObserve, spared: SparedTold},
		"a tunnel through a resolver":     {finding: outward(attacked(abri.Tunnel, server, "udp", 53)), want: abri.ActObserve, spared: SparedTold},
		"a trusted one":                   {policy: Options{Trusted: entries(office + "/32")}, finding: attacked(abri.Exploit, office, "tcp", 443), want: abri.ActPass, spared: SparedTrusted},
		"a released one":                  {policy: Options{Exempt: entries(office + "/32")}, finding: attacked(abri.Exploit, office, "tcp", 443), want: abri.ActObserve, spared: SparedExempt},
		"an exception":                    {options: MeasureOptions{Never: prefixes("192.0.2.0/24")}, finding: attacked(abri.Exploit, office, "tcp", 443), want: abri.ActObserve, spared: SparedNever},
		"a service that is only told of":  {options: MeasureOptions{Observed: []abri.Service{abri.TelephoneSvc}}, finding: attacked(abri.SIPScan, office, "udp", 5060), want: abri.ActObserve, spared: SparedService},
		"another service is acted on":     {options: MeasureOptions{Observed: []abri.Service{abri.TelephoneSvc}}, finding: attacked(abri.Exploit, office, "tcp", 443), want: abri.ActBan, prefix: office + "/32"},
		"a research scanner":              {finding: noise(attacked(abri.Scan, office, "tcp", 443)), want: abri.ActPass, spared: SparedNoise},
		"between devices":                 {finding: within(attacked(abri.Exploit, "192.168.1.9", "tcp", 445)), want: abri.ActObserve, spared: SparedInside},
		"from a private address":          {finding: attacked(abri.Exploit, "192.168.1.9", "tcp", 445), want: abri.ActObserve, spared: SparedInside},
		"an operator's translation":       {finding: attacked(abri.Exploit, "100.64.0.9", "tcp", 22), want: abri.ActBan, spared: SparedShared, prefix: "100.64.0.9/32", door: ssh},
		"a shared address by config":      {options: MeasureOptions{Shared: prefixes("192.0.2.0/24")}, finding: attacked(abri.Exploit, office, "tcp", 22), want: abri.ActBan, spared: SparedShared, prefix: office + "/32", door: ssh},
		"one who reads mail in peace":     {finding: attacked(abri.Exploit, office, "tcp", 22), met: []*flow.Flow{spoke(office, 993, 10_000, now)}, want: abri.ActBan, spared: SparedShared, prefix: office + "/32", door: ssh},
		"who reads mail, by IPv6":         {finding: attacked(abri.Exploit, phone6, "tcp", 22), met: []*flow.Flow{spoke("2001:db8:9:1::99", 993, 10_000, now)}, want: abri.ActBan, spared: SparedShared, prefix: "2001:db8:9:1::/64", door: ssh},
		"who was refused elsewhere":       {finding: attacked(abri.Exploit, office, "tcp", 22), met: []*flow.Flow{spoke(office, 993, 900, now)}, want: abri.ActBan, prefix: office + "/32"},
		"who read mail long ago":          {finding: attacked(abri.Exploit, office, "tcp", 22), met: []*flow.Flow{spoke(office, 993, 10_000, now.Add(-8*24*time.Hour))}, want: abri.ActBan, prefix: office + "/32"},
		"whom the site calls":             {finding: attacked(abri.Exploit, server, "tcp", 22), met: []*flow.Flow{called(server)}, want: abri.ActBan, spared: SparedShared, prefix: server + "/32", door: ssh},
		"while people work":               {options: MeasureOptions{Hours: hours(t, "mo-fr 08:30-12:30")}, finding: attacked(abri.Exploit, office, "tcp", 22), want: abri.ActBan, spared: SparedHours, prefix: office + "/32", door: ssh},
		"after work":                      {options: MeasureOptions{Hours: hours(t, "mo-fr 08:30-12:00")}, finding: attacked(abri.Exploit, office, "tcp", 22), want: abri.ActBan, prefix: office + "/32"},
		"a command server that is called": {finding: outward(attacked(abri.CommandAndControl, server, "tcp", 443)), met: []*flow.Flow{called(server)}, want: abri.ActBan, prefix: server + "/32", door: abri.Door{Proto: 6, Port: 443, Far: true}},
	} {
		t.Run(name, func(t *testing.T) {
			m := NewMeasures(now, tt.options)
			if !tt.forged {
				m.Met(spoke(tt.finding.Outside.String(), tt.finding.Port, 900, now))
			}
			for _, f := range tt.met {
				m.Met(f)
			}
			if tt.stands != "" {
				m.Stands(netip.MustParseAddr(tt.stands), now.Add(-tt.stood))
			}
			x := m.Decide(protecting(t, tt.policy), now, tt.finding)
			if x.Action != tt.want || x.Spared != tt.spared || x.Door != tt.door || (tt.prefix != "" && x.Prefix.String() != tt.prefix) {
				t.Errorf("%s of %s at %q, spared because %q", x.Action, x.Prefix, x.Door, x.Spared)
			}
		})
	}
}

func byName(f abri.Finding) abri.Finding  { f.Direction, f.Why.Rule = abri.Out, abri.RuleName; return f }
func noise(f abri.Finding) abri.Finding   { f.Noise = true; return f }
func narrow(f abri.Finding) abri.Finding  { f.Narrow = true; return f }
func within(f abri.Finding) abri.Finding  { f.Direction = abri.LAN; return f }
func outward(f abri.Finding) abri.Finding { f.Direction = abri.Out; return f }

// called is a conversation that a device began, and that was answered: one made of packets, for only a table knows both.
func called(to string) *flow.Flow {
	table := flow.NewTable(flow.Options{})
	var f *flow.Flow
	for _, up := range []bool{true, false, true} {
		h := packet.Headers{Known: true, Proto: packet.TCP, Src: netip.MustParseAddr(mail), Dst: netip.MustParseAddr(to), SrcPort: 40_000, DstPort: 443, Flags: packet.SYN, Length: 60}
		side := abri.Inside
		if !up {
			h.Src, h.Dst, h.SrcPort, h.DstPort, h.Flags, side = h.Dst, h.Src, 443, 40_000, packet.SYN|packet.ACK, abri.Outside
		}
		f, _ = table.Observe(now, side, &h)
	}
	return f
}

// "Durations that grow with repetition and shrink by release."
func TestBansGrowWithRepetition(t *testing.T) {
	m := NewMeasures(now, MeasureOptions{})
	p := protecting(t, Options{})
	at := now
	ban := func() time.Duration {
		t.Helper()
		m.Met(spoke(office, 443, 900, at))
		x := m.Decide(p, at, attacked(abri.Exploit, office, "tcp", 443))
		if x.Action != abri.ActBan {
			t.Fatalf("%s, spared because %q", x.Action, x.Spared)
		}
		lasts := x.Until.Sub(at)
		if again := m.Decide(p, at.Add(time.Second), attacked(abri.Exploit, office, "tcp", 443)); again.Spared != SparedStanding || again.Until != x.Until {
			t.Errorf("banned twice: %+v", again)
		}
		at = x.Until.Add(time.Minute)
		return lasts
	}
	for i, want := range []time.Duration{time.Hour, 4 * time.Hour, 24 * time.Hour, 7 * 24 * time.Hour, 7 * 24 * time.Hour} {
		if got := ban(); got != want {
			t.Errorf("ban %d lasts %s, not %s", i+1, got, want)
		}
	}
	at = at.Add(4 * 30 * 24 * time.Hour) // four months of quiet take four times back
	if got := ban(); got != 4*time.Hour {
		t.Errorf("after four months of quiet: %s", got)
	}
	m.Released(at, netip.MustParsePrefix(office+"/32"), abri.Exploit)
	if got := ban(); got != 30*time.Minute {
		t.Errorf("after a release the first ban is half as long: %s", got)
	}
	m.Released(at, netip.MustParsePrefix("192.0.2.0/24"), abri.Exploit)
	if got := ban(); got != 15*time.Minute {
		t.Errorf("after two: %s", got)
	}
	m.Released(at, netip.MustParsePrefix(office+"/32"), abri.Exploit)
	m.Met(spoke(office, 443, 900, at))
	if x := m.Decide(p, at, attacked(abri.Exploit, office, "tcp", 443)); x.Action != abri.ActObserve || x.Spared != SparedTrial {
		t.Errorf("after three releases it still acts: %+v", x)
	}
	if promoted := m.Tick(at.Add(60 * 24 * time.Hour)); containsKind(promoted, abri.Exploit) {
		t.Error("a rule that people took back three times promotes itself")
	}
	if err := m.Promote(at, abri.Exploit, "root"); err != nil || ban() != time.Hour {
		t.Errorf("a person's word did not bring it back: %v", err)
	}
}

func containsKind(all []Trial, k abri.Kind) bool {
	for _, t := range all {
		if t.Kind == k {
			return true
		}
	}
	return false
}

// "The rest observes for seven days and is then promoted by itself or by a person."
func TestARuleIsPromotedAfterItsTrial(t *testing.T) {
	week := 7 * 24 * time.Hour
	bruteforce := attacked(abri.Bruteforce, office, "tcp", 22)
	for name, tt := range map[string]struct {
		options  MeasureOptions
		met      *flow.Flow
		promote  string // by a person, at once
		observe  bool   // a person had it observe
		after    time.Duration
		acts     bool
		would    uint64
		promoter string
	}{
		"before the week is over":          {after: week - time.Second, would: 1},
		"by itself":                        {after: week, acts: true, would: 1, promoter: ByItself},
		"not where people want to":         {options: MeasureOptions{ByPeople: true}, after: 10 * week, would: 1},
		"not where it met a friend":        {met: spoke(office, 993, 10_000, now), after: 10 * week, would: 1},
		"by a person, at once":             {promote: "marie", after: time.Second, acts: true, promoter: "marie"},
		"by a person, though it met one":   {met: spoke(office, 993, 10_000, now), promote: "marie", after: time.Second, acts: true, promoter: "marie"},
		"not when a person had it observe": {observe: true, after: 10 * week, would: 1, promoter: "marie"},
		"a shorter trial":                  {options: MeasureOptions{Trial: time.Hour}, after: time.Hour, acts: true, would: 1, promoter: ByItself},
	} {
		t.Run(name, func(t *testing.T) {
			m := NewMeasures(now, tt.options)
			p := protecting(t, Options{})
			m.Met(spoke(office, 22, 900, now))
			if tt.met != nil {
				m.Met(tt.met)
			}
			if tt.promote != "" {
				if err := m.Promote(now, abri.Bruteforce, tt.promote); err != nil {
					t.Fatal(err)
				}
			}
			if tt.observe {
				if err := m.Observe(abri.Bruteforce, "marie"); err != nil {
					t.Fatal(err)
				}
			}
			for i := range 3 { // one attacker, told of again and again, is one whom it would have stopped
				m.Decide(p, now.Add(time.Duration(i)*time.Minute), bruteforce)
			}
			m.Tick(now.Add(tt.after))
			var got Trial
			for _, x := range m.Trials() {
				if x.Kind == abri.Bruteforce {
					got = x
				}
			}
			if got.Acts() != tt.acts || got.Would != tt.would || got.By != tt.promoter || uint64(len(got.Lately)) != tt.would {
				t.Errorf("%+v", got)
			}
		})
	}
	m := NewMeasures(now, MeasureOptions{})
	if err := m.Promote(now, abri.Flood, "root"); abri.CodeOf(err) != abri.CodeNotFound {
		t.Errorf("a kind about which nothing is done: %v", err)
	}
}

// A program that harms is cut where it comes from, and the site that it lies on stays open.
func TestADownloadIsCutAndNobodyBanned(t *testing.T) {
	m := NewMeasures(now, MeasureOptions{})
	if err := m.Promote(now, abri.MalwareDownload, "root"); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []abri.Mode{abri.Protect, abri.Observe} {
		want := map[abri.Mode]abri.Action{abri.Protect: abri.ActBlock, abri.Observe: abri.ActObserve}[mode]
		if x := m.Decide(protecting(t, Options{Mode: mode}), now, outward(attacked(abri.MalwareDownload, clean, "tcp", 80))); x.Action != want || x.Prefix.IsValid() {
			t.Errorf("in %s: %+v", mode, x)
		}
	}
	for k, want := range map[abri.Kind]abri.Action{abri.MalwareDownload: abri.ActBlock, abri.Exploit: abri.ActBan, abri.Worm: abri.ActObserve} {
		if got := Does(k); got != want {
			t.Errorf("%s: %s", k, got)
		}
	}
}

// What leaves at an hour of work is told and not stopped: by the hours of the site, or of most offices.
func TestWhatLeavesWhilePeopleWorkIsTold(t *testing.T) {
	night := time.Date(2026, 3, 5, 2, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		hours string
		at    time.Time
		want  abri.Action
	}{
		"at noon":                      {"", now, abri.ActObserve},
		"at night":                     {"", night, abri.ActBan},
		"on a Sunday":                  {"", now.AddDate(0, 0, 3), abri.ActBan},
		"at noon, when it is closed":   {"mo-fr 08:30-12:00", now, abri.ActBan},
		"at night, when they are here": {"th 00:00-06:00", night, abri.ActObserve},
	} {
		m := NewMeasures(tt.at, MeasureOptions{Hours: hours(t, tt.hours)})
		if err := m.Promote(tt.at, abri.Exfiltration, "root"); err != nil {
			t.Fatal(err)
		}
		if x := m.Decide(protecting(t, Options{}), tt.at, outward(attacked(abri.Exfiltration, clean, "tcp", 443))); x.Action != tt.want {
			t.Errorf("%s: %+v", name, x)
		}
	}
}

// What was known comes back over a restart.
func TestMeasuresAreRestored(t *testing.T) {
	m := NewMeasures(now, MeasureOptions{})
	p := protecting(t, Options{})
	m.Met(spoke(office, 443, 900, now))
	m.Decide(p, now, attacked(abri.Exploit, office, "tcp", 443))
	if err := m.Promote(now, abri.Bruteforce, "root"); err != nil {
		t.Fatal(err)
	}
	o, known := m.Offender(netip.MustParsePrefix(office + "/32"))
	if !known {
		t.Fatal("the offender is not remembered")
	}
	next := NewMeasures(now.Add(time.Hour), MeasureOptions{})
	next.Restore(m.Trials(), []Offender{o})
	at := now.Add(2 * time.Hour)
	next.Met(spoke(office, 22, 900, at))
	if x := next.Decide(p, at, attacked(abri.Bruteforce, office, "tcp", 22)); x.Action != abri.ActBan || x.Until.Sub(at) != 4*time.Hour {
		t.Errorf("after a restart: %+v", x)
	}
}

// Of those that a rule would have stopped the last are named, and each once a day.
func TestWhomARuleWouldHaveStopped(t *testing.T) {
	m := NewMeasures(now, MeasureOptions{})
	p := protecting(t, Options{})
	for i := range 8 {
		from := netip.AddrFrom4([4]byte{192, 0, 2, byte(i)}).String()
		m.Met(spoke(from, 22, 900, now))
		for range 2 {
			m.Decide(p, now, attacked(abri.Bruteforce, from, "tcp", 22))
		}
	}
	for _, x := range m.Trials() {
		if x.Kind == abri.Bruteforce && (x.Would != 8 || !slices.Equal(x.Lately, prefixes("192.0.2.7/32", "192.0.2.6/32", "192.0.2.5/32", "192.0.2.4/32", "192.0.2.3/32"))) {
			t.Errorf("%+v", x)
		}
	}
}

// Behind a shared address each door that is attacked is closed, and no other.
func TestASharedAddressIsBannedDoorByDoor(t *testing.T) {
	m := NewMeasures(now, MeasureOptions{Shared: prefixes("192.0.2.0/24")})
	p := protecting(t, Options{})
	m.Met(spoke(office, 22, 900, now))
	for _, port := range []uint16{22, 443, 22, 25} {
		x := m.Decide(p, now, attacked(abri.Exploit, office, "tcp", port))
		if x.Door.Port != port || x.Until != now.Add(time.Hour) {
			t.Errorf("port %d: %+v", port, x)
		}
	}
	if o, _ := m.Offender(netip.MustParsePrefix(office + "/32")); o.Times != 1 || len(o.Doors) != 3 {
		t.Errorf("one ban of three doors is told as %+v", o)
	}
}

// Whatever the outside sends, what is remembered of it is bounded.
func TestMeasuresAreBounded(t *testing.T) {
	m := NewMeasures(now, MeasureOptions{})
	p := protecting(t, Options{})
	for i := range 300_000 {
		a := netip.AddrFrom4([4]byte{45, byte(i >> 16), byte(i >> 8), byte(i)}).String()
		m.Met(spoke(a, 443, 20_000, now))
		m.Decide(p, now, attacked(abri.Exploit, a, "tcp", 443))
		m.Decide(p, now, attacked(abri.Scan, a, "tcp", 443))
	}
	for name, n := range map[string]int{
		"offenders": len(m.offenders.now) + len(m.offenders.older), "watched": len(m.watched.now) + len(m.watched.older), "met": len(m.met.now) + len(m.met.older),
	} {
		if n > remembered {
			t.Errorf("%s: %d are remembered", name, n)
		}
	}
}

func TestOpeningHours(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Skipf("no time zones here: %v", err)
	}
	h, err := ParseHours("mo-fr 08:30-12:00 13:30-17:30; sa 09:00-12:00; su-mo 22:00-24:00", paris)
	if err != nil {
		t.Fatal(err)
	}
	for at, open := range map[string]bool{
		"2026-03-05 08:29": false, "2026-03-05 08:30": true, "2026-03-05 12:00": false, "2026-03-05 13:30": true, "2026-03-05 17:30": false,
		"2026-03-07 09:00": true, "2026-03-07 14:00": false, "2026-03-08 10:00": false, "2026-03-08 23:59": true, "2026-03-09 22:30": true, "2026-03-10 22:30": false,
	} {
		when, _ := time.ParseInLocation("2006-01-02 15:04", at, paris)
		if h.Open(when) != open {
			t.Errorf("%s: open is %v", at, !open)
		}
	}
	for _, s := range []string{"mo", "mo-fr 8:30-12:00", "mo 12:00-08:00", "xx 08:00-12:00", "mo 08:00-24:30", "mo 08:61-12:00", ";"} {
		if _, err := ParseHours(s, paris); abri.CodeOf(err) != abri.CodeInvalid {
			t.Errorf("%q is taken for hours", s)
		}
	}
	if (Hours{}).Open(now) {
		t.Error("no hours are open")
	}
}

package detect

import (
	"net/netip"
	"slices"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// The bars of tunnel, for different names below one domain that one device asks within tunnelTime. The reasons are in
// docs/detection.md.
const (
	tunnelDomains = 8192
	tunnelTime    = 10 * time.Minute

	tunnelOdd   = 15  // of kinds that carry much and are asked rarely: TXT, NULL, MX, CNAME, and unknown ones
	tunnelNULL  = 5   // of NULL, which nothing else uses
	tunnelNames = 100 // of any kind, whose labels before the domain have on average
	tunnelCargo = 40  // characters; or
	tunnelMany  = 300 // names, however short; who asks a server of the site from outside for so many drowns or searches it
)

// tunnel tells of data that leaves by the questions of DNS: many names below one domain that are asked once, and are
// long, or of a kind that brings much back.
type tunnel struct {
	domains *memory[asker, asked]
	q       question
}

// asker is a device and a domain.
type asker struct {
	from   netip.Addr
	domain uint32
}

// asked is what a device asked below a domain.
type asked struct {
	began time.Time
	names distinct
	cargo int // of all names
	odd   int
	null  int
	told  time.Time
}

func newTunnel() *tunnel { return &tunnel{domains: newMemory[asker, asked](tunnelDomains, tunnelTime)} }

func (t *tunnel) Observe(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	if f.Proto != packet.UDP || h.DstPort != 53 || settled(f) {
		return
	}
	if !t.q.read(h.Payload) || t.q.answer || len(t.q.labels) < 3 || lookupService(&t.q) {
		return
	}
	n := t.q.domain()
	a := t.domains.touch(at, asker{h.Src, t.q.name(n)})
	if a.began.IsZero() || at.Sub(a.began) > tunnelTime {
		*a = asked{began: at, told: a.told}
	}
	if !a.names.add(t.q.name(len(t.q.labels))) {
		return
	}
	a.cargo += t.q.cargo()
	switch k := t.q.kind; {
	case k == dnsNULL:
		a.null++
		a.odd++
	case k == dnsTXT, k == dnsMX, k == dnsCNAME, k == dnsSRV && t.q.labels[0][0] != '_', k > 260: // RFC 2782: honest services have an underscore
		a.odd++
	}
	names := a.names.count()
	met := a.null >= tunnelNULL || a.odd >= tunnelOdd || names >= tunnelMany && f.Direction != abri.In || names >= tunnelNames && a.cargo >= names*tunnelCargo
	if !met || !due(at, &a.told) {
		return
	}
	x := f.FindingOf(abri.Tunnel, at, because(abri.Tunnel, "domain", t.q.text(n), "names", names, "characters", a.cargo, "seconds", seconds(at.Sub(a.began))))
	x.Service = abri.DNS
	if x.Direction == abri.LAN { // the resolver stands in the site, and asks outside for whoever asks it
		x.Direction, x.Inside, x.Outside = abri.Out, f.Client.Addr(), f.Server.Addr()
	}
	emit(x)
}

func (*tunnel) End(time.Time, *flow.Flow, func(abri.Finding)) {}

// lookupServices use DNS as what it is not, and say so: lists of senders of spam, reputation of files and pages,
// frames of advertising, and the reverse tree. A tunnel below one of these has to own it.
var lookupServices = []string{
	"in-addr.arpa", "ip6.arpa", "spamhaus.org", "spamhaus.net", "spamcop.net", "barracudacentral.org", "surbl.org",
	"uribl.com", "sorbs.net", "dnswl.org", "abuseat.org", "senderscore.com", "senderbase.org", "mailspike.net",
	"cymru.com", "sophosxl.net", "sophosxl.com", "mcafee.com", "trellix.com", "e5.sk", "eset.com", "kaspersky.com",
	"trendmicro.com", "bitdefender.net", "avast.com", "avcdn.net", "webcfs00.com", "webcfs01.com", "fortiguard.net", "cloudmark.com",
	"amazonaws.com", "cloudfront.net", "akamaiedge.net", "akamai.net", "akadns.net", "edgekey.net", "fastly.net", "outlook.com", "google.com",
	"googlevideo.com", "windows.net", "azure.com", "trafficmanager.net", "facebook.com", "fbcdn.net", "googleusercontent.com", "googlesyndication.com", "gstatic.com", "doubleclick.net", "returnpath.net", "amazonses.com", "dnsbl.net", "njabl.org", "rfc-clueless.org", "manitu.net", "gbudb.net",
}

// lookupService reports whether the question goes to such a service.
func lookupService(q *question) bool {
	return slices.Contains(lookupServices, q.text(2))
}

package detect

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// The bars of guess. The reasons are in docs/detection.md.
const (
	guessPairs = 16_384

	guessFast      = 10 // tries of one source at one machine within guessFastTime
	guessFastWeb   = 30 // the same by HTTP, where one office shares an address
	guessFastLAN   = 30 // the same within the site, where a device with an old password tries again and again
	guessFastTime  = 10 * time.Minute
	guessRefusals  = 30 // refusals within sessions of SSH in guessFastTime, in at least
	guessSessions  = 5  // sessions: who offers six keys in vain makes six of them at once
	guessSlow      = 30 // within guessSlowTime
	guessSlowTime  = 24 * time.Hour
	guessMachines  = 10  // machines that one source tried within guessSlowTime
	guessSpread    = 100 // tries at one machine within guessSlowTime, by at least
	guessSpreadBy  = 10  // sources
	guessSpreadOwn = 2   // tries of the source that is told of
)

// refusedForm is how a form is tried, which was counted already when it was sent.
const refusedForm = "refused forms"

// kerberos is the port that is asked by UDP too (RFC 4120, 7.2.1).
const kerberos = 88

// guess tells of those who try passwords: by what servers say in clear, by logins of web pages, and of SSH and RDP,
// which say nothing, by sessions that are as long as a login that failed.
type guess struct {
	pairs   *memory[pair, tries]
	sources *memory[netip.Addr, tries] // over all machines
	doors   *memory[netip.AddrPort, tries]
	answers *memory[ends, answers] // of servers of SSH; a link tells the end of a session later than a capture
	shells  [65536 / 64]uint64     // ports by which somebody greeted so, a bit each: other packets need not be looked for
	shown   *memory[ends, uint32]  // what was shown to a server since it last refused something: a name and a password
}

// tries are those within two windows, and who or what they are of.
type tries struct {
	fast, slow tally
	refusals   tally // of sessions that hold several tries
	parties    distinct
	told       time.Time
}

func newGuess() *guess {
	return &guess{
		pairs:   newMemory[pair, tries](guessPairs, guessSlowTime),
		sources: newMemory[netip.Addr, tries](guessPairs, guessSlowTime),
		doors:   newMemory[netip.AddrPort, tries](1024, guessSlowTime),
		answers: newMemory[ends, answers](4096, time.Hour),
		shown:   newMemory[ends, uint32](4096, time.Minute),
	}
}

func (g *guess) Observe(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	if f.Proto != packet.TCP && f.Port != kerberos || len(h.Payload) == 0 || settled(f) {
		return
	}
	up := fromClient(f, h)
	data := reading(f, h)
	switch {
	case data == nil:
	case up && shows(f.Port, data):
		x := g.shown.touch(at, endsOf(f))
		*x = uint32(mix(uint64(*x)<<32|uint64(text(data)))) | 1
	case !up && refuses(f.Port, data):
		shown := uint32(0)
		if x := g.shown.find(endsOf(f)); x != nil {
			shown, *x = *x, 0
		}
		g.try(at, f, "refused", shown, emit)
	case greetsSSH(data):
		g.shells[f.Port/64] |= 1 << (f.Port % 64)
		fallthrough
	case isSSH(f.Port) || g.shells[f.Port/64]&(1<<(f.Port%64)) != 0 && g.answers.find(endsOf(f)) != nil:
		g.answers.touch(at, endsOf(f)).hear(up, len(data))
	}
}

// End counts sessions that are as long as a login that failed.
func (g *guess) End(at time.Time, f *flow.Flow, emit func(abri.Finding)) {
	if f.Proto != packet.TCP || !f.Answered() || settled(f) {
		return
	}
	a, up, down := g.answers.find(endsOf(f)), f.Up.Bytes, f.Down.Bytes
	switch {
	case a != nil && (failedShell(up, down) || a.refused(up, down)):
		g.pairs.touch(f.Last, pairOf(f)).refusals.addMany(f.Last, guessFastTime, a.refusals())
		g.try(f.Last, f, "short sessions", 0, emit)
	case a == nil && failedLogin(f):
		g.try(f.Last, f, "short sessions", 0, emit)
	case isDesktop(f.Port) && f.Direction == abri.In && f.Up.Packets > 2 && up < leastDesktop:
		g.visits(f.Last, f, "short sessions", emit)
	}
}

// form counts a form that was sent to a page of logins, whatever is answered: who is fast is no person. What becomes of it comes
// by try.
func (g *guess) form(at time.Time, f *flow.Flow, emit func(abri.Finding)) {
	t := g.pairs.touch(at, pairOf(f))
	if n := t.fast.add(at, guessFastTime); n >= guessFastWeb && due(at, &t.told) {
		emit(f.FindingOf(abri.Bruteforce, at, because(abri.Bruteforce, "tries", n, "seconds", seconds(at.Sub(t.fast.began)), "by", "forms")))
	}
}

// try counts one try at a login, with the number of what was shown where that is known: who shows the same again and again
// is a device with an old password.
func (g *guess) try(at time.Time, f *flow.Flow, how string, shown uint32, emit func(abri.Finding)) {
	t := g.pairs.touch(at, pairOf(f))
	if shown != 0 && !t.parties.add(shown) {
		return
	}
	slow, fast := t.slow.add(at, guessSlowTime), t.fast.n
	if how != refusedForm {
		fast = t.fast.add(at, guessFastTime)
	}
	tell := func(why abri.Why) { emit(f.FindingOf(abri.Bruteforce, at, why)) }
	met := fast >= guessBar(f, how) || fast >= guessSessions && t.refusals.n >= guessRefusals && at.Sub(t.refusals.began) <= guessFastTime && f.Direction != abri.LAN || slow >= guessSlow && f.Direction != abri.LAN
	if met && due(at, &t.told) {
		tell(because(abri.Bruteforce, "tries", max(slow, t.refusals.n), "seconds", seconds(at.Sub(t.slow.began)), "by", how))
		return
	}
	if met || f.Direction == abri.LAN {
		return
	}
	own := slow
	if g.visits(at, f, how, emit) {
		return
	}
	d := g.doors.touch(at, f.Server)
	n := d.slow.add(at, guessSlowTime)
	d.parties.add(number(f.Client.Addr()))
	if n >= guessSpread && d.parties.count() >= guessSpreadBy && own >= guessSpreadOwn && f.Direction == abri.In && due(at, &d.told) {
		tell(because(abri.Bruteforce, "tries", n, "sources", d.parties.count(), "seconds", seconds(at.Sub(d.slow.began)), "by", how))
	}
}

// visits counts the machines that a source tried a login at, and reports whether it told of this one: of each beyond the bar, for
// which of them comes first a link and a capture need not agree on.
func (g *guess) visits(at time.Time, f *flow.Flow, how string, emit func(abri.Finding)) bool {
	s := g.sources.touch(at, f.Client.Addr())
	n := s.slow.add(at, guessSlowTime)
	s.parties.add(number(f.Server.Addr()))
	if s.parties.count() < guessMachines || !due(at, &g.pairs.touch(at, pairOf(f)).told) {
		return false
	}
	emit(f.FindingOf(abri.Bruteforce, at, because(abri.Bruteforce, "tries", n, "machines", s.parties.count(), "seconds", seconds(at.Sub(s.slow.began)), "by", how)))
	return true
}

func guessBar(f *flow.Flow, how string) int {
	switch {
	case how == refusedForm || how == "401":
		return guessFastWeb
	case f.Direction == abri.LAN:
		return guessFastLAN
	}
	return guessFast
}

// leastDesktop is what a client of RDP says at least until its login failed; who only greets says less.
const leastDesktop = 300

// failedLogin reports whether a whole session has the size of a login that failed. RDP: the network login (CredSSP), but no
// desktop drawn.
func failedLogin(f *flow.Flow) bool {
	up, down := f.Up.Bytes, f.Down.Bytes
	return isSSH(f.Port) && failedShell(up, down) || isDesktop(f.Port) && up >= leastDesktop && up <= 8000 && down >= 200 && down <= 10_000
}

func isDesktop(port uint16) bool { return port == 3389 || port == 3390 }

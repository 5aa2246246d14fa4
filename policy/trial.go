package policy

import (
	"net/netip"
	"time"

	"abri.example/abri"
)

// Trial is how far the findings of a kind are trusted. A rule on trial stops nobody, and notes whom it would have
// stopped: so a site sees for a week what protection would do to it before it is done.
type Trial struct {
	Kind     abri.Kind
	Since    time.Time      // when it was first watched
	Promoted time.Time      // since when it acts; zero while it observes
	By       string         // who promoted it, or had it observe again: ByItself, FromTheStart, or a person
	Held     bool           // somebody, or three releases, had it observe again: only a person promotes it
	Would    uint64         // attackers that it would have stopped, a day each
	Doubts   uint64         // of these, addresses with which the site speaks in peace, or that a person released
	Releases uint64         // of what it banned, by people, of late
	Released time.Time      // the last of them
	Lately   []netip.Prefix // the last attackers that it would have stopped, the latest first
}

// latelyMost is how many of the last are named.
const latelyMost = 5

// would notes an attacker that the rule would have stopped, and whether the site knows others behind its address.
func (t *Trial) would(who netip.Prefix, shared bool) {
	t.Would++
	if shared {
		t.Doubts++
	}
	lately := append([]netip.Prefix{who}, t.Lately...) // anew: those that were given out stay as they are
	t.Lately = lately[:min(len(lately), latelyMost)]
}

// Who may promote a rule beside a person.
const (
	ByItself     = "itself"
	FromTheStart = "from the start"
)

// How releases work on a rule: each halves its bans, three within the month have it observe again.
const (
	releasesFade = 30 * 24 * time.Hour
	releasesMost = 3
)

// stance is what is done about findings of a kind.
type stance uint8

const (
	tells   stance = iota // nothing is done: another room acts, or nothing helps but a person
	onTrial               // after its trial the far end is banned
	atOnce                // banned from the first day
)

// stances hold the kinds about which something is done. At once act those that rest on words which only attacks say, or
// on an exchange that refuses the same caller again and again by name; and connections that get nowhere, of which none but
// these are ended. What is not here is told only: lists and names
// have their own rules; of a flood the sources are forged, and the gate's bars drop what is too much; of a worm, a
// spambot or a device that looks for names made by a machine there is no one far end, and what helps is to isolate it.
var stances = map[abri.Kind]stance{
	abri.Exploit:           atOnce,
	abri.CommandAndControl: atOnce,
	abri.SIPScan:           atOnce,
	abri.TollFraud:         atOnce,
	abri.SlowDoS:           atOnce,

	abri.Scan:            onTrial,
	abri.Bruteforce:      onTrial,
	abri.LateralMovement: onTrial,
	abri.Beacon:          onTrial,
	abri.MalwareDownload: onTrial,
	abri.Exfiltration:    onTrial,
	abri.Tunnel:          onTrial,
}

// begin starts the trial of a kind.
func begin(k abri.Kind, at time.Time) *Trial {
	t := &Trial{Kind: k, Since: at}
	if stances[k] == atOnce {
		t.Promoted, t.By = at, FromTheStart
	}
	return t
}

// Acts reports whether the rule stops attackers.
func (t Trial) Acts() bool { return !t.Promoted.IsZero() }

// ripe reports whether a rule may promote itself: its trial is over, and it would have harmed nobody the site knows.
func (t Trial) ripe(now time.Time, lasts time.Duration) bool {
	return !t.Acts() && !t.Held && t.Doubts == 0 && now.Sub(t.Since) >= lasts
}

// promote has the rule act from now on; observe has it watch again until a person promotes it.
func (t *Trial) promote(at time.Time, by string) {
	t.Promoted, t.By, t.Held, t.Releases, t.Doubts = at, by, false, 0, 0
}

func (t *Trial) observe(by string) { t.Promoted, t.By, t.Held = time.Time{}, by, true }

// released notes that a person took a ban of this rule back.
func (t *Trial) released(at time.Time) {
	if at.Sub(t.Released) > releasesFade {
		t.Releases = 0
	}
	t.Releases++
	t.Doubts++
	t.Released = at
	if t.Releases >= releasesMost && t.Acts() {
		t.observe(ByItself)
	}
}

// shorter is how many times the bans of the rule are halved.
func (t Trial) shorter(at time.Time) int {
	if t.Releases == 0 || at.Sub(t.Released) > releasesFade {
		return 0
	}
	return int(min(t.Releases, releasesMost))
}

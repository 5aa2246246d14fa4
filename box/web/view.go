package web

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/siege"
	"abri.example/abri/weather"
)

// View is all that the pages know of the site at one instant. It is plain data, taken once for a page.
type View struct {
	Site     string         // the name people give the site, such as "Mairie de Sury-le-Comtal"
	Mode     abri.Mode      // whether the box acts or only watches
	Now      time.Time      // the instant of the view: the pages' only clock
	Location *time.Location // where "midnight" is; UTC when nil
	Language abri.Lang      // for a browser that asks for neither French nor English; French when empty

	LastContact   time.Time // the last packet, or other sign of life, seen on the ports; zero when there was none
	Verified      time.Time // when the filter was last proven by frames sent through it; zero when it was not
	CountingSince time.Time // when this box began to count; zero when unknown

	NameServers []netip.Addr // the site's own: what they ask, they ask for somebody else

	Report   weather.Report // the weather since local midnight
	Attacks  []abri.Attack  // the latest first; the page shows at most MaxAttacks
	Found    []abri.Attack  // by looking back in the last days, the latest first: their hosts were listed only afterwards
	Days     []weather.Day  // seven, the oldest first, today last
	Credits  []string       // the publishers of lists in use who are to be named, with their licences
	Lists    Lists          // how much of the threat lists is really applied
	Troubles []Trouble      // what ails the box itself, the worst first

	Saturations []siege.Sheet // the last ones, the latest first, with countries and networks

	Measures []Measure  // what the rules of the detectors do, those that act first
	Isolated []Isolated // devices that people isolated; shown to those who are signed in
}

// Measure is what one rule of the detectors does: since when it bans, or observes and what it would have stopped.
type Measure struct {
	Kind   abri.Kind
	Acts   bool
	Cuts   bool // when it acts: the one conversation, and nobody is banned
	Since  time.Time
	Ripe   time.Time      // when it acts by itself; zero when only a person has it act
	Would  uint64         // attackers that it would have stopped
	Lately []netip.Prefix // the last of these, the latest first
	Doubts uint64         // of these, those with whom the site speaks in peace
}

// Isolated is a device that a person isolated: what names it, and what people call it.
type Isolated struct {
	Device string
	Name   string
	Since  time.Time
}

// MaxAttacks is how many of the last attacks the page shows.
const MaxAttacks = 50

// Lists counts the entries of the threat lists, side by side: Wanted by the lists, Enforced by the kernel.
type Lists struct {
	Wanted   int
	Enforced int
}

// Trouble is something wrong with the box itself. Detail is for the technician and is shown to whoever opens the page:
// it must not name a device of the network.
type Trouble struct {
	Code   string
	At     time.Time
	Detail string
}

// The codes of the troubles that the page says in plain words; another code is shown as it stands.
const (
	TroubleDiskFull  = "disk-full"        // attacks can no longer be written down
	TroubleDatabase  = "database-damaged" // the record of attacks cannot be read or written
	TroubleDrift     = "drift"            // what the kernel enforces is not what the lists want
	TroubleLosses    = "ring-losses"      // packets came faster than they could be read: some attacks may not be told
	TroubleRestarted = "reader-restarted" // the part that reads and tells died and came back
	TroublePort      = "port"             // a port was pulled out or taken out of the bridge, or stands without its program
	TroubleTakenOff  = "filter-taken-off" // somebody took the filter off a port, and the box put it back
	TroubleBond      = "bonded-links"     // a device behind a port bonds its links, which can't pass through the box
	TroubleList      = "list"             // a threat list is old, waits for a person, or can't be used
	TroubleProof     = "self-test"        // frames sent through the filter showed that it does not do what it should
	TroubleLine      = "line-full"        // the access line is full of an attack: only the operator can stop it
	TroubleExempt    = "exempt"           // a file of addresses that lists never touch can't be used
)

// place is the view's location, never nil.
func (v View) place() *time.Location {
	if v.Location == nil {
		return time.UTC
	}
	return v.Location
}

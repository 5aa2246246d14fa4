// Package catalogue names the real public threat lists: who publishes them, where, under which terms, how often they may
// be fetched, what they hold, how far they are to be trusted, and whether they may stop anything or only observe.
//
// The terms stand here as their publishers stated them to the knowledge of who entered them in November 2026; terms
// change, so whoever ships a box reads them again, and a box says them in `abri lists`. What they forbid to a firm or a
// commune without an agreement is Off, and says why. The default set costs a commune or a firm nothing.
//
// Its borders: it holds facts, fetches nothing and judges nothing. It names formats as feed does without leaning on it,
// so that whoever only wants to know a list's name needs no parser.
package catalogue

import (
	"slices"
	"time"

	"abri.example/abri"
)

// Holds is what a list is made of.
type Holds string

// What lists hold. Senders are machines that send unwanted mail or guess its passwords.
const (
	Attackers      Holds = "attackers"
	CommandServers Holds = "command-servers"
	Senders        Holds = "mail-senders"
	TelephoneGuess Holds = "telephone-guessing"
	Tor            Holds = "tor"
	Phishing       Holds = "phishing"
	Malware        Holds = "malware"
	Scam           Holds = "scam"
	Resolvers      Holds = "doh-resolvers"
	Clients        Holds = "tls-clients"
)

// List is one published list. Interval is how often it may be fetched at most, Expiry how long the last copy is used
// when the publisher is silent. Weight is how far it is trusted, from 0 to 100. Observe lists stop nothing. A list that
// is Off says why, and is only fetched when a person writes its address down as their own.
type List struct {
	Name       string
	Publisher  string
	Home       string
	URL        string
	Licence    string
	Conditions string
	Credit     bool // the publisher must be named where the list is shown
	Interval   time.Duration
	Expiry     time.Duration
	Holds      Holds
	Format     string
	Weight     int
	Observe    bool
	Default    bool
	Off        string
}

// All gives the lists, in the order of their weight, the most trusted first, and then of their names: the order in which
// they speak for an address that several hold. The slice is the caller's.
func All() []List {
	all := slices.Concat(networks, attackers, mailAndTelephone, destinations, names)
	slices.SortStableFunc(all, func(a, b List) int { return b.Weight - a.Weight })
	return all
}

// Find gives a list by its name, and false when the catalogue has none.
func Find(name string) (List, bool) {
	all := All()
	if i := slices.IndexFunc(all, func(l List) bool { return l.Name == name }); i >= 0 {
		return all[i], true
	}
	return List{}, false
}

// DefaultSet gives the lists that a box starts with.
func DefaultSet() []List {
	return slices.DeleteFunc(All(), func(l List) bool { return !l.Default })
}

// The formats of the lists, as feed names them.
const (
	plain        = "plain"
	urls         = "urls"
	table        = "table"
	fingerprints = "fingerprints"
)

// kinds are the kinds of attack by what a list holds: when a listed address began, and when a device inside did.
var kinds = map[Holds][2]abri.Kind{
	Attackers:      {abri.KnownAttacker, abri.KnownDestination},
	CommandServers: {abri.KnownAttacker, abri.CommandAndControl},
	Senders:        {abri.KnownAttacker, abri.KnownDestination},
	TelephoneGuess: {abri.SIPScan, abri.TollFraud},
	Tor:            {abri.KnownAttacker, abri.KnownDestination},
	Phishing:       {abri.KnownAttacker, abri.PhishingSite},
	Malware:        {abri.KnownAttacker, abri.MalwareDownload},
	Scam:           {abri.KnownAttacker, abri.PhishingSite},
	Resolvers:      {abri.KnownAttacker, abri.KnownDestination},
	Clients:        {abri.KnownAttacker, abri.CommandAndControl},
}

// Inward is the kind of an attack that a listed address began.
func (l List) Inward() abri.Kind { return kinds[l.Holds][0] }

// Outward is the kind of an attack when a device inside turned to what is listed.
func (l List) Outward() abri.Kind { return kinds[l.Holds][1] }

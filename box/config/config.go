// Package config is the file that a person writes for one box: box.toml. It reads the file, fills in the defaults,
// refuses what is wrong with its line and what would be right, and writes the example that documents every key.
//
// Its borders: it reads the one file it is given, and looks at nothing else of the machine (whether a port exists, or
// a list can be opened, is for the room that uses it). It starts nothing and logs nothing.
package config

import (
	"net/netip"
	"time"
	_ "time/tzdata" // a bare Debian has no zone files, and the day begins at local midnight

	"abri.example/abri"
)

// Config is one box's configuration, checked. What each key means, its default and its range stand in the table of
// keys.go, from which Example is written. A Config is plain data: safe for concurrent reading.
type Config struct {
	Version int `toml:"version"`

	Box       Box       `toml:"box"`
	Ports     Ports     `toml:"ports"`
	Gate      Gate      `toml:"gate"`
	Flood     Flood     `toml:"flood"`
	Lists     []List    `toml:"list"`
	Fetch     Fetch     `toml:"fetch"`
	Exempt    Exempt    `toml:"exempt"`
	Names     Names     `toml:"names"`
	Trusted   Trusted   `toml:"trusted"`
	Measures  Measures  `toml:"measures"`
	Telephone Telephone `toml:"telephone"`
	Decoys    Decoys    `toml:"decoys"`
	Page      Page      `toml:"page"`
	Keep      Keep      `toml:"keep"`
	RunAs     RunAs     `toml:"run_as"`
}

// Box says who the box is and where it keeps its things. Data and Run are absolute paths.
type Box struct {
	Name     string    `toml:"name"`
	Mode     abri.Mode `toml:"mode"`
	Language abri.Lang `toml:"language"`
	TimeZone string    `toml:"time_zone"`
	Data     string    `toml:"data"`
	Run      string    `toml:"run"`
}

// Location is the place whose midnight begins a day. A TimeZone that names none gives UTC; Load lets none through.
func (b Box) Location() *time.Location {
	loc, err := time.LoadLocation(b.TimeZone)
	if err != nil {
		return time.UTC
	}
	return loc
}

// PortsKind says where the box stands.
type PortsKind string

// Bridge stands between two ports, Host filters the one port of a server.
const (
	Bridge PortsKind = "bridge"
	Host   PortsKind = "host"
)

// Ports names the network ports. Of the kind Host, Inside and Bridge are empty. Address and Gateway are invalid (the
// zero value) when none was given: the bridge is then taken as it stands.
type Ports struct {
	Kind      PortsKind      `toml:"kind"`
	Outside   string         `toml:"outside"`
	Inside    string         `toml:"inside"`
	Bridge    string         `toml:"bridge"`
	Address   netip.Prefix   `toml:"address"`
	Gateway   netip.Addr     `toml:"gateway"`
	Resolvers []netip.Addr   `toml:"resolvers"`
	Telephone []netip.Prefix `toml:"telephone"`
}

// Telephone is the call guard: how long the site may speak abroad, and with numbers charged above the price of a call, in
// a night (0 is no bound), and whether calls beyond that are refused.
type Telephone struct {
	NightAbroad  time.Duration `toml:"night_abroad"`
	NightPremium time.Duration `toml:"night_premium"`
	Refuse       bool          `toml:"refuse"`
}

// Fail says what the gate does when the agent has been gone for the grace time.
type Fail string

// FailOpen lets everything pass, FailClosed stops everything but what a network needs to stay alive.
const (
	FailOpen   Fail = "open"
	FailClosed Fail = "closed"
)

// Gate is the filter in the kernel. Flows is the number of conversations it remembers.
type Gate struct {
	Pin      string        `toml:"pin"`
	Fail     Fail          `toml:"fail"`
	Grace    time.Duration `toml:"grace"`
	Flows    int           `toml:"flows"`
	Generic  bool          `toml:"generic"`
	Fastpath bool          `toml:"fastpath"`
	Strict   bool          `toml:"strict"`
}

// Flood is how floods are held back. The ceilings are in packets a second at one service of one machine, Line in Mbit/s (0:
// learnt), Connections of one source (0: no bar).
type Flood struct {
	Enabled     bool         `toml:"enabled"`
	Challenge   []netip.Addr `toml:"challenge"`
	Connections int          `toml:"connections"`
	Line        int          `toml:"line"`
	Openings    int          `toml:"openings"`
	Datagrams   int          `toml:"datagrams"`
	Echoes      int          `toml:"echoes"`
	Fragments   int          `toml:"fragments"`
	Strays      int          `toml:"strays"`
	Queries     int          `toml:"queries"`
	Answers     int          `toml:"answers"`
}

// List is one threat list. It stands in a File (an absolute path: a relative one was taken from the folder of the
// configuration), is fetched from a URL, or is one of the catalogue by its Name, which then gave URL and all that the
// person left out. Every and Expiry are for what is fetched.
type List struct {
	Name      string        `toml:"name"`
	File      string        `toml:"file"`
	URL       string        `toml:"url"`
	Plain     bool          `toml:"plain"`
	Format    string        `toml:"format"`
	Publisher string        `toml:"publisher"`
	Observe   bool          `toml:"observe"`
	Inward    abri.Kind     `toml:"inward"`
	Outward   abri.Kind     `toml:"outward"`
	Every     time.Duration `toml:"every"`
	Expiry    time.Duration `toml:"expiry"`
}

// Fetch says how lists are fetched. Certificates is an absolute path or empty.
type Fetch struct {
	DefaultSet   bool   `toml:"default_set"`
	Proxy        string `toml:"proxy"`
	Certificates string `toml:"certificates"`
}

// Answer is what somebody gets who asks the DNS for a listed name.
type Answer string

// AnswerNone says that there is no such name, AnswerPage gives the address of the block page.
const (
	AnswerNone Answer = "none"
	AnswerPage Answer = "page"
)

// Names is what is done with names. Site holds the site's own domains, and the names of its département, which others may
// imitate.
type Names struct {
	Answer         Answer   `toml:"answer"`
	CloseResolvers bool     `toml:"close_resolvers"`
	Site           []string `toml:"site"`
}

// Exempt holds what lists don't apply to. Files are absolute paths, as in List.
type Exempt struct {
	Addresses []netip.Prefix `toml:"addresses"`
	Files     []string       `toml:"files"`
	Names     []string       `toml:"names"`
}

// Trusted holds what nothing applies to.
type Trusted struct {
	Addresses []netip.Prefix `toml:"addresses"`
}

// Measures says what is done about what detectors find: see package policy. Hours is what policy.ParseHours reads.
type Measures struct {
	Trial    time.Duration  `toml:"trial"`
	ByPeople bool           `toml:"by_people"`
	Observed []abri.Service `toml:"observed"`
	Never    []netip.Prefix `toml:"never"`
	Shared   []netip.Prefix `toml:"shared"`
	Hours    string         `toml:"hours"`
	Repairs  []netip.Prefix `toml:"repairs"`
}

// Decoys are doors that lead nowhere, by their names in package decoy.
type Decoys struct {
	Doors []string `toml:"doors"`
}

// Page is the weather page. Listen is "address:port"; an empty address stands for the bridge's own.
type Page struct {
	Listen string `toml:"listen"`
}

// Keep says how long the store keeps things, in days.
type Keep struct {
	RowsDays     int `toml:"rows_days"`
	CountersDays int `toml:"counters_days"`
}

// RunAs is who the reader runs as. The keeper stays root.
type RunAs struct {
	User  string `toml:"user"`
	Group string `toml:"group"`
}

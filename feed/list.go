package feed

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"abri.example/abri"
)

// The most entries that one list may hold, after ranges are cut into prefixes: 80 MB of IPv4, 24 MB of IPv6, 80 MB of
// names. A list
// with more is refused whole, for what is left out of it could not be told.
const (
	MaxEntries4 = 10_000_000
	MaxEntries6 = 1_000_000
	MaxNames    = 10_000_000
	MaxPrints   = 1_000_000
)

// Info is where a list comes from and what it says of what it holds. Dated is the day of the list as its owner knows it
// (the file's time); dates inside the file are not read. Inward and Outward are the kinds of attack that a conversation
// with a listed address is, by the side that began it; empty ones mean KnownAttacker and KnownDestination. Format is
// recognised when it is empty. A list with Observe stops nothing: it only answers questions. Exceptions are taken from a
// person's own list only (a publisher must not open what others close).
type Info struct {
	Name      string
	Publisher string
	Dated     time.Time
	Inward    abri.Kind
	Outward   abri.Kind
	Format    Format
	Observe   bool
	Resolvers bool // it names resolvers that answer where nobody reads along, and attackers by no means

	Exceptions bool
}

func (i Info) withKinds() Info {
	if i.Inward == "" {
		i.Inward = abri.KnownAttacker
	}
	if i.Outward == "" {
		i.Outward = abri.KnownDestination
	}
	return i
}

// listing is what the list says of an address that the given entry holds.
func (i Info) listing(entry netip.Prefix) abri.Listing {
	return abri.Listing{
		Why: abri.Why{
			Rule: abri.RuleList, List: i.Name, Publisher: i.Publisher, Entry: entry, Dated: i.Dated,
		},
		Inward:  i.Inward,
		Outward: i.Outward,
	}
}

// List is one threat list as it was read: its entries, sorted and without duplicates, and what was refused of it. It is
// immutable and safe for concurrent use.
type List struct {
	info   Info
	number uint64   // tells it from every other list of this run
	v4     []uint64 // address<<8 | prefix length
	v6     []Prefix6
	names  []uint64 // keys
	prints []string
	rules  rules
	tally  tally
}

// Info is what the list was read with, its kinds and its format filled in.
func (l *List) Info() Info { return l.info }

// Len4 is the number of IPv4 entries.
func (l *List) Len4() int { return len(l.v4) }

// Len6 is the number of IPv6 entries.
func (l *List) Len6() int { return len(l.v6) }

// Names is the number of names.
func (l *List) Names() int { return len(l.names) }

// Fingerprints is the number of fingerprints of TLS clients.
func (l *List) Fingerprints() int { return len(l.prints) }

// Len is the number of entries of every sort.
func (l *List) Len() int { return l.Len4() + l.Len6() + l.Names() + l.Fingerprints() }

// Lines is the number of lines that were taken, whole or in part.
func (l *List) Lines() int { return l.tally.taken }

// Guarded is the number of lines that touch what is guarded.
func (l *List) Guarded() int { return l.tally.refused[guarded] }

// Refused gives how many lines were not taken, or not whole, and the first 20 of them in the order of the file, and
// besides the first 20 that are guarded.
func (l *List) Refused() (int, []Refusal) { return l.tally.count(), slices.Clone(l.tally.kept) }

// RefusedByReason counts the lines that were not taken, by the Reason of their Refusal.
func (l *List) RefusedByReason() map[string]int {
	out := map[string]int{}
	for why, n := range l.tally.refused {
		if n > 0 {
			out[reason(why).String()] = n
		}
	}
	return out
}

func (l *List) add(p netip.Prefix) *abri.Error {
	if !p.Addr().Is4() {
		if len(l.v6) == MaxEntries6 {
			return full(MaxEntries6, "IPv6 entries")
		}
		l.v6 = append(l.v6, prefix6(p))
		return nil
	}
	if len(l.v4) == MaxEntries4 {
		return full(MaxEntries4, "IPv4 entries")
	}
	l.v4 = append(l.v4, key4(p))
	return nil
}

// numbered is how many lists were read in this run.
var numbered atomic.Uint64

// settle sorts the entries, drops duplicates and gives back the memory that growing took.
func (l *List) settle() {
	l.number = numbered.Add(1)
	slices.Sort(l.v4)
	slices.SortFunc(l.v6, Prefix6.compare)
	l.v4 = slices.Clone(slices.Compact(l.v4))
	l.v6 = slices.Clone(slices.Compact(l.v6))
	slices.Sort(l.names)
	l.names = slices.Clone(slices.Compact(l.names))
	slices.Sort(l.prints)
	l.prints = slices.Compact(l.prints)
}

func (l *List) addName(name []byte, s scope) *abri.Error {
	if len(l.names) == MaxNames {
		return full(MaxNames, "names")
	}
	k, ok := l.rules.block(name, s)
	if !ok {
		return full(MaxNameRules, "names that exceptions touch")
	}
	l.names = append(l.names, k)
	return nil
}

// MaxNameRules is how many exceptions, and names that stand after an exception that touches them, a list may hold.
const MaxNameRules = 16_384

func (l *List) addException(name []byte, s scope) *abri.Error {
	if len(l.rules.all) >= MaxNameRules {
		return full(MaxNameRules, "exceptions")
	}
	l.rules.except(name, s)
	return nil
}

func (l *List) addPrint(print string) *abri.Error {
	if len(l.prints) == MaxPrints {
		return full(MaxPrints, "fingerprints")
	}
	l.prints = append(l.prints, print)
	return nil
}

func full(most int, what string) *abri.Error {
	return &abri.Error{
		Code:   abri.CodeFull,
		What:   fmt.Sprintf("the list holds more than %d %s", most, what),
		Remedy: "take a shorter list of the same publisher, or one with ranges instead of single addresses",
	}
}

func damaged(where, what string) *abri.Error {
	return &abri.Error{
		Code:   abri.CodeDamaged,
		Place:  where,
		What:   what,
		Remedy: "give a list of addresses or names in one of the formats that abri reads, such as one a line",
	}
}

func place(name string, line int) string {
	if name == "" {
		return "line " + strconv.Itoa(line)
	}
	return name + ":" + strconv.Itoa(line)
}

package library

import (
	"fmt"
	"net/netip"

	"abri.example/abri"
	"abri.example/abri/box/config"
	"abri.example/abri/feed"
)

// Contact is somebody outside to whom devices of the site turned in the last week and who answered, or a name that they
// asked for, and on how many days of it.
type Contact struct {
	Outside netip.Addr // of an address, else Name
	Name    string
	Days    int
}

// cutBy reports whether a new entry of a list would cut the contact.
func (c Contact) cutBy(fresh feed.Fresh) bool {
	if c.Name != "" {
		_, cut := fresh.FindName(c.Name)
		return cut
	}
	_, cut := fresh.Find(c.Outside)
	return cut
}

// A contact of this many of the last seven days is one that people need. More contacts than a few at once are too, be
// they rare.
const (
	dailyFrom = 4
	fewCut    = 5
)

// rehearsed reports whether the versions of a list are held against the site's contacts. A contact on a list of command
// servers or malware is an infection, not a supplier: it must be cut, and hunting back tells of it. A list that only
// observes cuts nobody.
func rehearsed(w config.List) bool {
	switch w.Outward {
	case abri.CommandAndControl, abri.Beacon, abri.MalwareDownload:
		return false
	}
	return !w.Observe
}

// rehearsal says why a new version of a list must wait for a person: it would cut contacts that the version before it
// left alone. It is empty when it may be enforced.
func rehearsal(before, next *feed.List, contacts []Contact) string {
	fresh := feed.FreshOf(before, next)
	cut, daily := 0, 0
	for _, c := range contacts {
		if !c.cutBy(fresh) {
			continue
		}
		cut++
		if c.Days >= dailyFrom {
			daily++
		}
	}
	if daily == 0 && cut <= fewCut {
		return ""
	}
	return fmt.Sprintf("it would have cut %d contacts of the last week, of which %d you speak with nearly every day", cut, daily)
}

package lookalike

import (
	"bytes"
	"hash/fnv"
	"net/netip"
	"time"
)

// Askers tells from what else a device asks whether it means to go where it asks: who clicks on a link asks for an address, and for
// few names beside it. Crawlers, filters of mail and the resolvers of many look names up, good ones and bad, and go nowhere.
// The zero value knows nobody. It is not safe for concurrent use.
type Askers struct {
	devices map[netip.Addr]*asker
	looked  map[look]time.Time // when an imitation was last asked about
}

// The bar of who looks names up in bulk: so many sites within bulkTime, of which at most one in bulkShare imitates another. A
// person's device asks for some dozens; who goes through a list of bad names asks for little else.
const (
	bulkSites = 500
	bulkTime  = 10 * time.Minute
	bulkShare = 20
)

// What is remembered at most. Beyond it the memory begins anew.
const (
	maxAskers = 1024
	maxLooked = 1024
)

// asker is a device and what it asked for.
type asker struct {
	began      time.Time
	seen       [4096 / 64]uint64 // a bit for each site; of 500 some 6 % fall upon another's
	sites      int
	imitations int       // of them
	bulk       time.Time // until when it looks names up in bulk
	stray      bool      // the last question was not of this time: captures put one among others that is minutes older or younger
}

// look is a device that asked about a site, and not for the way there.
type look struct {
	who  netip.Addr
	site uint64
}

// Ask takes a question of the DNS: whether the name imitates another, and whether the records that are asked for lead there.
func (s *Askers) Ask(at time.Time, who netip.Addr, name []byte, imitates, leads bool) {
	site := siteOf(name)
	s.device(at, who).ask(at, site, imitates)
	if !imitates || leads {
		return
	}
	if s.looked == nil || len(s.looked) == maxLooked {
		s.looked = make(map[look]time.Time)
	}
	s.looked[look{who, site}] = at
}

// Goes reports whether a device that asks for the address of an imitation may mean to go there. What speaks against it is said
// before and after the question: it looks names up in bulk, or asks of the same site what only programs of mail do.
func (s *Askers) Goes(at time.Time, who netip.Addr, name []byte) bool {
	if looked, ok := s.looked[look{who, siteOf(name)}]; ok && at.Sub(looked) < bulkTime {
		return false
	}
	a := s.devices[who]
	return a == nil || !at.Before(a.bulk) || a.imitations > max(a.sites, bulkSites)/bulkShare
}

// device gives what is known of a device, from a time on.
func (s *Askers) device(at time.Time, who netip.Addr) *asker {
	if s.devices == nil {
		s.devices = make(map[netip.Addr]*asker)
	}
	a := s.devices[who]
	if a == nil {
		if len(s.devices) == maxAskers {
			clear(s.devices)
		}
		a = &asker{began: at}
		s.devices[who] = a
	}
	switch over := at.Sub(a.began).Abs() > bulkTime; {
	case over && a.stray:
		*a = asker{began: at, bulk: a.bulk}
	default:
		a.stray = over
	}
	return a
}

// ask counts a site, if it is one more.
func (a *asker) ask(at time.Time, site uint64, imitates bool) {
	word, bit := &a.seen[site/64%uint64(len(a.seen))], uint64(1)<<(site%64)
	if *word&bit != 0 {
		return
	}
	*word |= bit
	a.sites++
	if imitates {
		a.imitations++
	}
	if a.sites >= bulkSites {
		a.bulk = at.Add(bulkTime)
	}
}

// SameSite reports whether two names stand below one that somebody registered.
func SameSite(a, b []byte) bool { return siteOf(a) == siteOf(b) }

// siteOf is what somebody registered, as one number: the last two labels, or three below such as co.uk, of which the public list
// has thousands and we have the form. That all free names of a host are one site here makes nobody look up more than he does.
func siteOf(name []byte) uint64 {
	site := name
	if top := bytes.LastIndexByte(site, '.'); top > 0 {
		second := bytes.LastIndexByte(site[:top], '.') + 1
		if len(site)-top == 3 && top-second <= 3 && second > 0 {
			second = bytes.LastIndexByte(site[:second-1], '.') + 1
		}
		site = site[second:]
	}
	h := fnv.New64a()
	h.Write(site)
	n := h.Sum64()
	return n ^ n>>32
}

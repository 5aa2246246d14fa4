package main

import (
	"slices"

	"abri.example/abri/names"
)

// tally counts the things of one sort.
type tally struct{ expected, equal, missing, different, outside int }

// difference is one thing that another tool says and Abri does not.
type difference struct {
	capture string
	sort    sort
	flow    ends
	said    string
}

// compare holds what was found in a capture against what another tool says of it. What is out of scope, by the table,
// is counted apart.
func compare(c *capture, found []names.Line, reasons *reasons, counts map[sort]*tally) []difference {
	var mine capture
	for _, l := range found {
		e := endsOf(l.Client, l.Server)
		mine.say(e, map[names.Proto]sort{names.DNS: dnsName, names.TLS: tlsName, names.QUIC: quicName, names.HTTP: httpName}[l.Proto], l.Name)
		mine.say(e, ja3, l.JA3)
		mine.say(e, ja4, l.JA4)
	}
	var all []difference
	for _, s := range c.said {
		t := counts[s.sort]
		if t == nil {
			t = &tally{}
			counts[s.sort] = t
		}
		equal := slices.Contains(mine.said, s)
		if !equal && reasons.outside(c.name, s.sort) {
			t.outside++
			all = append(all, difference{c.name, s.sort, s.flow, s.value + " is missing"})
			continue
		}
		t.expected++
		if equal {
			t.equal++
			continue
		}
		said := s.value + " is missing"
		i := slices.IndexFunc(mine.said, func(m saying) bool {
			return m.flow == s.flow && m.sort == s.sort && !slices.Contains(c.said, m)
		})
		if i < 0 {
			t.missing++
		} else {
			t.different++
			said = s.value + " is here " + mine.said[i].value
		}
		all = append(all, difference{c.name, s.sort, s.flow, said})
	}
	return all
}

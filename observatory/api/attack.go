package api

import (
	"context"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
)

// Attacks is a page of a site's attacks, the last first.
type Attacks struct {
	Attacks []Attack `json:"attacks"`
	Next    string   `json:"next,omitempty" doc:"For after, where there are more."`
}

// Attack is an incident of a site, as its box told it. Nothing of it names what is inside: device is a pseudonym that only
// the box can make.
type Attack struct {
	ID        string         `json:"id"`
	Revision  int            `json:"revision"`
	Day       abri.Day       `json:"day" format:"date" doc:"On which it is counted."`
	Kind      abri.Kind      `json:"kind"`
	Family    abri.Family    `json:"family"`
	Service   abri.Service   `json:"service"`
	Direction abri.Direction `json:"direction" enum:"in,out,lan"`
	Outside   string         `json:"outside,omitempty" doc:"The far address, where it is one of the Internet."`
	Country   string         `json:"country,omitempty"`
	Device    string         `json:"device,omitempty"`
	Port      uint16         `json:"port,omitempty"`
	Proto     string         `json:"proto"`
	First     time.Time      `json:"first"`
	Last      time.Time      `json:"last"`
	Attempts  uint64         `json:"attempts"`
	Packets   uint64         `json:"packets"`
	Bytes     uint64         `json:"bytes"`
	Sources   uint64         `json:"sources"`
	Counts    uint64         `json:"counts" doc:"For how many attacks the row stands."`
	Outcome   abri.Outcome   `json:"outcome" enum:"observed,would-block,blocked"`
	Answered  bool           `json:"answered" doc:"The device got an answer."`
	Ended     bool           `json:"ended"`
	Rule      abri.Rule      `json:"rule,omitempty"`
	List      string         `json:"list,omitempty"`
	Publisher string         `json:"publisher,omitempty"`
	Evidence  []Evidence     `json:"evidence"`
}

// Evidence is a number by which a rule saw it.
type Evidence struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func attackOf(s ledger.SiteAttack) Attack {
	out := Attack{ID: s.ID, Revision: s.Revision, Day: s.Day, Kind: s.Kind, Family: s.Kind.Family(), Service: s.Service, Direction: s.Direction, Country: s.Country, Device: s.Device,
		Port: s.Port, Proto: s.Proto, First: s.First, Last: s.Last, Attempts: s.Attempts, Packets: s.Packets, Bytes: s.Bytes, Sources: s.Sources, Counts: s.Count(), Outcome: s.Outcome,
		Answered: s.Answered, Ended: s.Ended, Rule: s.Why.Rule, List: s.Why.List, Publisher: s.Why.Publisher, Evidence: []Evidence{}}
	if s.Outside.IsValid() {
		out.Outside = s.Outside.String()
	}
	for _, e := range s.Why.Evidence {
		out.Evidence = append(out.Evidence, Evidence{e.Name, e.Value})
	}
	return out
}

// attacks are the operations on incidents.
func attacks(a *api) {
	type list struct {
		AtSite
		Span
		After string `query:"after" maxLength:"120" doc:"The next of the page before."`
		Limit int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
	}
	add(a, operation{id: "list-attacks", method: "GET", path: "/sites/{site}/attacks", summary: "The incidents of a site, the last first", tag: "Incidents", need: people.Read},
		func(ctx context.Context, c *caller, in *list) (Attacks, error) {
			from, to := in.days(a.today(), 90)
			if err := ledger.CheckDays(from, to); err != nil {
				return Attacks{}, err
			}
			after, err := readMark(in.After)
			if err != nil {
				return Attacks{}, err
			}
			found, err := c.AttacksAfter(ctx, in.Site, from, to, after, in.Limit+1)
			out := Attacks{Attacks: []Attack{}}
			for i, x := range found {
				if i == in.Limit {
					out.Next = spellMark(found[i-1])
					break
				}
				out.Attacks = append(out.Attacks, attackOf(x))
			}
			return out, err
		})
}

// spellMark is the place of an attack in its list, as a program carries it.
func spellMark(a ledger.SiteAttack) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(a.Last.UnixNano(), 10) + "." + a.ID))
}

func readMark(s string) (m ledger.Mark, err error) {
	if s == "" {
		return m, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	last, id, ok := strings.Cut(string(b), ".")
	n, err2 := strconv.ParseInt(last, 10, 64)
	if err != nil || err2 != nil || !ok {
		return m, &abri.Error{Code: abri.CodeInvalid, Place: "after", What: "this is no place in a list", Remedy: "give what next was in the page before"}
	}
	return ledger.Mark{Last: time.Unix(0, n).UTC(), ID: id}, nil
}

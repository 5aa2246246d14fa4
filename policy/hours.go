package policy

import (
	"fmt"
	"strings"
	"time"

	"abri.example/abri"
)

// Hours are when people work at the site: of each weekday, spans of minutes since midnight. The zero Hours is never.
type Hours struct {
	days     [7][]span
	location *time.Location
}

type span struct{ from, to int }

var weekdays = []string{"su", "mo", "tu", "we", "th", "fr", "sa"}

// ParseHours reads "mo-fr 08:30-12:00 13:30-17:30; sa 09:00-12:00"; "" is never. CodeInvalid for anything else.
func ParseHours(s string, location *time.Location) (Hours, error) {
	h := Hours{location: location}
	if strings.TrimSpace(s) == "" {
		return h, nil
	}
	wrong := func(part string) (Hours, error) {
		return Hours{}, &abri.Error{Code: abri.CodeInvalid, Place: part, What: "not opening hours", Remedy: `such as "mo-fr 08:30-12:00 13:30-17:30; sa 09:00-12:00"`}
	}
	for part := range strings.SplitSeq(s, ";") {
		words := strings.Fields(part)
		if len(words) < 2 {
			return wrong(part)
		}
		first, last, ok := daysOf(words[0])
		if !ok {
			return wrong(words[0])
		}
		for _, w := range words[1:] {
			var h1, m1, h2, m2 int
			if n, err := fmt.Sscanf(w, "%d:%d-%d:%d", &h1, &m1, &h2, &m2); err != nil || n != 4 || fmt.Sprintf("%02d:%02d-%02d:%02d", h1, m1, h2, m2) != w {
				return wrong(w)
			}
			sp := span{h1*60 + m1, h2*60 + m2}
			if m1 > 59 || m2 > 59 || sp.from >= sp.to || sp.to > 24*60 {
				return wrong(w)
			}
			for d := first; ; d = (d + 1) % 7 {
				h.days[d] = append(h.days[d], sp)
				if d == last {
					break
				}
			}
		}
	}
	return h, nil
}

func daysOf(s string) (first, last int, ok bool) {
	a, b, both := strings.Cut(s, "-")
	if !both {
		b = a
	}
	first, last = -1, -1
	for i, d := range weekdays {
		if d == a {
			first = i
		}
		if d == b {
			last = i
		}
	}
	return first, last, first >= 0 && last >= 0
}

// Working reports whether people may be at work at an instant: while the site is open, and where nobody said when that is,
// on a weekday from seven to eight in the evening.
func (h Hours) Working(at time.Time) bool {
	for _, spans := range h.days {
		if len(spans) > 0 {
			return h.Open(at)
		}
	}
	if h.location == nil {
		return false
	}
	t := at.In(h.location)
	return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday && 7 <= t.Hour() && t.Hour() < 20
}

// Open reports whether people work at an instant.
func (h Hours) Open(at time.Time) bool {
	if h.location == nil {
		return false
	}
	t := at.In(h.location)
	minute := t.Hour()*60 + t.Minute()
	for _, s := range h.days[t.Weekday()] {
		if s.from <= minute && minute < s.to {
			return true
		}
	}
	return false
}

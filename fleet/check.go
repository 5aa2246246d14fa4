package fleet

import (
	"encoding/hex"
	"fmt"
	"math"
	"time"

	"abri.example/abri"
)

// What clocks may differ by, and how old the day of an attack may be: no older than the rows that an observatory keeps, or a
// late revision of one that was swept would count again.
const (
	MostAhead = 15 * time.Minute
	MostDays  = 88
)

// check refuses what no box of ours would write. It looks at form only.
func (r Report) check() error {
	switch {
	case r.Version > Version:
		return &Refusal{Reason: ReasonVersion, What: fmt.Sprintf("version %d is later than %d", r.Version, Version), Version: Version}
	case r.Version < 1:
		return malformed("there is no version %d", r.Version)
	case r.Site <= 0:
		return malformed("there is no site %d", r.Site)
	case !isWord(r.Box, 64) || !isWord(r.Epoch, 64):
		return malformed("box and epoch are words of at most 64 letters and digits")
	case r.Seq == 0 || r.Seq > math.MaxInt64:
		return malformed("numbers begin at 1")
	case r.Sent.IsZero():
		return malformed("it does not say when it was made")
	case len(r.Software) > 64 || len(r.Status.Troubles) > MaxTroubles:
		return malformed("too much in the status")
	case r.Status.Mode != "" && !r.Status.Mode.Valid() || !knownSky(r.Status.Sky):
		return malformed("mode or sky")
	case len(r.Attacks) > MaxAttacks || len(r.Days) > MaxDays:
		return Refuse(ReasonOversized, fmt.Sprintf("a report has at most %d attacks and %d days", MaxAttacks, MaxDays))
	case r.Done > math.MaxInt64 || negative(r.Status.Attacks, r.Status.Neutralised):
		return malformed("a number is beyond what is counted")
	}
	for _, t := range r.Status.Troubles {
		if len(t) > 64 {
			return malformed("a trouble is a short word")
		}
	}
	for _, d := range r.Days {
		if !validDay(d.Day) || !knownSky(d.Sky) || negative(d.Attacks, d.Neutralised, d.Noise) || d.Points < 0 || d.Watched < 0 {
			return malformed("the figures of day %.10q", d.Day)
		}
	}
	for i := range r.Attacks {
		if err := r.Attacks[i].Check(); err != nil {
			return err
		}
	}
	return nil
}

// Check refuses what no box of ours would write of an attack.
func (a *Attack) Check() error {
	if _, err := hex.DecodeString(a.ID); err != nil || len(a.ID) != 32 {
		return malformed("an attack's id is 32 hexadecimal digits")
	}
	switch {
	case a.Revision < 1 || a.Revision > math.MaxInt32:
		return malformed("attack %s has no revision", a.ID)
	case !isWord(string(a.Kind), 32) || !isWord(string(a.Service), 32) || !isWord(string(a.Direction), 8) || !isWord(string(a.Outcome), 16):
		return malformed("attack %s: a kind, service, direction or outcome that is no word", a.ID)
	case len(a.Device) > 32 || len(a.Proto) > 16 || len(a.Why.List) > 128 || len(a.Why.Publisher) > 128 || len(a.Why.Evidence) > 32:
		return malformed("attack %s: a text is too long", a.ID)
	case !validDay(a.Day) || a.First.IsZero() || a.Last.Before(a.First):
		return malformed("attack %s: its times", a.ID)
	case negative(a.Attempts, a.Packets, a.Bytes, a.Sources, a.Rest):
		return malformed("attack %s: a number is beyond what is counted", a.ID)
	case a.Outside.IsValid() && a.Outside.Zone() != "":
		return malformed("attack %s: an address with a zone", a.ID)
	}
	return nil
}

// CheckTimes refuses what cannot have happened by the observatory's clock. A day may be one ahead, for the difference
// of time zones.
func (r Report) CheckTimes(now time.Time) error {
	tomorrow := abri.Day(now.UTC().AddDate(0, 0, 1).Format(time.DateOnly))
	oldest := abri.Day(now.UTC().AddDate(0, 0, -MostDays).Format(time.DateOnly))
	refuse := func(why Reason, what string) error { return &Refusal{Reason: why, What: what, Now: now.UTC()} }
	if r.Sent.After(now.Add(MostAhead)) {
		return refuse(ReasonFuture, "the box's clock is ahead: it says "+r.Sent.UTC().Format(time.RFC3339))
	}
	for _, d := range r.Days {
		if d.Day > tomorrow {
			return refuse(ReasonFuture, "day "+string(d.Day)+" has not come")
		} else if d.Day < oldest {
			return refuse(ReasonPast, "day "+string(d.Day)+" is too long ago")
		}
	}
	for i := range r.Attacks {
		a := &r.Attacks[i]
		if a.Day > tomorrow || a.Last.After(now.Add(MostAhead)) {
			return refuse(ReasonFuture, "attack "+a.ID+" has not happened yet")
		} else if a.Day < oldest {
			return refuse(ReasonPast, "attack "+a.ID+" is too long ago")
		}
	}
	return nil
}

func malformed(form string, args ...any) *Refusal {
	return Refuse(ReasonMalformed, fmt.Sprintf(form, args...))
}

// isWord reports whether s is a word of the vocabulary's form: small letters, digits and dashes.
func isWord(s string, most int) bool {
	if s == "" || len(s) > most {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

func knownSky(s abri.Sky) bool { return s == "" || s == abri.Fog || s.Severity() >= 0 }

func validDay(d abri.Day) bool {
	t, err := time.Parse(time.DateOnly, string(d))
	return err == nil && t.Year() >= 1970 && t.Year() < 2200
}

// negative reports whether a number is beyond what databases count.
func negative(numbers ...uint64) bool {
	for _, n := range numbers {
		if n > math.MaxInt64/1024 {
			return true
		}
	}
	return false
}

package wording

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"abri.example/abri"
)

// Number writes n by thousands: "12 345" in French, with narrow no-break spaces, "12,345" in English.
func Number(n uint64, l abri.Lang) string {
	digits := strconv.FormatUint(n, 10)
	mark := "\u202f"
	if l == abri.English {
		mark = ","
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(mark)
		}
		b.WriteRune(d)
	}
	return b.String()
}

// ShortNumber fits in a column of the chart: whole to 99,999, then thousands and millions, rounded down.
func ShortNumber(n uint64, l abri.Lang) string {
	switch {
	case n < 100_000:
		return Number(n, l)
	case n < 1_000_000:
		return Number(n/1000, l) + "\u202fk"
	}
	return Number(n/1_000_000, l) + "\u202fM"
}

var (
	frenchDays   = [7]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
	frenchMonths = [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
		"octobre", "novembre", "décembre"}
)

// LongDay is "jeudi 5 mars" or "Thursday 5 March".
func LongDay(t time.Time, l abri.Lang) string {
	if l == abri.English {
		return t.Format("Monday 2 January")
	}
	day := strconv.Itoa(t.Day())
	if day == "1" {
		day = "1er"
	}
	return frenchDays[t.Weekday()] + " " + day + " " + frenchMonths[t.Month()-1]
}

// Clock is "14 h 03" or "14:03".
func Clock(t time.Time, l abri.Lang) string {
	if l == abri.English {
		return t.Format("15:04")
	}
	return fmt.Sprintf("%d\u00a0h\u00a0%02d", t.Hour(), t.Minute())
}

// Moment is the hour of an instant of the day of now, and of another day its date and hour.
func Moment(t, now time.Time, l abri.Lang) string {
	if abri.DayOf(t, now.Location()) == abri.DayOf(now, now.Location()) {
		return Clock(t.In(now.Location()), l)
	}
	t = t.In(now.Location())
	return LongDay(t, l) + ", " + Clock(t, l)
}

// DayTime is a day as a time in UTC, only to name it. An invalid day gives the zero time.
func DayTime(d abri.Day) time.Time { return d.Start(time.UTC) }

// ShortDay is the weekday in three letters, "" for an invalid day.
func ShortDay(d abri.Day, l abri.Lang) string {
	t := DayTime(d)
	switch {
	case t.IsZero():
		return ""
	case l == abri.English:
		return t.Format("Mon")
	}
	return frenchDays[t.Weekday()][:3] + "."
}

// DayNumber is the day and month as "05/03", "" for an invalid day.
func DayNumber(d abri.Day) string {
	t := DayTime(d)
	if t.IsZero() {
		return ""
	}
	return t.Format("02/01")
}

// Capital puts a capital on the first letter.
func Capital(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}

// MonthName is "mars" or "March".
func MonthName(m time.Month, l abri.Lang) string {
	if l == abri.English {
		return m.String()
	}
	return frenchMonths[m-1]
}

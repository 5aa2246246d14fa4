package ledger

import (
	"fmt"
	"time"

	"abri.example/abri"
)

// number is a day as a column holds it: 20260305. A month is the number of its day 0.
func number(d abri.Day) int64 {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return 0
	}
	return int64(t.Year()*10000 + int(t.Month())*100 + t.Day())
}

// dayOf is the day of a number.
func dayOf(n int64) abri.Day {
	return abri.Day(fmt.Sprintf("%04d-%02d-%02d", n/10000, n/100%100, n%100))
}

// nanos is how a time is kept: nanoseconds since 1970, 0 for the zero time.
func nanos(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

// instant is the time that nanos kept, in UTC.
func instant(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}

package web

import (
	"html/template"

	"abri.example/abri"
	"abri.example/abri/weather"
	"abri.example/abri/wording"
)

// The chart is 322 by 206 units: narrow, so that its words stay readable on a telephone.
const (
	chartColumn = 46
	chartTop    = 24  // where the highest bar ends
	chartGround = 122 // where the bars stand
)

// chart draws a week as SVG: a bar a day, as high as its attacks, its lower part those really stopped; under it the sky
// and the day. Everything it says is also in the table beside it.
func chart(days []weather.Day, w words) template.HTML {
	d := &drawing{}
	d.put(`<svg class="week" viewBox="0 0 %d 206" role="img" aria-labelledby="week-title week-desc" focusable="false">`,
		max(7, len(days))*chartColumn)
	d.put(`<title id="week-title">%s</title><desc id="week-desc">%s</desc>`, w.say("week.title"), w.say("week.desc"))
	d.put(`<path class="axis" d="M4 %d.5h%d"/>`, chartGround, max(7, len(days))*chartColumn-8)
	highest := uint64(1)
	for _, day := range days {
		highest = max(highest, day.Attacks)
	}
	for i, day := range days {
		d.day(i, day, highest, i == len(days)-1, w)
	}
	d.put(`</svg>`)
	return d.html()
}

func (d *drawing) day(i int, day weather.Day, highest uint64, today bool, w words) {
	middle := i*chartColumn + chartColumn/2
	height := barHeight(day.Attacks, highest)
	stopped := min(height, barHeight(day.Neutralised, highest))
	name, class := wording.ShortDay(day.Day, w.lang), "day"
	if today {
		name, class = w.say("week.today"), "day today"
	}
	d.put(`<g class="%s">`, class)
	d.put(`<rect class="bar-all" x="%d" y="%d" width="26" height="%d" rx="2"/>`, middle-13, chartGround-height, height)
	d.put(`<rect class="bar-stopped" x="%d" y="%d" width="26" height="%d" rx="2"/>`, middle-13, chartGround-stopped, stopped)
	d.put(`<text class="count" x="%d" y="%d">%s</text>`, middle, chartGround-height-6, unlessUnseen(day, wording.ShortNumber(day.Attacks, w.lang)))
	d.put(`<svg x="%d" y="%d" width="34" height="34" viewBox="0 0 64 64">%s</svg>`, middle-17, chartGround+10, icon(day.Sky))
	d.put(`<text class="name" x="%d" y="%d">%s</text>`, middle, chartGround+62, name)
	d.put(`<text class="date" x="%d" y="%d">%s</text></g>`, middle, chartGround+76, wording.DayNumber(day.Day))
}

// unlessUnseen is the figure of a day, or a dash for a day of fog without an attack: nobody knows that there was none.
func unlessUnseen(day weather.Day, figure string) string {
	if day.Sky == abri.Fog && day.Attacks == 0 {
		return "—"
	}
	return figure
}

// barHeight gives a day without attack no bar, and one with any a bar that can be seen.
func barHeight(n, highest uint64) int {
	if n == 0 {
		return 0
	}
	return max(3, int(float64(n)/float64(highest)*(chartGround-chartTop)))
}

package web

import (
	"html/template"
	"time"
)

// The chart of a day's hours is 24 columns of so many units.
const hourColumn = 22

// hourBars are the bars of one hour: what stands on the ground, what stands upon it, and what stands beside.
type hourBars struct {
	start             time.Time
	ground, on, aside uint64
}

// hourChart draws a day as SVG: for each hour its bars. name is the phrase of its title, and with ".desc" of what it shows.
// Everything it says is also in the table beside it.
func hourChart(name string, hours []hourBars, place *time.Location, w words) template.HTML {
	d := &drawing{}
	width := max(24, len(hours)) * hourColumn
	d.put(`<svg class="week calls" viewBox="0 0 %d 160" role="img" aria-labelledby="hours-title hours-desc" focusable="false">`, width)
	d.put(`<title id="hours-title">%s</title><desc id="hours-desc">%s</desc>`, w.say(name), w.say(name+".desc"))
	d.put(`<path class="axis" d="M4 %d.5h%d"/>`, chartGround, width-8)
	highest := uint64(1)
	for _, h := range hours {
		highest = max(highest, h.ground+h.on, h.aside)
	}
	for i, h := range hours {
		left := i*hourColumn + 2
		ground, on, aside := barHeight(h.ground, highest), barHeight(h.on, highest), barHeight(h.aside, highest)
		d.put(`<g class="day"><rect class="bar-all" x="%d" y="%d" width="8" height="%d" rx="1"/>`, left, chartGround-ground, ground)
		d.put(`<rect class="bar-stopped" x="%d" y="%d" width="8" height="%d" rx="1"/>`, left, chartGround-ground-on, on)
		d.put(`<rect class="bar-in" x="%d" y="%d" width="8" height="%d" rx="1"/>`, left+9, chartGround-aside, aside)
		if hour := h.start.In(place).Hour(); hour%3 == 0 {
			d.put(`<text class="date" x="%d" y="%d">%d</text>`, left+8, chartGround+16, hour)
		}
		d.put(`</g>`)
	}
	d.put(`</svg>`)
	return d.html()
}

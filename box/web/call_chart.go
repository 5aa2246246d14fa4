package web

import (
	"html/template"
	"time"
)

// The chart of calls is 24 columns of so many units.
const callColumn = 22

// callChart draws a day as SVG: for each hour a bar of the calls from inside, the refused ones on top of it, and one of those
// from outside. Everything it says is also in the table beside it.
func callChart(hours []CallHour, place *time.Location, w words) template.HTML {
	d := &drawing{}
	width := max(24, len(hours)) * callColumn
	d.put(`<svg class="week calls" viewBox="0 0 %d 160" role="img" aria-labelledby="calls-title calls-desc" focusable="false">`, width)
	d.put(`<title id="calls-title">%s</title><desc id="calls-desc">%s</desc>`, w.say("phone.chart"), w.say("phone.chart.desc"))
	d.put(`<path class="axis" d="M4 %d.5h%d"/>`, chartGround, width-8)
	highest := uint64(1)
	for _, h := range hours {
		highest = max(highest, h.Out+h.Refused, h.In)
	}
	for i, h := range hours {
		left := i*callColumn + 2
		out, refused, in := barHeight(h.Out, highest), barHeight(h.Refused, highest), barHeight(h.In, highest)
		d.put(`<g class="day"><rect class="bar-all" x="%d" y="%d" width="8" height="%d" rx="1"/>`, left, chartGround-out, out)
		d.put(`<rect class="bar-stopped" x="%d" y="%d" width="8" height="%d" rx="1"/>`, left, chartGround-out-refused, refused)
		d.put(`<rect class="bar-in" x="%d" y="%d" width="8" height="%d" rx="1"/>`, left+9, chartGround-in, in)
		if hour := h.Start.In(place).Hour(); hour%3 == 0 {
			d.put(`<text class="date" x="%d" y="%d">%d</text>`, left+8, chartGround+16, hour)
		}
		d.put(`</g>`)
	}
	d.put(`</svg>`)
	return d.html()
}

package web

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"abri.example/abri"
)

// The picture is drawn on 800 by 450 units, the village standing on its lower third.
const (
	sceneWidth  = 800
	sceneHeight = 450
)

// scene draws the sky over a village, as SVG. Each sky has its own shapes, so that it can be told without its colours;
// these, light and dark, are in static/scene.css. The title names it for those who don't see it.
func scene(sky abri.Sky, title string) template.HTML {
	d := &drawing{}
	d.put(`<svg class="scene scene-%s" viewBox="0 0 %d %d" role="img" aria-labelledby="scene-title" focusable="false">`,
		template.HTMLEscapeString(string(sky)), sceneWidth, sceneHeight)
	d.put(`<title id="scene-title">%s</title>`, template.HTMLEscapeString(title))
	d.put(`<defs><linearGradient id="air" x1="0" y1="0" x2="0" y2="1"><stop class="air-top" offset="0"/>` +
		`<stop class="air-middle" offset=".55"/><stop class="air-low" offset="1"/></linearGradient>` +
		`<radialGradient id="glow"><stop class="glow-in" offset="0"/><stop class="glow-out" offset="1"/></radialGradient>` +
		`<radialGradient id="mist"><stop class="mist-in" offset="0"/><stop class="mist-out" offset="1"/></radialGradient></defs>`)
	d.put(`<rect width="%d" height="%d" fill="url(#air)"/>`, sceneWidth, sceneHeight)
	behind, front := weatherOf(sky)
	behind(d)
	d.village()
	front(d)
	d.put(`</svg>`)
	return d.html()
}

// weatherOf gives what is drawn behind the village, and what falls before it. An unknown sky is fog: silence is never
// sun.
func weatherOf(sky abri.Sky) (behind, front func(*drawing)) {
	nothing := func(*drawing) {}
	switch sky {
	case abri.Clear:
		return func(d *drawing) { d.sun(610, 112, 58); d.cloud(180, 120, .62, "cloud-far"); d.birds() }, nothing
	case abri.LightRain:
		return func(d *drawing) {
			d.sun(590, 100, 52)
			d.cloud(520, 140, 1.05, "cloud-near")
			d.cloud(190, 96, .7, "cloud-far")
		}, func(d *drawing) { d.rain(shower{count: 30, left: 425, right: 630, top: 186, length: 17}) }
	case abri.Rain:
		return func(d *drawing) { d.overcast() },
			func(d *drawing) { d.rain(shower{count: 64, left: 20, right: 790, top: 165, length: 22, lean: 6}) }
	case abri.Storm:
		return func(d *drawing) { d.bolt(214, 152, 1); d.bolt(690, 158, .78); d.overcast() },
			func(d *drawing) { d.rain(shower{count: 96, left: 40, right: 860, top: 160, length: 30, lean: 16}) }
	case abri.Tornado:
		return func(d *drawing) { d.overcast() }, func(d *drawing) {
			d.rain(shower{count: 54, left: 330, right: 880, top: 165, length: 30, lean: 24})
			d.funnel(138, 132, 388)
			d.cloud(150, 116, 1.15, "cloud-near")
			d.debris(138, 388)
		}
	}
	return nothing, func(d *drawing) { d.fog() }
}

// drawing is SVG being written.
type drawing struct{ b strings.Builder }

func (d *drawing) put(format string, args ...any) { fmt.Fprintf(&d.b, format, args...) }

func (d *drawing) html() template.HTML { return template.HTML(d.b.String()) }

// sun is a disc in its glow, with twelve rays.
func (d *drawing) sun(x, y, r float64) {
	d.put(`<circle cx="%.0f" cy="%.0f" r="%.0f" fill="url(#glow)"/><g class="rays">`, x, y, r*3.4)
	for i := range 12 {
		sin, cos := math.Sincos(float64(i) * math.Pi / 6)
		d.put(`<line class="ray" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>`,
			x+cos*r*1.32, y+sin*r*1.32, x+cos*r*1.62, y+sin*r*1.62)
	}
	d.put(`</g><circle class="sun" cx="%.0f" cy="%.0f" r="%.0f"/>`, x, y, r)
}

// cloud is a flat-bottomed heap of round shapes about (x, y), 220 units wide at size 1.
func (d *drawing) cloud(x, y, size float64, class string) {
	d.put(`<g class="cloud %s"><g transform="translate(%.0f %.0f) scale(%.2f)">`, class, x, y, size)
	d.put(`<path d="M-88 30a34 34 0 0 1-4-67.7A52 52 0 0 1 4-66a44 44 0 0 1 68 26 36 36 0 0 1 16 70z"/></g></g>`)
}

// overcast is the lid of clouds from edge to edge.
func (d *drawing) overcast() {
	for _, c := range []struct {
		x, y, size float64
		class      string
	}{
		{70, 70, 1.3, "cloud-far"}, {290, 52, 1.35, "cloud-far"}, {520, 62, 1.4, "cloud-far"}, {730, 60, 1.3, "cloud-far"},
		{150, 128, 1.15, "cloud-near"}, {405, 116, 1.3, "cloud-near"}, {660, 126, 1.2, "cloud-near"},
	} {
		d.cloud(c.x, c.y, c.size, c.class)
	}
}

// birds are two strokes each, far off.
func (d *drawing) birds() {
	for _, p := range [][2]int{{330, 150}, {362, 134}, {388, 158}} {
		d.put(`<path class="bird" d="M%d %dq7-8 12 0q5-8 12 0"/>`, p[0], p[1])
	}
}

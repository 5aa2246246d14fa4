package web

import "math"

// shower is rain between two edges, below a height; lean is how far a drop drifts left as it falls.
type shower struct {
	count                          int
	left, right, top, length, lean float64
}

// scatter gives the i-th of many points of the unit square, spread evenly without chance and without rows: Roberts' R2
// sequence, the golden ratio's sister for two dimensions.
func scatter(i int) (x, y float64) {
	_, x = math.Modf(float64(i+1) * 0.7548776662466927)
	_, y = math.Modf(float64(i+1) * 0.5698402909980532)
	return x, y
}

// rain draws the drops of a shower.
func (d *drawing) rain(s shower) {
	d.put(`<g class="rain">`)
	for i := range s.count {
		fx, fy := scatter(i)
		x := s.left + fx*(s.right-s.left)
		y := s.top + fy*(sceneHeight-s.top-s.length-10)
		d.put(`<line class="drop drop-%d" x1="%.0f" y1="%.0f" x2="%.0f" y2="%.0f"/>`, i%4, x, y, x-s.lean, y+s.length)
	}
	d.put(`</g>`)
}

// bolt is a flash of lightning that leaves the clouds at (x, y).
func (d *drawing) bolt(x, y, size float64) {
	d.put(`<g transform="translate(%.0f %.0f) scale(%.2f)"><path class="bolt" d="M14-20-30 74H2L-22 156 52 44H16L40-20z"/></g>`,
		x, y, size)
}

// funnel is a tornado from a cloud at top to the ground: turning rings that narrow and sway.
func (d *drawing) funnel(x, top, ground float64) {
	const rings = 15
	for i := range rings {
		t := float64(i) / (rings - 1)
		width := 128*math.Pow(1-t, 1.5) + 9
		sway := 26 * math.Sin(t*4.2) * (0.3 + t)
		d.put(`<ellipse class="ring ring-%d" cx="%.1f" cy="%.1f" rx="%.1f" ry="%.1f"/>`,
			i%5, x+sway, top+t*(ground-top), width, 9+7*(1-t))
	}
}

// debris is the dust that a tornado raises where it touches the ground, and what it lifts.
func (d *drawing) debris(x, y float64) {
	for i, puff := range [][3]float64{{-48, 6, 62}, {14, 10, 78}, {62, 4, 56}} {
		d.put(`<ellipse class="mist mist-%d" cx="%.0f" cy="%.0f" rx="%.0f" ry="%.0f" fill="url(#mist)"/>`,
			i%2, x+puff[0], y+puff[1], puff[2], puff[2]*.36)
	}
	for i := range 16 {
		fx, fy := scatter(i)
		px, py := x-100+fx*210, y-110+fy*100
		d.put(`<rect class="debris" x="%.0f" y="%.0f" width="%d" height="4" transform="rotate(%d %.0f %.0f)"/>`,
			px, py, 5+i%4*2, i*37, px, py)
	}
}

// fog is soft mist that swallows the village, and a few long strokes, so that it is fog in black and white too.
func (d *drawing) fog() {
	for i := range 11 {
		fx, fy := scatter(i)
		d.put(`<ellipse class="mist mist-%d" cx="%.0f" cy="%.0f" rx="%.0f" ry="%.0f" fill="url(#mist)"/>`,
			i%2, fx*sceneWidth, 150+fy*290, 260+fx*120, 44+fy*30)
	}
	for i, line := range [][3]int{{90, 118, 300}, {330, 158, 380}, {40, 216, 250}, {430, 262, 300}, {120, 318, 420}, {480, 376, 230}} {
		d.put(`<path class="band band-%d" d="M%d %dh%d"/>`, i%2, line[0], line[1], line[2])
	}
}

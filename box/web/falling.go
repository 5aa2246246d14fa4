package web

import "math"

// shower is rain between two edges, below a height; lean is how far a drop drifts left as it falls.
type shower struct {
	count                          int
	left, right, top, length, lean float64
}

// rain scatters the drops of a shower evenly, without chance: multiples of the golden ratio leave neither rows nor gaps.
func (d *drawing) rain(s shower) {
	d.put(`<g class="rain">`)
	for i := range s.count {
		_, fx := math.Modf(float64(i+1) * 0.6180339887)
		_, fy := math.Modf(float64(i+1) * 0.7548776662)
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

// debris is what a tornado lifts where it touches the ground.
func (d *drawing) debris(x, y float64) {
	d.put(`<ellipse class="dust" cx="%.0f" cy="%.0f" rx="86" ry="20"/>`, x-24, y+26)
	for i := range 14 {
		_, fx := math.Modf(float64(i+1) * 0.6180339887)
		_, fy := math.Modf(float64(i+1) * 0.7548776662)
		d.put(`<rect class="debris" x="%.0f" y="%.0f" width="%d" height="4" transform="rotate(%d %.0f %.0f)"/>`,
			x-140+fx*230, y-70+fy*95, 5+i%4*2, i*37, x-140+fx*230, y-70+fy*95)
	}
}

// fog is wide soft bands across everything.
func (d *drawing) fog() {
	for i := range 9 {
		_, f := math.Modf(float64(i+1) * 0.6180339887)
		d.put(`<rect class="band band-%d" x="%.0f" y="%d" width="%.0f" height="30" rx="15"/>`,
			i%3, -60+f*220, 74+i*40, 520+f*300)
	}
}

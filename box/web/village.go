package web

// village draws the hills, the town hall with its clock and flag, the church and some houses: the same under every sky,
// so that what changes is the weather.
func (d *drawing) village() {
	d.put(`<path class="hill-far" d="M0 330C90 270 180 262 280 300S470 340 560 296 720 252 800 290V450H0z"/>`)
	d.put(`<path class="hill-middle" d="M0 366C120 318 250 326 380 352S640 372 800 330V450H0z"/>`)
	d.church(300, 352)
	for _, h := range []house2D{
		{398, 364, 50, 28}, {440, 366, 40, 24}, {244, 360, 46, 26}, {628, 360, 54, 30}, {690, 356, 46, 26},
	} {
		d.house(h)
	}
	d.townHall(540, 366)
	d.put(`<path class="hill-near" d="M0 398C150 360 330 366 470 380S700 398 800 374V450H0z"/>`)
	for _, t := range []struct{ x, y, h int }{{120, 388, 50}, {146, 386, 62}, {172, 385, 46}, {724, 386, 54}, {750, 384, 66}} {
		d.put(`<path class="trunk" d="M%d %dv-14"/><ellipse class="tree" cx="%d" cy="%d" rx="10" ry="%d"/>`,
			t.x, t.y, t.x, t.y-10-t.h/2, t.h/2)
	}
	d.put(`<path class="road" d="M532 384C520 404 470 420 452 450H548C536 424 556 402 552 384z"/>`)
}

// house2D is a house seen from the front: the middle of its foot, its width and the height of its wall.
type house2D struct{ x, y, width, wall int }

func (d *drawing) house(h house2D) {
	half := h.width / 2
	d.put(`<rect class="wall" x="%d" y="%d" width="%d" height="%d"/>`, h.x-half, h.y-h.wall, h.width, h.wall+20)
	d.put(`<path class="roof" d="M%d %dL%d %dL%d %dz"/>`,
		h.x-half-5, h.y-h.wall, h.x, h.y-h.wall-half+4, h.x+half+5, h.y-h.wall)
	d.put(`<rect class="pane" x="%d" y="%d" width="8" height="10"/><rect class="pane" x="%d" y="%d" width="8" height="10"/>`,
		h.x-half/2-5, h.y-h.wall+8, h.x+half/2-3, h.y-h.wall+8)
}

// church stands with its steeple on (x, y).
func (d *drawing) church(x, y int) {
	d.put(`<g transform="translate(%d %d)">`, x, y)
	d.put(`<rect class="wall" x="-2" y="-42" width="62" height="64"/><path class="roof" d="M-2-42 8-64H54L64-42z"/>`)
	d.put(`<rect class="wall" x="-22" y="-84" width="26" height="106"/><path class="roof" d="M-25-84-9-140 7-84z"/>`)
	d.put(`<path class="cross" d="M-9-154v16m-5-11h10"/><path class="pane" d="M-13-58v-10a4 4 0 0 1 8 0v10z"/>`)
	d.put(`<path class="pane" d="M16-16v-10a4 4 0 0 1 8 0v10zm20 0v-10a4 4 0 0 1 8 0v10z"/></g>`)
}

// townHall stands in the middle: five windows, a door under the clock, and the flag.
func (d *drawing) townHall(x, y int) {
	d.put(`<g transform="translate(%d %d)">`, x, y)
	d.put(`<path class="pole" d="M0-112v-44"/><g class="flag"><path class="flag-blue" d="M1-156h11v22H1z"/>`)
	d.put(`<path class="flag-white" d="M12-156h11v22H12z"/><path class="flag-red" d="M23-156h11v22H23z"/></g>`)
	d.put(`<path class="roof" d="M-66-64-56-86H56L66-64z"/><rect class="wall" x="-62" y="-64" width="124" height="86"/>`)
	d.put(`<path class="wall" d="M-24-62v-28L0-112 24-90v28z"/><path class="roof" d="M-29-88 0-116 29-88l-4 4L0-108-25-84z"/>`)
	d.put(`<circle class="clock" cx="0" cy="-80" r="10"/><path class="hands" d="M0-87v7l5 3"/>`)
	for _, wx := range []int{-52, -32, 22, 42} {
		d.put(`<rect class="pane" x="%d" y="-52" width="10" height="17"/><rect class="pane" x="%d" y="-24" width="10" height="17"/>`, wx, wx)
	}
	d.put(`<rect class="pane" x="-5" y="-54" width="10" height="17"/><path class="door" d="M-9 20v-34a9 9 0 0 1 18 0v34z"/></g>`)
}

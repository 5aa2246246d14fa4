package web

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"abri.example/abri/observatory/ledger"
)

// The map is so many units wide, and a contour leaves the true line by at most tolerance units: less than a line's width.
const (
	mapWidth  = 900
	tolerance = 0.6
	drawnFor  = time.Hour
)

// drawn is a department as it is drawn, without what changes.
type drawn struct {
	at            time.Time
	width, height int
	shapes        []shape
}

// shape is a commune: its contour as the path of an SVG, and its middle.
type shape struct {
	code, name, path string
	x, y             int
}

type point struct{ x, y float64 }

// drawnOf gives the drawing of a department, which is kept for drawnFor.
func (h *house) drawnOf(ctx context.Context, department string) (*drawn, error) {
	h.drawing.Lock()
	defer h.drawing.Unlock()
	if d := h.contours[department]; d != nil && h.Now().Sub(d.at) < drawnFor {
		return d, nil
	}
	communes, err := h.ledger.Communes(ctx, department)
	if err != nil {
		return nil, err
	}
	d := drawingOf(communes)
	d.at = h.Now()
	if len(d.shapes) > 0 {
		h.contours[department] = d
	}
	return d, nil
}

// drawingOf draws communes in a plane where a degree of longitude is as long as at their middle latitude. Those without
// a contour are left out; so is one whose contour can't be read.
func drawingOf(communes []ledger.CommuneShape) *drawn {
	rings := make([][][]point, len(communes))
	west, south, east, north := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for i, c := range communes {
		rings[i] = ringsOf(c.Contour)
		for _, ring := range rings[i] {
			for _, p := range ring {
				west, east, south, north = min(west, p.x), max(east, p.x), min(south, p.y), max(north, p.y)
			}
		}
	}
	d := &drawn{width: mapWidth}
	if !(east > west && north > south) {
		return d
	}
	squeeze := math.Cos((south + north) / 2 * math.Pi / 180)
	scale := float64(mapWidth) / ((east - west) * squeeze)
	d.height = int(math.Ceil((north - south) * scale))
	place := func(p point) point { return point{(p.x - west) * squeeze * scale, (north - p.y) * scale} }
	for i, c := range communes {
		var path strings.Builder
		for _, ring := range rings[i] {
			for j, p := range ring {
				ring[j] = place(p)
			}
			writeRing(&path, simplified(ring, tolerance))
		}
		if path.Len() > 0 {
			m := middleOf(rings[i], place(point{c.Longitude, c.Latitude}))
			d.shapes = append(d.shapes, shape{c.Code, c.Name, path.String(), int(m.x), int(m.y)})
		}
	}
	return d
}

// ringsOf reads the outer rings of a contour (GeoJSON Polygon or MultiPolygon); holes are other communes.
func ringsOf(contour string) [][]point {
	var g struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	}
	if json.Unmarshal([]byte(contour), &g) != nil {
		return nil
	}
	var parts [][][][2]float64
	switch g.Type {
	case "Polygon":
		parts = make([][][][2]float64, 1)
		if json.Unmarshal(g.Coordinates, &parts[0]) != nil {
			return nil
		}
	case "MultiPolygon":
		if json.Unmarshal(g.Coordinates, &parts) != nil {
			return nil
		}
	}
	var out [][]point
	for _, rings := range parts {
		if len(rings) == 0 {
			continue
		}
		var ring []point
		for _, p := range rings[0] {
			ring = append(ring, point{p[0], p[1]})
		}
		out = append(out, ring)
	}
	return out
}

func writeRing(b *strings.Builder, ring []point) {
	if len(ring) < 3 {
		return
	}
	for i, p := range ring {
		letter := "L"
		if i == 0 {
			letter = "M"
		}
		fmt.Fprintf(b, "%s%.1f %.1f", letter, p.x, p.y)
	}
	b.WriteString("Z")
}

// simplified leaves out the points of a line that lie within so much of it (Douglas and Peucker 1973), without recursion.
func simplified(line []point, within float64) []point {
	if len(line) < 3 {
		return line
	}
	keep := make([]bool, len(line))
	keep[0], keep[len(line)-1] = true, true
	for todo := [][2]int{{0, len(line) - 1}}; len(todo) > 0; {
		from, to := todo[len(todo)-1][0], todo[len(todo)-1][1]
		todo = todo[:len(todo)-1]
		far, at := within, -1
		for i := from + 1; i < to; i++ {
			if d := distance(line[i], line[from], line[to]); d > far {
				far, at = d, i
			}
		}
		if at >= 0 {
			keep[at] = true
			todo = append(todo, [2]int{from, at}, [2]int{at, to})
		}
	}
	var out []point
	for i, p := range line {
		if keep[i] {
			out = append(out, p)
		}
	}
	return out
}

// distance is how far a point lies from the line between two others, or from them when they are one.
func distance(p, a, b point) float64 {
	dx, dy := b.x-a.x, b.y-a.y
	if dx == 0 && dy == 0 {
		return math.Hypot(p.x-a.x, p.y-a.y)
	}
	return math.Abs(dy*(p.x-a.x)-dx*(p.y-a.y)) / math.Hypot(dx, dy)
}

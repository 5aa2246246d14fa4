// Package communes reads the communes of a file in the form of https://geo.api.gouv.fr (GeoJSON, RFC 7946: code, nom,
// population, departement or codeDepartement, with a contour or a centre). It reads nothing else and keeps nothing.
package communes

import (
	"encoding/json"
	"fmt"
	"io"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
)

// MostBytes bounds a file: all of France with contours has 50 MB.
const MostBytes = 128 << 20

type collection struct {
	Type     string `json:"type"`
	Features []struct {
		Properties struct {
			Code       string `json:"code"`
			Name       string `json:"nom"`
			Department string `json:"departement"`
			DepCode    string `json:"codeDepartement"`
			Population int64  `json:"population"`
		} `json:"properties"`
		Geometry json.RawMessage `json:"geometry"`
	} `json:"features"`
}

// geometry is a point, or a contour of one or more parts.
type geometry struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
}

// Read reads a file whole. CodeInvalid names what is no commune.
func Read(r io.Reader) ([]ledger.CommuneShape, error) {
	var c collection
	if err := json.NewDecoder(io.LimitReader(r, MostBytes)).Decode(&c); err != nil || c.Type != "FeatureCollection" {
		return nil, &abri.Error{Code: abri.CodeInvalid, What: "this is no GeoJSON of communes", Remedy: "such as https://geo.api.gouv.fr/departements/42/communes?format=geojson&geometry=contour", Err: err}
	}
	out := make([]ledger.CommuneShape, 0, len(c.Features))
	for i, f := range c.Features {
		p := f.Properties
		if len(p.Code) != 5 || p.Name == "" || p.Population < 0 {
			return nil, &abri.Error{Code: abri.CodeInvalid, Place: fmt.Sprintf("feature %d", i+1), What: "a commune has a code of five characters and a name"}
		}
		s := ledger.CommuneShape{Code: p.Code, Name: p.Name, Department: p.Department, Population: p.Population}
		if s.Department == "" {
			s.Department = p.DepCode
		}
		if s.Department == "" {
			s.Department = departmentOf(p.Code)
		}
		if err := place(&s, f.Geometry); err != nil {
			return nil, &abri.Error{Code: abri.CodeInvalid, Place: "commune " + p.Code, What: "its contour", Err: err}
		}
		out = append(out, s)
	}
	return out, nil
}

// departmentOf is the department that a code begins with: two characters, three overseas.
func departmentOf(code string) string {
	if code[:2] == "97" || code[:2] == "98" {
		return code[:3]
	}
	return code[:2]
}

// place takes a contour over, and finds its middle: that of the box around it.
func place(s *ledger.CommuneShape, raw json.RawMessage) error {
	var g geometry
	if err := json.Unmarshal(raw, &g); err != nil || g.Type == "" {
		return err
	}
	var around box
	switch g.Type {
	case "Point":
		var p [2]float64
		if err := json.Unmarshal(g.Coordinates, &p); err != nil {
			return err
		}
		around.add(p)
	case "Polygon":
		var rings [][][2]float64
		if err := json.Unmarshal(g.Coordinates, &rings); err != nil {
			return err
		}
		around.addAll(rings)
		s.Contour = string(raw)
	case "MultiPolygon":
		var parts [][][][2]float64
		if err := json.Unmarshal(g.Coordinates, &parts); err != nil {
			return err
		}
		for _, rings := range parts {
			around.addAll(rings)
		}
		s.Contour = string(raw)
	default:
		return fmt.Errorf("a %q is no contour", g.Type)
	}
	s.Longitude, s.Latitude = around.middle()
	return around.check()
}

// box is the smallest that holds what was added.
type box struct {
	any                      bool
	west, south, east, north float64
}

func (b *box) add(p [2]float64) {
	if !b.any {
		*b = box{true, p[0], p[1], p[0], p[1]}
	}
	b.west, b.south = min(b.west, p[0]), min(b.south, p[1])
	b.east, b.north = max(b.east, p[0]), max(b.north, p[1])
}

func (b *box) addAll(rings [][][2]float64) {
	for _, ring := range rings {
		for _, p := range ring {
			b.add(p)
		}
	}
}

func (b box) middle() (longitude, latitude float64) {
	return (b.west + b.east) / 2, (b.south + b.north) / 2
}

func (b box) check() error {
	if !b.any || b.west < -180 || b.east > 180 || b.south < -90 || b.north > 90 {
		return fmt.Errorf("it lies nowhere on the earth")
	}
	return nil
}

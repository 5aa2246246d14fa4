package communes_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"abri.example/abri"
	"abri.example/abri/observatory/communes"
)

const sury = `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"42304","nom":"Sury-le-Comtal","population":6700},
"geometry":{"type":"Polygon","coordinates":[[[4,45.5],[4.5,45.5],[4.5,45.75],[4,45.5]]]}}]}`

func TestACommuneIsReadWithItsContour(t *testing.T) {
	all, err := communes.Read(strings.NewReader(sury))
	if err != nil || len(all) != 1 {
		t.Fatalf("%v, %v", all, err)
	}
	c := all[0]
	if c.Code != "42304" || c.Department != "42" || c.Population != 6700 || c.Longitude != 4.25 || c.Latitude != 45.625 || !strings.Contains(c.Contour, "Polygon") {
		t.Errorf("%+v", c)
	}
	point := strings.Replace(sury, `"Polygon","coordinates":[[[4,45.5],[4.5,45.5],[4.5,45.75],[4,45.5]]]`, `"Point","coordinates":[4.2,45.5]`, 1)
	if all, err := communes.Read(strings.NewReader(point)); err != nil || all[0].Contour != "" || all[0].Latitude != 45.5 {
		t.Errorf("without a contour: %+v, %v", all, err)
	}
}

func TestWhatIsNoCommuneIsRefused(t *testing.T) {
	for _, bad := range []string{
		"", "[]", `{"type":"Feature"}`, strings.Replace(sury, "42304", "4230", 1), strings.Replace(sury, "Polygon", "Circle", 1),
		strings.Replace(sury, "45.75", "456", 1), strings.Replace(sury, "[[[4,", "[[4,", 1),
	} {
		if _, err := communes.Read(strings.NewReader(bad)); abri.CodeOf(err) != abri.CodeInvalid {
			t.Errorf("%.60q is taken: %v", bad, err)
		}
	}
}

// The real file of the Loire, where it is beside the repository.
func TestTheLoire(t *testing.T) {
	shared := os.Getenv("ABRI_SHARED")
	if shared == "" {
		shared = "../../../shared"
	}
	f, err := os.Open(filepath.Join(shared, "communes", "communes-42.geojson"))
	if err != nil {
		t.Skipf("the communes of the Loire are not here: %v", err)
	}
	defer f.Close()
	all, err := communes.Read(f)
	if err != nil || len(all) != 320 {
		t.Fatalf("%d communes, %v", len(all), err)
	}
	for _, c := range all {
		if c.Department != "42" || c.Contour == "" || c.Population == 0 && c.Code != "" && c.Longitude == 0 {
			t.Errorf("%+.200v", c)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(sury)
	f.Fuzz(func(t *testing.T, s string) {
		all, err := communes.Read(strings.NewReader(s))
		if err != nil && abri.CodeOf(err) != abri.CodeInvalid {
			t.Errorf("an error without a code: %v", err)
		}
		for _, c := range all {
			if len(c.Code) != 5 {
				t.Errorf("%+v", c)
			}
		}
	})
}

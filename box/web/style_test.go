package web

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"abri.example/abri"
)

// schemes reads the named colours of base.css, light and dark.
func schemes(t *testing.T) (light, dark map[string]string) {
	t.Helper()
	css := string(staticFiles["base.css"])
	blocks := regexp.MustCompile(`(?s):root \{(.*?)\}`).FindAllStringSubmatch(css, -1)
	if len(blocks) < 2 {
		t.Fatal("base.css has no two schemes")
	}
	read := func(block string) map[string]string {
		out := map[string]string{}
		for _, m := range regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6});`).FindAllStringSubmatch(block, -1) {
			out[m[1]] = m[2]
		}
		return out
	}
	return read(blocks[0][1]), read(blocks[1][1])
}

// contrast is the contrast ratio of two colours (WCAG 2.2, definitions of relative luminance and contrast ratio).
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	la, lb := luminance(t, a), luminance(t, b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(colour, "#"), 16, 32)
	if err != nil || len(colour) != 7 {
		t.Fatalf("%q is no colour", colour)
	}
	part := func(shift uint) float64 {
		c := float64(n>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
}

func TestColoursThatMeetCanBeRead(t *testing.T) {
	light, dark := schemes(t)
	for name, colours := range map[string]map[string]string{"light": light, "dark": dark} {
		for _, pair := range []struct {
			front, back string
			least       float64 // 4.5 for text (criterion 1.4.3), 3 for shapes (1.4.11)
		}{
			{"ink", "paper", 4.5}, {"ink", "card", 4.5}, {"ink", "warn-soft", 4.5}, {"ink", "accent-soft", 4.5},
			{"muted", "paper", 4.5}, {"muted", "card", 4.5}, {"muted", "warn-soft", 4.5},
			{"link", "paper", 4.5}, {"link", "card", 4.5}, {"link", "warn-soft", 4.5},
			{"accent", "accent-soft", 4.5}, {"warn", "warn-soft", 4.5}, {"warn", "card", 4.5},
			{"stopped", "card", 3}, {"all", "card", 3}, {"focus", "paper", 3}, {"focus", "card", 3}, {"accent", "paper", 3},
		} {
			if got := contrast(t, colours[pair.front], colours[pair.back]); got < pair.least {
				t.Errorf("%s: %s on %s has %.2f to 1, want %.1f", name, pair.front, pair.back, got, pair.least)
			}
		}
	}
}

func TestEveryShapeOfAnIconStandsOut(t *testing.T) {
	light, dark := schemes(t)
	for _, sky := range append([]abri.Sky{abri.Fog}, abri.Skies...) {
		colours := regexp.MustCompile(`(?:fill|stroke)="(#[0-9a-f]{6})"`).FindAllStringSubmatch(string(icon(sky)), -1)
		if len(colours) == 0 {
			t.Errorf("%s has no colour", sky)
		}
		for _, m := range colours {
			for scheme, card := range map[string]string{"light": light["card"], "dark": dark["card"]} {
				if got := contrast(t, m[1], card); got < 3 {
					t.Errorf("%s: %s on a %s card has %.2f to 1", sky, m[1], scheme, got)
				}
			}
		}
	}
}

func TestEverySkyHasShapesOfItsOwn(t *testing.T) {
	shapes := map[abri.Sky]struct{ has, lacks []string }{
		abri.Clear:     {[]string{`class="sun"`}, []string{"drop", "bolt", "ring", "band"}},
		abri.LightRain: {[]string{`class="sun"`, "drop", "cloud-near"}, []string{"bolt", "ring", "band"}},
		abri.Rain:      {[]string{"drop", "cloud-near"}, []string{`class="sun"`, "bolt", "ring", "band"}},
		abri.Storm:     {[]string{"bolt", "drop"}, []string{`class="sun"`, "ring", "band"}},
		abri.Tornado:   {[]string{"ring", "debris"}, []string{`class="sun"`, "bolt", "band"}},
		abri.Fog:       {[]string{"band", "mist-1"}, []string{`class="sun"`, "drop", "bolt", "ring"}},
		"unknown":      {[]string{"band", "mist-1"}, []string{`class="sun"`, "drop", "bolt", "ring"}},
	}
	icons := map[string]abri.Sky{}
	for sky, s := range shapes {
		svg := string(scene(sky, "t"))
		svg = svg[strings.Index(svg, "</defs>"):]
		for _, has := range s.has {
			if !strings.Contains(svg, has) {
				t.Errorf("%s has no %s", sky, has)
			}
		}
		for _, lacks := range s.lacks {
			if strings.Contains(svg, lacks) {
				t.Errorf("%s has a %s", sky, lacks)
			}
		}
		if twin, found := icons[string(icon(sky))]; found && sky != "unknown" && twin != "unknown" {
			t.Errorf("%s and %s have the same icon", sky, twin)
		}
		icons[string(icon(sky))] = sky
	}
}

func TestEveryColourOfThePictureIsSet(t *testing.T) {
	css := string(staticFiles["scene.css"])
	for _, m := range regexp.MustCompile(`var\((--[a-z-]+)\)`).FindAllStringSubmatch(css, -1) {
		if !strings.Contains(css, m[1]+": #") {
			t.Errorf("%s has no value", m[1])
		}
	}
}

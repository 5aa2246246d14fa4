package abri

// Sky is the cyber weather of a site.
type Sky string

// The skies, from none to worst. Fog stands apart: no data, or no proof that the filter works; silence is never sun.
const (
	Clear     Sky = "clear"
	LightRain Sky = "light-rain"
	Rain      Sky = "rain"
	Storm     Sky = "storm"
	Tornado   Sky = "tornado"
	Fog       Sky = "fog"
)

// Skies lists the skies from clear to tornado; fog is not among them. Do not write to it.
var Skies = []Sky{Clear, LightRain, Rain, Storm, Tornado}

// Severity is the place of s in Skies, 0 for clear to 4 for a tornado, and -1 for fog and unknown words.
func (s Sky) Severity() int {
	for i, x := range Skies {
		if x == s {
			return i
		}
	}
	return -1
}

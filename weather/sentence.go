package weather

import "abri.example/abri"

// Sentence is the one sentence of the page: the sky, and what made it, in plain words.
func Sentence(r Report, l abri.Lang) string {
	return SkyName(r.Sky, l)
}

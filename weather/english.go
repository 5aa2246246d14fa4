package weather

import (
	"strings"

	"abri.example/abri"
)

// english is the sentence in English.
func english(r Report) string {
	var parts []string
	switch r.Because {
	case BecauseNoData:
		parts = append(parts, "the box sees no traffic and cannot tell")
	case BecauseNoProof:
		parts = append(parts, "nothing proves that the filter works at this moment")
	}
	if r.Answered {
		parts = append(parts, "a device of the network got an answer from a criminals' server")
	}
	if r.Sky != abri.Fog || r.Attacks+r.Ongoing > 0 {
		parts = append(parts, englishFigures(r))
	}
	head := SkyName(r.Sky, abri.English)
	if head != "" {
		head = strings.ToUpper(head[:1]) + head[1:]
	}
	if r.Because == BecauseKept {
		head += ", as earlier today"
	}
	return head + ": " + strings.Join(parts, "; ") + "."
}

// englishFigures tells what came and what became of it.
func englishFigures(r Report) string {
	n := func(v uint64) string { return number(v, ",") }
	var s string
	switch {
	case r.Attacks > 0:
		s = n(r.Attacks) + one(r.Attacks, " attack", " attacks") + " " + englishSince(r) + ", " + englishOutcome(r, n)
	case r.Ongoing > 0:
		s = "no new attack " + englishSince(r)
	case r.Noise == 0 && r.Because == BecauseNone:
		return "nothing came " + englishSince(r)
	default:
		s = "no attack under way"
	}
	if r.Ongoing > 0 {
		s += ", and " + n(r.Ongoing) + one(r.Ongoing, " attack that began before goes on", " attacks that began before go on")
	}
	if r.Attacks+r.Ongoing == 0 && r.Noise > 0 {
		s = "no attack " + englishSince(r) + ", " + n(r.Noise) +
			one(r.Noise, " lone probe that led to nothing", " lone probes that led to nothing")
	}
	return s
}

// englishSince tells since when the box counts today.
func englishSince(r Report) string {
	if r.Late == 0 {
		return "since midnight"
	}
	return "since " + r.Since.Add(r.Late).Format("15:04")
}

// englishOutcome tells what became of today's attacks.
func englishOutcome(r Report, n func(uint64) string) string {
	switch r.Attacks {
	case r.Neutralised:
		return one(r.Attacks, "stopped", "all stopped")
	case r.WouldBlock:
		return one(r.Attacks, "watched and not stopped (protection would have stopped it)",
			"watched and not stopped (protection would have stopped them)")
	case r.Observed:
		return "seen and not stopped"
	}
	var parts []string
	if r.Neutralised > 0 {
		parts = append(parts, n(r.Neutralised)+" stopped")
	}
	if r.WouldBlock > 0 {
		parts = append(parts, n(r.WouldBlock)+" that protection would have stopped")
	}
	if r.Observed > 0 {
		parts = append(parts, n(r.Observed)+" seen and not stopped")
	}
	return list(parts, "and")
}

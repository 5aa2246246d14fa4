package api

import (
	"context"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
)

// Skies are the skies of sites, counted: what the map says at a glance.
type Skies struct {
	AsOf        time.Time    `json:"as_of"`
	Sites       int          `json:"sites"`
	Attacks     uint64       `json:"attacks" doc:"That began today."`
	Neutralised uint64       `json:"neutralised"`
	Skies       []SkyCount   `json:"skies" doc:"From the worst to the best, fog first: silence is never sun."`
	Rollout     []StageCount `json:"rollout" doc:"In the order of the stages."`
}

// SkyCount is of how many sites a sky is.
type SkyCount struct {
	Sky   abri.Sky `json:"sky" enum:"clear,light-rain,rain,storm,tornado,fog"`
	Sites int      `json:"sites"`
}

// StageCount is how many sites have come so far.
type StageCount struct {
	Rollout ledger.Rollout `json:"rollout" enum:"entered,invited,shipped,installed,observing,protecting,silent"`
	Sites   int            `json:"sites"`
}

// Me is whose key it is, and what it may.
type Me struct {
	Key    string          `json:"key" doc:"Its name."`
	Person string          `json:"person"`
	Role   people.Role     `json:"role" enum:"administrator,technician,group-reader,site-reader"`
	May    []people.Action `json:"may"`
	Groups []int64         `json:"groups"`
	Sites  []int64         `json:"sites"`
	Until  time.Time       `json:"until"`
}

// skies are the operations on all that a key sees.
func skies(a *api) {
	add(a, operation{id: "get-skies", method: "GET", path: "/skies", summary: "The skies of sites and the roll-out, counted", tag: "Skies", need: people.Read},
		func(ctx context.Context, c *caller, in *Scope) (Skies, error) {
			which, err := in.of(ctx, c)
			if err != nil {
				return Skies{}, err
			}
			now := a.Now()
			all, err := c.Standings(ctx, which, now)
			return skiesOf(all, now), err
		})
	add(a, operation{id: "get-me", method: "GET", path: "/me", summary: "Whose key this is, and what it may", tag: "Programs", need: people.Own},
		func(_ context.Context, c *caller, _ *struct{}) (Me, error) {
			who := c.Who()
			out := Me{Key: c.key.Name, Person: who.Name, Role: who.Role, Groups: orNone(who.Scope.Groups), Sites: orNone(who.Scope.Sites), Until: c.key.Until, May: []people.Action{}}
			for _, may := range people.Actions {
				if who.May(may) {
					out.May = append(out.May, may)
				}
			}
			return out, nil
		})
}

func skiesOf(all []ledger.Standing, now time.Time) Skies {
	out := Skies{AsOf: now.UTC(), Sites: len(all), Skies: []SkyCount{}, Rollout: []StageCount{}}
	skies, stages := map[abri.Sky]int{}, map[ledger.Rollout]int{}
	for _, s := range all {
		skies[s.Sky]++
		stages[s.Rollout]++
		out.Attacks, out.Neutralised = out.Attacks+s.Attacks, out.Neutralised+s.Neutralised
	}
	out.Skies = append(out.Skies, SkyCount{abri.Fog, skies[abri.Fog]})
	for i := len(abri.Skies) - 1; i >= 0; i-- {
		out.Skies = append(out.Skies, SkyCount{abri.Skies[i], skies[abri.Skies[i]]})
	}
	for _, stage := range ledger.Rollouts {
		out.Rollout = append(out.Rollout, StageCount{stage, stages[stage]})
	}
	return out
}

// orNone is a list that is there even when it is empty.
func orNone[T any](all []T) []T {
	if all == nil {
		return []T{}
	}
	return all
}

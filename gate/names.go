package gate

import (
	"sync/atomic"
	"time"

	"abri.example/abri"
	"abri.example/abri/names/key"
)

// The most names and rules that LoadNames takes.
const (
	MaxNames     = 4_000_000
	MaxNameRules = 65_536
)

// NameSet is what is to be said of questions for names, in the words of names/key. Keys are of listed names: the low two
// bits say whether the name itself (1) and what lies beneath it (2) is meant. Rules go before them: of those that cover a
// name the last decides.
type NameSet struct {
	Seed  key.Seed
	Keys  []uint64
	Rules []NameRule
}

// NameRule is one rule; its Key has one of the two low bits set.
type NameRule struct {
	Key uint64
	Say NameWord
}

// NameWord is what a rule says.
type NameWord uint8

// The name passes whatever lists say; it is stopped like a listed one; or it is that of a closed resolver, which there is
// none for this site, and nobody's attack.
const (
	NamePasses   = NameWord(saidPass)
	NameStops    = NameWord(saidStop)
	NameResolver = NameWord(saidResolver)
)

// enum said of kernel/words.h.
const (
	saidPass = iota
	saidStop
	saidResolver
	saidBits = 2
)

// NameStats is what a LoadNames has done.
type NameStats struct {
	Names, Rules int // that were found standing in the new generation
	Took         time.Duration
}

// LoadNames replaces the names that are stopped in the DNS, as Load replaces prefixes: each question is judged by the old
// ones or by the new. Order and duplicates of keys do not matter. CodeFull beyond MaxNames or MaxNameRules, and nothing
// changes. An answer carries no such name, or the addresses of SetPage.
func (g *Gate) LoadNames(s NameSet) (NameStats, error) {
	start := time.Now()
	if len(s.Keys) > MaxNames || len(s.Rules) > MaxNameRules {
		return NameStats{}, &abri.Error{Code: abri.CodeFull, Place: "names", What: "more names or exceptions than the gate takes", Remedy: "shorter lists"}
	}
	g.loading.Lock()
	defer g.loading.Unlock()
	if g.control.at == nil {
		return NameStats{}, errClosed
	}
	at := g.control.at
	idle := (atomic.LoadUint32(&at.NameGen) & 1) ^ 1
	if m := g.arrays[kernelMapNames][idle]; m != nil { // see settle
		if err := place(g.maps.Names, kernelMapNames, idle, m); err != nil {
			return NameStats{}, err
		}
	}
	stands := kernelNameGeneration{Start: s.Seed.Start, First: s.Seed.First, Second: s.Seed.Second}
	if err := g.fillNames(idle, s.Keys, proofName(s.Seed), &stands); err != nil {
		return NameStats{}, err
	}
	if err := g.fillNameRules(idle, s.Rules, &stands); err != nil {
		return NameStats{}, err
	}
	if err := g.drawNames(idle, s, &stands); err != nil {
		return NameStats{}, err
	}
	at.NamesOf[idle] = stands
	total := uint32(stands.Names+stands.Rules) + 1 // and the proof's
	atomic.StoreUint32(&at.Names, max(total, atomic.LoadUint32(&at.Names)))
	atomic.StoreUint32(&at.NameGen, idle)
	atomic.StoreUint32(&at.Names, total)
	return NameStats{int(stands.Names), int(stands.Rules), time.Since(start)}, nil
}

// fillNames builds the table of an idle generation. One in which some name finds no room is built again, larger.
func (g *Gate) fillNames(gen uint32, keys []uint64, proof uint64, stands *kernelNameGeneration) error {
	for size := nameBucketsFor(len(keys) + 1); ; size *= 2 {
		buckets, free, err := array[nameBucket](g, g.maps.Names, kernelMapNames, gen, size)
		if err != nil {
			return err
		}
		t := nameTable{buckets}
		if !t.fill(keys) || !t.join(proof) && !t.place(proof) {
			free()
			continue
		}
		for _, k := range keys {
			if t.stands(k) {
				stands.Names++
			}
		}
		stands.Slots, stands.Mask = t.census(), uint64(len(buckets)-1)
		free()
		return nil
	}
}

// fillNameRules puts the rules of an idle generation in the place of those it had.
func (g *Gate) fillNameRules(gen uint32, rules []NameRule, stands *kernelNameGeneration) error {
	want := map[kernelNameRuleKey]uint32{}
	var k kernelNameRuleKey
	var rule uint32
	for each := g.maps.NameRules.Iterate(); each.Next(&k, &rule); {
		if uint32(k.Gen) != gen {
			want[k] = rule
		}
	}
	others := len(want)
	for i, r := range rules {
		want[kernelNameRuleKey{Key: r.Key, Gen: uint64(gen)}] = uint32(i+1)<<saidBits | uint32(r.Say)
	}
	if err := replace(g.maps.NameRules, want); err != nil {
		return err
	}
	stands.Rules = uint64(len(want) - others)
	return nil
}

// drawNames draws the outline of an idle generation: a bit for each of its names and rules.
func (g *Gate) drawNames(gen uint32, s NameSet, stands *kernelNameGeneration) error {
	size := nameOutlineFor(len(s.Keys) + len(s.Rules) + 1)
	outline, free, err := array[uint32](g, g.maps.NameOutlines, kernelMapNameOutlines, gen, size/outlineLine)
	if err != nil {
		return err
	}
	defer free()
	o := nameOutline(outline[:size/32])
	clear(o)
	for _, k := range s.Keys {
		o.draw(k)
	}
	for _, r := range s.Rules {
		o.draw(r.Key)
	}
	o.draw(proofName(s.Seed))
	stands.Bits, stands.Drawn = uint64(size-1), o.census()
	return nil
}

// NameEntries is how many names and rules are enforced, counted again from what stands in the generation that the kernel
// reads now; what is not as LoadNames left it answers 0.
func (g *Gate) NameEntries() (names, rules int) {
	g.loading.Lock()
	defer g.loading.Unlock()
	if g.control.at == nil {
		return 0, 0
	}
	gen := atomic.LoadUint32(&g.control.at.NameGen) & 1
	want := g.control.at.NamesOf[gen]
	if total := uint32(want.Names+want.Rules) + 1; atomic.LoadUint32(&g.control.at.Names) != total {
		return 0, 0
	}
	if buckets, free, err := standing[nameBucket](g, kernelMapNames, gen); err == nil {
		if (nameTable{buckets}).census() == want.Slots {
			names = int(want.Names)
		}
		free()
	}
	if !g.isDrawn(gen, want) {
		return 0, 0
	}
	var k kernelNameRuleKey
	var rule uint32
	for each := g.maps.NameRules.Iterate(); each.Next(&k, &rule); {
		if uint32(k.Gen) == gen {
			rules++
		}
	}
	if rules != int(want.Rules) {
		rules = 0
	}
	return names, rules
}

// isDrawn reports whether the outline of a generation has as many bits set as LoadNames left.
func (g *Gate) isDrawn(gen uint32, want kernelNameGeneration) bool {
	outline, free, err := standing[uint32](g, kernelMapNameOutlines, gen)
	if err != nil {
		return false
	}
	defer free()
	return len(outline)*32 > int(want.Bits) && nameOutline(outline[:(want.Bits+1)/32]).census() == want.Drawn
}

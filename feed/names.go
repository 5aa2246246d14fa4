package feed

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"slices"
	"sort"

	"abri.example/abri/names/key"
)

// seed makes the keys of names differ from one run to the next, so that nobody can make a name that has another's key.
var seed = func() key.Seed {
	var random [24]byte
	rand.Read(random[:]) // never fails: crypto/rand
	return key.NewSeed(random)
}()

// NameSeed is the seed of NameKeys and of NameRules' keys.
func NameSeed() key.Seed { return seed }

// nameKey stands for a name and its scope, the scope in the low two bits: 62 bits of hash, so that of a million names a
// stranger's has a chance of 1 to 4·10¹² to be taken for one. No text is kept: what a look-up says it read in the
// question.
func nameKey(name []byte, s scope) uint64 { return scoped(seed.Of(name), s) }

func scoped(k uint64, s scope) uint64 { return k&^uint64(scopeMask) | uint64(s) }

// nameTable finds the lists that hold a name: keys in order, and beside each the place of its list. Of equal keys the
// first list's stands first.
type nameTable struct {
	keys  []uint64
	lists []uint16
}

// mergeNames joins the sorted keys of lists without a copy between.
func mergeNames(lists []*List) nameTable {
	n := 0
	for _, l := range lists {
		n += len(l.names)
	}
	t := nameTable{keys: make([]uint64, 0, n), lists: make([]uint16, 0, n)}
	heads := make([]int, len(lists))
	for range n {
		least := -1
		for i, l := range lists {
			if heads[i] < len(l.names) && (least < 0 || l.names[heads[i]] < lists[least].names[heads[least]]) {
				least = i
			}
		}
		t.keys = append(t.keys, lists[least].names[heads[least]])
		t.lists = append(t.lists, uint16(least))
		heads[least]++
	}
	return t
}

// holder is a list that has a key, with the scope of its entry.
type holder struct {
	list  int
	scope scope
}

// holding gives the lists whose entry of a key takes in what is asked for, the name itself or what lies beneath it:
// entries for a name alone first, then in the order of their rank.
func (t nameTable) holding(k uint64, part scope) (out []holder) {
	k = scoped(k, 0)
	for at := sort.Search(len(t.keys), func(i int) bool { return t.keys[i] >= k }); at < len(t.keys) && scoped(t.keys[at], 0) == k; at++ {
		if s := scope(t.keys[at] & uint64(scopeMask)); s&part != 0 {
			out = append(out, holder{int(t.lists[at]), s})
		}
	}
	slices.SortStableFunc(out, func(a, b holder) int {
		return cmp.Or(cmp.Compare(a.scope&beneath, b.scope&beneath), a.list-b.list)
	})
	return out
}

// distinct is the number of different keys.
func (t nameTable) distinct() int {
	n := 0
	for i, k := range t.keys {
		if i == 0 || k != t.keys[i-1] {
			n++
		}
	}
	return n
}

// NameListing is what one list says of a name: by which entry, and whether it covers more than the entry itself.
type NameListing struct {
	Info  Info
	Entry string
	Whole bool
}

// FindName names every list that holds a name, each with its most specific entry, those that are only observed among
// them, whatever FindNameRule says. The name is taken in any case, with or without a final dot.
func (s *Set) FindName(name string) []NameListing {
	text := asked(name)
	var out []NameListing
	for _, end := range slices.Backward(ends(text)) {
		for _, h := range s.names.holding(end.key, end.part) {
			known := slices.ContainsFunc(out, func(l NameListing) bool { return l.Info.Name == s.infos[h.list].Name })
			if !known {
				out = append(out, NameListing{Info: s.infos[h.list], Entry: string(end.text), Whole: h.scope != hostOnly})
			}
		}
	}
	return out
}

// asked is a name as lists know it: what a browser writes in another script is what the DNS is asked in ASCII.
func asked(name string) []byte {
	text := bytes.TrimSuffix([]byte(name), []byte("."))
	if ascii, ok := inASCII(text); ok {
		return ascii
	}
	return bytes.ToLower(text)
}

// nameEnd is the end of a name, from some label on, with its key and the part of an entry that would hold the name.
type nameEnd struct {
	text []byte
	key  uint64
	part scope
}

func ends(name []byte) []nameEnd {
	out := make([]nameEnd, 0, 8)
	for text, k := range seed.Above(name) {
		part := beneath
		if len(text) == len(name) {
			part = hostOnly
		}
		out = append(out, nameEnd{text, k, part})
	}
	return out
}

// Names is the number of different names in the set, those only observed among them.
func (s *Set) Names() int { return s.names.distinct() }

// NameKeys gives the keys of the names to enforce, sorted and unique: of each the low two bits say whether the name itself
// (1) and what lies beneath it (2) is meant. The slice is made for the caller.
func (s *Set) NameKeys() []uint64 {
	out := make([]uint64, 0, len(s.names.keys))
	for i, k := range s.names.keys {
		if s.infos[s.names.lists[i]].Observe {
			continue
		}
		if n := len(out); n > 0 && scoped(out[n-1], 0) == scoped(k, 0) {
			out[n-1] |= k
			continue
		}
		out = append(out, k)
	}
	return out
}

// NameVersion tells one make of the names from another: it is the same for two sets only when the same readings of the same
// lists gave their names, whatever their rules.
func (s *Set) NameVersion() []uint64 { return slices.Clone(s.makeup.names) }

// FindFingerprint names the lists that hold a JA3 or JA4 fingerprint, in lower case.
func (s *Set) FindFingerprint(print string) []Info {
	var out []Info
	for _, list := range s.prints[print] {
		out = append(out, s.infos[list])
	}
	return out
}

func mergePrints(lists []*List) map[string][]int {
	out := map[string][]int{}
	for i, l := range lists {
		for _, p := range l.prints {
			out[p] = append(out[p], i)
		}
	}
	return out
}

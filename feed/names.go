package feed

import (
	"hash/maphash"
	"slices"
	"sort"
)

// seed makes the keys of names differ from one run to the next, so that nobody can make a name that has another's key.
var seed = maphash.MakeSeed()

// nameKey stands for a name and its scope, the scope in the low two bits: 62 bits of hash, so that of a million names a
// stranger's has a chance of 1 to 4·10¹² to be taken for one. No text is kept: what a look-up says it read in the
// question.
func nameKey(name []byte, s scope) uint64 {
	return maphash.Bytes(seed, name)&^uint64(scopeMask) | uint64(s)
}

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

// holding calls yield with each list that has the name in the scope.
func (t nameTable) holding(name []byte, s scope, yield func(list int) bool) bool {
	key := nameKey(name, s)
	at := sort.Search(len(t.keys), func(i int) bool { return t.keys[i] >= key })
	for ; at < len(t.keys) && t.keys[at] == key; at++ {
		if !yield(int(t.lists[at])) {
			return false
		}
	}
	return true
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
// them. The name is taken in any case, with or without a final dot; what is no name is on no list.
func (s *Set) FindName(name string) []NameListing {
	text, why := parseName([]byte(name), hostOnly)
	if why != taken {
		return nil
	}
	var out []NameListing
	add := func(entry []byte, sc scope) {
		s.names.holding(entry, sc, func(list int) bool {
			known := slices.ContainsFunc(out, func(l NameListing) bool { return l.Info.Name == s.infos[list].Name })
			if !known {
				out = append(out, NameListing{Info: s.infos[list], Entry: string(entry), Whole: sc != hostOnly})
			}
			return true
		})
	}
	add(text, hostOnly)
	add(text, tree)
	for parent := range parents(text) {
		add(parent, tree)
		add(parent, beneath)
	}
	return out
}

// Names is the number of different names in the set, those only observed among them.
func (s *Set) Names() int { return s.names.distinct() }

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

package flow

import "hash/maphash"

// index finds a flow by its key: open addressing with linear probing (Knuth, volume 3, section 6.4, algorithms L and R).
// A place is 16 bytes and holds the hash beside the flow, so that a packet of a conversation under way fetches one line
// of memory for the place and one for the flow, where a map of Go's fetches three.
type index struct {
	seed   maphash.Seed // makes it impossible to prepare keys that share a place
	places []place      // a power of two of them, at most three in four taken
	taken  int
}

// place is empty where flow is nil.
type place struct {
	hash uint64
	flow *Flow
}

// leastPlaces is how many places an index begins with.
const leastPlaces = 256

func newIndex() index {
	return index{seed: maphash.MakeSeed(), places: make([]place, leastPlaces)}
}

// find gives the flow of a key and the key's hash; nil where there is none.
func (x *index) find(k *key) (*Flow, uint64) {
	hash := maphash.Comparable(x.seed, *k)
	return x.at(k, hash), hash
}

func (x *index) at(k *key, hash uint64) *Flow {
	mask := uint64(len(x.places) - 1)
	for at := hash & mask; ; at = (at + 1) & mask {
		p := &x.places[at]
		if p.flow == nil || p.hash == hash && p.flow.key == *k {
			return p.flow
		}
	}
}

// add takes in a flow whose key is not there; hash is its key's.
func (x *index) add(f *Flow, hash uint64) {
	if 4*(x.taken+1) > 3*len(x.places) {
		x.grow()
	}
	x.taken++
	x.put(place{hash, f})
}

func (x *index) put(p place) {
	mask := uint64(len(x.places) - 1)
	at := p.hash & mask
	for x.places[at].flow != nil {
		at = (at + 1) & mask
	}
	x.places[at] = p
}

func (x *index) grow() {
	old := x.places
	x.places = make([]place, 2*len(old))
	for _, p := range old {
		if p.flow != nil {
			x.put(p)
		}
	}
}

// remove takes a flow out, if it is there.
func (x *index) remove(f *Flow) { x.take(f, maphash.Comparable(x.seed, f.key)) }

// take takes out a flow whose key has the hash, and closes the gap with those behind that may stand there.
func (x *index) take(f *Flow, hash uint64) {
	mask := uint64(len(x.places) - 1)
	gap := hash & mask
	for x.places[gap].flow != f {
		if x.places[gap].flow == nil {
			return
		}
		gap = (gap + 1) & mask
	}
	x.taken--
	for at := (gap + 1) & mask; x.places[at].flow != nil; at = (at + 1) & mask {
		if home := x.places[at].hash & mask; (at-home)&mask >= (at-gap)&mask {
			x.places[gap] = x.places[at]
			gap = at
		}
	}
	x.places[gap] = place{}
}

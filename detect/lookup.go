package detect

// lookup finds many words at once, in one pass over the data and without regard to case: the automaton of Aho and
// Corasick (1975). It is safe for concurrent use.
type lookup struct {
	class [256]uint8 // of a byte; 0 is every byte that is in no word
	width int        // classes
	next  []int32    // by state and class
	ends  [][]int32  // the words that end in a state, by their number
	empty bool       // there are no words

	after [256]uint64 // by the first byte of a word: the marks of the bytes that may follow it; 0 begins none
	mark  [256]uint64 // of a byte: one bit for its class, which more than 64 classes share
	steps []uint32    // next, made for running: where the row of the next state begins, and in the lowest bit whether words end there
}

// newLookup takes words in lower case; their numbers are their places.
func newLookup(words []string) *lookup {
	l := &lookup{width: 1, empty: len(words) == 0}
	for _, w := range words {
		for i := range len(w) {
			if l.class[w[i]] == 0 {
				l.class[w[i]] = uint8(l.width)
				l.width++
			}
		}
	}
	l.add()
	for n, w := range words {
		l.ends[l.plant(w)] = append(l.ends[l.plant(w)], int32(n))
	}
	l.link()
	for c := 'A'; c <= 'Z'; c++ {
		l.class[c] = l.class[c+'a'-'A']
	}
	l.pave()
	return l
}

// pave makes the table that find runs on.
func (l *lookup) pave() {
	l.steps = make([]uint32, len(l.next))
	for at, s := range l.next {
		l.steps[at] = uint32(int(s)*l.width) << 1
		if len(l.ends[s]) > 0 {
			l.steps[at] |= 1
		}
	}
	for c, class := range l.class {
		l.mark[c] = 1 << (class & 63)
	}
	for c, class := range l.class {
		s := l.next[class]
		for next := range l.width {
			if s != 0 && (len(l.ends[s]) > 0 || l.goesOn(s, next)) {
				l.after[c] |= 1 << (next & 63)
			}
		}
	}
}

// goesOn reports whether the class leads on from a state of one byte, rather than back to another beginning.
func (l *lookup) goesOn(s int32, class int) bool {
	n := l.next[int(s)*l.width+class]
	return n != 0 && n != l.next[class]
}

// add gives a new state.
func (l *lookup) add() int32 {
	for range l.width {
		l.next = append(l.next, 0)
	}
	l.ends = append(l.ends, nil)
	return int32(len(l.ends) - 1)
}

// plant gives the state of a word, made where it is not there yet.
func (l *lookup) plant(w string) int32 {
	s := int32(0)
	for i := range len(w) {
		at := int(s)*l.width + int(l.class[w[i]])
		if l.next[at] == 0 {
			n := l.add()
			l.next[at] = n
		}
		s = l.next[at]
	}
	return s
}

// link fills in where to go from a state when the word does not go on: to the longest end of it that begins another.
func (l *lookup) link() {
	back := make([]int32, len(l.ends))
	var queue []int32
	for c := range l.width {
		if s := l.next[c]; s != 0 {
			queue = append(queue, s)
		}
	}
	for i := 0; i < len(queue); i++ {
		s := queue[i]
		l.ends[s] = append(l.ends[s], l.ends[back[s]]...)
		for c := range l.width {
			at, fallen := int(s)*l.width+c, l.next[int(back[s])*l.width+c]
			if n := l.next[at]; n != 0 {
				back[n] = fallen
				queue = append(queue, n)
			} else {
				l.next[at] = fallen
			}
		}
	}
}

// find tells of each word in the data, by its number, and where it ends. Most pairs of bytes begin no word: those are
// passed over without a step.
func (l *lookup) find(data []byte, tell func(word, end int)) {
	if l.empty {
		return
	}
	row := uint32(0)
	for i := 0; i < len(data); i++ {
		if row == 0 {
			i = l.skip(data, i)
		}
		step := l.steps[row+uint32(l.class[data[i]])]
		row = step >> 1
		if step&1 == 0 {
			continue
		}
		for _, w := range l.ends[int(row)/l.width] {
			tell(int(w), i+1)
		}
	}
}

// skip gives the next place from i on where the first two bytes of a word may stand, and at the least the last byte. Four
// pairs are looked at in one go, because nearly always none of them begins a word.
func (l *lookup) skip(data []byte, i int) int {
	after, mark := &l.after, &l.mark
	for ; i+4 < len(data); i += 4 {
		d := data[i : i+5 : i+5]
		if after[d[0]]&mark[d[1]]|after[d[1]]&mark[d[2]]|after[d[2]]&mark[d[3]]|after[d[3]]&mark[d[4]] != 0 {
			break
		}
	}
	for ; i+1 < len(data); i++ {
		if after[data[i]]&mark[data[i+1]] != 0 {
			return i
		}
	}
	return len(data) - 1
}

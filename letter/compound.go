package letter

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
)

// compound is how a compound file begins (MS-CFB 2.2).
var compound = []byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}

// The numbers of MS-CFB that stand for no sector and no entry, and the size below which a stream lies in the small one.
const (
	lastSector  = 0xfffffffa // above it stand marks, not sectors
	noEntry     = 0xffffffff
	smallStream = 4096
	smallSector = 64
)

// container is a compound file: a small file system in one file. Every chain in it is walked at most as far as the file
// has sectors, so that one that runs in a circle ends.
type container struct {
	data    []byte
	size    int // of a sector, in bytes
	fat     []uint32
	miniFAT []uint32
	mini    []byte // the stream that holds the small ones
	entries []entry
	budget  int // bytes of streams that may still be read: many may share the same sectors
}

// entry is one stream or storage of the directory (MS-CFB 2.6.1).
type entry struct {
	name               string
	storage            bool
	left, right, child uint32
	start              uint32
	size               int
}

// openCompound reads the tables of a compound file; false for a damaged one.
func openCompound(data []byte) (*container, bool) {
	if len(data) < 512 || !bytes.HasPrefix(data, compound) {
		return nil, false
	}
	shift := binary.LittleEndian.Uint16(data[30:])
	if shift != 9 && shift != 12 {
		return nil, false
	}
	c := &container{data: data, size: 1 << shift, budget: 2 * len(data)}
	c.readFAT()
	directory := c.chain(binary.LittleEndian.Uint32(data[48:]), len(data))
	for ; len(directory) >= 128; directory = directory[128:] {
		c.entries = append(c.entries, entryOf(directory[:128]))
	}
	if len(c.entries) == 0 {
		return nil, false
	}
	c.miniFAT = numbers(c.chain(binary.LittleEndian.Uint32(data[60:]), len(data)))
	c.mini = c.chain(c.entries[0].start, c.entries[0].size)
	return c, true
}

// readFAT gathers the table of chains, whose own sectors the header names, and beyond 109 of them a chain of its own.
func (c *container) readFAT() {
	add := func(sectors []uint32) {
		for _, s := range sectors {
			if len(c.fat) <= len(c.data)/c.size {
				c.fat = append(c.fat, numbers(c.sector(s))...)
			}
		}
	}
	add(numbers(c.data[76:512]))
	next := binary.LittleEndian.Uint32(c.data[68:])
	for range len(c.data) / c.size {
		more := numbers(c.sector(next))
		if len(more) == 0 {
			return
		}
		add(more[:len(more)-1])
		next = more[len(more)-1]
	}
}

// sector is the bytes of one sector, fewer at the end of a cut file, none for a number that is none.
func (c *container) sector(n uint32) []byte {
	at := (int(n) + 1) * c.size
	if n >= lastSector || at >= len(c.data) {
		return nil
	}
	return c.data[at:min(len(c.data), at+c.size)]
}

// chain is at most most bytes of the sectors that follow one another from start.
func (c *container) chain(start uint32, most int) []byte {
	var out []byte
	for range len(c.data)/c.size + 1 {
		s := c.sector(start)
		if s == nil || len(out) >= most {
			break
		}
		out = append(out, s...)
		if int(start) >= len(c.fat) {
			break
		}
		start = c.fat[start]
	}
	return out[:min(len(out), max(0, most))]
}

// read is a stream's bytes, as far as the budget goes.
func (c *container) read(e entry) []byte {
	size := max(0, min(e.size, c.budget))
	c.budget -= size
	if e.size >= smallStream {
		return c.chain(e.start, size)
	}
	var out []byte
	for n := e.start; len(out) < size; n = c.miniFAT[n] {
		at := int(n) * smallSector
		if n >= lastSector || at >= len(c.mini) || int(n) >= len(c.miniFAT) {
			break
		}
		out = append(out, c.mini[at:min(len(c.mini), at+smallSector)]...)
	}
	return out[:min(len(out), size)]
}

// within gives what stands in a storage, in no order; each entry once, whatever the tree says.
func (c *container) within(storage entry) []entry {
	var out []entry
	seen := map[uint32]bool{noEntry: true}
	for todo := []uint32{storage.child}; len(todo) > 0; {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[n] || int(n) >= len(c.entries) {
			continue
		}
		seen[n] = true
		e := c.entries[n]
		out = append(out, e)
		todo = append(todo, e.left, e.right)
	}
	return out
}

func entryOf(b []byte) entry {
	length := int(binary.LittleEndian.Uint16(b[64:]))
	name := ""
	if length >= 2 && length <= 64 {
		name = utf16Text(b[:length-2])
	}
	return entry{
		name: name, storage: b[66] == 1 || b[66] == 5,
		left: binary.LittleEndian.Uint32(b[68:]), right: binary.LittleEndian.Uint32(b[72:]), child: binary.LittleEndian.Uint32(b[76:]),
		start: binary.LittleEndian.Uint32(b[116:]), size: int(binary.LittleEndian.Uint32(b[120:])),
	}
}

func numbers(b []byte) []uint32 {
	out := make([]uint32, 0, len(b)/4)
	for ; len(b) >= 4; b = b[4:] {
		out = append(out, binary.LittleEndian.Uint32(b))
	}
	return out
}

// utf16Text reads UTF-16LE.
func utf16Text(b []byte) string {
	units := make([]uint16, 0, len(b)/2)
	for ; len(b) >= 2; b = b[2:] {
		units = append(units, binary.LittleEndian.Uint16(b))
	}
	return string(utf16.Decode(units))
}

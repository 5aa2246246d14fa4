package audit

import (
	"fmt"

	"abri.example/abri"
)

// Chain checks entries as they come, the first first. The zero Chain has seen none. It is not safe for concurrent use.
type Chain struct {
	Last  Head
	noted map[uint64]Head
}

// Expect has the chain hold an entry as it was noted elsewhere: without it, who cut the end off, or made all of it anew,
// is not found.
func (c *Chain) Expect(heads ...Head) {
	if c.noted == nil {
		c.noted = map[uint64]Head{}
	}
	for _, h := range heads {
		c.noted[h.Number] = h
	}
}

// Next takes the next entry. CodeDamaged names the first link that is broken, and how.
func (c *Chain) Next(e Entry) error {
	broken := func(what string) error {
		return &abri.Error{Code: abri.CodeDamaged, Place: fmt.Sprintf("entry %d", e.Number), What: what,
			Remedy: "compare with the last backup: what follows this entry proves nothing"}
	}
	switch {
	case e.Number > c.Last.Number+1:
		return broken(fmt.Sprintf("entries are missing after %d", c.Last.Number))
	case e.Number < c.Last.Number+1:
		return broken("its number was used before")
	case e.Before != c.Last.Hash:
		return broken("it does not follow the entry before")
	case e.Hash != e.sum():
		return broken("it was changed")
	}
	c.Last = Head{e.Number, e.Hash}
	if noted, ok := c.noted[e.Number]; ok && noted != c.Last {
		return broken("it is not the one that was noted: all of it was made anew")
	}
	return nil
}

// End says that there are no more. CodeDamaged when an entry that was noted has not come.
func (c *Chain) End() error {
	for n := range c.noted {
		if n > c.Last.Number {
			return &abri.Error{Code: abri.CodeDamaged, Place: fmt.Sprintf("entry %d", c.Last.Number+1), What: fmt.Sprintf("the log ends here, and entry %d was noted", n),
				Remedy: "compare with the last backup: the end was cut off"}
		}
	}
	return nil
}

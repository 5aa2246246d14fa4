package reader

import (
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"time"

	"abri.example/abri/box/config"
	"abri.example/abri/box/order"
	"abri.example/abri/feed"
)

// listState is what is known of one list of the configuration.
type listState struct {
	name, publisher string
	entries         int
	refused         int
	dated           time.Time
	trouble         string
}

// readLists reads every list of the configuration and merges them. One that can't be read is left out and says why.
func readLists(c *config.Config, log *slog.Logger) (*feed.Set, []listState) {
	var lists []*feed.List
	states := make([]listState, 0, len(c.Lists))
	for _, l := range c.Lists {
		list, state := readList(l)
		if state.trouble != "" {
			log.Error("a list can't be used", "list", l.Name, "err", state.trouble)
		} else {
			lists = append(lists, list)
			log.Info("a list is read", "list", l.Name, "entries", state.entries, "refused", state.refused)
		}
		states = append(states, state)
	}
	return feed.Merge(lists, nil), states
}

func readList(l config.List) (*feed.List, listState) {
	state := listState{name: l.Name, publisher: l.Publisher}
	fail := func(err error) (*feed.List, listState) {
		state.trouble = err.Error()
		return nil, state
	}
	f, err := os.Open(l.File)
	if err != nil {
		return fail(err)
	}
	defer f.Close()
	if st, err := f.Stat(); err == nil {
		state.dated = st.ModTime()
	}
	list, err := feed.Parse(f, feed.Info{Name: l.Name, Publisher: l.Publisher, Dated: state.dated, Inward: l.Inward, Outward: l.Outward})
	if err != nil {
		return fail(err)
	}
	state.entries = list.Len4() + list.Len6()
	state.refused, _ = list.Refused()
	return list, state
}

// load has the keeper enforce a set.
func (r *Reader) load(s *feed.Set) error {
	v6 := s.V6()
	p := order.Prefixes{V4: s.V4(), V6: make([]order.Prefix6, len(v6))}
	for i, x := range v6 {
		p.V6[i] = order.Prefix6(x)
	}
	loaded, err := r.keeper.Load(p)
	if err != nil {
		return err
	}
	r.mu.Lock()
	r.kernel.wanted4, r.kernel.wanted6 = len(p.V4), len(p.V6)
	r.mu.Unlock()
	if loaded.Entries4 != len(p.V4) || loaded.Entries6 != len(p.V6) {
		return fmt.Errorf("the kernel holds %d + %d entries and %d + %d were asked for", loaded.Entries4, loaded.Entries6, len(p.V4), len(p.V6))
	}
	return nil
}

// exempted are the addresses that the configuration keeps lists from, those of files included.
func exempted(c *config.Config, log *slog.Logger) []netip.Prefix {
	out := append([]netip.Prefix(nil), c.Exempt.Addresses...)
	for _, path := range c.Exempt.Files {
		f, err := os.Open(path)
		if err != nil {
			log.Error("a file of exempt addresses can't be read", "err", err)
			continue
		}
		ps, refused, err := feed.ParsePrefixes(f, path)
		f.Close()
		if err != nil {
			log.Error("a file of exempt addresses can't be used", "err", err)
			continue
		}
		for _, x := range refused {
			log.Warn("an exempt address is refused", "file", path, "line", x.Line, "reason", x.Reason)
		}
		out = append(out, ps...)
	}
	return out
}

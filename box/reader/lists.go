package reader

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/config"
	"abri.example/abri/box/library"
	"abri.example/abri/box/order"
	"abri.example/abri/feed"
	"abri.example/abri/feed/fetch"
	"abri.example/abri/feed/guarded"
	"abri.example/abri/feed/shelf"
)

// openLibrary opens the folder of the lists, and takes up the lists that people added.
func (r *Reader) openLibrary(ctx context.Context, c *config.Config) {
	var err error
	r.library, err = library.Open(library.Options{
		Dir: filepath.Join(c.Box.Data, "lists"), Salt: r.seed, Guard: guarded.Default(), Getter: getter, Log: r.log,
		Contacts: r.weekOfContacts, Changed: r.hunt,
	})
	if err != nil {
		r.log.Error("fetched lists can't be kept; files are read all the same", "err", err)
	}
	r.recallLists(ctx)
}

// getter makes the client that fetches lists.
func getter(f config.Fetch) (shelf.Getter, error) {
	o := fetch.Options{Agent: "abri/" + Version + " (+https://abri.example)"}
	if f.Proxy != "" {
		var err error
		if o.Proxy, err = url.Parse(f.Proxy); err != nil {
			return nil, err
		}
	}
	if f.Certificates != "" {
		pem, err := os.ReadFile(f.Certificates)
		if err != nil {
			return nil, err
		}
		o.Roots = pem
	}
	return fetch.New(o)
}

// readLists reads what the settings and people want of lists, as far as it changed, and merges it.
func (r *Reader) readLists(c *config.Config) *feed.Set {
	r.mu.Lock()
	added := slices.Clone(r.added)
	r.mu.Unlock()
	if err := r.library.Use(c.Lists, added, c.Fetch); err != nil {
		r.log.Error("lists can't be fetched; their last copies stand", "err", err)
	}
	set := r.library.Read(r.now())
	tidy()
	for _, l := range r.library.Reports(r.now()) {
		if l.Trouble != "" {
			r.log.Error("a list can't be used", "list", l.Name, "err", l.Trouble)
		} else {
			r.log.Info("a list is read", "list", l.Name, "entries", l.Entries, "refused", l.Refused)
		}
	}
	return set
}

// listsEvery is how often the schedule of the lists is looked at.
const listsEvery = 15 * time.Second

// fetchLists asks publishers when their lists are due, and puts in force what they send.
func (r *Reader) fetchLists(ctx context.Context) error {
	return every(ctx, listsEvery, func() error {
		if r.recallLists(ctx) { // the store was met late
			r.mu.Lock()
			c := r.config
			r.mu.Unlock()
			r.readLists(c)
			r.shelve()
		}
		r.library.Refresh(ctx, r.now, r.shelve)
		r.endReleases()
		r.stopImitations()
		r.tellLists()
		return nil
	})
}

// shelve puts in force what the library holds now.
func (r *Reader) shelve() {
	r.shelving.Lock()
	defer r.shelving.Unlock()
	set := r.library.Set()
	r.mu.Lock()
	r.set = r.named(set)
	r.judgeAnew()
	r.mu.Unlock()
	r.enforce()
	r.tellLists()
	r.watch.tell()
}

// tellLists takes the library's word on each list for status and page.
func (r *Reader) tellLists() {
	reports := r.library.Reports(r.now())
	r.mu.Lock()
	r.lists = reports
	r.mu.Unlock()
}

// ailing says what ails the lists, one after the other, as far as a page can hold it.
func ailing(lists []library.Report) string {
	const most = 5
	var out []string
	for _, l := range lists {
		if ails := l.Ails(); ails != "" {
			out = append(out, l.Name+": "+ails)
		}
	}
	if more := len(out) - most; more > 0 {
		out = append(out[:most], fmt.Sprintf("… (%d)", more))
	}
	return strings.Join(out, "; ")
}

// load has the keeper enforce a set.
func (r *Reader) load(s *feed.Set) error {
	p := order.Pack(s.Each4, s.Len4(), func(yield func(order.Prefix6) bool) {
		s.Each6(func(x feed.Prefix6) bool { return yield(order.Prefix6(x)) })
	}, s.Len6())
	loaded, err := r.keeper.Load(p)
	if err != nil {
		return err
	}
	r.mu.Lock()
	r.kernel.wanted4, r.kernel.wanted6, r.kernel.loaded = p.Len4(), p.Len6(), true
	r.mu.Unlock()
	if loaded.Entries4 != p.Len4() || loaded.Entries6 != p.Len6() {
		return fmt.Errorf("the kernel holds %d + %d entries and %d + %d were asked for", loaded.Entries4, loaded.Entries6, p.Len4(), p.Len6())
	}
	return nil
}

// exempted are the addresses that the configuration keeps lists from, the telephone operator's and those of files
// included. A file that can't be used is the error; what was last read of it is among them.
func (r *Reader) exempted(c *config.Config) ([]netip.Prefix, error) {
	ofFiles, err := r.library.Exempt(c.Exempt.Files)
	if err != nil {
		r.log.Error("a file of exempt addresses can't be used; what was last read of it stands", "err", err)
	}
	narrow := slices.DeleteFunc(ofFiles, order.TooWide)
	if len(narrow) < len(ofFiles) {
		err = errors.Join(err, &abri.Error{Code: abri.CodeInvalid, Place: "[exempt] files", What: "an address is wider than a /8, or a /19 of IPv6, and is not taken", Remedy: "name the networks that are meant"})
	}
	return slices.Concat(c.Exempt.Addresses, c.Ports.Telephone, narrow), err
}

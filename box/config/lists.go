package config

import (
	"fmt"
	"strings"

	"abri.example/abri/feed/catalogue"
)

// lists checks where each list is to be had, and fills in what the catalogue knows of it.
func (r *reader) lists() {
	c := r.config
	names := map[string]bool{}
	for i := range c.Lists {
		l, at := &c.Lists[i], fmt.Sprintf("list[%d]", i)
		if l.Name != "" && names[l.Name] {
			r.refuse(at+".name", fmt.Sprintf("a second list is named %q", l.Name), "give each list its own name")
		}
		names[l.Name] = true
		l.File = r.fromHere(l.File)
		switch {
		case l.File != "" && l.URL != "":
			r.refuse(at+".url", fmt.Sprintf("list %q has a file and a url", l.Name), "give one of the two")
		case strings.HasPrefix(l.URL, "http://") && !l.Plain:
			r.refuse(at+".url", "list.url is HTTP without TLS: anybody on the way could write this list", "use https, or add plain = true when there is no other way")
		case l.File == "" && l.URL == "" && l.Name != "":
			r.fromCatalogue(l, at)
		}
	}
	if !c.Fetch.DefaultSet {
		return
	}
	for _, known := range catalogue.DefaultSet() {
		if !names[known.Name] {
			c.Lists = append(c.Lists, Catalogued(known))
		}
	}
}

// fromCatalogue fills in what the person left out of a list that is known by its name.
func (r *reader) fromCatalogue(l *List, at string) {
	known, ok := catalogue.Find(l.Name)
	switch {
	case !ok:
		r.refuse(at, fmt.Sprintf("list %q has no file and no url, and the catalogue has none of that name", l.Name),
			"give its file or url, or a name that `abri lists catalogue` prints")
		return
	case known.Off != "":
		r.refuse(at+".name", fmt.Sprintf("the list %q of the catalogue is off: %s", l.Name, known.Off),
			"leave it out; who has the right to use it writes its url")
		return
	}
	full, person := Catalogued(known), *l
	*l = full
	for key, keep := range map[string]func(){
		"format": func() { l.Format = person.Format }, "publisher": func() { l.Publisher = person.Publisher },
		"inward": func() { l.Inward = person.Inward }, "outward": func() { l.Outward = person.Outward },
		"observe": func() { l.Observe = person.Observe }, "expiry": func() { l.Expiry = person.Expiry },
		"every": func() { l.Every = max(l.Every, person.Every) }, // the publisher says how often at most
	} {
		if r.given[at+"."+key] {
			keep()
		}
	}
}

// OwnList is a list by its address, checked as in the file, with the defaults for what is not said.
func OwnList(name, address string, plain, observe bool) (List, error) {
	r := &reader{config: defaults(), places: places{}, given: map[string]bool{}}
	r.list(0, map[string]any{"name": name, "url": address, "plain": plain, "observe": observe})
	r.lists()
	if len(r.faults) > 0 {
		return List{}, r.faults[0].err
	}
	return r.config.Lists[0], nil
}

// Catalogued is a list of the catalogue as a person would have written it down.
func Catalogued(l catalogue.List) List {
	return List{
		Name: l.Name, URL: l.URL, Format: l.Format, Publisher: l.Publisher, Observe: l.Observe,
		Inward: l.Inward(), Outward: l.Outward(), Every: l.Interval, Expiry: l.Expiry,
	}
}

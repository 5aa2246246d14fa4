package library

import (
	"errors"
	"fmt"

	"abri.example/abri"
	"abri.example/abri/box/config"
	"abri.example/abri/feed"
)

// CheckFiles reads the files that a configuration names, lists and exempt addresses, as the box would. Faults are files
// that it could not use, an *abri.Error with CodeInvalid each; warnings name the first refused lines, and the files that
// list nothing.
func CheckFiles(c *config.Config, g *feed.Guard) (faults, warnings error) {
	var bad, odd []error
	for _, w := range c.Lists {
		if w.File != "" {
			fault, warning := checkList(w, g)
			bad, odd = append(bad, fault), append(odd, warning)
		}
	}
	for _, path := range c.Exempt.Files {
		_, refused, err := readExempt("", path, path)
		bad, odd = append(bad, unusable("exempt.files", path, err)), append(odd, told(path, refused))
	}
	return errors.Join(bad...), errors.Join(odd...)
}

func checkList(w config.List, g *feed.Guard) (fault, warning error) {
	key := fmt.Sprintf("list %q", w.Name)
	src, err := kept("").open(ofList, w.Name, w.File)
	if err != nil {
		return unusable(key, w.File, err), nil
	}
	defer src.close()
	info := info(w)
	info.Name = w.File // the place of what is wrong
	list, err := g.Parse(src, info)
	switch {
	case err != nil:
		return unusable(key, w.File, err), nil
	case list.Standing() != feed.Sound:
		return &abri.Error{Code: abri.CodeInvalid, Place: w.File, What: fmt.Sprintf("%s: %d of its lines name services that a site cannot do without", key, list.Guarded())}, nil
	case list.Len() == 0:
		return nil, &abri.Error{Code: abri.CodeInvalid, Place: w.File, What: key + " lists nothing"}
	}
	_, refused := list.Refused()
	return nil, told(w.File, refused)
}

// unusable is the fault of a file that a key of the configuration names. The place within the file stays.
func unusable(key, path string, err error) error {
	var e *abri.Error
	if err == nil || !errors.As(err, &e) {
		return err
	}
	place := e.Place
	if place == "" {
		place = path
	}
	return &abri.Error{Code: abri.CodeInvalid, Place: place, What: key + ": " + e.What, Remedy: e.Remedy, Err: e.Err}
}

func refusedLine(path string, x feed.Refusal) error {
	return &abri.Error{Code: abri.CodeInvalid, Place: fmt.Sprintf("%s:%d", path, x.Line), What: fmt.Sprintf("%q is left out: %s", x.Text, x.Reason)}
}

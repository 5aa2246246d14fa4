package library

import (
	"errors"
	"net/netip"

	"abri.example/abri"
	"abri.example/abri/feed"
)

// Exempt reads files of addresses that lists never touch. A file that can't be read, or was cut to nothing, leaves what
// was last read of it, be it in an earlier life, and is part of the error. Refused lines go to the log.
func (l *Library) Exempt(files []string) ([]netip.Prefix, error) {
	l.reading.Lock()
	defer l.reading.Unlock()
	l.kept.only(ofExempt, files)
	var out []netip.Prefix
	var errs []error
	for _, path := range files {
		ps, err := l.exempt(path)
		out = append(out, ps...)
		errs = append(errs, err)
	}
	return out, errors.Join(errs...)
}

func (l *Library) exempt(path string) ([]netip.Prefix, error) {
	ps, refused, err := readExempt(l.kept, path, path)
	if err != nil {
		last, _, _ := readExempt("", path, l.kept.path(ofExempt, path))
		return last, err
	}
	for _, x := range refused {
		l.options.Log.Warn("an exempt address is refused", "file", path, "line", x.Line, "reason", x.Reason)
	}
	return ps, nil
}

// readExempt reads one file, and keeps a copy of a good one.
func readExempt(k kept, name, path string) ([]netip.Prefix, []feed.Refusal, error) {
	src, err := k.open(ofExempt, name, path)
	if err != nil {
		return nil, nil, err
	}
	defer src.close()
	ps, refused, err := feed.ParsePrefixes(src, path)
	if err != nil {
		return nil, nil, err
	}
	if src.info.Size() == 0 && k != "" {
		if had, _, err := readExempt("", name, k.path(ofExempt, name)); err == nil && len(had) > 0 {
			return nil, nil, &abri.Error{Code: abri.CodeRefused, Place: path, What: "the file is empty; the addresses that it had stand",
				Remedy: "mend it, or take it out of exempt.files"}
		}
	}
	_ = src.keep() // a box without room for a copy exempts all the same
	return ps, refused, nil
}

// told is an error that names each refused line.
func told(path string, refused []feed.Refusal) error {
	var errs []error
	for _, x := range refused {
		errs = append(errs, refusedLine(path, x))
	}
	return errors.Join(errs...)
}

package lookalike

import (
	_ "embed"
	"slices"
	"strings"
)

// Brand is somebody whose name is imitated: how people write it, the words by which it is known in names (lower case,
// without spaces), and the domains that are really theirs; one without words is never imitated, and nothing beneath its
// domains imitates. Common says that the words are used by others as well, Host that machines are called so too (a hotel's booking, an
// office's outlook), Loved that many write about it: the word alone says little.
type Brand struct {
	Name    string
	Words   []string
	Domains []string
	Common  bool
	Host    bool
	Loved   bool
}

// brands.txt is written by hand, by what France's imitations show; a row is: name | words | domains | "common", "host" or "loved", each word that holds.
//
//go:embed brands.txt
var brandRows string

// Brands is those that everybody in France knows. The slice is the caller's.
func Brands() []Brand {
	var all []Brand
	for row := range strings.Lines(brandRows) {
		cells := strings.Split(strings.TrimSpace(row), "|")
		if strings.HasPrefix(row, "#") || len(cells) < 3 {
			continue
		}
		var said []string
		if len(cells) > 3 {
			said = strings.Fields(cells[3])
		}
		all = append(all, Brand{
			Name:    strings.TrimSpace(cells[0]),
			Words:   strings.Fields(cells[1]),
			Domains: strings.Fields(cells[2]),
			Common:  slices.Contains(said, "common"),
			Host:    slices.Contains(said, "host"),
			Loved:   slices.Contains(said, "loved"),
		})
	}
	return all
}

// Site is a site's own name as a brand: of mairie-sury.fr the word is mairie-sury.
func Site(domain string) Brand {
	domain = strings.TrimSuffix(strings.ToLower(domain), ".")
	word, _, _ := strings.Cut(domain, ".")
	words := []string{word}
	if bare := strings.ReplaceAll(word, "-", ""); bare != word {
		words = append(words, bare)
	}
	return Brand{Name: domain, Words: words, Domains: []string{domain}}
}

// Package depot knows the services to which sites bring large files in trade: where people keep, show and hand on files,
// and where programs leave copies at night. What goes there in bulk is mostly no theft, and never proves one.
//
// It goes by names, which who asks a resolver learns an address from; whoever uses it must know whose answers to believe.
// Its borders: it holds facts and judges nothing. services.txt is kept by hand.
package depot

import (
	_ "embed"
	"strings"
	"sync"
)

// Use is what a depot is for. The zero Use is no depot.
type Use string

// Desk is where people work with files while they are at work: office files in the cloud, films, files for somebody else.
// Copies is where programs leave copies, at any hour. Services where thieves are at home as much as others, and nobody is
// asked who he is, are neither.
const (
	Desk   Use = "desk"
	Copies Use = "copies"
)

//go:embed services.txt
var services string

// names are all names with what they are for, and all beneath them.
var names = sync.OnceValue(func() map[string]Use {
	all, use := map[string]Use{}, Use("")
	for line := range strings.Lines(services) {
		switch line = strings.TrimSpace(line); {
		case line == "" || line[0] == '#':
		case line[0] == '@':
			use = Use(strings.TrimSpace(line[1:]))
		default:
			all[line] = use
		}
	}
	return all
})

// Of is what the depot is for to which a name belongs; none where it belongs to no depot. The name is in lower case. It is
// safe for concurrent use.
func Of(name string) Use {
	for {
		if use, ok := names()[name]; ok {
			return use
		}
		_, above, ok := strings.Cut(name, ".")
		if !ok {
			return ""
		}
		name = above
	}
}

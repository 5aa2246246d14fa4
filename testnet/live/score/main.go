// Command score sends captures through a real gate, and says whether a link shows the same attacks as a replay.
//
//	score CAPTURE...              compares each with its replay; leaves with 1 when the kinds of one differ
//	score replay --json CAPTURE   prints the attacks that a link shows, as `abri replay --json` does those of a replay
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"abri.example/abri/testnet"
	"abri.example/abri/testnet/live"
)

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	if err := testnet.Possible(); err != nil {
		fmt.Fprintln(os.Stderr, "score:", err)
		return 1
	}
	s := &stay{}
	defer s.end()
	l, err := live.New(s)
	if err != nil {
		fmt.Fprintln(os.Stderr, "score:", err)
		return 1
	}
	if len(args) == 3 && args[0] == "replay" && args[1] == "--json" {
		return show(l, args[2])
	}
	return compare(l, args)
}

// show prints the attacks of one capture, a line each.
func show(l *live.Link, file string) int {
	attacks, err := l.Attacks(context.Background(), file, nil)
	lines := json.NewEncoder(os.Stdout)
	for _, a := range attacks {
		if err := lines.Encode(a); err != nil {
			return 1
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "score:", err)
		return 1
	}
	return 0
}

// compare holds each capture against its replay.
func compare(l *live.Link, files []string) int {
	kinds, all := 0, 0
	for _, file := range files {
		shown, err := l.Attacks(context.Background(), file, nil)
		if err != nil {
			fmt.Printf("%s: %v\n", filepath.Base(file), err)
			continue
		}
		replayed, err := live.Replayed(context.Background(), file, nil)
		if err != nil {
			fmt.Printf("%s: %v\n", filepath.Base(file), err)
			continue
		}
		sameKinds, same := slices.Equal(live.Kinds(shown), live.Kinds(replayed)), slices.Equal(live.Said(shown), live.Said(replayed))
		if sameKinds {
			kinds++
		}
		if same {
			all++
			continue
		}
		fmt.Printf("%s: kinds %v on the link, %v replayed\n", filepath.Base(file), live.Kinds(shown), live.Kinds(replayed))
		differ("  only on the link: ", live.Said(shown), live.Said(replayed))
		differ("  only replayed:    ", live.Said(replayed), live.Said(shown))
	}
	fmt.Printf("%d captures: the same kinds in %d, the same attacks in %d\n", len(files), kinds, all)
	if kinds < len(files) {
		return 1
	}
	return 0
}

// differ prints the first few of those that stand in one and not in the other.
func differ(before string, in, notIn []string) {
	n := 0
	for _, x := range in {
		if slices.Contains(notIn, x) {
			continue
		}
		if n++; n > 5 {
			fmt.Println(before + "…")
			return
		}
		fmt.Println(before + x)
	}
}

// stay is what a network needs of a test.
type stay struct{ removals []func() }

// Cleanup registers a removal. Removals run in reverse order.
func (s *stay) Cleanup(f func()) { s.removals = append(s.removals, f) }

// Logf tells of what could not be removed.
func (s *stay) Logf(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "score: "+format+"\n", args...)
}

// Fatalf removes what stands, and ends.
func (s *stay) Fatalf(format string, args ...any) {
	s.Logf(format, args...)
	s.end()
	os.Exit(1)
}

func (s *stay) end() {
	for _, f := range slices.Backward(s.removals) {
		f()
	}
	s.removals = nil
}

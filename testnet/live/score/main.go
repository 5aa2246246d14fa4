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
	"abri.example/abri/testnet/stage"
)

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	if err := testnet.Possible(); err != nil {
		complain(err.Error())
		return 1
	}
	code := 1
	err := stage.Play(complain, func(s *stage.Stage) error {
		l, err := live.New(s)
		if err != nil {
			return err
		}
		if len(args) == 3 && args[0] == "replay" && args[1] == "--json" {
			code = show(l, args[2])
		} else {
			code = compare(l, args)
		}
		return nil
	})
	if err != nil {
		complain(err.Error())
	}
	return code
}

func complain(line string) { fmt.Fprintln(os.Stderr, "score:", line) }

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
		complain(err.Error())
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
		if !slices.Equal(live.Said(shown), live.Said(replayed)) { // a file does not say who is at home: the replay is told
			if replayed, err = live.ReplayedAtHome(context.Background(), file); err != nil {
				fmt.Printf("%s: %v\n", filepath.Base(file), err)
				continue
			}
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

package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net/netip"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"abri.example/abri/feed"
	"abri.example/abri/feed/guarded"
)

const million = 1_000_000

// memory prints what a million addresses with a million names take, on five lists of each, at rest and at the peak of a
// refresh of one list; and how long it takes to name every list of an address and of a name.
func memory(_ string, w io.Writer) error {
	lists := make([]*feed.List, 0, 10)
	for i := range 10 {
		l, err := guarded.Default().Parse(entries(i, million/5), feed.Info{Name: strconv.Itoa(i), Format: feed.Plain})
		if err != nil {
			return err
		}
		lists = append(lists, l)
	}
	set := feed.Merge(lists, nil)
	debug.FreeOSMemory()
	rest := resident("VmRSS:")
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil { // VmHWM begins anew, proc(5)
		return err
	}
	fresh, err := guarded.Default().Parse(entries(0, million/5), feed.Info{Name: "0", Format: feed.Plain})
	if err != nil {
		return err
	}
	lists[0] = fresh
	began, before := time.Now(), set
	set = before.Next(lists, nil)
	took := time.Since(began)
	runtime.KeepAlive(before) // it speaks until the new one does
	peak := resident("VmHWM:")
	fmt.Fprintf(w, "set\t%d prefixes, %d names\tmerged in %.2f s\n", set.Len(), set.Names(), took.Seconds())
	fmt.Fprintf(w, "memory at rest\t%d MB\tlists, set and program\n", rest>>10)
	fmt.Fprintf(w, "peak of a refresh\t%d MB\t%.2f times the rest\n", peak>>10, float64(peak)/float64(rest))
	fmt.Fprintf(w, "why of an address\t%v\tevery list named\n", perQuestion(func(r *rand.Rand) { set.All(address(r)) }))
	fmt.Fprintf(w, "why of a name\t%v\tevery list named\n", perQuestion(func(r *rand.Rand) { set.FindName(name(r)) }))
	runtime.KeepAlive(lists)
	return nil
}

// entries is the text of a list: even ones hold addresses, odd ones names.
func entries(list, n int) io.Reader {
	r, w := io.Pipe()
	go func() {
		random := rand.New(rand.NewPCG(uint64(list), 7))
		out := bufio.NewWriter(w)
		for range n {
			if list%2 == 0 {
				fmt.Fprintln(out, address(random))
			} else {
				fmt.Fprintln(out, name(random))
			}
		}
		w.CloseWithError(out.Flush())
	}()
	return r
}

func address(r *rand.Rand) netip.Addr {
	n := r.Uint32()
	return netip.AddrFrom4([4]byte{byte(11 + n>>24%80), byte(n >> 16), byte(n >> 8), byte(n)})
}

func name(r *rand.Rand) string {
	return strconv.FormatUint(r.Uint64()>>20, 36) + "." + strconv.FormatUint(uint64(r.Uint32()), 36) + ".com"
}

// perQuestion is the time of one of many.
func perQuestion(ask func(*rand.Rand)) time.Duration {
	const many = 100_000
	random := rand.New(rand.NewPCG(1, 1))
	began := time.Now()
	for range many {
		ask(random)
	}
	return time.Since(began) / many
}

// resident reads a size of this process in kB (proc(5)).
func resident(field string) uint64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	lines := strings.Split(string(text), "\n")
	i := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, field) })
	if i < 0 {
		return 0
	}
	n, _ := strconv.ParseUint(strings.Fields(lines[i])[1], 10, 64)
	return n
}

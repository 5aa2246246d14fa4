package main

import (
	"fmt"
	"os"

	"abri.example/abri/testnet"
)

// work is what the processors did: in ticks, or, of a time, as shares.
type work struct{ busy, soft, all float64 }

func cpu() (w work) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return w
	}
	var user, nice, system, idle, wait, irq, soft float64
	_, _ = fmt.Sscanf(string(text), "cpu %f %f %f %f %f %f %f", &user, &nice, &system, &idle, &wait, &irq, &soft)
	w.busy = user + nice + system + irq + soft
	w.soft = irq + soft
	w.all = w.busy + idle + wait
	return w
}

// since is the share of the time that they worked, and that of it which was the kernel's network.
func (w work) since(before work) work {
	all := max(1, w.all-before.all)
	return work{busy: (w.busy - before.busy) / all, soft: (w.soft - before.soft) / all, all: 1}
}

// ticks is what a process has used of the processors, in ticks (proc(5): utime and stime); 0 for none.
func ticks(pid int) float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	var name, state string
	var skip [10]int64
	var user, system float64
	_, _ = fmt.Sscanf(string(text), "%d %s %s %d %d %d %d %d %d %d %d %d %d %f %f", new(int), &name, &state, &skip[0], &skip[1], &skip[2], &skip[3],
		&skip[4], &skip[5], &skip[6], &skip[7], &skip[8], &skip[9], &user, &system)
	return user + system
}

// offered is how many packets were sent towards the box, 0 where that is not to be known.
func offered(s *testnet.Scene) uint64 {
	n, _ := s.Offered()
	return n
}

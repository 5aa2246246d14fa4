package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"abri.example/abri/capture"
)

// replayRuns is how often each capture is replayed.
const replayRuns = 5

// replay measures `abri replay` on one core, over a mixed capture and a flood, beside reading the same file without
// judging it and beside whatever other reader of captures the machine has.
func (b *bench) replay() error {
	list := filepath.Join(b.folder, "listed.txt")
	if err := os.WriteFile(list, []byte(listed.String()+"\n"), 0o644); err != nil {
		return err
	}
	for _, c := range captures {
		name := filepath.Join(b.folder, c.name+".pcap")
		if err := record(name, b.packets, c.traffic); err != nil {
			return err
		}
		judged, err := timed(replayRuns, func() error { return b.judge(list, name) })
		if err != nil {
			return err
		}
		read, err := timed(replayRuns, func() error { return readOnly(name, b.packets) })
		if err != nil {
			return err
		}
		b.table.add("abri replay, "+c.what+", one core", judged.rate(b.packets), c.bar,
			fmt.Sprintf("only read: %s; %s", read.rate(b.packets), b.others(name)))
		os.Remove(name)
	}
	return nil
}

// judge is one run of the program, from its start to its summary.
func (b *bench) judge(list, name string) error {
	cmd := exec.CommandContext(b.ctx, b.program, "replay", "--json", "--list", list, name)
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return fmt.Errorf("%w: %s", err, exit.Stderr)
	}
	if err != nil {
		return err
	}
	if want := fmt.Sprintf(`{"type":"summary","packets":%d,`, b.packets); !strings.Contains(string(out), want) {
		return fmt.Errorf("the replay of %s did not read its %d packets", name, b.packets)
	}
	return nil
}

// readOnly reads a capture on one core, and looks into no packet.
func readOnly(name string, packets int) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	in, err := capture.Open(f, name)
	if err != nil {
		return err
	}
	var p capture.Packet
	for n := 0; ; n++ {
		if err := in.Next(&p); errors.Is(err, io.EOF) {
			if n != packets {
				return fmt.Errorf("%d packets read, %d were written", n, packets)
			}
			return nil
		} else if err != nil {
			return err
		}
	}
}

// others is how fast the other programs here go through the file. None of them judges anything.
func (b *bench) others(name string) string {
	var said []string
	for _, command := range [][]string{{"tcpdump", "-nn", "-r", name}, {"capinfos", "-c", name}, {"wc", "-l", name}} {
		if _, err := exec.LookPath(command[0]); err != nil {
			continue
		}
		took, err := timed(3, func() error { return exec.CommandContext(b.ctx, command[0], command[1:]...).Run() })
		if err != nil {
			continue
		}
		said = append(said, fmt.Sprintf("%s: %s", strings.Join(command[:len(command)-1], " "), took.rate(b.packets)))
	}
	return strings.Join(said, "; ")
}

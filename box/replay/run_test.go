package replay_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/replay"
	"abri.example/abri/feed"
)

const listedIn = "testdata/cases/listed-ipv4-in/capture.pcap"

func TestWhatCannotBeReadDoesNotHideTheRest(t *testing.T) {
	dir := t.TempDir()
	none, missing := filepath.Join(dir, "letter.txt"), filepath.Join(dir, "gone.pcap")
	if err := os.WriteFile(none, []byte("Madame, Monsieur"), 0o600); err != nil {
		t.Fatal(err)
	}
	sum, err := replay.Run(context.Background(), []string{missing, none, "testdata/cases/cut-file/capture.pcap", listedIn}, replay.Options{})
	if sum.Packets != 2+8 {
		t.Errorf("%d packets, want the 2 whole ones of the cut file and the 8 of the whole one", sum.Packets)
	}
	wants := map[string]abri.Code{missing: abri.CodeNotFound, none + ":0": abri.CodeDamaged, "testdata/cases/cut-file/capture.pcap:164": abri.CodeDamaged}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatalf("the error is %v, want one for each file", err)
	}
	for _, e := range joined.Unwrap() {
		var told *abri.Error
		if !errors.As(e, &told) || wants[told.Place] != told.Code {
			t.Errorf("got %v", e)
		}
		delete(wants, told.Place)
	}
	if len(wants) != 0 {
		t.Errorf("no error for %v", wants)
	}
}

func TestNothingReadIsFog(t *testing.T) {
	sum, err := replay.Run(context.Background(), []string{filepath.Join(t.TempDir(), "gone.pcap")}, replay.Options{})
	if err == nil || sum.Weather != abri.Fog || sum.Seconds != 0 {
		t.Errorf("got %+v, %v; want fog, for silence is never sun", sum, err)
	}
}

func TestAnInvalidExemptionIsRefused(t *testing.T) {
	_, err := replay.Run(context.Background(), []string{listedIn}, replay.Options{Exempt: []netip.Prefix{{}}})
	if abri.CodeOf(err) != abri.CodeInvalid {
		t.Errorf("got %v", err)
	}
}

// Beyond 10,000 an hour attacks share a row: the summary still counts each, and the rows come in order.
func TestAStormOfAttacksIsCountedWhole(t *testing.T) {
	d := drawing{link: linkEthernet}
	for i := range 10_050 {
		from := netip.AddrPortFrom(netip.AddrFrom4([4]byte{45, 155, byte(i >> 8), byte(i)}), 40000)
		d.packets = append(d.packets, drawn{start.Add(time.Duration(i) * time.Millisecond), tcp(from.String(), mail4, "S", 0)})
	}
	name := filepath.Join(t.TempDir(), "storm.pcap")
	write(t, name, d.file(t))
	var rows []abri.Attack
	sum, err := replay.Run(context.Background(), []string{name}, replay.Options{
		Listings: listings(t, "45.155.0.0/16"), Attack: func(a abri.Attack) { rows = append(rows, a) },
	})
	if err != nil || sum.Attacks != 10_050 || len(rows) != 10_001 {
		t.Errorf("%d attacks in %d rows, %v", sum.Attacks, len(rows), err)
	}
	if !slices.IsSortedFunc(rows, func(a, b abri.Attack) int { return a.First.Compare(b.First) }) {
		t.Error("the rows are out of order")
	}
}

// An attack is told when it ended, not when all is read: who watches a replay of a day sees it go on.
func TestAnAttackIsToldWhenItEnded(t *testing.T) {
	name, early := long(t), filepath.Join(t.TempDir(), "early.pcap")
	write(t, early, drawing{link: linkEthernet, packets: scriptAt(start.Add(-2*time.Hour), tcp(criminal4, mail4, "S", 0))}.file(t))
	told, before := 0, 0
	_, err := replay.Run(context.Background(), []string{early, name}, replay.Options{
		Listings: listings(t, "45.155.205.0/24"), Attack: func(abri.Attack) { told++ }, Progress: func(int64, int64) { before = told },
	})
	if err != nil || told != 1 || before != 1 {
		t.Errorf("told %d, of which %d before the end, %v", told, before, err)
	}
}

// The summary must not contradict itself: a theft on Monday is not gone because the capture ends on a quiet Tuesday, or is
// read after it.
func TestTheWeatherIsThatOfTheWorstDay(t *testing.T) {
	dir := t.TempDir()
	monday, tuesday := filepath.Join(dir, "monday.pcap"), filepath.Join(dir, "tuesday.pcap")
	write(t, monday, drawing{link: linkEthernet, packets: script(tcp(desk4, fence4, "S", 0))}.file(t))
	write(t, tuesday, drawing{link: linkEthernet, packets: scriptAt(start.Add(48*time.Hour), tcp(honest4, mail4, "S", 0))}.file(t))
	for _, files := range [][]string{{monday, tuesday}, {tuesday, monday}} {
		sum, err := replay.Run(context.Background(), files, replay.Options{Listings: listings(t, "185.220.101.0/24")})
		if err != nil || sum.Attacks != 1 || sum.Weather != abri.Rain || sum.Points != 10 {
			t.Errorf("%v: got %+v, %v; want the ten points of the theft", files, sum, err)
		}
	}
}

// A packet without a time, which a simple packet block of pcapng is, must not stretch a capture to half a century.
func TestAPacketWithoutATimeSpansNothing(t *testing.T) {
	le := binary.LittleEndian
	block := func(kind uint32, body ...byte) []byte {
		b := le.AppendUint32(le.AppendUint32(nil, kind), uint32(12+len(body)))
		return le.AppendUint32(append(b, body...), uint32(12+len(body)))
	}
	file := block(0x0a0d0d0a, 0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255)
	file = append(file, block(1, 1, 0, 0, 0, 0, 0, 0, 0)...)
	file = append(file, block(3, 4, 0, 0, 0, 1, 2, 3, 4)...)
	name := filepath.Join(t.TempDir(), "simple.pcapng")
	write(t, name, file)
	for _, files := range [][]string{{name}, {name, listedIn}} {
		sum, err := replay.Run(context.Background(), files, replay.Options{})
		if err != nil || sum.Packets == 0 || sum.Seconds > 60 {
			t.Errorf("%v: got %+v, %v", files, sum, err)
		}
	}
}

// A knock that comes again two hours later is another attack, and has its attempt.
func TestEveryAttackHasAnAttempt(t *testing.T) {
	name := filepath.Join(t.TempDir(), "twice.pcap")
	knock := tcp(criminal4, mail4, "S", 0)
	write(t, name, drawing{link: linkEthernet, packets: append(script(knock), scriptAt(start.Add(2*time.Hour), knock)...)}.file(t))
	var attempts []uint64
	_, err := replay.Run(context.Background(), []string{name}, replay.Options{
		Listings: listings(t, "45.155.205.0/24"), Attack: func(a abri.Attack) { attempts = append(attempts, a.Attempts) },
	})
	if err != nil || !slices.Equal(attempts, []uint64{1, 1}) {
		t.Errorf("got attempts %v, %v", attempts, err)
	}
}

// listings is a list with one entry.
func listings(t *testing.T, entry string) abri.Listings {
	t.Helper()
	l, err := feed.Parse(strings.NewReader(entry), feed.Info{Name: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return feed.Merge([]*feed.List{l}, nil)
}

// long is a capture with enough packets for the replay to look up from its work three times.
func long(t *testing.T) string {
	t.Helper()
	head := drawing{link: linkEthernet}.file(t)
	record := drawing{link: linkEthernet, packets: script(tcp(honest4, mail4, "A", 0))}.file(t)[len(head):]
	name := filepath.Join(t.TempDir(), "long.pcap")
	write(t, name, append(head, bytes.Repeat(record, 3*65536)...))
	return name
}

func TestAnEndedContextStopsTheReplay(t *testing.T) {
	name := long(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	told := 0
	sum, err := replay.Run(ctx, []string{name, listedIn}, replay.Options{Progress: func(int64, int64) {
		if told++; told == 2 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || sum.Packets != 2*65536 {
		t.Errorf("%d packets, %v; want to stop at the second look", sum.Packets, err)
	}
}

func TestProgressTellsHowFarItIs(t *testing.T) {
	name := long(t)
	st, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	var done, all []int64
	_, err = replay.Run(context.Background(), []string{name}, replay.Options{Progress: func(d, a int64) {
		done, all = append(done, d), append(all, a)
	}})
	if err != nil || len(done) != 3 {
		t.Fatalf("told %d times, %v", len(done), err)
	}
	for i := range done {
		if all[i] != st.Size() || done[i] > all[i] || i > 0 && done[i] <= done[i-1] {
			t.Errorf("told %v of %v, and the file has %d", done, all, st.Size())
		}
	}
}

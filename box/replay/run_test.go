package replay_test

import (
	"bytes"
	"context"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"abri.example/abri"
	"abri.example/abri/box/replay"
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
	wants := map[string]abri.Code{missing: abri.CodeNotFound, none: abri.CodeInvalid, "testdata/cases/cut-file/capture.pcap:164": abri.CodeDamaged}
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

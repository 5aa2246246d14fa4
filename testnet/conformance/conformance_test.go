package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestConformance(t *testing.T) {
	shared := os.Getenv("ABRI_SHARED")
	if shared == "" {
		shared = "../../../shared"
	}
	good, err := run(filepath.Join(shared, "peers"), "../../docs/conformance.md")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the other tools' captures are not here (set ABRI_SHARED to their folder): %v", err)
	}
	if err != nil || !good {
		t.Errorf("good %v, %v", good, err)
	}
}

// TestADifferenceMustBeExplained: without the table nothing is well, and a row too many is told.
func TestADifferenceMustBeExplained(t *testing.T) {
	table := filepath.Join(t.TempDir(), "table.md")
	if err := os.WriteFile(table, []byte("| Capture | Sort | Scope | Why |\n| --- | --- | --- | --- |\n| a.pcap | TLS | out | it is old |\n| b.pcap | DNS | in | it is new |\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := readReasons(table)
	if err != nil {
		t.Fatal(err)
	}
	if why, ok := r.of("a.pcap", tlsName); !ok || why != "it is old" || !r.outside("a.pcap", tlsName) || r.outside("b.pcap", tlsName) {
		t.Errorf("read as %q, %v", why, ok)
	}
	if left := r.unused(); len(left) != 1 || !strings.Contains(left[0], "b.pcap") {
		t.Errorf("unused are %q", left)
	}
	counts := map[sort]*tally{}
	c := &capture{name: "c.pcap"}
	c.say(ends{}, dnsName, "a.fr")
	if all := compare(c, nil, r, counts); len(all) != 1 || counts[dnsName].missing != 1 || counts[dnsName].equal != 0 {
		t.Errorf("differences %+v, %+v", all, counts[dnsName])
	}
}

package faults

import (
	"fmt"
	"net/netip"
	"os"
	"strings"
	"testing"

	"abri.example/abri/testnet"
)

// publishPort is where the newspaper's machine publishes a threat list.
const publishPort = 8090

// lists types a verb of `abri lists`.
func (h town) lists(words ...string) string {
	h.Helper()
	out, err := h.box.Type(h.Context(), "lists", words...)
	h.must(err)
	return out
}

// A list comes over the Internet to the reader, which holds no privilege, through the box's own filter. What it names is
// stopped, and stays so when the publisher sends nonsense and the box starts again.
func TestAListComesFromItsPublisherAndOutlivesHim(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can lay a network")
	}
	h := townHall(t, func(_ *testnet.Scene, f *testnet.BoxFile) { f.Lists = f.Lists[1:] })
	var text strings.Builder
	for _, p := range h.ListedSources {
		fmt.Fprintln(&text, p)
	}
	h.Newspaper.WebServer(publishPort, text.String())
	if err := testnet.AllThrough(h.Attack(t.Context(), honestLimit, h.Attackers[0])); err != nil {
		t.Fatal("the attackers are on no list yet: ", err)
	}
	h.lists("add", "--plain", "ours", fmt.Sprintf("http://%s/list", netip.AddrPortFrom(h.Newspaper.Addresses()[0], publishPort)))
	h.lists("refresh", "ours")
	if out := h.lists(); !strings.Contains(out, "ours") || !strings.Contains(out, "stops") {
		t.Errorf("abri lists says:\n%s", out)
	}
	h.attack(h.Attackers...)
	h.must(h.box.Stop())
	h.start()
	h.attack(h.Attackers...)
	if out := h.lists("ours"); !strings.Contains(out, "fetched") {
		t.Errorf("abri lists ours says:\n%s", out)
	}
}

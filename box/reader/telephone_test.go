package reader

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/box/order"
	"abri.example/abri/inject"
	"abri.example/abri/store"
	"abri.example/abri/telephone/sip"
)

var (
	pbx      = netip.MustParseAddrPort("192.168.10.14:5060")
	provider = netip.MustParseAddrPort("198.51.100.20:5060")
)

// rings lets a message of SIP cross.
func (s *site) rings(from, to netip.AddrPort, text string) {
	s.Helper()
	head := []byte{2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0}
	side := abri.Outside
	if from.Addr().IsPrivate() {
		side, head = abri.Inside, []byte{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0}
	}
	frame, err := (&inject.Packet{Head: head, Src: from, Dst: to, Proto: 17, Data: []byte(text)}).Append(nil)
	if err != nil {
		s.Fatal(err)
	}
	(&listener{Reader: s.reader, ctx: s.Context()}).Packet(order.Packet{At: monotonic(), Side: side, Fate: order.Passed, Data: frame})
}

func message(first, method, user, call string, more ...string) string {
	return strings.Join(append([]string{first, "Via: SIP/2.0/UDP 192.168.10.14;branch=z9hG4bK" + call, "From: <sip:mairie@x>;tag=f", "To: <sip:" + user + "@x>;tag=t",
		"Call-ID: " + call, "CSeq: 1 " + method, "Content-Length: 0"}, append(more, "", "")...), "\r\n")
}

func request(method, user, call string, more ...string) string {
	return strings.Replace(message(method+" sip:"+user+"@x SIP/2.0", method, user, call, more...), ";tag=t", "", 1)
}

// registers has the exchange register with the operator.
func (s *site) registers() {
	s.rings(pbx, provider, request("REGISTER", "trunk", "r", "Authorization: Digest x"))
	s.rings(provider, pbx, message("SIP/2.0 200 OK", "REGISTER", "trunk", "r"))
}

// calls is one that is answered, and hung up after so long.
func (s *site) calls(user, id string, lasts time.Duration) {
	s.rings(pbx, provider, request("INVITE", user, id))
	s.rings(provider, pbx, message("SIP/2.0 200 OK", "INVITE", user, id))
	s.clock = s.clock.Add(lasts)
	s.rings(pbx, provider, message("BYE sip:"+user+"@x SIP/2.0", "BYE", user, id))
}

// "The operator's peers are never blocked or banned": lists don't apply to them, nobody bans them, over a restart too.
func TestTheOperatorIsNeverBlockedOrBanned(t *testing.T) {
	s := newSite(t)
	r := s.live()
	r.resettle(s.config("[ports]\ntelephone = [\"203.0.113.0/28\"]"), true)
	s.registers()
	s.step()
	for s.holds("exempt 203.0.113.0/28", "exempt 198.51.100.20/32") != nil && t.Context().Err() == nil {
		time.Sleep(time.Millisecond) // until the order went out
	}
	who := control.Who{Name: "root"}
	for _, p := range []string{"198.51.100.20/32", "198.51.100.0/24", "203.0.113.5/32", "203.0.113.0/24"} {
		if err := r.Ban(t.Context(), who, netip.MustParsePrefix(p), time.Hour); abri.CodeOf(err) != abri.CodeRefused {
			t.Errorf("%s is banned: %v", p, err)
		}
	}
	if err := r.Ban(t.Context(), who, netip.MustParsePrefix("198.51.100.21/32"), time.Hour); err != nil {
		t.Errorf("what is beside the operator can't be banned: %v", err)
	}
	found := abri.Finding{Kind: abri.TollFraud, Direction: abri.In, Outside: provider.Addr(), Inside: pbx.Addr(), Proto: "udp", Port: 5060, At: s.clock, Service: abri.TelephoneSvc}
	if m := r.policy.Decide(s.clock, found); m.Action == abri.ActBan {
		t.Errorf("a detector bans the operator: %+v", m)
	}
	r.writeLedger(t.Context())
	s.die()
	again := s.live()
	if all := again.line.learnt(); !slices.Contains(all, provider.Addr()) || len(again.standing(s.clock)) == 0 {
		t.Errorf("after a restart %v is known", all)
	}
	s.die()
}

// Of a call the store keeps the hour, the country, the beginning of the number and how long it was, and nothing more.
func TestCallsAreKeptWithoutTheirNumbers(t *testing.T) {
	s := newSite(t)
	r := s.live()
	s.calls("+4930123456", "a", 0)
	s.calls("+4930987654", "b", 0)
	s.calls("112", "c", 0)
	r.writeLedger(t.Context())
	kept := r.callsSince(t.Context(), s.clock.Add(-time.Hour))
	s.die()
	if len(kept) != 2 || kept[0].Country != "DE" || kept[0].Prefix != "+49 30" || kept[0].Calls != 2 || kept[1].Prefix != "112" || kept[0].Outcome != store.CallAnswered {
		t.Errorf("kept %+v", kept)
	}
	if all := fmt.Sprint(kept); strings.Contains(all, "123456") || strings.Contains(all, "987654") || strings.Contains(all, "mairie") {
		t.Errorf("a number or a name is kept: %s", all)
	}
}

// What a box that knows nothing yet tells programs are empty lists, and no null: they count what they are given.
func TestNothingYetIsAnEmptyList(t *testing.T) {
	s := newSite(t)
	r := s.live()
	defer s.die()
	line, err := r.Line(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sheets, err := r.Saturations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, told := range []any{line, sheets} {
		text, err := json.Marshal(told)
		if err != nil || strings.Contains(string(text), "null") {
			t.Errorf("told %s, %v", text, err)
		}
	}
}

// hand remembers what is said.
type hand struct {
	order.Hand
	mu   sync.Mutex
	said []order.Inject
}

func (h *hand) Inject(i *order.Inject) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	x := *i
	x.Head, x.Data = slices.Clone(i.Head), slices.Clone(i.Data)
	h.said = append(h.said, x)
	return nil
}

// The guard refuses single calls when a person chose so and the box protects, and not otherwise; numbers of help never.
func TestTheGuardRefusesByChoiceAndInProtect(t *testing.T) {
	for name, c := range map[string]struct {
		choice  string
		mode    abri.Mode
		refuses bool
	}{
		"told to, in protect":    {"refuse = true", abri.Protect, true},
		"told to, in watch-only": {"refuse = true", abri.Observe, false},
		"not told to":            {"refuse = false", abri.Protect, false},
	} {
		s := newSite(t)
		s.clock = time.Date(2026, 3, 5, 22, 0, 0, 0, paris)
		said := &hand{}
		r := newReader(&s.kernel, func() time.Time { return s.clock }, s.log)
		r.urgent = said
		if err := r.settle(t.Context(), s.config("[telephone]\n"+c.choice), "box.toml"); err != nil {
			t.Fatal(err)
		}
		s.reader = r
		if err := r.SetMode(t.Context(), control.Who{Name: "root"}, c.mode); err != nil {
			t.Fatal(err)
		}
		s.registers()
		for n := range 6 {
			s.rings(pbx, provider, request("INVITE", fmt.Sprintf("+2526123456%d", n), fmt.Sprint("fraud", n)))
			s.rings(provider, pbx, message("SIP/2.0 100 Trying", "INVITE", "x", fmt.Sprint("fraud", n)))
			s.rings(pbx, provider, request("INVITE", "112", fmt.Sprint("help", n)))
			s.rings(provider, pbx, message("SIP/2.0 180 Ringing", "INVITE", "112", fmt.Sprint("help", n)))
		}
		s.step()
		s.die()
		var m sip.Message
		declined, withdrawn := 0, 0
		for _, i := range said.said {
			if !m.Parse(i.Data) || !strings.HasPrefix(string(m.CallID), "fraud") {
				t.Errorf("%s: said %q", name, i.Data)
			}
			switch {
			case m.Status == 603 && i.To == pbx && i.From == provider && i.Head[5] == 1:
				declined++
			case m.Method == sip.Cancel && i.To == provider && i.From == pbx && i.Head[5] == 2:
				withdrawn++
			}
		}
		if c.refuses != (declined > 0) || declined != withdrawn || declined+withdrawn != len(said.said) || c.refuses && declined != 4 {
			t.Errorf("%s: %d declined, %d withdrawn of %d said", name, declined, withdrawn, len(said.said))
		}
		attacks := r.counter.Open()
		if len(attacks) != 1 || attacks[0].Kind != abri.TollFraud || attacks[0].Neutralised() != c.refuses {
			t.Errorf("%s: attacks %+v", name, attacks)
		}
	}
}

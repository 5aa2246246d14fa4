package console

import (
	"context"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/box/order"
	"abri.example/abri/device"
	"abri.example/abri/letter"
	"abri.example/abri/siege"
)

// answering is a box as people at the console meet it: it answers always the same, and keeps nothing.
type answering struct {
	librarian
	warden
	left
	switchboard
	control.Member
}

// standIn has a box answer until the test ends, and gives its socket.
func standIn(t *testing.T) string {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "s")
	l, err := control.Listen(socket, os.Getgid())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- control.Serve(ctx, l, answering{}) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return socket
}

func (answering) Status(context.Context) (control.Status, error) {
	return control.Status{
		Name: "Mairie d'essai", Mode: abri.Protect, Uptime: 90 * time.Second, Wanted4: 1_000_000, Wanted6: 3,
		Kernel: order.Counters{
			Entries4: 999_999, Entries6: 3,
			Reasons: map[string]order.Tally{"outside/drop-list-src": {Packets: 1234, Bytes: 74040}},
			Ports:   []order.Port{{Side: "outside", Name: "eth0", Path: "native", Up: true}, {Side: "inside", Name: "eth1", Path: "generic", Fault: order.PortOut}},
		},
		Weather: control.Weather{Sky: abri.Rain, Points: 7, Sentence: "7 attacks were on their way in"},
		Lists:   []control.List{{Name: "ipsum", Entries: 10, Refused: 2, Trouble: "it is gone"}}, Troubles: []string{"the disk is full"},
	}, nil
}

func (answering) Why(_ context.Context, a netip.Addr) (control.Answer, error) {
	return control.Answer{
		Address: a, Action: abri.ActBlock, Sentence: "is stopped", Country: "NL",
		Lists:    []abri.Why{{Rule: abri.RuleList, List: "ipsum", Entry: netip.PrefixFrom(a, 32)}},
		Unproven: "not-in-bridge-inside",
		Tried: []control.Tried{
			{Kind: abri.KnownAttacker, Service: abri.Mail, Outside: a, Attempts: 3, Outcome: abri.Blocked},
			{Kind: abri.Flood, Service: abri.Web, Inside: a, Attempts: 1, Sources: 4036, Packets: 90_000, Outcome: abri.Blocked,
				Why: abri.Why{Rule: abri.Rule(abri.Flood), Evidence: []abri.Evidence{{Name: "worst-second", Value: "15172"}}}},
		},
	}, nil
}

// Ban refuses 192.0.2.1, as a box refuses its own gateway.
func (answering) Ban(_ context.Context, _ control.Who, p netip.Prefix, _ time.Duration) error {
	if p.Contains(netip.MustParseAddr("192.0.2.1")) {
		return &abri.Error{Code: abri.CodeRefused, Place: p.String(), What: "it holds the gateway"}
	}
	return nil
}

func (answering) Release(context.Context, control.Who, netip.Prefix, time.Duration) error { return nil }

func (answering) Forget(_ context.Context, _ control.Who, p netip.Prefix) ([]order.Choice, error) {
	if p.Bits() == 24 {
		return nil, &abri.Error{Code: abri.CodeNotFound, What: "nobody banned or released it"}
	}
	return []order.Choice{order.Ban, order.Exempt}, nil
}

func (answering) SignIn(context.Context, control.Who) (control.SignIn, error) {
	return control.SignIn{Code: "MFRGG", Links: []string{"http://192.168.1.2:8080/entrer?code=MFRGG"}, Until: time.Date(2026, 3, 5, 12, 15, 0, 0, time.Local)}, nil
}

func (answering) ExamineLetter(_ context.Context, file []byte) (letter.Opinion, error) {
	l, err := letter.Read(file)
	return letter.Examine(l, letter.Judge{}), err
}

func (answering) ExamineLink(_ context.Context, link string) (letter.Opinion, error) {
	return letter.ExamineLink(link, letter.Judge{})
}

func (answering) SelfTest(context.Context) (control.SelfTest, error) {
	return control.SelfTest{Steps: []order.Step{{Tried: "an honest frame crosses the bridge", Held: true}, {Tried: "a frame from a listed address is stopped", Said: "it came through"}}}, nil
}

func (answering) Saturations(context.Context) ([]siege.Sheet, error) {
	return []siege.Sheet{{
		ID: "20260305T101500Z", Began: time.Date(2026, 3, 5, 10, 15, 0, 0, time.UTC), Last: time.Date(2026, 3, 5, 10, 20, 0, 0, time.UTC),
		Packets: 9_000_000, Bytes: 4_000_000_000, Worst: 90_000, WorstBit: 320_000_000, Came: 340_000_000, Capacity: 350_000_000,
		Full: siege.Full{Since: time.Date(2026, 3, 5, 10, 15, 5, 0, time.UTC), Until: time.Date(2026, 3, 5, 10, 19, 0, 0, time.UTC), Lost: 60, Rate: true},
		Targets: []siege.Target{{Address: netip.MustParseAddr("192.168.1.25"), Kind: abri.Amplification, Service: abri.Other, Packets: 9_000_000, Sources: 1200,
			Pressing: map[abri.Pressure]uint64{abri.Answers: 9_000_000}}},
		Networks: []siege.Origin{{Name: "45.9.0.0/16", Samples: 40}}, Countries: []siege.Origin{{Name: "NL", Samples: 30}},
	}}, nil
}

func (answering) Devices(context.Context) ([]control.Device, error) {
	seen := time.Date(2026, 3, 5, 12, 0, 0, 0, time.Local)
	return []control.Device{{
		Called: "SECRETARIAT-2", Name: "SECRETARIAT-2", NamedBy: device.DHCP, Maker: "Dell", MAC: device.MAC{0, 0x14, 0x22, 1, 2, 3},
		Addresses: []netip.Addr{netip.MustParseAddr("fe80::1"), netip.MustParseAddr("192.168.10.22")}, First: seen, Last: seen,
	}}, nil
}

func (answering) SetMode(context.Context, control.Who, abri.Mode) error { return nil }

package console

import (
	"context"
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/control"
)

// warden is the box of box_test.go where it is asked what it does about what it finds.
type warden struct{}

var _ control.Warden = warden{}

var since = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)

func (warden) Trials(context.Context) ([]control.Trial, error) {
	return []control.Trial{
		{Kind: abri.Exploit, Acts: true, Since: since, By: "from the start", Releases: 1},
		{Kind: abri.MalwareDownload, Acts: true, Does: abri.ActBlock, Since: since, By: "marie"},
		{Kind: abri.Bruteforce, Since: since, Would: 7, Doubts: 2, Lately: []netip.Prefix{netip.MustParsePrefix("192.0.2.7/32"), netip.MustParsePrefix("2001:db8::/64")}},
		{Kind: abri.Scan, Since: since, Ripe: since.Add(7 * 24 * time.Hour), Would: 31},
	}, nil
}

func (warden) Promote(_ context.Context, _ control.Who, k abri.Kind, _ bool) error {
	if k == abri.Flood {
		return &abri.Error{Code: abri.CodeNotFound, What: "no rule that bans has this name"}
	}
	return nil
}

func (warden) Isolated(context.Context) ([]control.Isolated, error) {
	return []control.Isolated{{Device: "00:11:22:33:44:55", Name: "SECRETARIAT-2", By: "marie", Since: since}}, nil
}

func (warden) Isolate(_ context.Context, who control.Who, device string, _ bool) (control.Isolated, error) {
	if device == "192.168.10.1" {
		return control.Isolated{}, &abri.Error{Code: abri.CodeRefused, What: "192.168.10.1 is the gateway"}
	}
	return control.Isolated{Device: device, By: who.Name, Since: since}, nil
}

package stories

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/testnet"
)

// What never crosses the box is not seen; but who looks around inside comes to the box's own doors as well. Two of them
// lead nowhere and answer all the same: the device that knocked is told. Nobody outside finds them, and who is at work
// with the box's page is left alone.
func TestStoryWhoLooksForDoorsInsideIsTold(t *testing.T) {
	s := testnet.TownHall(testnet.New(t))
	f := s.BoxFile()
	f.Decoys = []string{"smb", "telnet"}
	b := s.NewBox(program, f)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(b.LastWords())
		}
	})
	start(t, b)
	sick, box := s.Exchange.Peer, testnet.BoxAddress.Addr()
	if _, err := b.Page(t.Context(), "/", abri.French); err != nil {
		t.Fatal(err)
	}
	for port, says := range map[uint16]string{23: "login: ", 445: ""} {
		ctx, cancel := context.WithTimeout(t.Context(), honestLimit)
		defer cancel()
		c, err := sick.Host.Dial(ctx, "tcp", sick.V4, netip.AddrPortFrom(box, port))
		if err != nil {
			t.Fatalf("port %d: %v", port, err)
		}
		defer c.Close()
		if deadline, ok := ctx.Deadline(); ok && says != "" {
			word := make([]byte, 64)
			if err := c.SetDeadline(deadline); err != nil {
				t.Fatal(err)
			}
			if n, err := c.Read(word); err != nil || !strings.Contains(string(word[:n]), says) {
				t.Errorf("port %d says %q, %v", port, word[:n], err)
			}
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), criminalLimit)
	defer cancel()
	if c, err := s.Citizen.Host.Dial(ctx, "tcp", s.Citizen.V4, netip.AddrPortFrom(box, 23)); err == nil {
		c.Close()
		t.Error("somebody outside finds a decoy")
	}
	var told control.Answer
	await(t, func() (err error) {
		if told, err = b.Why(t.Context(), sick.V4); err == nil && len(told.Tried) < 2 {
			err = &abri.Error{Code: abri.CodeNotFound, What: "not told yet"}
		}
		return err
	})
	for _, x := range told.Tried {
		if x.Kind != abri.LateralMovement || x.Inside != sick.V4 || x.Outside != box {
			t.Errorf("told: %+v", x)
		}
	}
	page, err := b.Page(t.Context(), "/", abri.French)
	if err != nil || !strings.Contains(page, "leurre tcp/445") || strings.Contains(page, sick.V4.String()) {
		t.Errorf("the page does not say that a decoy saw somebody, or says who: %v", err)
	}
	if mine, err := b.Why(t.Context(), s.Desk.V4); err != nil || slices.ContainsFunc(mine.Tried, func(x control.Tried) bool { return x.Kind == abri.LateralMovement }) {
		t.Errorf("who opened the box's page is taken for sick: %+v, %v", mine.Tried, err)
	}
}

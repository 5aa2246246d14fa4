package stories

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"testing"

	"abri.example/abri"
	"abri.example/abri/testnet"
)

// introduces has a workstation tell its network what it is called, as Windows does: it registers its name by NetBIOS (RFC 1002,
// section 4.2.2).
func introduces(t *testing.T, desk testnet.Peer, name string) {
	t.Helper()
	c, err := desk.Host.ListenPacket(netip.AddrPortFrom(desk.V4, 137))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	message := "\x12\x34\x29\x10\x00\x01\x00\x00\x00\x00\x00\x01\x20"
	for _, b := range []byte(name + strings.Repeat(" ", 15-len(name)) + "\x00") {
		message += string(rune('A'+b>>4)) + string(rune('A'+b&15))
	}
	message += "\x00\x00\x20\x00\x01\xc0\x0c\x00\x20\x00\x01\x00\x04\x93\xe0\x00\x06\x00\x00" + string(desk.V4.AsSlice())
	everybody := desk.V4.As4()
	everybody[3] = 255
	if _, err := c.WriteTo([]byte(message), net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.AddrFrom4(everybody), 137))); err != nil {
		t.Fatal(err)
	}
}

// "SECRETARIAT-2 spoke with …": an attack on its way out names the device as its people do, to who looks after the box, and to nobody
// else: neither the page that all may read nor the log has the name, or the card.
func TestStoryAnAttackNamesTheDevice(t *testing.T) {
	const name = "SECRETARIAT-2"
	s, b, _ := phishing(t, abri.Protect)
	introduces(t, s.Desk.Peer, name)
	ctx, cancel := context.WithTimeout(t.Context(), honestLimit)
	defer cancel()
	if got, err := s.Desk.Secure(ctx, netip.AddrPortFrom(s.Newspaper.V4, testnet.SecurePort), listedName); got != 0 || err == nil {
		t.Errorf("%d bytes of an answer, and then %v", got, err)
	}
	sky(t, b, func(w testnet.Weather) bool { return w.Neutralised >= 1 })
	devices, err := b.Type(ctx, "devices")
	if err != nil || !strings.Contains(devices, name) || !strings.Contains(devices, s.Desk.V4.String()) {
		t.Errorf("the devices are %s, %v", devices, err)
	}
	if why, err := b.Type(ctx, "why", s.Desk.V4.String()); err != nil || !strings.Contains(why, name) || !strings.Contains(why, "phishing") {
		t.Errorf("why says %s, %v", why, err)
	}
	page, err := b.Page(ctx, "/", abri.French)
	if err != nil || !strings.Contains(page, listedName) {
		t.Errorf("the page does not tell of it: %v", err)
	}
	for what, said := range map[string]string{"the page": page, "the log": b.Log()} {
		if strings.Contains(said, name) || strings.Contains(said, s.Desk.V4.String()) {
			t.Errorf("%s names the device", what)
		}
	}
}

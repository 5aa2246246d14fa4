package testnet

import (
	"bytes"
	"context"
	"fmt"
	"net/netip"
	"strings"
)

// TelephonePort is SIP's.
const TelephonePort = 5060

// Exchange is a telephone exchange that answers OPTIONS and REGISTER over UDP (RFC 3261) with 200, and other requests
// with 501.
type Exchange struct {
	Peer
	Tally
}

// Exchange starts one.
func (p Peer) Exchange() *Exchange {
	e := &Exchange{Peer: p}
	p.reply(TelephonePort, &e.Tally, answerSIP)
	return e
}

// answerSIP makes the response of RFC 3261 §8.2.6: the headers that identify the transaction are copied.
func answerSIP(request []byte) []byte {
	lines := strings.Split(string(request), "\r\n")
	method, rest, _ := strings.Cut(lines[0], " ")
	if !strings.HasSuffix(rest, " SIP/2.0") {
		return nil
	}
	status := "501 Not Implemented"
	if method == "OPTIONS" || method == "REGISTER" {
		status = "200 OK"
	}
	var response bytes.Buffer
	fmt.Fprintf(&response, "SIP/2.0 %s\r\n", status)
	for _, line := range lines[1:] {
		switch name, _, _ := strings.Cut(line, ":"); name {
		case "To":
			fmt.Fprintf(&response, "%s;tag=mairie\r\n", line)
		case "Via", "From", "Call-ID", "CSeq":
			fmt.Fprintf(&response, "%s\r\n", line)
		}
	}
	response.WriteString("Content-Length: 0\r\n\r\n")
	return response.Bytes()
}

// Register announces a telephone to an exchange.
func (p Peer) Register(ctx context.Context, to netip.AddrPort, user string) error {
	return p.callSIP(ctx, "REGISTER", to, user)
}

// Options asks an exchange whether it is there, as operators do and scanners too.
func (p Peer) Options(ctx context.Context, to netip.AddrPort, user string) error {
	return p.callSIP(ctx, "OPTIONS", to, user)
}

func (p Peer) callSIP(ctx context.Context, method string, to netip.AddrPort, user string) error {
	own := netip.AddrPortFrom(p.facing(to.Addr()), TelephonePort)
	request := strings.Join([]string{
		fmt.Sprintf("%s sip:%s SIP/2.0", method, to),
		fmt.Sprintf("Via: SIP/2.0/UDP %s;rport;branch=z9hG4bK%s", own, user),
		fmt.Sprintf("From: <sip:%s@%s>;tag=%s", user, own.Addr(), user),
		fmt.Sprintf("To: <sip:%s@%s>", user, to.Addr()),
		fmt.Sprintf("Call-ID: %s@%s", user, own.Addr()),
		fmt.Sprintf("CSeq: 1 %s", method),
		"Max-Forwards: 70", "Content-Length: 0", "", "",
	}, "\r\n")
	answer, err := p.ask(ctx, to, []byte(request))
	if err != nil {
		return err
	}
	if status, _, _ := strings.Cut(string(answer), "\r\n"); status != "SIP/2.0 200 OK" {
		return fmt.Errorf("the exchange at %s answered %q", to, status)
	}
	return nil
}

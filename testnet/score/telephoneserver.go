package main

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"abri.example/abri"
	"abri.example/abri/telephone/sip"
	"abri.example/abri/testnet"
)

// kamailioCfg is an exchange: the extensions 100 to 2999, each with the password "juste-" and its name; it asks callers for
// one too, and carries no call. Whoever asks for another extension is told that there is none, as most exchanges do.
const kamailioCfg = `#!KAMAILIO
debug=0
log_stderror=yes
fork=yes
children=2
listen=udp:%s:5060
mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules/"
loadmodule "kex.so"
loadmodule "corex.so"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "auth.so"
modparam("usrloc", "db_mode", 0)
request_route {
  if (is_method("ACK|CANCEL")) { exit; }
  if (is_method("OPTIONS")) { sl_send_reply("200", "OK"); exit; }
  if (!($tU =~ "^([1-9][0-9][0-9]|[12][0-9][0-9][0-9])$")) {
    if (is_method("REGISTER") || $rU =~ "^[1-9]") { sl_send_reply("404", "Not Found"); exit; }
  }
  if (is_method("REGISTER")) {
    if (!pv_www_authenticate("mairie", "juste-$tU", "0")) { www_challenge("mairie", "0"); exit; }
    save("location");
    exit;
  }
  if (is_method("INVITE")) {
    if (!pv_proxy_authenticate("mairie", "juste-$fU", "0")) { proxy_challenge("mairie", "0"); exit; }
    sl_send_reply("404", "Not Found");
    exit;
  }
  sl_send_reply("405", "Method Not Allowed");
}
`

// startExchange starts Kamailio on a host, as Debian has it. It ends with the host's network.
func startExchange(ctx context.Context, h *testnet.Host, at netip.Addr, folder string) error {
	for _, program := range []string{"kamailio", "svmap", "svwar", "svcrack", "sipsak", "sipp"} {
		if _, err := exec.LookPath(program); err != nil {
			return &abri.Error{Code: abri.CodeUnsupported, Place: program, What: "not installed", Remedy: "apt-get install kamailio sipvicious sipsak sip-tester"}
		}
	}
	file := filepath.Join(folder, "kamailio.cfg")
	if err := os.WriteFile(file, fmt.Appendf(nil, kamailioCfg, at), 0o644); err != nil {
		return err
	}
	if _, err := h.Start(exec.CommandContext(ctx, "kamailio", "-f", file, "-DD", "-E", "-m", "64", "-M", "8", "-P", filepath.Join(folder, "kamailio.pid"), "-Y", folder)); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	first := &telephone{from: netip.AddrPortFrom(at, 5070), user: "100", word: "juste-100", call: "first"}
	return testnet.AwaitThat(ctx, func() error {
		ctx, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		_, err := first.register(ctx, h, netip.AddrPortFrom(at, telephonePort))
		return err
	})
}

const telephonePort = 5060

// telephone is one that registers as telephones do: first without a password, then with one, by the same Call-ID.
type telephone struct {
	from       netip.AddrPort
	user, word string
	call       string // the Call-ID
	n          int    // of its requests
}

// register makes a telephone register, and reports whether it was let in.
func (t *telephone) register(ctx context.Context, h *testnet.Host, at netip.AddrPort) (bool, error) {
	c, err := h.ListenPacket(t.from)
	if err != nil {
		return false, err
	}
	defer c.Close()
	m, err := t.ask(ctx, c, at, "")
	if err != nil || m.Status != 401 {
		return false, fmt.Errorf("no question for %s: %d, %w", t.user, m.Status, err)
	}
	m, err = t.ask(ctx, c, at, t.proof(m, at))
	return err == nil && m.Status == 200, err
}

// ask sends a request until it has an answer.
func (t *telephone) ask(ctx context.Context, c *net.UDPConn, at netip.AddrPort, proof string) (*sip.Message, error) {
	t.n++
	request := strings.Join([]string{
		fmt.Sprintf("REGISTER sip:%s SIP/2.0", at.Addr()), fmt.Sprintf("Via: SIP/2.0/UDP %s;rport;branch=z9hG4bK%s%d", t.from, t.call, t.n),
		fmt.Sprintf("From: <sip:%s@%s>;tag=%s", t.user, at.Addr(), t.call), fmt.Sprintf("To: <sip:%s@%s>", t.user, at.Addr()),
		"Call-ID: " + t.call, fmt.Sprintf("CSeq: %d REGISTER", t.n), fmt.Sprintf("Contact: <sip:%s@%s>", t.user, t.from), "Expires: 3600", "Max-Forwards: 70",
	}, "\r\n") + "\r\n" + proof + "Content-Length: 0\r\n\r\n"
	answer := make([]byte, 4096)
	for ctx.Err() == nil {
		if _, err := c.WriteToUDPAddrPort([]byte(request), at); err != nil {
			return &sip.Message{}, err
		}
		if err := c.SetReadDeadline(time.Now().Add(500 * time.Millisecond)); err != nil {
			return &sip.Message{}, err
		}
		n, err := c.Read(answer)
		if err != nil {
			continue // it is sent again
		}
		m := new(sip.Message)
		if m.Parse(answer[:n]) && m.Final() {
			return m, nil
		}
	}
	return &sip.Message{}, ctx.Err()
}

// proof answers a question for a password (RFC 2617, without qop).
func (t *telephone) proof(m *sip.Message, at netip.AddrPort) string {
	_, nonce, _ := strings.Cut(string(m.Head), "nonce=\"")
	nonce, _, _ = strings.Cut(nonce, "\"")
	sum := func(s string) string { x := md5.Sum([]byte(s)); return hex.EncodeToString(x[:]) }
	uri := "sip:" + at.Addr().String()
	response := sum(sum(t.user+":mairie:"+t.word) + ":" + nonce + ":" + sum("REGISTER:"+uri))
	return fmt.Sprintf("Authorization: Digest username=%q, realm=\"mairie\", nonce=%q, uri=%q, response=%q\r\n", t.user, nonce, uri, response)
}

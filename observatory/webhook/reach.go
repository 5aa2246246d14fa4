package webhook

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// patience bounds one try, from the name's look-up to the answer.
const patience = 15 * time.Second

// errNear is an address at which nobody is told anything.
var errNear = errors.New("the address is not one of the Internet")

// clientFor tells programs of the Internet or, with near, of the observatory's own network. Which address a name has is
// looked at when it is called, so that a name can't change it afterwards. No proxy, no redirect.
func clientFor(near bool) *http.Client {
	dialer := &net.Dialer{Timeout: patience, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !reachable(at.Addr(), near) {
			return errNear
		}
		return nil
	}}
	return &http.Client{
		Timeout:       patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSHandshakeTimeout: patience, ResponseHeaderTimeout: patience, MaxResponseHeaderBytes: 32 << 10,
			MaxIdleConns: 32, MaxConnsPerHost: 4, IdleConnTimeout: time.Minute, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
		},
	}
}

// others are networks that are neither private by RFC 1918 and 4193 nor of the Internet: carriers' translation (RFC
// 6598), documentation, benchmarks, and IPv6 that holds an IPv4 address of anybody's choice (RFC 6052, 3056, 4380).
var others = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("2001::/32"),
	netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("fec0::/10"),
}

// reachable reports whether somebody at an address may be told.
func reachable(a netip.Addr, near bool) bool {
	a = a.Unmap()
	if near {
		return a.IsGlobalUnicast() || a.IsLoopback() // private ones too; never those of a link, where clouds keep their secrets
	}
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	for _, p := range others {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

package main

import (
	"context"
	"fmt"
	"net/netip"

	"abri.example/abri/testnet"
)

// attackCase is one way to flood a machine of the town hall.
type attackCase struct {
	name   string
	slow   bool // it takes its time
	only4  bool // its tool knows no IPv6
	attack func(ctx context.Context, s *testnet.Scene, at testnet.Peer, v6 bool) error
}

// cases are all of them: own frames as fast as this machine can, servers that amplify, and the usual tools. A forged flood has
// another made-up source each time, one from one source a single one.
var cases = func() []attackCase {
	var all []attackCase
	paced := func(name string, forged bool, rate int, floods ...testnet.Flood) {
		all = append(all, attackCase{name: name, attack: func(ctx context.Context, s *testnet.Scene, at testnet.Peer, v6 bool) error {
			_, err := s.Throw(ctx, floods, at, v6, forged, rate)
			return err
		}})
	}
	throw := func(name string, forged bool, floods ...testnet.Flood) { paced(name, forged, 0, floods...) }
	for _, f := range testnet.Floods {
		throw(f.Name+", forged", true, f)
		if f.From == 0 { // servers that answer in an attacker's name are many
			throw(f.Name+", one source", false, f)
		}
	}
	paced(fmt.Sprintf("SYN, forged, %d a second", quiet), true, quiet, testnet.Floods[0])
	throw("mixed, forged", true, testnet.Floods...)
	throw("mixed, one source", false, testnet.Floods...)
	return append(all,
		attackCase{name: "amplification (ten kinds of real servers, and TCP)", attack: amplified},
		attackCase{name: "hping3 SYN, forged", only4: true, attack: hping("--rand-source")},
		attackCase{name: "hping3 SYN, its own address", only4: true, attack: hping()},
		attackCase{name: "trafgen UDP, forged", attack: trafgen},
		attackCase{name: "HTTP requests, its own address", attack: requests},
		attackCase{name: "slow HTTP (slowhttptest)", slow: true, attack: slowHTTP})
}()

// quiet is the rate of a flood that a crowd of visitors might be: three times what a new site's bar lets through, and an eighth of
// what no crowd brings (docs/flood.md).
const quiet = 600

// facing is the address of a machine in a family.
func facing(at testnet.Peer, v6 bool) netip.Addr {
	if v6 {
		return at.V6
	}
	return at.V4
}

package console

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/box/order"
)

// door is the flag that every verb that asks a running box has.
type door struct {
	Socket string `default:"/run/abri/abri.sock" help:"The running box's control socket." placeholder:"PATH"`
}

func (d door) dial() *control.Client { return control.Dial(d.Socket) }

type banVerb struct {
	Address string        `arg:"" help:"Address or CIDR, such as 203.0.113.9 or 203.0.113.0/24."`
	For     time.Duration `help:"How long; for ever when left out." placeholder:"1h"`
	door
}

// Help is the example under `abri ban --help`.
func (banVerb) Help() string { return "Example: abri ban 45.155.205.0/24 --for 1h" }

func (v banVerb) Run(s *shell) error {
	p, err := parsePrefix(v.Address)
	if err != nil {
		return err
	}
	if err := v.dial().Ban(s.ctx, p, v.For); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s is banned %s\n", short(p), lasting(v.For))
	return nil
}

type releaseVerb struct {
	Address string        `arg:"" help:"Address, CIDR or name that should pass."`
	For     time.Duration `help:"How long; for ever when left out." placeholder:"24h"`
	door
}

// Help is the example under `abri release --help`.
func (releaseVerb) Help() string {
	return "Examples: abri release 51.75.1.9 --for 24h\n          abri release example.org"
}

func (v releaseVerb) Run(s *shell) error {
	if isName(v.Address) {
		if err := v.dial().ReleaseName(s.ctx, v.Address, v.For); err != nil {
			return err
		}
		fmt.Fprintf(s.out, "%s and all beneath it pass %s\n", v.Address, lasting(v.For))
		return nil
	}
	p, err := parsePrefix(v.Address)
	if err != nil {
		return err
	}
	warning, err := v.dial().Release(s.ctx, p, v.For)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s passes %s\n", short(p), lasting(v.For))
	if warning != "" {
		fmt.Fprintln(s.err, "abri: warning:", warning)
	}
	return nil
}

type forgetVerb struct {
	Address string `arg:"" help:"Address, CIDR or name, as it was banned or released."`
	door
}

// Help is the example under `abri forget --help`.
func (forgetVerb) Help() string { return "Example: abri forget 51.75.1.9" }

func (v forgetVerb) Run(s *shell) error {
	if isName(v.Address) {
		if err := v.dial().ForgetName(s.ctx, v.Address); err != nil {
			return err
		}
		fmt.Fprintf(s.out, "the release of %s is taken back\n", v.Address)
		return nil
	}
	p, err := parsePrefix(v.Address)
	if err != nil {
		return err
	}
	were, err := v.dial().Forget(s.ctx, p)
	for _, c := range were {
		was := "ban"
		if c == order.Exempt {
			was = "release"
		}
		fmt.Fprintf(s.out, "the %s of %s is taken back\n", was, short(p))
	}
	return err
}

type modeVerb struct {
	Mode string `arg:"" enum:"observe,protect" help:"observe (everything passes, and is told) or protect (drops)."`
	door
}

// Help is the example under `abri mode --help`.
func (modeVerb) Help() string { return "Example: abri mode protect" }

func (v modeVerb) Run(s *shell) error {
	if err := v.dial().SetMode(s.ctx, abri.Mode(v.Mode)); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "the box is in mode %s\n", v.Mode)
	return nil
}

// isName tells a name from an address: its last label begins with a letter.
func isName(s string) bool {
	s = strings.TrimSuffix(s, ".")
	last := s[strings.LastIndexByte(s, '.')+1:]
	return last != s && last != "" && !strings.ContainsAny(s, ":/") && (last[0] < '0' || last[0] > '9')
}

// parsePrefix reads an address or a CIDR; one with host bits is refused, since nobody can know which was meant.
func parsePrefix(s string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return p, &abri.Error{Code: abri.CodeInvalid, Place: s, What: "not an address or CIDR", Remedy: "such as 203.0.113.9, 203.0.113.0/24 or 2a00:1450::/32"}
	}
	if p != p.Masked() {
		return p, &abri.Error{Code: abri.CodeInvalid, Place: s, What: "this CIDR has host bits", Remedy: fmt.Sprintf("the network is %s, the address %s", p.Masked(), p.Addr())}
	}
	return p, nil
}

func short(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}

func lasting(d time.Duration) string {
	if d == 0 {
		return "until it is taken back"
	}
	return "for " + d.String()
}

func printJSON(s *shell, v any) error {
	e := json.NewEncoder(s.out)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

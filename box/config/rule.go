package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"abri.example/abri"
	"abri.example/abri/decoy"
	"abri.example/abri/policy"
)

// rule is what is right for a key. says completes the sentence "it is …": the example gives it as the range, and a
// fault as the remedy, so that the two never differ.
type rule struct {
	says string
	ok   func(v reflect.Value) bool
}

// text is a rule for what reads as a text.
func text(says string, ok func(string) bool) rule {
	return rule{says, func(v reflect.Value) bool { return ok(v.String()) }}
}

// oneOf is one of the words.
func oneOf[T ~string](words ...T) rule {
	return text("one of "+listOf(words), func(s string) bool {
		for _, w := range words {
			if s == string(w) {
				return true
			}
		}
		return false
	})
}

func listOf[T ~string](words []T) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = fmt.Sprintf("%q", string(w))
	}
	return strings.Join(quoted, ", ")
}

func decoyNames() (names []string) {
	for _, d := range decoy.Doors {
		names = append(names, d.Name)
	}
	return names
}

// whole is a number from low to high, both included.
func whole(low, high int) rule {
	return rule{fmt.Sprintf("a whole number from %d to %d", low, high), func(v reflect.Value) bool {
		return v.Int() >= int64(low) && v.Int() <= int64(high)
	}}
}

// oneOrNone is 0, or a number from low to high.
func oneOrNone(low, high int) rule {
	return rule{fmt.Sprintf("0, or a whole number from %d to %d", low, high), func(v reflect.Value) bool {
		return v.Int() == 0 || v.Int() >= int64(low) && v.Int() <= int64(high)
	}}
}

// lasting is a time from low to high, both included.
func lasting(low, high time.Duration, says string) rule {
	return rule{says, func(v reflect.Value) bool {
		return v.Int() >= int64(low) && v.Int() <= int64(high)
	}}
}

// line is a text without line ends and other control characters.
func line(shortest, longest int) rule {
	return text(fmt.Sprintf("one line of %d to %d characters", shortest, longest), func(s string) bool {
		n := utf8.RuneCountInString(s)
		return n >= shortest && n <= longest && !strings.ContainsFunc(s, unicode.IsControl)
	})
}

var accountForm = regexp.MustCompile(`^[a-z_][a-z0-9_-]{0,31}$`)

// nameForm is a host's name of two labels or more, as the DNS takes it.
var nameForm = regexp.MustCompile(`^([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)+[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)

var (
	// A port's name, as the kernel takes it (dev_valid_name in net/core/dev.c), less what a shell would trip over.
	portName = text(`a port's name of 1 to 15 letters, digits, ".", "_" or "-"`,
		regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,14}$`).MatchString)

	// A user's or group's name, as Debian's adduser takes it.
	readerName = text(`a name of 1 to 32 lower-case letters, digits, "_" or "-", and not "root": who reads what strangers send must hold no power`,
		func(s string) bool { return accountForm.MatchString(s) && s != "root" })

	accountName = text(`a name of 1 to 32 lower-case letters, digits, "_" or "-"`,
		accountForm.MatchString)

	absolute = text("a path from the root",
		func(s string) bool { return filepath.IsAbs(s) && !strings.ContainsRune(s, 0) })

	anyPath = text("a path; a relative one is taken from the folder of this file",
		func(s string) bool { return s != "" && !strings.ContainsRune(s, 0) })

	maybePath = text(`a path, a relative one from the folder of this file, or "" for none`,
		func(s string) bool { return !strings.ContainsRune(s, 0) })

	listURL = text(`an address of the web, such as "https://example.org/list.txt", or "" for none`,
		func(s string) bool { return s == "" || isURL(s, "https", "http") })

	proxyURL = text(`the address of a proxy, such as "http://192.168.1.9:3128", or "" for none`,
		func(s string) bool { return s == "" || isURL(s, "https", "http", "socks5") })

	anyPaths = rule{"a list of paths; a relative one is taken from the folder of this file", func(v reflect.Value) bool {
		return anyPath.ok(v)
	}}

	hostNames = rule{`a list of names, such as ["mairie-exemple.fr"]`, func(v reflect.Value) bool {
		return nameForm.MatchString(v.String()) && len(v.String()) <= 253
	}}

	zone = text(`a time zone of the IANA list, such as "Europe/Paris" or "Indian/Reunion"`, func(s string) bool {
		_, err := time.LoadLocation(s)
		return err == nil && s != "" && s != "Local"
	})

	yesNo = rule{"true or false", nil}

	listen = text(`"address:port", such as ":8080" or "192.168.1.2:8080" (an empty address is the bridge's own; every address at once, "0.0.0.0", is refused: the page is for inside)`,
		func(s string) bool {
			host, port, ok := strings.Cut(s, ":")
			if host == "" && ok {
				s = "127.0.0.1:" + port
			}
			at, err := netip.ParseAddrPort(s)
			return err == nil && at.Port() != 0 && !at.Addr().IsUnspecified()
		})

	boxAddress = rule{`an address with its length, such as "192.168.1.2/24", or "" for none (a bridge that is there is taken as it stands)`,
		func(v reflect.Value) bool {
			p := v.Interface().(netip.Prefix)
			return !p.IsValid() || unicast(p.Addr())
		}}

	oneAddress = rule{`an address, such as "192.168.1.1", or "" for none`, func(v reflect.Value) bool {
		a := v.Interface().(netip.Addr)
		return !a.IsValid() || unicast(a)
	}}

	addresses = rule{`a list of addresses, such as ["192.168.1.1"]`, func(v reflect.Value) bool {
		return unicast(v.Interface().(netip.Addr))
	}}

	services = rule{"a list of services, of " + listOf(abri.Services), oneOf(abri.Services...).ok}

	decoyDoors = rule{"a list of decoys, of " + listOf(decoyNames()), func(v reflect.Value) bool {
		_, err := decoy.Find(v.String())
		return err == nil
	}}

	openingHours = text(`days and hours, such as "mo-fr 08:30-12:00 13:30-17:30; sa 09:00-12:00", or "" for none`, func(s string) bool {
		_, err := policy.ParseHours(s, time.UTC)
		return err == nil
	})

	prefixes = rule{`a list of addresses or of prefixes without host bits, at most a /8 (/19 of IPv6), such as ["192.0.2.7", "198.51.100.0/24", "2001:db8::/48"]`,
		func(v reflect.Value) bool {
			p := v.Interface().(netip.Prefix)
			return p.IsValid() && !p.Addr().Is4In6() && p == p.Masked() && !tooWide(p)
		}}
)

// tooWide is what the keeper refuses (order.TooWide): wider than the widest that one provider has, and not a site's own.
func tooWide(p netip.Prefix) bool {
	if p.Addr().Is4() {
		return p.Bits() < 8
	}
	return p.Bits() < 19 && (p.Bits() < 7 || !p.Addr().IsPrivate())
}

// listFormats are the formats that feed reads, and "" for that which it recognises.
var listFormats = []string{"", "plain", "hosts", "adblock", "dnsmasq", "unbound", "bind", "rpz", "urls", "fingerprints", "table", "rules", "tpl", "stix", "misp"}

// isURL reports whether s is an absolute URL of one of the schemes.
func isURL(s string, schemes ...string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && slices.Contains(schemes, u.Scheme)
}

// unicast is an address that one machine may have.
func unicast(a netip.Addr) bool {
	return a.IsValid() && a.Zone() == "" && !a.Is4In6() && !a.IsUnspecified() && !a.IsMulticast()
}

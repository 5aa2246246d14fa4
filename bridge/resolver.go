package bridge

import (
	"bufio"
	"io"
	"net/netip"
	"os"
	"slices"
	"strings"

	"abri.example/abri"
)

// maxResolvers bounds what is read of a resolver file; the C library itself reads three.
const maxResolvers = 16

// Resolvers reads the addresses of the machine's resolvers from a file in the form of resolv.conf(5), usually
// /etc/resolv.conf. Loopback addresses are left out: they are a local forwarder's. It fails with CodeNotFound when the
// file cannot be read.
func (b *Bridge) Resolvers(path string) ([]netip.Addr, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, &abri.Error{Code: abri.CodeNotFound, Place: path, What: "reading the resolvers", Err: err}
	}
	defer file.Close()
	found, err := resolversIn(file)
	if err != nil {
		return nil, &abri.Error{Code: abri.CodeDamaged, Place: path, What: "reading the resolvers", Err: err}
	}
	return found, nil
}

func resolversIn(file io.Reader) ([]netip.Addr, error) {
	var found []netip.Addr
	lines := bufio.NewScanner(file)
	for lines.Scan() && len(found) < maxResolvers {
		words := strings.Fields(lines.Text())
		if len(words) < 2 || words[0] != "nameserver" {
			continue
		}
		addr, err := netip.ParseAddr(words[1])
		if err != nil {
			continue
		}
		addr = addr.WithZone("").Unmap()
		if !addr.IsLoopback() && !slices.Contains(found, addr) {
			found = append(found, addr)
		}
	}
	return found, lines.Err()
}

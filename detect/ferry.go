package detect

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
	"abri.example/abri/program"
)

const (
	ferryMost = 512
	ferryWait = time.Minute
	ftpPort   = 21
)

// ferry reads which files a device of the site gets by FTP, so that download weighs what comes in the conversation that
// brings them (RFC 959, RFC 2428).
type ferry struct {
	download *download
	berths   *memory[netip.AddrPort, berth] // where a conversation with a file is awaited
	last     *memory[ends, netip.AddrPort]  // by the conversation that ordered it
}

// berth is a file that is awaited.
type berth struct {
	file   string
	server netip.Addr
}

func newFerry(d *download) *ferry {
	return &ferry{d, newMemory[netip.AddrPort, berth](ferryMost, ferryWait), newMemory[ends, netip.AddrPort](ferryMost, ferryWait)}
}

func (y *ferry) Observe(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	if f.Proto != packet.TCP || len(h.Payload) == 0 || settled(f) || f.Port != ftpPort && y.berths.len() == 0 {
		return
	}
	data := reading(f, h)
	switch {
	case data == nil:
	case f.Port != ftpPort:
		y.lands(at, f, h, data, emit)
	case f.Direction == abri.Out:
		for line := range bytes.Lines(data) {
			y.control(at, f, fromClient(f, h), bytes.TrimRight(line, "\r\n"))
		}
	}
}

func (*ferry) End(time.Time, *flow.Flow, func(abri.Finding)) {}

// control takes a line of the conversation that orders.
func (y *ferry) control(at time.Time, f *flow.Flow, up bool, line []byte) {
	key := endsOf(f)
	switch {
	case up && foldedPrefix(line, "retr "):
		if place := y.last.find(key); place != nil {
			*y.berths.touch(at, *place) = berth{string(line[5:min(len(line), 5+255)]), f.Server.Addr()}
		}
	case up && foldedPrefix(line, "port "):
		y.await(at, key, f.Client.Addr(), sixNumbers(line[5:]))
	case up && foldedPrefix(line, "eprt "), !up && foldedPrefix(line, "229 "):
		a := f.Server.Addr()
		if up {
			a = f.Client.Addr()
		}
		y.await(at, key, a, barredPort(line))
	case !up && foldedPrefix(line, "227 "):
		if i := bytes.IndexByte(line, '('); i > 0 {
			y.await(at, key, f.Server.Addr(), sixNumbers(line[i+1:]))
		}
	}
}

// await notes where the next file of a conversation comes. The address that is named in it is not believed: behind a
// translation it is another.
func (y *ferry) await(at time.Time, key ends, a netip.Addr, port uint16) {
	if port != 0 {
		*y.last.touch(at, key) = netip.AddrPortFrom(a, port)
	}
}

// sixNumbers is the port of h1,h2,h3,h4,p1,p2; 0 where it is none.
func sixNumbers(b []byte) uint16 {
	parts := strings.Split(string(until(b, ")\r\n ")), ",")
	if len(parts) != 6 {
		return 0
	}
	high, err := strconv.ParseUint(parts[4], 10, 8)
	low, bad := strconv.ParseUint(parts[5], 10, 8)
	if err != nil || bad != nil {
		return 0
	}
	return uint16(high<<8 | low)
}

// barredPort is the port of |||port| or |1|address|port|; 0 where it is none.
func barredPort(line []byte) uint16 {
	parts := bytes.Split(line, []byte("|"))
	if len(parts) < 5 {
		return 0
	}
	port, err := strconv.ParseUint(string(parts[3]), 10, 16)
	if err != nil {
		return 0
	}
	return uint16(port)
}

// lands takes the first words of a file.
func (y *ferry) lands(at time.Time, f *flow.Flow, h *packet.Headers, data []byte, emit func(abri.Finding)) {
	b := y.berths.find(f.Server)
	if b == nil || b.server != h.Src {
		return
	}
	name := netip.AddrPortFrom(b.server, ftpPort).String()
	g := given{request: request{file: b.file, host: text([]byte(name)), address: !y.download.names.leads(b.server)}, by: "ftp", port: ftpPort, name: b.file}
	g.strange = y.download.strange(at, g.host)
	g.kind = program.Of(b.file, "", data)
	y.berths.drop(f.Server)
	if g.kind != "" {
		y.download.weigh(at, f, &g, emit)
	}
}

package detect

import (
	"bytes"
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// The bars of download. The reasons are in docs/detection.md.
const (
	downloadDevices = 2048
	downloadHosts   = 3 // names that give what says it is a browser a program within downloadTime, without a page that led there
	downloadTime    = 10 * time.Minute
)

// download tells of programs for Windows that come over clear HTTP as no honest site sends them: as a picture or a text,
// from a machine that is named by its address only, asked for by a script, or from several machines in a row.
type download struct {
	devices *memory[netip.Addr, fetched]
	asked   *memory[conversation, request]
}

// fetched is what one device got.
type fetched struct {
	hosts tally
	from  distinct
}

// request is what a client asked for last in a conversation.
type request struct {
	host      uint32 // the name of the server
	browser   bool   // it said that it is a browser, and no page led it there
	byAddress bool   // it named the server by its address
	script    bool   // it named itself as a script does, or not at all
	hidden    bool   // the name it asked for is not that of a program
}

func newDownload() *download {
	return &download{newMemory[netip.Addr, fetched](downloadDevices, downloadTime), newMemory[conversation, request](4096, 10*time.Minute)}
}

func (d *download) Observe(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	if f.Proto != packet.TCP || len(h.Payload) < 16 || f.Direction == abri.In || settled(f) {
		return
	}
	up := fromClient(f, h)
	data := reading(f, h)
	if data == nil {
		return
	}
	key := conversation{pairOf(f), f.Client.Port()}
	if up {
		if asksHTTP(h, data) && foldedPrefix(data, "get ") {
			*d.asked.touch(at, key) = readRequest(headOf(data))
		}
		return
	}
	if !foldedPrefix(data, "http/1.") {
		return
	}
	head := headOf(data)
	asked := d.asked.find(key)
	if asked == nil || !program16(data[len(head):]) || !foldedPrefix(data[9:], "200") {
		return
	}
	d.judge(at, f, head, *asked, emit)
}

func (*download) End(time.Time, *flow.Flow, func(abri.Finding)) {}

// judge weighs a program that came.
func (d *download) judge(at time.Time, f *flow.Flow, head []byte, asked request, emit func(abri.Finding)) {
	x := d.devices.touch(at, f.Client.Addr())
	if x.hosts.add(at, downloadTime) == 1 {
		x.from = distinct{}
	}
	if asked.browser {
		x.from.add(asked.host)
	}
	sign := ""
	switch {
	case contains(head, "content-type: image/"), contains(head, "content-type: text/"):
		sign = "disguised-program"
	case asked.byAddress && (asked.script || asked.hidden):
		sign = "program-from-bare-address"
	case x.from.count() >= downloadHosts:
		sign = "programs-from-many"
	default:
		return
	}
	// Each is told, and not once a minute as others are: the conversation that brings it can still be cut.
	emit(f.FindingOf(abri.MalwareDownload, at, because(abri.MalwareDownload, "sign", sign, "names", x.from.count())))
}

// program16 reports whether data begins as a program for Windows: the letters MZ, and the sentence of its DOS stub or a
// header that is not text.
func program16(data []byte) bool {
	return len(data) > 2 && data[0] == 'M' && data[1] == 'Z' &&
		(bytes.Contains(data, program) || bytes.IndexByte(data[:min(len(data), 64)], 0) >= 0)
}

// readRequest reads the head of a request.
func readRequest(head []byte) request {
	line := lineOf(head)
	named := false
	for _, end := range [...]string{".exe", ".msi", ".dll", ".cab", ".msu", ".ocx", ".scr", ".sys"} {
		named = named || contains(line, end)
	}
	agent := contains(head, "\nuser-agent: ")
	return request{
		host:      text(hostOf(head)),
		browser:   contains(head, "\nuser-agent: mozilla/") && !contains(head, "\nreferer:"),
		byAddress: addressHost(head),
		script:    !agent || contains(head, "\nuser-agent: powershell") || contains(head, "windowspowershell") || contains(head, "certutil") || contains(head, "\nuser-agent: java/") || contains(head, "\nuser-agent: python"),
		hidden:    !named,
	}
}

// hostOf is the server's name in the head of a request, without a port.
func hostOf(head []byte) []byte {
	i := indexFold(head, "\nhost:")
	if i < 0 {
		return nil
	}
	host := bytes.TrimSpace(lineOf(head[i+6:]))
	if j := bytes.IndexByte(host, ':'); j > 0 {
		host = host[:j]
	}
	return host
}

// addressHost reports whether the server is named by an address of the Internet.
func addressHost(head []byte) bool {
	a, err := netip.ParseAddr(string(hostOf(head)))
	return err == nil && !a.IsPrivate()
}

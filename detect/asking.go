package detect

import (
	"bytes"
	"mime"
	"net/netip"
	"strings"

	"abri.example/abri/hypertext"
)

// request is how a client of HTTP asked for a file.
type request struct {
	host     uint32 // the name of the server
	address  bool   // it named the server by its address
	maker    bool   // the name is that of a maker of programs
	cheap    bool   // the name costs nothing, or next to nothing
	strange  bool   // the site did not know the server
	file     string // the name it asked for
	browser  bool   // it said that it is a browser
	feigned  bool   // and does not speak as one
	scripted bool   // and asks for anything, as a script in a page or a document does
	led      bool   // a page led it there
	form     bool   // it filled in a form
	agent    agent
}

// agent is what sort of program asks, by its own word.
type agent uint8

const (
	namedAgent agent = iota // its own name: an updater, a browser
	bareAgent               // none, or that of a tool or language by which anybody fetches
	shellAgent              // what Windows and Office fetch with, when a script or a document bids them
	cacheAgent              // Windows' own sharing of updates, which calls caches by their address
)

// agents are words in what a program says that it is.
var agents = []struct {
	word string
	agent
}{
	{"microsoft-delivery-optimization", cacheAgent},
	{"powershell", shellAgent}, {"certutil", shellAgent}, {"microsoft-cryptoapi", shellAgent}, {"winhttp.winhttprequest", shellAgent},
	{"microsoft office", shellAgent}, {"ms-office", shellAgent}, {"msoffice", shellAgent}, {"wscript", shellAgent}, {"bitsadmin", shellAgent},
	{"curl/", bareAgent}, {"wget", bareAgent}, {"python", bareAgent}, {"java/", bareAgent}, {"go-http-client", bareAgent},
	{"libwww-perl", bareAgent}, {"busybox", bareAgent}, {"node", bareAgent}, {"ruby", bareAgent},
}

// readRequest reads the head of a request.
func readRequest(head []byte) request {
	host := hostOf(head)
	agent := agentOf(hypertext.Field(head, "user-agent"))
	browser := agent == namedAgent && (contains(head, "\nuser-agent: mozilla/") || contains(head, "\nuser-agent: opera/"))
	feigned := browser && falseBrowser(head)
	accept := hypertext.Field(head, "accept")
	return request{
		host: text(host), address: isAddress(host), maker: isMaker(host), cheap: isCheap(host),
		file: fileOf(lineOf(head)), browser: browser, feigned: feigned,
		scripted: browser && !feigned && (accept == nil || string(accept) == "*/*"),
		led:      hypertext.Field(head, "referer") != nil || hypertext.Field(head, "origin") != nil,
		form:     foldedPrefix(head, "post "),
		agent:    agent,
	}
}

func agentOf(name []byte) agent {
	if len(name) == 0 {
		return bareAgent
	}
	for _, a := range agents {
		if contains(name, a.word) {
			return a.agent
		}
	}
	return namedAgent
}

// fileOf is the name at the end of the path that the line of a request asks for, without its escapes.
func fileOf(line []byte) string {
	_, target, _ := bytes.Cut(line, []byte(" "))
	path := until(target, " ?#;\r")
	var plain hypertext.Plain
	name := plain.Line(path)[0]
	return string(name[bytes.LastIndexByte(name, '/')+1:])
}

// hostOf is the server's name in the head of a request, without a port.
func hostOf(head []byte) []byte {
	host := hypertext.Field(head, "host")
	if j := bytes.IndexByte(host, ':'); j > 0 {
		host = host[:j]
	}
	return host
}

// isAddress reports whether a server is named by an address of the Internet.
func isAddress(host []byte) bool {
	a, err := netip.ParseAddr(string(host))
	return err == nil && !a.IsPrivate()
}

// calledBy is the name that a server gives to a file (RFC 6266); empty where it gives none. A name with spaces and without
// quotation marks is against the rule, and browsers take it.
func calledBy(head []byte) string {
	value := hypertext.Field(head, "content-disposition")
	_, fields, err := mime.ParseMediaType(string(value))
	if err == nil {
		return fields["filename"]
	}
	_, name, _ := bytes.Cut(value, []byte("filename="))
	return string(bytes.Trim(until(name, ";"), "\" "))
}

// typeOf is the type that a server gives to a file, in small letters.
func typeOf(head []byte) string {
	kind := string(until(hypertext.Field(head, "content-type"), ";"))
	return strings.ToLower(strings.TrimSpace(kind))
}

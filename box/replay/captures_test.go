package replay_test

import (
	"encoding/binary"
	"time"
)

// linkEthernet is the number of Ethernet among the link types of captures (https://www.tcpdump.org/linktypes.html).
const linkEthernet = 1

// The people of the drawings. The lists of the cases hold the criminals.
const (
	mail4, mail6   = "192.168.10.25:25", "[fd00:10::25]:25"
	desk4, desk6   = "192.168.10.100:50000", "[fd00:10::100]:50000"
	public4        = "198.51.99.25:25" // the mail server of a site with addresses of its own
	criminal4      = "45.155.205.9:40000"
	criminal6      = "[2a0e:1bc0::9]:40000"
	fence4, fence6 = "185.220.101.7:443", "[2a0b:f4c2::7]:443"
	honest4        = "80.10.20.30:41000"
	censys         = "162.142.125.40:42000"
)

// knock is a listed address at the door of the mail server, twice in one conversation.
func knock() []drawn {
	return script(tcp(criminal4, mail4, "S", 0), tcp(criminal4, mail4, "S", 0))
}

// captures are the drawings of the cases, by folder and file. TestCases writes them with -update, and else holds the files
// to them.
var captures = map[string]map[string]drawing{
	"listed-ipv4-in": {"capture.pcap": {link: linkEthernet, packets: script(
		tcp(criminal4, mail4, "S", 0), tcp(mail4, criminal4, "SA", 0), tcp(criminal4, mail4, "A", 0), tcp(criminal4, mail4, "PA", 100),
		tcp(honest4, mail4, "S", 0), tcp(mail4, honest4, "SA", 0), tcp(honest4, mail4, "A", 0), tcp("45.155.205.9:40001", mail4, "S", 0),
	)}},
	"listed-ipv4-out": {"capture.pcap": {link: linkEthernet, packets: script(
		tcp(desk4, fence4, "S", 0), tcp(fence4, desk4, "SA", 0), tcp(desk4, fence4, "A", 0), tcp(desk4, fence4, "PA", 1400),
	)}},
	"listed-name": {"capture.pcap": {link: linkEthernet, packets: script(
		said(desk4, "80.10.20.30:80", "GET /impots HTTP/1.1\r\nHost: www.mairie.fr\r\n\r\n"),
		said("192.168.10.100:50001", "80.10.20.31:80", "GET / HTTP/1.1\r\nHost: Login.Wrong-Bank.com\r\n\r\n"),
		said("80.10.20.31:80", "192.168.10.100:50001", "HTTP/1.1 200 OK\r\n\r\n"),
	)}},
	"listed-ipv6-in": {"capture.pcap": {link: linkEthernet, packets: script(
		tcp(criminal6, mail6, "S", 0), tcp(criminal6, mail6, "S", 0),
	)}},
	"listed-ipv6-out": {"capture.pcap": {link: linkEthernet, packets: script(
		tcp(desk6, fence6, "S", 0), tcp(desk6, fence6, "S", 0),
	)}},
	"exempt": {"capture.pcap": {link: linkEthernet, packets: script(
		tcp(criminal4, mail4, "S", 0), tcp(mail4, criminal4, "SA", 0), tcp("45.155.205.10:40000", mail4, "S", 0),
	)}},
	"home-given": {"capture.pcap": {link: linkEthernet, packets: script(
		tcp(criminal4, public4, "S", 0), tcp("198.51.99.60:50000", fence4, "S", 0),
	)}},
	"both-ends-home": {"capture.pcap": {link: linkEthernet, packets: script(
		tcp("45.155.205.9:40000", public4, "S", 0), tcp(desk4, mail4, "S", 0),
	)}},
	"neither-end-home": {"capture.pcap": {link: linkEthernet, packets: script(
		tcp(criminal4, public4, "S", 0),
	)}},
	"vlan":  {"capture.pcap": {link: linkEthernet, head: ethernet(0x8100, 10), packets: knock()}},
	"qinq":  {"capture.pcap": {link: linkEthernet, head: ethernet(0x88a8, 100, 0x8100, 10), packets: knock()}},
	"pppoe": {"capture.pcap": {link: linkEthernet, head: pppoe, packets: knock()}},
	"linux-sll": {"capture.pcap": {link: 113, packets: knock(), head: func(etherType uint16) []byte {
		return binary.BigEndian.AppendUint16([]byte{0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0}, etherType)
	}}},
	"linux-sll2": {"capture.pcap": {link: 276, packets: knock(), head: func(etherType uint16) []byte {
		return append(binary.BigEndian.AppendUint16(nil, etherType), 0, 0, 0, 0, 0, 3, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0)
	}}},
	"raw-ip": {"capture.pcap": {link: 101, packets: knock(), head: func(uint16) []byte { return nil }}},
	"null-loopback": {"capture.pcap": {link: 0, packets: knock(), head: func(uint16) []byte {
		return []byte{2, 0, 0, 0}
	}}},
	"nanoseconds": {"capture.pcap": {link: linkEthernet, form: nanos, packets: []drawn{
		{start.Add(123_456_789), tcp(criminal4, mail4, "S", 0)}, {start.Add(987_654_321), tcp(criminal4, mail4, "S", 0)},
	}}},
	"pcapng":            {"capture.pcapng": {link: linkEthernet, form: ng, packets: knock()}},
	"extension-headers": {"capture.pcap": {link: linkEthernet, packets: script(extended(tcp(criminal6, mail6, "S", 0)))}},
	"fragments": {"capture.pcap": {link: linkEthernet, packets: append(
		script(fragments(udp("45.155.205.9:5060", "192.168.10.60:5060", 3000), 1480)...),
		scriptAt(start.Add(time.Minute), udp("45.155.205.9:5060", "192.168.10.60:5060", 100))...,
	)}},
	"research-scanner": {"capture.pcap": {link: linkEthernet, packets: script(
		tcp(censys, mail4, "S", 0), tcp(mail4, censys, "SA", 0), tcp(censys, mail4, "R", 0),
		tcp("162.142.125.41:42000", mail4, "S", 0), tcp("162.142.125.41:42000", "192.168.10.25:443", "S", 0),
	)}},
	"lone-probe": {"capture.pcap": {link: linkEthernet, packets: script(
		tcp(honest4, "192.168.10.25:3389", "S", 0),
	)}},
	"cut-file": {"capture.pcap": {link: linkEthernet, cut: 30, packets: script(
		tcp(criminal4, mail4, "S", 0), tcp(criminal4, mail4, "S", 0), tcp(criminal4, mail4, "S", 0),
	)}},
	"over-midnight": {"capture.pcap": {link: linkEthernet, packets: append(
		scriptAt(midnight.Add(-2*time.Hour), tcp("45.155.205.10:40000", mail4, "S", 0)),
		append(scriptAt(midnight.Add(-10*time.Minute), tcp(criminal4, mail4, "S", 0)),
			scriptAt(midnight.Add(20*time.Minute), tcp("45.155.205.9:40001", mail4, "S", 0))...)...,
	)}},
	"out-of-order": {"capture.pcap": {link: linkEthernet, packets: append(scriptAt(start.Add(5*time.Second), tcp(criminal4, mail4, "S", 0)),
		script(tcp(criminal4, mail4, "S", 0), tcp(criminal4, mail4, "S", 0))...)}},
	"two-files": {
		"capture-1.pcap": {link: linkEthernet, packets: knock()},
		"capture-2.pcapng": {link: linkEthernet, form: ng, packets: scriptAt(start.Add(30*time.Minute),
			tcp("45.155.205.9:40001", mail4, "S", 0))},
	},
}

// midnight is the one after the 5 March 2026 at Paris, where the cases are.
var midnight = time.Date(2026, 3, 5, 23, 0, 0, 0, time.UTC)

// pppoe heads a packet with Ethernet and a PPPoE session.
func pppoe(etherType uint16) []byte {
	protocol := uint16(0x0021)
	if etherType == 0x86dd {
		protocol = 0x0057
	}
	session := []byte{0x11, 0, 0, 1, 0, 0}
	return binary.BigEndian.AppendUint16(append(ethernet()(0x8864), session...), protocol)
}

package flow

import "abri.example/abri/packet"

// What a link shows of each direction of a conversation, in bytes of IP packets: the gate copies no more of it
// (gate/kernel/copy.h). A capture is read as far, so that both give one answer.
const (
	ShownFirst = 8 << 10  // of any conversation
	ShownLogin = 64 << 10 // of protocols that speak before they encrypt, and of Windows' remote calls
)

// callPorts is where the ports begin that Windows gives out for its remote calls (RFC 6335, 6). A ticket of Kerberos alone
// is 3 KB, so that what is called stands beyond the first 8.
const callPorts = 49152

// Shown reports whether a link would show the packet that the flow took in last: the beginning of each direction, all of
// the protocols that name and call, and the end of a TCP conversation.
func (f *Flow) Shown(h *packet.Headers) bool {
	return h.Proto == packet.TCP && h.Flags&(packet.FIN|packet.RST) != 0 || f.Readable(h)
}

// Readable reports whether a link would show the packet's data, and not only that a conversation ended.
func (f *Flow) Readable(h *packet.Headers) bool {
	if f.Open || alwaysShown(h.SrcPort) || alwaysShown(h.DstPort) {
		return true
	}
	c := &f.Down
	if h.Src == f.Client.Addr() && h.SrcPort == f.Client.Port() {
		c = &f.Up
	}
	most := uint64(ShownFirst)
	if h.Proto == packet.TCP && (speaksOpenly(h.SrcPort) || speaksOpenly(h.DstPort) || f.Server.Port() >= callPorts) {
		most = ShownLogin
	}
	return c.Bytes < most+uint64(h.Length) // a capture counts this packet in, a link counts late
}

// alwaysShown are the ports of which everything is copied: DNS, DHCP, NBNS, SIP, mDNS.
func alwaysShown(port uint16) bool {
	switch port {
	case 53, 67, 68, 137, 546, 547, 5060, 5061, 5062, 5080, 5353:
		return true
	}
	return false
}

// speaksOpenly are the ports of FTP, SSH, SMTP, POP3, IMAP, SMB, submission and RDP.
func speaksOpenly(port uint16) bool {
	switch port {
	case 21, 22, 25, 110, 143, 445, 587, 3389:
		return true
	}
	return false
}

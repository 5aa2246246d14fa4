// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// What a packet from outside presses as, and at which service. docs: ../../docs/flood.md.
#pragma once

#include "tally.h"

// nonsense are flags that no machine sends: none, SYN with FIN or RST, FIN without ACK (RFC 9293 §3.10.7).
static __always_inline bool is_nonsense(__u8 flags)
{
	return !(flags & (TCP_SYN | TCP_ACK | TCP_RST)) || (flags & TCP_SYN && flags & (TCP_FIN | TCP_RST));
}

static __always_inline bool is_opening(struct packet *p)
{
	return p->proto == PROTO_TCP && (p->flags & (TCP_SYN | TCP_ACK | TCP_FIN | TCP_RST)) == TCP_SYN;
}

// is_mirror reports whether servers that answer anybody, with more than they were asked, listen on the port (CISA alert
// TA14-017A, and those found since).
static __always_inline bool is_mirror(__u16 port)
{
	switch (port) {
	case 17: case 19: case 53: case 69: case 111: case 123: case 137: case 161: case 177: case 389: case 427: case 500:
	case 520: case 623: case 1434: case 1604: case 1900: case 3283: case 3702: case 4500: case 5093: case 5353: case 5683:
	case 10001: case 10074: case 11211: case 17185: case 27015: case 27960: case 32414: case 33848: case 37810: case 47808:
		return true;
	}
	return false;
}

static __always_inline bool is_multicast(struct packet *p)
{
	__u8 *a = (__u8 *)&p->dst;

	return p->v6 ? a[0] == 0xff : a[12] >= 224;
}

// pressure_of says what a packet presses as, NOTHING when it does not. spoken is whether the site has said something in its
// conversation.
static __always_inline enum pressure pressure_of(struct switches *c, struct packet *p, bool spoken)
{
	if (p->level != WHOLE)
		return FRAGMENTS;
	switch (p->proto) {
	case PROTO_TCP:
		if (is_opening(p))
			return OPENINGS;
		if (is_nonsense(p->flags))
			return STRAYS;
		if (spoken)
			return NOTHING;
		return p->flags & (TCP_SYN | TCP_RST) ? ANSWERS : STRAYS;
	case PROTO_ICMP:
		return spoken && p->type != 8 ? NOTHING : ECHOES;
	case PROTO_ICMPV6:
		return is_neighbour(p) || (spoken && p->type != 128) ? NOTHING : ECHOES;
	case PROTO_UDP:
		if (p->dport == 53)
			return QUERIES;
		if (spoken || is_dhcp(p))
			return NOTHING;
		if (is_mirror(p->sport))
			return p->now >= c->familiar ? ANSWERS : NOTHING;
		return DATAGRAMS;
	}
	return spoken ? NOTHING : DATAGRAMS;
}

// door_at is the service behind a port.
static __always_inline enum door door_at(__u16 port)
{
	switch (port) {
	case 80: case 443: case 8080: case 8443:
		return DOOR_WEB;
	case 25: case 110: case 143: case 465: case 587: case 993: case 995:
		return DOOR_MAIL;
	case 5060: case 5061:
		return DOOR_TELEPHONE;
	case 22: case 3389: case 500: case 1194: case 4500: case 51820:
		return DOOR_REMOTE;
	case 53:
		return DOOR_NAMES;
	}
	return DOOR_OTHER;
}

// door_of is the service aimed at. Answers and echoes aim at none.
static __always_inline enum door door_of(struct packet *p, enum pressure pressure)
{
	return pressure == ANSWERS || p->proto == PROTO_ICMP || p->proto == PROTO_ICMPV6 ? DOOR_OTHER : door_at(p->dport);
}

// aim is what a packet presses as, and the service it aims at in the upper bits. It is a function of its own, so that the
// verifier does not walk the rest for each port.
__noinline int aim(struct packet *p, __u32 spoken)
{
	__u32 zero = 0;
	struct switches *c = bpf_map_lookup_elem(&control, &zero);
	enum pressure pressure;

	if (!c || !p || is_multicast(p))
		return NOTHING;
	pressure = pressure_of(c, p, spoken);
	return pressure | door_of(p, pressure) << 8;
}

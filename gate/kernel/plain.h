// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The short way from bytes to words, for what nearly every packet is: untagged Ethernet, IPv4 without options or IPv6
// without extension headers, TCP, UDP, ICMP, GRE or ESP, or a later fragment of whatever, all of it in the first buffer. It reads the
// packet where it lies and calls nobody; whatever is different is read by packet.h, with the same result.
#pragma once

#include "packet.h"

#define ETHER_BYTES 14
#define PORTS_BYTES 8 // a whole UDP header
#define TCP_BYTES 20

struct plain_ipv4 {
	__u8 ihl_version;
	__u8 tos;
	__be16 total;
	__be16 id;
	__be16 fragment;
	__u8 ttl;
	__u8 proto;
	__be16 check;
	__be32 src;
	__be32 dst;
};

struct plain_ipv6 {
	__u8 version_class;
	__u8 class_label[3];
	__be16 payload;
	__u8 next;
	__u8 hops;
	struct address src;
	struct address dst;
} __attribute__((packed, aligned(2)));

// A fragment header of IPv6 (RFC 8200 §4.5).
#define PLAIN_PART 44
struct plain_part {
	__u8 next, zero;
	__be16 place;
	__be16 id[2];
};

// read_plain_ports reads what its protocol has of ports, flags and type, of so many bytes by the IP header, PORTS_BYTES of which are
// there anyhow: false for other protocols, behind which more may lie, and for what ends too early.
static __always_inline bool read_plain_ports(struct packet *p, void *at, void *end, __u32 bytes, __u8 proto)
{
	__be16 *ports = at;

	if (bytes < PORTS_BYTES)
		return false;
	switch (proto) {
	case PROTO_TCP:
		if (bytes < TCP_BYTES || at + TCP_BYTES > end)
			return false;
		p->flags = ((__u8 *)at)[13];
		// fall through
	case PROTO_UDP:
		p->sport = bpf_ntohs(ports[0]);
		p->dport = bpf_ntohs(ports[1]);
		break;
	case PROTO_ICMP:
	case PROTO_ICMPV6:
		p->type = *(__u8 *)at;
		break;
	case PROTO_GRE:
	case PROTO_ESP:
		break;
	default:
		return false;
	}
	p->proto = proto;
	p->level = WHOLE;
	return true;
}

static __always_inline bool read_plain_ipv4(struct packet *p, void *at, void *end)
{
	struct plain_ipv4 *ip = at;
	__u32 total;

	if (at + sizeof(*ip) + PORTS_BYTES > end)
		return false;
	total = bpf_ntohs(ip->total);
	if (ip->ihl_version != 0x45 || total < sizeof(*ip) || total > end - at)
		return false;
	if (ip->fragment & bpf_htons(0x1fff)) {
		p->proto = ip->proto;
		p->level = LATER;
	} else if (read_plain_ports(p, at + sizeof(*ip), end, total - sizeof(*ip), ip->proto)) {
		p->transport = ETHER_BYTES + sizeof(*ip);
	} else {
		return false;
	}
	p->part = ip->fragment & bpf_htons(0x2000) ? 1 : 0;
	p->src = mapped(ip->src);
	p->dst = mapped(ip->dst);
	p->ether = ETHER_IPV4;
	p->network = ETHER_BYTES;
	p->ip_bytes = total;
	return true;
}

static __always_inline bool read_plain_ipv6(struct packet *p, void *at, void *end)
{
	struct plain_ipv6 *ip = at;
	struct plain_part *part = at + sizeof(*ip);
	__u32 payload;

	if (at + sizeof(*ip) + PORTS_BYTES > end)
		return false;
	payload = bpf_ntohs(ip->payload);
	if (ip->version_class >> 4 != 6 || !payload || payload + sizeof(*ip) > end - at)
		return false;
	if (ip->next == PLAIN_PART && payload >= sizeof(*part) && part->place & bpf_htons(0xfff8)) {
		p->proto = part->next;
		p->level = LATER;
		p->part = 1;
	} else if (read_plain_ports(p, at + sizeof(*ip), end, payload, ip->next)) {
		p->transport = ETHER_BYTES + sizeof(*ip);
	} else {
		return false;
	}
	p->src = ip->src;
	p->dst = ip->dst;
	p->v6 = 1;
	p->ether = ETHER_IPV6;
	p->network = ETHER_BYTES;
	p->ip_bytes = payload + sizeof(*ip);
	return true;
}

// read_plain fills p when the packet is of the usual kind; otherwise it is false and p is as it was.
static __always_inline bool read_plain(struct xdp_md *ctx, struct packet *p)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	void *at = data + ETHER_BYTES;
	__be16 ether;

	if (at > end)
		return false;
	ether = *(__be16 *)(at - 2);
	if (ether == bpf_htons(ETHER_IPV4))
		return read_plain_ipv4(p, at, end);
	return ether == bpf_htons(ETHER_IPV6) && read_plain_ipv6(p, at, end);
}

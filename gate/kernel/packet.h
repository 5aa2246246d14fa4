// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// From bytes to the few words that are judged: Ethernet, at most two VLAN tags, PPPoE session, IPv4 with options,
// IPv6 with at most six extension headers. Whatever is not understood is known by less, never refused.
#pragma once

#include "shape.h"

// fetch copies len bytes at off out of an XDP or tc packet; it crosses fragments of either. Not 0 when they are not there.
static __always_inline long fetch(void *ctx, bool skb, __u32 off, void *to, __u32 len)
{
	return skb ? bpf_skb_load_bytes(ctx, off, to, len) : bpf_xdp_load_bytes(ctx, off, to, len);
}

static __always_inline struct address mapped(__u32 v4)
{
	return (struct address){ .lo = MAPPED | (__u64)v4 << 32 };
}

static __always_inline void limit_bytes(struct packet *p, __u32 off, __u32 total)
{
	__u32 there = p->length - off;

	p->ip_bytes = total && total < there ? total : there;
}

// read_ether walks to the network header: its offset, with p->ether saying what stands there.
static __always_inline __u32 read_ether(void *ctx, bool skb, struct packet *p)
{
	__u32 off = 14;
	__be16 w[4] = {};

	if (fetch(ctx, skb, 12, w, 2))
		return off;
	p->ether = bpf_ntohs(w[0]);
#pragma unroll
	for (int tags = 0; tags < 2; tags++) {
		if (p->ether != ETHER_VLAN && p->ether != ETHER_QINQ && p->ether != ETHER_QINQ_OLD)
			break;
		if (fetch(ctx, skb, off, w, 4))
			return off;
		p->ether = bpf_ntohs(w[1]);
		off += 4;
	}
	if (p->ether == ETHER_PPPOE && !fetch(ctx, skb, off, w, 8)) {
		// Version 1, type 1, code 0: a session's data (RFC 2516 §4).
		if (w[0] == bpf_htons(0x1100) && w[3] == bpf_htons(PPP_IPV4))
			p->ether = ETHER_IPV4;
		else if (w[0] == bpf_htons(0x1100) && w[3] == bpf_htons(PPP_IPV6))
			p->ether = ETHER_IPV6;
		p->session = 1;
		off += 8;
	}
	return off;
}

// reaches reports whether a packet has so many bytes at off by its own header: what stands behind them is a frame's filling,
// which would hide a first fragment's flags (RFC 1858 §3).
static __always_inline bool reaches(struct packet *p, __u32 off, __u32 bytes)
{
	return off + bytes <= p->network + p->ip_bytes;
}

// read_ports reads the transport header: ports, TCP flags or ICMP type.
static __always_inline void read_ports(void *ctx, bool skb, struct packet *p, __u32 off)
{
	__be16 w[7] = {};

	switch (p->proto) {
	case PROTO_TCP:
		if (!reaches(p, off, 14) || fetch(ctx, skb, off, w, 14))
			return;
		p->flags = bpf_ntohs(w[6]);
		break;
	case PROTO_UDP:
	case PROTO_SCTP:
	case PROTO_UDPLITE:
		if (!reaches(p, off, 4) || fetch(ctx, skb, off, w, 4))
			return;
		break;
	case PROTO_ICMP:
	case PROTO_ICMPV6:
		if (!reaches(p, off, 1) || fetch(ctx, skb, off, &p->type, 1))
			return;
		break;
	}
	p->sport = bpf_ntohs(w[0]);
	p->dport = bpf_ntohs(w[1]);
	p->transport = off;
	p->level = WHOLE;
}

static __always_inline void read_ipv4(void *ctx, bool skb, struct packet *p, __u32 off)
{
	struct {
		__u8 ihl : 4, version : 4;
		__u8 tos;
		__be16 total;
		__be16 id;
		__be16 fragment;
		__u8 ttl, proto;
		__be16 check;
		__be32 src, dst;
	} ip;

	if (fetch(ctx, skb, off, &ip, sizeof(ip)) || ip.version != 4 || ip.ihl < 5)
		return;
	p->src = mapped(ip.src);
	p->dst = mapped(ip.dst);
	p->network = off;
	p->part = ip.fragment & bpf_htons(0x2000) ? 1 : 0;
	p->proto = ip.proto;
	limit_bytes(p, off, bpf_ntohs(ip.total));
	if (ip.fragment & bpf_htons(0x1fff)) {
		p->level = LATER;
		return;
	}
	p->level = ADDRESSES;
	read_ports(ctx, skb, p, off + ip.ihl * 4);
}

// read_extensions walks the extension headers of RFC 8200 §4 (and AH, RFC 4302): the offset of the transport header,
// or 0 when there is none to read.
static __always_inline __u32 read_extensions(void *ctx, bool skb, struct packet *p, __u32 off)
{
	struct {
		__u8 next, len;
		__be16 fragment;
	} ext;

	// Unrolled: clang turns this loop so that its way back is no jump, which 6.1 refuses ("back-edge from insn").
#pragma unroll
	for (int i = 0; i <= 6; i++) {
		if (p->proto != 0 && p->proto != 43 && p->proto != 44 && p->proto != 51 && p->proto != 60)
			return off;
		if (i == 6 || fetch(ctx, skb, off, &ext, sizeof(ext)))
			return 0;
		if (p->proto == 44) {
			off += 8;
			p->part = 1;
			p->proto = ext.next;
			if (ext.fragment & bpf_htons(0xfff8)) {
				p->level = LATER;
				return 0;
			}
			continue;
		}
		off += p->proto == 51 ? ((__u32)ext.len + 2) * 4 : ((__u32)ext.len + 1) * 8;
		p->proto = ext.next;
	}
	return 0;
}

static __always_inline void read_ipv6(void *ctx, bool skb, struct packet *p, __u32 off)
{
	struct {
		__be32 word;
		__be16 payload;
		__u8 next, hops;
		struct address src, dst;
	} ip;

	if (fetch(ctx, skb, off, &ip, sizeof(ip)) || (ip.word & bpf_htonl(0xf0000000)) != bpf_htonl(0x60000000))
		return;
	p->v6 = 1;
	p->src = ip.src;
	p->dst = ip.dst;
	p->network = off;
	p->proto = ip.next;
	p->level = ADDRESSES;
	limit_bytes(p, off, ip.payload ? bpf_ntohs(ip.payload) + 40 : 0);
	off = read_extensions(ctx, skb, p, off + 40);
	if (off)
		read_ports(ctx, skb, p, off);
}

static __always_inline __u32 frame_bytes(void *ctx, bool skb)
{
	return skb ? ((struct __sk_buff *)ctx)->len : bpf_xdp_get_buff_len(ctx);
}

static __always_inline int read_packet(void *ctx, bool skb, struct packet *p)
{
	__u32 off;

	p->length = p->ip_bytes = frame_bytes(ctx, skb);
	off = read_ether(ctx, skb, p);

	if (p->ether == ETHER_IPV4)
		read_ipv4(ctx, skb, p, off);
	else if (p->ether == ETHER_IPV6)
		read_ipv6(ctx, skb, p, off);
	return 0;
}

// The two readers are global functions: the verifier walks each once by itself, and not once more for every way in which
// a packet can be judged.
__noinline int read_xdp(struct xdp_md *ctx, struct packet *p)
{
	return p ? read_packet(ctx, false, p) : 0;
}

__noinline int read_skb(struct __sk_buff *ctx, struct packet *p)
{
	return p ? read_packet(ctx, true, p) : 0;
}

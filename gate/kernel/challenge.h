// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// A challenge asks whoever opens a connection whether he is there: the gate answers in the server's name with a SYN+ACK that
// acknowledges what was never sent. A machine that did send the SYN resets that, with the number it was given, and sends its
// SYN again (RFC 9293 §3.10.7.3); then it is known, and its connection is the server's own. Nothing of a connection is
// translated, so none dies with the filter.
//
// The number is the greatest up to the SYN's own that ends in 16 bits of the kernel's SYN cookie of the two ends: it can be told
// again from the reset alone, and is within what a router that follows connections takes for an old acknowledgement; a whole
// cookie would be none, and be dropped by the visitor's own router. Who guesses it once in 65,536 tries has gained no more than
// to be measured as a source.
#pragma once

#include "flood.h"

struct segment {
	__be16 sport, dport;
	__be32 seq, ack;
	__u8 offset, flags;
	__be16 window, check, urgent;
};

#define V4_FRAME (ETHER_BYTES + sizeof(struct plain_ipv4) + sizeof(struct segment))
#define V6_FRAME (ETHER_BYTES + sizeof(struct plain_ipv6) + sizeof(struct segment))

// cookie is what the number ends in: 16 bits of the kernel's SYN cookie of the two ends, -1 when it makes none. Secret and minute
// are the kernel's (net/ipv4/syncookies.c); who answers after the turn of the minute is let in when he comes again. A reset does
// not tell the SYN's number, so the cookie is made of none; and it is made anew and not checked, for the rest of it is lost.
static __always_inline int cookie(void *data, void *end, struct packet *p)
{
	struct segment s = { .sport = bpf_htons(p->sport), .dport = bpf_htons(p->dport), .offset = 5 << 4 };
	void *ip = data + ETHER_BYTES;
	__s64 made = -1;

	if (p->v6) {
		if (data + V6_FRAME <= end)
			made = bpf_tcp_raw_gen_syncookie_ipv6(ip, (void *)&s, sizeof(s));
	} else if (data + V4_FRAME <= end) {
		made = bpf_tcp_raw_gen_syncookie_ipv4(ip, (void *)&s, sizeof(s));
	}
	return made < 0 ? -1 : made & 0xffff;
}

// is_plain reports whether the segment lies where it does in a packet without tags, options and extension headers.
static __always_inline bool is_plain(void *data, void *end, bool v6)
{
	__be16 *ether = data + 12;

	if (v6)
		return data + V6_FRAME <= end && *ether == bpf_htons(ETHER_IPV6) &&
		       ((struct plain_ipv6 *)(data + ETHER_BYTES))->next == PROTO_TCP;
	return data + V4_FRAME <= end && *ether == bpf_htons(ETHER_IPV4) &&
	       ((struct plain_ipv4 *)(data + ETHER_BYTES))->ihl_version == 0x45;
}

// met reports whether a packet is the reset that a challenge asked for; then its sender is proven.
__noinline int met(struct xdp_md *ctx, struct packet *p)
{
	__u32 zero = 0;
	struct switches *c = bpf_map_lookup_elem(&control, &zero);
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct segment *s;
	struct siege *siege;
	struct address source, server;
	int number;

	if (!c || !p || !is_plain(data, end, p->v6))
		return 0;
	server = p->dst;
	if (!bpf_map_lookup_elem(&servers, &server))
		return 0;
	s = data + (p->v6 ? V6_FRAME : V4_FRAME) - sizeof(*s);
	if ((void *)(s + 1) > end)
		return 0;
	number = bpf_ntohl(s->seq) & 0xffff;
	if (number != cookie(data, end, p))
		return 0;
	source = source_of(p);
	prove(c, &source, p->now);
	siege = find_siege(c, p, OPENINGS, door_of(p, OPENINGS));
	if (siege)
		siege->returned++;
	return 1;
}

static __always_inline __u32 sum16(__be16 *at, int words)
{
	__u32 sum = 0;

#pragma unroll
	for (int i = 0; i < words; i++)
		sum += at[i];
	return sum;
}

static __always_inline __u16 folded(__u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return ~((sum & 0xffff) + (sum >> 16));
}

// answer makes a SYN+ACK of a SYN, with the number ack.
static __always_inline void answer(struct segment *s, __u32 ack, __u32 seq, __u32 pseudo)
{
	__be16 port = s->sport;

	s->sport = s->dport;
	s->dport = port;
	s->ack = bpf_htonl(ack);
	s->seq = bpf_htonl(seq);
	s->offset = 5 << 4;
	s->flags = TCP_SYN | TCP_ACK;
	s->window = 0xffff;
	s->check = s->urgent = 0;
	s->check = folded(pseudo + bpf_htons(PROTO_TCP) + bpf_htons(sizeof(*s)) + sum16((__be16 *)s, sizeof(*s) / 2));
}

static __always_inline void turn_ether(void *data)
{
	__u16 *mac = data, kept;

#pragma unroll
	for (int i = 0; i < 3; i++) {
		kept = mac[i];
		mac[i] = mac[i + 3];
		mac[i + 3] = kept;
	}
}

// challenge turns the opening into the gate's question, to be sent back by the port that it came in by. 0 when it can't.
__noinline int challenge(struct xdp_md *ctx, struct packet *p)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct segment *s;
	__u32 pseudo, size, ack;
	int number;

	if (!p || !is_plain(data, end, p->v6))
		return 0;
	number = cookie(data, end, p);
	if (number < 0)
		return 0;
	size = p->v6 ? V6_FRAME : V4_FRAME;
	if (end - data > size && bpf_xdp_adjust_tail(ctx, (int)size - (int)(end - data)))
		return 0;
	data = (void *)(long)ctx->data;
	end = (void *)(long)ctx->data_end;
	if (p->v6) {
		struct plain_ipv6 *ip = data + ETHER_BYTES;
		struct address kept;

		s = (void *)(ip + 1);
		if ((void *)(s + 1) > end)
			return 0;
		kept = ip->src;
		ip->src = ip->dst;
		ip->dst = kept;
		ip->payload = bpf_htons(sizeof(*s));
		ip->hops = 64;
		pseudo = sum16((__be16 *)&ip->src, 16);
	} else {
		struct plain_ipv4 *ip = data + ETHER_BYTES;
		__be32 kept;

		s = (void *)(ip + 1);
		if ((void *)(s + 1) > end)
			return 0;
		kept = ip->src;
		ip->src = ip->dst;
		ip->dst = kept;
		ip->total = bpf_htons(sizeof(*ip) + sizeof(*s));
		ip->id = 0;
		ip->fragment = bpf_htons(0x4000);
		ip->ttl = 64;
		ip->check = 0;
		ip->check = folded(sum16((__be16 *)ip, sizeof(*ip) / 2));
		pseudo = sum16((__be16 *)&ip->src, 4);
	}
	turn_ether(data);
	ack = bpf_ntohl(s->seq);
	ack -= (ack - number) & 0xffff;
	answer(s, ack, (__u32)number << 16 | 1, pseudo);
	return 1;
}

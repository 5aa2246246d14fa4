// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// A challenge asks whoever opens a connection whether he is there: the gate answers in the server's name with a SYN+ACK that
// acknowledges what was never sent. A machine that did send the SYN resets that, with the number it was given, and sends its
// SYN again (RFC 9293 §3.10.7.3); then it is known, and its connection is the server's own. Nothing of a connection is
// translated, so none dies with the filter; that is why no cookie of the kernel's own is used (bpf_tcp_raw_gen_syncookie_ipv4):
// the server behind the gate would not know it.
//
// The number is the greatest up to the SYN's own that ends in 16 bits of a keyed hash: it can be told again from the reset
// alone, and is within what a router that follows connections takes for an old acknowledgement. Who guesses it once in
// 65,536 tries has gained no more than to be measured as a source.
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

// secret is what the number ends in, for the eight seconds of slot.
static __always_inline __u16 secret(struct switches *c, struct packet *p, __u32 slot)
{
	return mix(p->src.hi ^ p->dst.hi, p->src.lo ^ p->dst.lo << 1,
		   ((__u64)c->seed << 32 | (__u32)p->sport << 16 | p->dport) ^ (__u64)slot << 20);
}

static __always_inline __u32 slot_of(__u64 now)
{
	return now >> 33;
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
	__u32 zero = 0, slot;
	struct switches *c = bpf_map_lookup_elem(&control, &zero);
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct segment *s;
	struct siege *siege;
	struct address source, server;
	__u16 number;

	if (!c || !p || !is_plain(data, end, p->v6))
		return 0;
	server = p->dst;
	if (!bpf_map_lookup_elem(&servers, &server))
		return 0;
	s = data + (p->v6 ? V6_FRAME : V4_FRAME) - sizeof(*s);
	if ((void *)(s + 1) > end)
		return 0;
	number = bpf_ntohl(s->seq);
	slot = slot_of(p->now);
	if (number != secret(c, p, slot) && number != secret(c, p, slot - 1))
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
	__u32 zero = 0, ack;
	struct switches *c = bpf_map_lookup_elem(&control, &zero);
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct segment *s;
	__u32 pseudo, size;
	__u16 number;

	if (!c || !p || !is_plain(data, end, p->v6))
		return 0;
	size = p->v6 ? V6_FRAME : V4_FRAME;
	if (end - data > size && bpf_xdp_adjust_tail(ctx, (int)size - (int)(end - data)))
		return 0;
	data = (void *)(long)ctx->data;
	end = (void *)(long)ctx->data_end;
	number = secret(c, p, slot_of(p->now));
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

// SENT_BACK is beside the reason when the packet was made a challenge.
#define SENT_BACK 0x100

// withstand holds back what floods: the reason, which was PASS or another way to pass. Only openings that would really be
// stopped are challenged.
__noinline int withstand(struct xdp_md *ctx, struct packet *p, int spoken, int reason)
{
	__u32 zero = 0;
	struct switches *c = bpf_map_lookup_elem(&control, &zero);
	int found;

	if (!c || !p)
		return reason;
	if (c->servers && c->protect && !spoken && p->proto == PROTO_TCP && p->flags == TCP_RST && met(ctx, p))
		return DROP_FLOOD_OPENINGS;
	found = press(p, spoken);
	if (!found)
		return reason;
	reason = WOULD_FLOOD_OPENINGS + (found >> 8 & 0xf) - OPENINGS;
	if (!c->protect)
		return reason;
	reason += WATCH_ONLY;
	return (found & 0xff) == CHALLENGE && challenge(ctx, p) ? reason | SENT_BACK : reason;
}

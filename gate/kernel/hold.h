// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Strict: what may say a name is held. It is dropped here, and its copy says so; the agent sends it on when it has read
// it, or not. Whoever can't be asked in time holds nothing up: without an agent, with a ring that nobody empties, and when
// the verdict is late, everything passes. A question of the DNS in an odd form, or over TCP, is held without strict too: both
// are rare, and resolvers often near.
#pragma once

#include "copy.h"

#define HOLD_MOST (150 * SECOND / 1000) // less than a TCP waits before it repeats itself (RFC 6298): the repetition passes
#define HOLD_AGAIN SECOND               // so long after a verdict that was late nothing of the conversation is held
#define HOLD_BACKLOG (512 << 10)        // bytes in the ring that nobody has read: who is late by so much is not waited for

// opens_tcp tells the first words of a TLS hello, and of a request of HTTP, before which servers put up with an empty line (RFC
// 9112, section 2.2).
static __always_inline bool opens_tcp(__u8 *w)
{
	switch (w[0]) {
	case 0x16:
		return w[1] == 3;
	case '\r':
		return w[1] == '\n';
	case '\n':
		return true;
	case 'G':
		return w[1] == 'E' && w[2] == 'T' && w[3] == ' ';
	case 'P':
		return (w[1] == 'O' && w[2] == 'S' && w[3] == 'T') || (w[1] == 'R' && w[2] == 'I' && w[3] == ' ') ||
		       (w[1] == 'U' && w[2] == 'T' && w[3] == ' ') || (w[1] == 'A' && w[2] == 'T' && w[3] == 'C') ||
		       (w[1] == 'R' && w[2] == 'O' && w[3] == 'P');
	case 'H':
		return w[1] == 'E' && w[2] == 'A' && w[3] == 'D';
	case 'C':
		return w[1] == 'O' && w[2] == 'N' && w[3] == 'N';
	case 'O':
		return w[1] == 'P' && w[2] == 'T' && w[3] == 'I';
	case 'D':
		return w[1] == 'E' && w[2] == 'L' && w[3] == 'E';
	}
	return false;
}

// opens_udp tells a packet of QUIC with a long header of a version that is read (RFC 9000 §17.2, RFC 9369, the drafts).
static __always_inline bool opens_udp(__u8 *w)
{
	__u32 version = (__u32)w[1] << 24 | (__u32)w[2] << 16 | (__u32)w[3] << 8 | w[4];

	return (w[0] & 0xc0) == 0xc0 && (version == 1 || version == 0x6b3343cf || version >> 8 == 0xff0000);
}

// asks_tcp tells what may be a question over TCP (RFC 7766).
static __always_inline bool asks_tcp(struct packet *p)
{
	return p->proto == PROTO_TCP && p->dport == PORT_DNS;
}

// first_words tells how a packet's data begins: 0 there is none, 1 anyhow, 2 as what may say a name.
__noinline int first_words(struct xdp_md *ctx, struct packet *p)
{
	__u8 w[8] = {}, offset = 0;
	__u32 at, end;

	if (!p)
		return 0;
	at = p->transport + 8;
	end = p->network + p->ip_bytes;
	if (p->proto == PROTO_TCP) {
		if (bpf_xdp_load_bytes(ctx, p->transport + 12, &offset, 1))
			return 0;
		at = p->transport + (offset >> 4) * 4;
	}
	if (at >= end)
		return 0;
	if (at + sizeof(w) > end || bpf_xdp_load_bytes(ctx, at, w, sizeof(w)))
		return 1;
	return (p->proto == PROTO_TCP ? asks_tcp(p) || opens_tcp(w) : opens_udp(w)) ? 2 : 1;
}

// begins_anew reports whether a packet of a conversation of which nothing is left to be copied begins another one of QUIC on
// its ports.
static __always_inline bool begins_anew(struct xdp_md *ctx, struct packet *p)
{
	return p->proto == PROTO_UDP && p->side == SIDE_INSIDE && first_words(ctx, p) == 2 && take_token(&further, p->now);
}

// is_piece tells fragments that Go must see though they open no conversation: a later one from inside, which it puts to its
// first one, for a question, or a hello, may be cut in two; and a first one too short for its own header, which nobody sends
// but to hide what he asks (RFC 1858, section 3).
static __always_inline bool is_piece(struct packet *p, enum reason reason)
{
	if (reason > PASS_EXEMPT)
		return false;
	if (p->level == ADDRESSES && p->part)
		return take_token(&strays, p->now);
	return p->level == LATER && p->side == SIDE_INSIDE && take_token(&further, p->now);
}

// waits_for_guard reports whether a packet waits because calls are refused that somebody inside begins by SIP over TCP: what
// has passed cannot be taken back there. Of no other packet is asked whether there is room to wait.
static __always_inline bool waits_for_guard(struct xdp_md *ctx, struct switches *c, struct packet *p, struct tally *flow, int dir)
{
	if (!c->calls || !c->protect || p->side != SIDE_INSIDE || p->proto != PROTO_TCP)
		return false;
	if (flow->half[dir & 1].left != COPY_ALWAYS || p->dport == PORT_DNS || p->sport == PORT_DNS)
		return false;
	if (bpf_xdp_get_buff_len(ctx) > COPY_MAX || !first_words(ctx, p))
		return false;
	return bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) < HOLD_BACKLOG;
}

// holds_back reports whether a packet that passes waits for the agent. What follows in the same direction waits behind it,
// or it would overtake.
static __always_inline bool holds_back(struct xdp_md *ctx, struct switches *c, struct packet *p, struct flow_key *key,
				       struct tally *flow, int dir)
{
	__u64 *since, now = p->now;
	int words;

	if (waits_for_guard(ctx, c, p, flow, dir))
		return true;
	if (!c->protect || p->side != SIDE_INSIDE)
		return false;
	if (!p->odd && (!(c->strict || (c->names && asks_tcp(p))) || flow->side != SIDE_INSIDE || flow->initiator != (dir & 1)))
		return false;
	if ((p->proto != PROTO_TCP && p->proto != PROTO_UDP) || bpf_xdp_get_buff_len(ctx) > COPY_MAX)
		return false;
	if (c->own && bpf_map_lookup_elem(&own, &p->dst))
		return false; // it does not cross: the box itself is asked
	if (p->odd)
		return bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) < HOLD_BACKLOG;
	words = first_words(ctx, p);
	if (!words)
		return false;
	since = bpf_map_lookup_elem(&holds, key);
	if (!since) {
		if (words != 2)
			return false;
		bpf_map_update_elem(&holds, key, &now, BPF_ANY);
	} else if (now - *since > HOLD_MOST) {
		if (words != 2 || now - *since < HOLD_AGAIN)
			return false;
		*since = now;
	}
	return bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) < HOLD_BACKLOG;
}

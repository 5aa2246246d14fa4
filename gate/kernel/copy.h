// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// What is worth reading is copied to Go, through the ring.
#pragma once

#include "line.h"
#include "plain.h"
#include "tally.h"

#define UNSOLICITED_RATE 1000    // packets a second and CPU, and the burst; as many again of TCP, and of ARP

// take_token is a bucket of UNSOLICITED_RATE tokens, filled at that rate.
static __always_inline bool take_token(void *bucket, __u64 now)
{
	__u32 zero = 0;
	struct tokens *t = bpf_map_lookup_elem(bucket, &zero);
	__u64 idle;

	if (!t)
		return false;
	idle = now - t->at;
	if (idle >= SECOND) {
		t->left = UNSOLICITED_RATE;
		t->at = now;
	} else if (idle >= SECOND / UNSOLICITED_RATE) {
		t->left += idle * UNSOLICITED_RATE / SECOND;
		if (t->left > UNSOLICITED_RATE)
			t->left = UNSOLICITED_RATE;
		t->at = now;
	}
	if (!t->left)
		return false;
	t->left--;
	return true;
}

// strangers_token is one of the bucket of what belongs to no conversation: strays of TCP have their own.
static __always_inline bool strangers_token(struct packet *p)
{
	return p->proto == PROTO_TCP ? take_token(&strays, p->now) : take_token(&unsolicited, p->now);
}

// wanted is how many bytes of a passing packet are worth reading; 0 for none.
static __always_inline __u32 wanted(struct switches *c, struct packet *p, struct tally *flow, int dir)
{
	if (!flow)
		return strangers_token(p) ? COPY_MAX : 0;
	if (stays_open(c, p, &flow->half[dir & 1]) || flow->half[dir & 1].left)
		return COPY_MAX;
	return p->flags & (TCP_FIN | TCP_RST) ? COPY_HEAD : 0;
}

// spend takes what was copied off what is left. Two processors at once may copy a packet too many.
static __always_inline void spend(struct half *h, __u32 bytes)
{
	__u32 left = h->left;

	if (left != COPY_ALWAYS)
		h->left = left > bytes ? left - bytes : 0;
}

// copy puts up to most bytes of the packet into the ring, and reports whether it did. A full ring is counted and never holds a packet back; it is
// not asked again within the same tick of the coarse clock (1 to 10 ms), or each packet of a flood would pay for it.
static __always_inline bool copy(void *ctx, bool skb, struct packet *p, struct tally *flow, int dir, enum reason reason,
				 __u32 most)
{
	__u32 zero = 0, wire = frame_bytes(ctx, skb), n = wire < most ? wire : most;
	struct scratch *s = bpf_map_lookup_elem(&scratches, &zero);

	if (!s)
		return false;
	if (s->refused == p->now) {
		count_reason(p->side, LOST, 1, n);
		return false;
	}
	// The verifier must see 1 to COPY_MAX here; 6.1 refuses a length that could be 0.
	n = ((n - 1) & (COPY_MAX - 1)) + 1;
	if (fetch(ctx, skb, 0, s->bytes, n))
		return false;
	s->head = (struct record){
		.time = bpf_ktime_get_ns(),
		.wire = wire,
		.captured = n,
		.side = p->side,
		.reason = reason,
		.forward = flow && flow->initiator == dir,
		.known = flow != NULL,
		.held = p->held,
		.asks = p->asks,
	};
	if (bpf_ringbuf_output(&ring, &s->head, sizeof(s->head) + n, 0)) {
		s->refused = p->now;
		count_reason(p->side, LOST, 1, n);
		return false;
	}
	count_reason(p->side, COPIES, 1, n);
	if (!flow)
		return true;
	spend(&flow->half[dir & 1], p->ip_bytes < most ? p->ip_bytes : most);
	if (p->asks) {
		flow->asked = s->head.time;
		flow->place = bpf_ringbuf_query(&ring, BPF_RB_PROD_POS);
		if (!flow->half[!dir].left) // another conversation on the ports of one that was read
			flow->half[!dir].left = FIRST_BYTES;
	}
	return true;
}

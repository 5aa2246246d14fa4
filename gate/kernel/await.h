// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The answer awaits the verdict. What may say a name crosses, unless the box is strict (hold.h), and its copy is judged while the
// server is on its way; a server that is faster than that is held up here for as long: its packets are dropped, their copies
// say so, and the agent sends them on once it has judged the words they answer, or not at all. The agent says how far it
// has judged by one number, a place in the ring (control.judged), so that no conversation need be let go of by itself. Times
// would not do: two processors may put their copies into the ring in another order than they took the time.
// Nobody is held up by an agent that is late: hold.h has the bounds. Whoever crosses by them is counted.
#pragma once

#include "hold.h"

// awaited reports whether answers are to wait at all: while the box protects and knows names, and for whom a device inside has
// turned to.
static __always_inline bool awaited(struct switches *c, struct tally *flow)
{
	return c->protect && c->names && flow->side == SIDE_INSIDE;
}

// may_say reports whether a packet may say a name, or is the next part of what does.
static __always_inline bool may_say(struct xdp_md *ctx, struct switches *c, struct packet *p, struct tally *flow, int dir)
{
	int words;

	if (!awaited(c, flow) || p->side != SIDE_INSIDE || flow->initiator != (dir & 1))
		return false;
	words = first_words(ctx, p);
	return words == 2 || (words && p->proto == PROTO_TCP && p->now < flow->asked + HOLD_MOST);
}

// comes_early reports whether a packet answers what is not judged yet. While the box is strict the words themselves may have
// been held for HOLD_MOST before they crossed.
static __always_inline bool comes_early(struct xdp_md *ctx, struct switches *c, struct packet *p, struct tally *flow, int dir)
{
	if (!awaited(c, flow) || p->side != SIDE_OUTSIDE || flow->initiator == (dir & 1))
		return false;
	if (flow->place <= c->judged || p->now > flow->asked + HOLD_AGAIN || !first_words(ctx, p))
		return false;
	if (bpf_xdp_get_buff_len(ctx) <= COPY_MAX && p->now <= flow->asked + (HOLD_MOST << (c->strict & 1)) &&
	    bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) < HOLD_BACKLOG)
		return true;
	count_reason(p->side, EARLY, p->segments, p->ip_bytes);
	return false;
}

// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Who is held back in a flood: strangers before anything else is asked, when a service is overrun; the rest after the lists.
#pragma once

#include "challenge.h"

// SENT_BACK is beside the reason when the packet was made a challenge.
#define SENT_BACK 0x100

// perhaps_talks is false when a packet surely belongs to no conversation in which the site has spoken.
static __always_inline bool perhaps_talks(struct switches *c, struct packet *p)
{
	__s16 quiet = p->proto == PROTO_TCP ? MOMENTS(QUIET_TCP) : MOMENTS(QUIET);

	return p->level == WHOLE && !is_opening(p) && perhaps_met(MET_TALK, talk_of(c, p), p->now, quiet);
}

// spoken_of reports whether the site has said something in the conversation of a packet: -1 when it is not measured at all. A
// function of its own for its key.
static __noinline int spoken_of(struct packet *p)
{
	struct flow_key key = {};
	struct tally *flow = NULL;
	int dir = key_of(p, &key);

	flow = find_flow(p, &key, dir);
	return presses(p, flow, dir) ? is_spoken(flow, dir) : -1;
}

// turns_away stops strangers at a service that is overrun, before anything else is asked about them: the reason, 0 for who may
// go on. What a list knows of a forged address proves nothing, and costs a line of memory that lies in no cache.
__noinline int turns_away(struct xdp_md *ctx, struct packet *p)
{
	__u32 zero = 0;
	struct switches *c = bpf_map_lookup_elem(&control, &zero);
	enum pressure pressure;
	struct address who;
	struct siege *s;
	__u64 hash;
	int spoken, at;

	if (!c || !p || !c->protect || !c->flood || p->side != SIDE_OUTSIDE || p->level == NOT_IP || p->now > c->beat + c->grace)
		return 0;
	if ((c->trusted && ends(&trusted, p)) || (c->servers && p->proto == PROTO_TCP && p->flags == TCP_RST))
		return 0;
	who = source_of(p);
	hash = hash_of(c, &who);
	spoken = perhaps_talks(c, p) ? spoken_of(p) : 0;
	at = spoken < 0 ? NOTHING : aim(p, spoken);
	pressure = at & 7;
	if (pressure == NOTHING)
		return 0;
	s = find_siege(c, p, pressure, at >> 8 & 7);
	if (!s || !brims(c, p, pressure, s) || is_proven(hash, p->now))
		return 0;
	if (returns(c, p, s, hash) && !(pressure == OPENINGS && is_full(&c->bars[OPENINGS].target, p->now, s->owed)))
		return 0;
	s->seen++;
	note(s, p, hash);
	at = DROP_FLOOD_OPENINGS + pressure - OPENINGS;
	return refusal(c, p, pressure) == CHALLENGE && challenge(ctx, p) ? at | SENT_BACK : at;
}

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
	if ((found & 0xff) == PASSES)
		return reason;
	reason = WOULD_FLOOD_OPENINGS + (found >> 8 & 0xf) - OPENINGS;
	if (!c->protect)
		return reason;
	reason += WATCH_ONLY;
	return (found & 0xff) == CHALLENGE && challenge(ctx, p) ? reason | SENT_BACK : reason;
}

// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Bans by source and service: one address at one door. Behind a shared address stand people who did nothing.
#pragma once

#include "lists.h"

// holds_door looks for one address, or its IPv6 /64, at one door.
static __always_inline bool holds_door(struct switches *c, struct packet *p, struct address *a, __u16 port, __u8 far)
{
	struct narrow_key key = { .addr = *a, .bits = 128, .port = port, .proto = p->proto, .far = far };

	if (lasts(bpf_map_lookup_elem(&narrow_bans, &key)))
		return true;
	if (!p->v6)
		return false;
	key.addr.lo = 0;
	key.bits = 64;
	return lasts(bpf_map_lookup_elem(&narrow_bans, &key));
}

static __always_inline bool perhaps_narrow(struct address *a, bool v6)
{
	return in_filter(&narrow_filter, a->hi, a->lo) || (v6 && in_filter(&narrow_filter, a->hi, 0));
}

// banned_at reports whether the end a, whose own port is mine, may not pass: as a client of the door at the other end, or
// as the far server that has the door. Only a whole packet says its ports; its later fragments lead to nothing alone.
static __noinline bool banned_at(struct switches *c, struct packet *p, struct address *a, __u32 mine, __u32 other)
{
	if (!c || !p || !a || !perhaps_narrow(a, p->v6))
		return false;
	return holds_door(c, p, a, other, 0) || holds_door(c, p, a, mine, 1);
}

// narrowly_banned says which end is banned at the door that the packet goes to or comes from: 0 none, 1 source,
// 2 destination.
static __always_inline __u8 narrowly_banned(struct switches *c, struct packet *p)
{
	if (!c->narrow || p->level != WHOLE)
		return 0;
	return banned_at(c, p, &p->src, p->sport, p->dport) ? 1 : banned_at(c, p, &p->dst, p->dport, p->sport) ? 2 : 0;
}

// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Single conversations that the agent had blocked, when it had read whom they ask for.
#pragma once

#include "lists.h"

// blocked asks the exact ports, so a later fragment passes: it is worth nothing without its first. Each packet makes the
// block last again, for a server repeats its answer for minutes; but not while nobody is there to take a block off: then
// it ends by itself. Who opens another connection on the same ports has another conversation, read from its beginning.
static __always_inline bool blocked(struct switches *c, struct packet *p, struct flow_key *key, __u64 age)
{
	struct block *b;

	if (!c->blocks || p->level != WHOLE)
		return false;
	b = bpf_map_lookup_elem(&blocks, key);
	if (!b || p->now >= b->until)
		return false;
	if (p->proto == PROTO_TCP && (p->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN) {
		b->until = 0;
		bpf_map_delete_elem(&flows, key);
		return false;
	}
	if (age < AGENT_AWAY)
		b->until = p->now + b->lasts;
	return true;
}

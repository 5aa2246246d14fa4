// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The telephone line: what always passes, so that the numbers of help are reached in every mode; where SIP is read for as
// long as it lasts; and what of it waits until it is read.
#pragma once

#include "shape.h"

#define PORT_DNS 53
#define PORT_UNPRIVILEGED 1024 // RTP is never below (RFC 3551, 8)

// belongs_to_line reports whether a packet is of the site's telephone: anything between the site and its operator, for SIP
// comes in fragments too; and of a device that telephones what a call needs besides, which may go by a gateway that nobody
// has met before: the question for a name, and voice. From outside those two are let in where the device has spoken first.
__noinline int belongs_to_line(struct packet *p, struct flow_key *ends)
{
	struct net_key key = { .bits = 128 };
	struct flow_key own;
	struct tally *flow;
	enum line *src, *dst;
	bool voice;

	if (!p || !ends || p->level == NOT_IP)
		return 0;
	__builtin_memcpy(key.addr, &p->src, sizeof(key.addr));
	src = bpf_map_lookup_elem(&lines, &key);
	__builtin_memcpy(key.addr, &p->dst, sizeof(key.addr));
	dst = bpf_map_lookup_elem(&lines, &key);
	if ((src && *src == LINE_OPERATOR) || (dst && *dst == LINE_OPERATOR))
		return 1;
	if (p->level != WHOLE || (p->proto != PROTO_UDP && p->proto != PROTO_TCP))
		return 0;
	voice = p->proto == PROTO_UDP && p->sport >= PORT_UNPRIVILEGED && p->dport >= PORT_UNPRIVILEGED;
	if (p->side != SIDE_OUTSIDE)
		return src && (voice || p->dport == PORT_DNS);
	if (!dst || !(voice || p->sport == PORT_DNS))
		return 0;
	own = *ends; // 6.1 takes no key for a map out of another function's memory
	flow = bpf_map_lookup_elem(&flows, &own);
	return flow && flow->side != SIDE_OUTSIDE;
}

// is_book reports whether SIP was heard at either end of a packet.
__noinline int is_book(struct packet *p)
{
	struct book_key key = {};

	if (!p)
		return 0;
	key.addr = p->dst;
	key.port = p->dport;
	key.proto = p->proto;
	if (bpf_map_lookup_elem(&books, &key))
		return 1;
	key.addr = p->src;
	key.port = p->sport;
	return bpf_map_lookup_elem(&books, &key) != NULL;
}

#define BOOK_AGAIN 64 // every so many packets a conversation that is no longer read is looked up again

// stays_open reports whether a conversation whose bytes to be read are at their end is to be read further.
static __always_inline bool stays_open(struct switches *c, struct packet *p, struct half *h)
{
	if (!c->books || h->left == COPY_ALWAYS || h->left > p->ip_bytes)
		return false;
	if (!h->left && h->packets % BOOK_AGAIN)
		return false;
	if (!is_book(p))
		return false;
	h->left = COPY_ALWAYS;
	return true;
}

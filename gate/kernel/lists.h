// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Whether an address stands on the lists, is banned, trusted or exempt.
#pragma once

#include "lists6.h"

static __always_inline bool listed(struct switches *c, struct packet *p, struct address *a)
{
	__u32 gen = c->gen & 1;

	if (p->v6)
		return listed6(c, gen, bpf_be64_to_cpu(a->hi), bpf_be64_to_cpu(a->lo));
	return listed4(gen, bpf_ntohl(a->lo >> 32));
}

// lasts asks the exact clock, and only when an entry with an end is found.
static __always_inline bool lasts(__u64 *until)
{
	return until && (!*until || bpf_ktime_get_ns() < *until);
}

static __always_inline bool in_nets(void *nets, struct address *a)
{
	struct net_key key = { .bits = 128 };

	__builtin_memcpy(key.addr, a, sizeof(key.addr));
	return lasts(bpf_map_lookup_elem(nets, &key));
}

// filter_bit is the place of a banned address, or of a /64 with a zero lo, in the filter: multiplicative hashing (Knuth,
// The Art of Computer Programming 3, §6.4).
static __always_inline __u32 filter_bit(__u64 hi, __u64 lo)
{
	return (hi * 0x9e3779b97f4a7c15ULL ^ lo) * 0xd1b54a32d192ed03ULL >> (64 - FILTER_BITS);
}

static __always_inline bool in_filter(void *map, __u64 hi, __u64 lo)
{
	__u32 zero = 0, bit = filter_bit(hi, lo);
	struct filter *f = bpf_map_lookup_elem(map, &zero);

	return f && f->words[bit >> 6 & 2047] >> (bit & 63) & 1;
}

static __always_inline bool banned(struct switches *c, struct packet *p, struct address *a)
{
	struct ban_key key = { .addr = *a, .bits = 128 };

	if (c->bans && in_filter(&ban_filter, a->hi, a->lo) && lasts(bpf_map_lookup_elem(&bans, &key)))
		return true;
	if (c->bans64 && p->v6 && in_filter(&ban_filter, a->hi, 0)) {
		key.addr.lo = 0;
		key.bits = 64;
		if (lasts(bpf_map_lookup_elem(&bans, &key)))
			return true;
	}
	return c->ban_nets && in_nets(&ban_nets, a);
}

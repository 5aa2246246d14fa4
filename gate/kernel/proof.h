// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Who has proven to be at the address he sends from: whom a machine of the site has sent data by TCP, which it does only
// when a handshake came to its end; and who answered a challenge. And who came again: a machine whose SYN is lost sends it
// once more after a second (RFC 6298 §2), and whoever forges addresses does not.
#pragma once

#include "judge.h"

#define PROVEN_FOR 3600        // seconds
#define AGAIN_AFTER (SECOND / 2)
#define AGAIN_WITHIN (20 * SECOND)

// mix is the finalizer of MurmurHash3 over two words and a seed.
static __always_inline __u64 mix(__u64 a, __u64 b, __u64 seed)
{
	__u64 h = (a ^ seed) * 0x9e3779b97f4a7c15ULL ^ b;

	h = (h ^ h >> 33) * 0xff51afd7ed558ccdULL;
	h = (h ^ seed ^ h >> 33) * 0xc4ceb9fe1a85ec53ULL;
	return h ^ h >> 33;
}

// beside is another cell of the same cache line.
static __always_inline __u32 beside(__u32 cell, __u64 hash)
{
	return cell ^ (1 + (hash >> 36 & 3));
}

// source_of is who is measured: an address of IPv4, a /64 of IPv6, which is one household's.
static __always_inline struct address source_of(struct packet *p)
{
	return (struct address){ .hi = p->src.hi, .lo = p->v6 ? 0 : p->src.lo };
}

// network_of is the /24 or the /48 of the source. The words are little-endian, the bytes those of the wire.
static __always_inline struct address network_of(struct packet *p)
{
	if (p->v6)
		return (struct address){ .hi = p->src.hi & 0x0000ffffffffffffULL };
	return (struct address){ .lo = p->src.lo & 0x00ffffffffffffffULL };
}

// A proof is a tag of the source in the upper 40 bits, and the second in the lower 24.
static __always_inline __u64 tag_of(__u64 hash)
{
	return hash & ~0xffffffULL;
}

static __always_inline bool is_proven(struct switches *c, struct address *source, __u64 now)
{
	__u64 hash = mix(source->hi, source->lo, (__u64)c->seed << 32 | 0x200), *cell;
	__u32 seconds = now >> 30 & 0xffffff;

	__u32 at = hash >> 44 & (CELLS - 1);

#pragma unroll
	for (int i = 0; i < 2; i++) {
		cell = bpf_map_lookup_elem(&proven, &at);
		if (cell && tag_of(*cell) == tag_of(hash) && ((seconds - (__u32)*cell) & 0xffffff) < PROVEN_FOR)
			return true;
		at = beside(at, hash);
	}
	return false;
}

// prove remembers a source, in place of the older of two.
static __always_inline void prove(struct switches *c, struct address *source, __u64 now)
{
	__u64 hash = mix(source->hi, source->lo, (__u64)c->seed << 32 | 0x200), *a, *b;
	__u32 seconds = now >> 30 & 0xffffff, one = hash >> 44 & (CELLS - 1), two = beside(one, hash);

	a = bpf_map_lookup_elem(&proven, &one);
	b = bpf_map_lookup_elem(&proven, &two);
	if (!a || !b)
		return;
	if (tag_of(*a) != tag_of(hash) && (tag_of(*b) == tag_of(hash) || ((seconds - (__u32)*b) & 0xffffff) > ((seconds - (__u32)*a) & 0xffffff)))
		a = b;
	*a = tag_of(hash) | seconds;
}

// prove_peer notes that the site has sent data to the other end of a conversation of TCP.
__noinline int prove_peer(struct packet *p)
{
	__u32 zero = 0;
	struct switches *c = bpf_map_lookup_elem(&control, &zero);

	if (c && p) {
		struct address peer = { .hi = p->dst.hi, .lo = p->v6 ? 0 : p->dst.lo };

		prove(c, &peer, p->now);
	}
	return 0;
}

// An opening is remembered by a tag of 20 bits, and the time in eighths of a hundredth of a second (2^23 ns) in 12.
#define FIRST_BITS 12

// comes_again reports whether this opening was seen before, half a second to twenty seconds ago; else it is remembered. A
// million places are written over in a second by a million forged openings: who comes for the third time is then let in.
static __always_inline bool comes_again(struct switches *c, struct packet *p)
{
	__u64 hash = mix(p->src.hi ^ p->dst.hi, p->src.lo ^ p->dst.lo << 1,
			 (__u64)c->seed << 32 | (__u32)p->sport << 16 | p->dport);
	__u32 now = p->now >> 23, at = hash >> 44, tag = (__u32)hash >> FIRST_BITS, age;
	__u32 *cell = bpf_map_lookup_elem(&firsts, &at);

	if (!cell)
		return true;
	age = (now - *cell) & ((1 << FIRST_BITS) - 1);
	if (*cell >> FIRST_BITS == tag && age < AGAIN_WITHIN >> 23)
		return age >= AGAIN_AFTER >> 23; // it keeps its first time, however often it is sent meanwhile
	*cell = tag << FIRST_BITS | (now & ((1 << FIRST_BITS) - 1));
	return false;
}

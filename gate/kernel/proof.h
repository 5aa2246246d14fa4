// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Who has proven to be at the address he sends from: whom a machine of the site has sent data by TCP, which it does only
// when a handshake came to its end; and who answered a challenge. And who came again: a machine whose segment is lost sends
// it once more, a SYN after a second and data after its estimate of the way there and back (RFC 6298 §2), and whoever forges
// addresses does not.
#pragma once

#include "meetings.h"

#define PROVEN_FOR 3600        // seconds
#define AGAIN_OPENING (SECOND / 2)        // after so long an opening comes again
#define AGAIN_SEGMENT (3 * SECOND / 20)   // and any other segment: no system waits less than 200 ms
#define AGAIN_WITHIN (20 * SECOND)

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

// hash_of is a source's, for its place among the callers and in the sketches of flood.h.
static __always_inline __u64 hash_of(struct switches *c, struct address *source)
{
	return mix(source->hi, source->lo, c->seed);
}

static __always_inline struct caller *caller_of(__u64 hash)
{
	__u32 at = hash & (CALLERS - 1);

	return bpf_map_lookup_elem(&callers, &at);
}

// A proof is a tag of the source in the upper 40 bits, and the second in the lower 24.
static __always_inline __u64 tag_of(__u64 hash)
{
	return hash & ~0xffffffULL;
}

static __always_inline __u32 proof_age(__u64 proof, __u64 now)
{
	return ((now >> 30) - proof) & 0xffffff;
}

// is_proven asks the line of a caller only when somebody of his hash proved himself.
static __always_inline bool is_proven(__u64 hash, __u64 now)
{
	struct caller *caller;

	if (!perhaps_met(MET_PROVEN, hash, now, MOMENTS((__u64)PROVEN_FOR << 30)))
		return false;
	caller = caller_of(hash);
	if (!caller)
		return false;
#pragma unroll
	for (int i = 0; i < PROOFS; i++)
		if (tag_of(caller->proofs[i] ^ hash) == 0 && proof_age(caller->proofs[i], now) < PROVEN_FOR)
			return true;
	return false;
}

// prove remembers a source, in place of the older of two.
static __always_inline void prove(struct switches *c, struct address *source, __u64 now)
{
	__u64 hash = hash_of(c, source), *a, *b;
	struct caller *caller = caller_of(hash);

	if (!caller)
		return;
	a = &caller->proofs[0];
	b = &caller->proofs[1];
	if (tag_of(*a ^ hash) && (!tag_of(*b ^ hash) || proof_age(*b, now) > proof_age(*a, now)))
		a = b;
	*a = tag_of(hash) | (now >> 30 & 0xffffff);
	meet(MET_PROVEN, hash, now);
}

int repay(struct packet *p); // flood.h

// prove_peer notes that the site has sent data to the other end of a conversation of TCP.
__noinline int prove_peer(struct packet *p)
{
	__u32 zero = 0;
	struct switches *c = bpf_map_lookup_elem(&control, &zero);

	if (c && p) {
		struct address peer = { .hi = p->dst.hi, .lo = p->v6 ? 0 : p->dst.lo };

		prove(c, &peer, p->now);
		if (p->now < c->pressed)
			repay(p);
	}
	return 0;
}

// What was seen once is remembered by a tag of 19 bits, whether it is spent, and the time in eighths of a hundredth of a second
// (2^23 ns) in 12 bits. Spent is what was let in since, and an opening that came too soon: a recording that is played over and over.
#define FIRST_BITS 12
#define FIRST_TIME ((1 << FIRST_BITS) - 1)
#define SPENT (1 << FIRST_BITS)
#define FIRST_TAG (~(FIRST_TIME | SPENT))

// comes_again gives the memory of a segment that was seen before, so long ago as its sender would wait; else it is remembered,
// and NULL. Three quarters of a million places are written over in a second by as many forged segments: who comes for the third
// time is then let in. Each is let in once in twenty seconds: what follows belongs to a conversation, or its address is forged.
static __always_inline __u32 *comes_again(struct switches *c, struct packet *p, __u64 source, __u64 after)
{
	struct caller *caller = caller_of(source);
	__u64 hash = mix(p->src.hi ^ p->dst.hi, p->src.lo ^ p->dst.lo << 1,
			 (__u64)c->seed << 32 | (__u32)p->sport << 16 | p->dport);
	__u32 now = p->now >> 23, age, *first;
	__u32 at = hash >> 60;

	if (!caller)
		return NULL;
	first = &caller->firsts[at < FIRSTS ? at : at - 8];
	age = (now - *first) & FIRST_TIME;
	if (!((*first ^ (__u32)hash) & FIRST_TAG) && age < AGAIN_WITHIN >> 23) { // it keeps its first time, however often it is sent meanwhile
		if (age >= after >> 23)
			return *first & SPENT ? NULL : first;
		if (after == AGAIN_OPENING)
			*first |= SPENT;
		return NULL;
	}
	*first = ((__u32)hash & FIRST_TAG) | (now & FIRST_TIME);
	return NULL;
}

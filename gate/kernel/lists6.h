// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Whether an IPv6 address stands on the lists.
#pragma once

#include "lists4.h"

// mark6 is how a prefix is written in its slot: the bit after its last one is set, so that lengths differ; a /128 has
// no such bit and sets the first one, which is clear in all of 2000::/3. A slot of zeros is empty.
static __always_inline struct address mark6(__u64 hi, __u64 lo, __u32 bits)
{
	struct address m = {};

	if (bits < 64) {
		m.hi = (hi & ~0ULL << (64 - bits)) | 1ULL << (63 - bits);
	} else if (bits == 64) {
		m.hi = hi;
		m.lo = 1ULL << 63;
	} else if (bits < 128) {
		m.hi = hi;
		m.lo = (lo & ~0ULL << (128 - bits)) | 1ULL << (127 - bits);
	} else {
		m.hi = hi | 1ULL << 63;
		m.lo = lo;
	}
	return m;
}

// mix6 is one round each of the finaliser of MurmurHash3 (public domain): two independent halves of 32 bits.
static __always_inline __u64 mix6(struct address m, __u64 seed)
{
	__u64 h = (m.hi ^ seed) * 0xff51afd7ed558ccdULL;

	h = (h ^ h >> 33 ^ m.lo) * 0xc4ceb9fe1a85ec53ULL;
	h = (h ^ h >> 29) * 0xff51afd7ed558ccdULL;
	return h ^ h >> 32;
}

static __always_inline bool bucket_holds(struct bucket *b, struct address m)
{
	bool hit = false;

#pragma unroll
	for (int i = 0; i < 4; i++)
		hit |= b->slot[i].hi == m.hi && b->slot[i].lo == m.lo;
	return hit;
}

// held6 looks into the two buckets a prefix may lie in. Go fills the first before it uses the second and never empties
// a slot, so a first bucket with room ends the search: a miss mostly costs one cache line.
static __always_inline bool held6(__u32 gen, __u64 seed, __u64 mask, struct address m)
{
	void *buckets = bpf_map_lookup_elem(&buckets6, &gen);
	__u64 h = mix6(m, seed);
	__u32 one = h & mask, two = h >> 32 & mask;
	struct bucket *b;

	if (!buckets)
		return false;
	b = bpf_map_lookup_elem(buckets, &one);
	if (!b)
		return false;
	if (bucket_holds(b, m))
		return true;
	if (!b->slot[3].hi)
		return false;
	if (two == one)
		two ^= 1;
	b = bpf_map_lookup_elem(buckets, &two);
	return b && bucket_holds(b, m);
}

// lowest is the place of the lowest set bit, counted without a branch (Warren, Hacker's Delight, §5-1 and §5-4): clang-14
// cannot compile __builtin_ctzll for BPF, and branches would multiply the verifier's paths.
static __always_inline __u32 lowest(__u64 mask)
{
	__u64 below = ~mask & (mask - 1);

	below -= below >> 1 & 0x5555555555555555ULL;
	below = (below & 0x3333333333333333ULL) + (below >> 2 & 0x3333333333333333ULL);
	below = (below + (below >> 4)) & 0x0f0f0f0f0f0f0f0fULL;
	return below * 0x0101010101010101ULL >> 56;
}

// search6 is one look-up of an IPv6 address: what is left of the lengths to try, and the answer.
struct search6 {
	__u64 hi, lo;
	__u64 below, above;
	__u64 seed, mask;
	__u32 gen;
	__u32 hit;
};

// try_length looks up the address under the shortest length that is left: 1 ends the search. It is a bpf_loop callback,
// which the verifier walks once; a plain loop costs it more than its million steps.
static long try_length(__u32 i, struct search6 *s)
{
	struct address m;

	if (s->below) {
		m = mark6(s->hi, s->lo, lowest(s->below) + 1);
		s->below &= s->below - 1;
	} else if (s->above) {
		m = mark6(s->hi, s->lo, lowest(s->above) + 65);
		s->above &= s->above - 1;
	} else {
		return 1;
	}
	s->hit = held6(s->gen, s->seed, s->mask, m);
	return s->hit;
}

// search_lengths looks the address up under each length of a set. It is a function of its own, which the verifier walks
// once and not for both ends.
static __noinline bool search_lengths(struct switches *c, __u32 gen, __u32 set, __u64 hi, __u64 lo)
{
	void *sets = bpf_map_lookup_elem(&sets6, &gen);
	struct lengths *lengths;
	struct search6 s;

	if (!sets || !c)
		return false;
	lengths = bpf_map_lookup_elem(sets, &set);
	if (!lengths)
		return false;
	s = (struct search6){
		.hi = hi, .lo = lo, .below = lengths->below, .above = lengths->above, .gen = gen,
		.seed = c->gens[gen & 1].seed6, .mask = c->gens[gen & 1].mask6,
	};
	bpf_loop(110, try_length, &s, 0);
	return s.hit;
}

// listed6 asks the /24 above the address which lengths are listed in it, and looks up only those. Lists hold only
// 2000::/3, so this directory is 2^21 numbers of sets, and nearly every address ends there. It stands in for a Bloom
// filter a length: that would ask once for every length of the whole list, this only for those nearby.
static __always_inline bool listed6(struct switches *c, __u32 gen, __u64 hi, __u64 lo)
{
	__u32 index = hi >> 45 & 0xffff, set;
	struct neighbours *near;
	void *root;

	if (hi >> 61 != 1 || !outlined(&outlines6, gen, hi >> 40 & 0x1fffff))
		return false;
	root = bpf_map_lookup_elem(&roots6, &gen);
	if (!root)
		return false;
	near = bpf_map_lookup_elem(root, &index);
	if (!near)
		return false;
	set = near->set[hi >> 40 & 31];
	return set && search_lengths(c, gen, set, hi, lo);
}

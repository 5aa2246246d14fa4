// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// When somebody was met last, by a hash: small enough for the processor's second cache, and never wrong when it says "surely
// not". A stranger of a flood costs one look here, and not a line of memory that lies in no cache for each table that does not
// know him.
#pragma once

#include "judge.h"

// A moment is 69 seconds. 0 is never.
#define MOMENT 36
#define MOMENTS(ns) (((ns) >> MOMENT) + 1)

// mix is the finalizer of MurmurHash3 over two words and a seed.
static __always_inline __u64 mix(__u64 a, __u64 b, __u64 seed)
{
	__u64 h = (a ^ seed) * 0x9e3779b97f4a7c15ULL ^ b;

	h = (h ^ h >> 33) * 0xff51afd7ed558ccdULL;
	h = (h ^ seed ^ h >> 33) * 0xc4ceb9fe1a85ec53ULL;
	return h ^ h >> 33;
}

static __always_inline __u16 moment_of(__u64 now)
{
	__u16 moment = now >> MOMENT;

	return moment ? moment : 1;
}

static __always_inline __u16 *meeting_of(enum met met, __u64 hash)
{
	__u32 row = met;
	struct meetings *m = bpf_map_lookup_elem(&meetings, &row);

	return m ? &m->when[hash >> 40 & (MEETINGS - 1)] : NULL;
}

// meet notes one. Most are noted already: a line that is only read stays in every processor's cache.
static __always_inline void meet(enum met met, __u64 hash, __u64 now)
{
	__u16 *when = meeting_of(met, hash), moment = moment_of(now);

	if (when && *when != moment)
		*when = moment;
}

// perhaps_met is false when nobody of this hash was met within so many moments. What lies ahead of a clock that was set back
// counts as met.
static __always_inline bool perhaps_met(enum met met, __u64 hash, __u64 now, __s16 moments)
{
	__u16 *when = meeting_of(met, hash);

	return !when || (*when && (__s16)(moment_of(now) - *when) <= moments);
}

// talk_of is a conversation's hash, from whichever end a packet comes.
static __always_inline __u64 talk_of(struct switches *c, struct packet *p)
{
	return mix(p->src.hi ^ p->dst.hi, p->src.lo ^ p->dst.lo,
		   (__u64)c->seed << 32 | (__u32)p->proto << 16 | (__u16)(p->sport ^ p->dport));
}

// meet_talk notes a conversation in which the site has spoken: when it first did, and once in each moment that it goes on.
__noinline int meet_talk(struct packet *p)
{
	__u32 zero = 0;
	struct switches *c = bpf_map_lookup_elem(&control, &zero);

	if (c && p)
		meet(MET_TALK, talk_of(c, p), p->now);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The two tables: conversations that pass, and attempts that were or would have been stopped.
#pragma once

#include "proof.h"
#include "worth.h"

#define REUSE (2 * SECOND)            // a SYN this long after the end is another connection on the same ports
#define QUIET (600 * SECOND)          // a silence this long ends an attempt, and a conversation without an end of its own
#define QUIET_TCP (7200 * SECOND)     // Linux's tcp_keepalive_time
#define LAST_WORDS 8                  // packets of each end of a blocked conversation that are copied

// key_of orders the two ends, so that both directions find the same entry: 0 when the packet goes from a to b.
static __always_inline int key_of(struct packet *p, struct flow_key *key)
{
	bool swap = p->src.hi != p->dst.hi ? p->src.hi > p->dst.hi :
		    p->src.lo != p->dst.lo ? p->src.lo > p->dst.lo :
					     p->sport > p->dport;

	key->a = swap ? p->dst : p->src;
	key->b = swap ? p->src : p->dst;
	key->a_port = swap ? p->dport : p->sport;
	key->b_port = swap ? p->sport : p->dport;
	key->proto = p->proto;
	return swap;
}

// is_over looks first at the packet's own direction, which it is about to count in: that one is mostly recent, and the
// other lies in another cache line.
static __always_inline bool is_over(struct tally *t, struct packet *p, int dir, bool attempt)
{
	__u64 last = t->half[dir & 1].last, other, idle;

	if (p->now < last + REUSE)
		return false;
	other = t->half[!dir].last;
	if (last < other)
		last = other;
	idle = p->now > last ? p->now - last : 0;
	if (attempt || p->proto != PROTO_TCP)
		return idle > QUIET;
	if (idle > QUIET_TCP)
		return true;
	return idle > REUSE && (p->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN &&
	       (t->half[0].flags | t->half[1].flags) & (TCP_FIN | TCP_RST);
}

static __always_inline void count_half(struct half *h, struct packet *p)
{
	if (!h->first)
		h->first = h->last = bpf_ktime_get_ns();
	else if (h->last < p->now)
		h->last = p->now;
	if (p->flags & ~h->flags)
		h->flags |= p->flags;
	__sync_fetch_and_add(&h->packets, p->segments);
	__sync_fetch_and_add(&h->bytes, p->ip_bytes);
}

// is_answer reports whether the first packet that is seen answers: a SYN+ACK, and of a conversation under way a segment from a
// system port (RFC 6335) to another.
static __always_inline bool is_answer(struct packet *p, bool conversation)
{
	if (!(p->flags & TCP_ACK))
		return false;
	return p->flags & TCP_SYN || (conversation && p->sport < 1024 && p->dport >= 1024);
}

// begin fills a new entry with its first packet. Who answers did not begin.
static __always_inline void begin(struct tally *t, struct packet *p, int dir, bool conversation)
{
	bool answer = is_answer(p, conversation);
	struct half *h = &t->half[dir & 1];

	t->initiator = answer ? !dir : dir;
	t->side = !answer ? p->side : p->side == SIDE_OUTSIDE ? SIDE_INSIDE : SIDE_OUTSIDE;
	h->packets = p->segments;
	h->bytes = p->ip_bytes;
	h->first = bpf_ktime_get_ns();
	h->last = h->first < p->now ? p->now : h->first;
	h->flags = p->flags;
	h->side = p->side;
}

// speech is how far a packet of the site's side makes a conversation: a reset not at all, and a SYN+ACK only half, for
// both are what forged segments draw.
static __always_inline __u8 speech(struct packet *p)
{
	if (p->proto != PROTO_TCP)
		return SPOKEN;
	if (p->flags & TCP_RST)
		return SILENT;
	return (p->flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK) ? HALF_SPOKEN : SPOKEN;
}

// note_speech notes what the site, or the box, says: true when it is more than before. At the first data that it sends by TCP
// the other end is who it says.
static __always_inline bool note_speech(struct tally *t, struct packet *p, int dir)
{
	bool more = t->half[dir & 1].spoken != SPOKEN && t->half[dir & 1].spoken < speech(p);

	if (more)
		t->half[0].spoken = t->half[1].spoken = speech(p);
	if (p->flags & ~t->half[dir & 1].flags & TCP_PSH)
		prove_peer(p);
	return more;
}

// open_tally puts a new entry into its table, the conversations' for PASS. It is a function of its own for its stack: a
// packet's way has 512 bytes of it in all.
__noinline int open_tally(struct packet *p, struct flow_key *key, int dir, int reason, int matched)
{
	struct tally fresh = {};
	struct flow_key own;

	if (!p || !key)
		return 0;
	own = *key; // 6.1 takes no key for a map out of another function's memory
	begin(&fresh, p, dir, reason == PASS);
	fresh.reason = reason;
	fresh.matched = matched;
	if (reason != PASS)
		return bpf_map_update_elem(&drops, &own, &fresh, BPF_ANY);
	fresh.half[0].left = fresh.half[1].left = worth(p);
	fresh.half[0].spoken = fresh.half[1].spoken = p->side != SIDE_OUTSIDE ? speech(p) : SILENT;
	return bpf_map_update_elem(&flows, &own, &fresh, BPF_ANY);
}

// find_flow gives the conversation of a packet, NULL when it has none that goes on.
static __always_inline struct tally *find_flow(struct packet *p, struct flow_key *key, int dir)
{
	struct tally *t = bpf_map_lookup_elem(&flows, key);

	return t && !is_over(t, p, dir, false) ? t : NULL;
}

// opens reports whether a packet opens a conversation. Of what comes from outside only a SYN does, for sources can be forged:
// else the answer from inside opens it; but not a reset, which is what forged segments draw.
static __always_inline bool opens(struct packet *p)
{
	if (p->side != SIDE_OUTSIDE)
		return !(p->flags & TCP_RST);
	return (p->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

// count_flow counts the packet in its conversation; NULL when it has none.
static __always_inline struct tally *count_flow(struct packet *p, struct flow_key *key, int dir, struct tally *t)
{
	if (t) {
		struct half *h = &t->half[dir & 1];
		bool more = p->side != SIDE_OUTSIDE && note_speech(t, p, dir);

		if (more || (h->spoken && h->last >> MOMENT != p->now >> MOMENT))
			meet_talk(p);
		count_half(h, p);
		return t;
	}
	if (!opens(p))
		return NULL;
	open_tally(p, key, dir, PASS, 0);
	if (p->side != SIDE_OUTSIDE && speech(p))
		meet_talk(p);
	return bpf_map_lookup_elem(&flows, key);
}

// count_attempt counts a packet that was or would have been stopped: true for the first of its attempt, and for the first
// few that each end of a blocked conversation still sends, for they say what a reset must say to be believed. What was
// once really stopped stays so.
static __always_inline bool count_attempt(struct packet *p, struct flow_key *key, int dir, enum reason reason)
{
	struct tally *t = bpf_map_lookup_elem(&drops, key);
	__u8 matched = !p->matched ? 0 : ((p->matched - 1) ^ dir) + 1;

	if (t && !is_over(t, p, dir, true)) {
		count_half(&t->half[dir & 1], p);
		if (t->reason < DROP_LIST_SRC && reason >= DROP_LIST_SRC) {
			t->reason = reason;
			t->matched = matched;
		}
		return reason == DROP_FLOW && t->half[dir & 1].packets <= LAST_WORDS;
	}
	open_tally(p, key, dir, reason, matched);
	return true;
}

static __always_inline void count_reason(__u32 side, __u32 reason, __u64 packets, __u64 bytes)
{
	__u32 index = side * REASONS + reason;
	struct count *n = bpf_map_lookup_elem(&counts, &index);

	if (n) {
		n->packets += packets;
		n->bytes += bytes;
	}
}

// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Floods: what presses on a machine from outside without belonging to a conversation in which it has spoken is measured by
// source, by the source's network, and by the service aimed at. Sources are held back, never the machine: whoever is in a
// conversation, or has proven to be who he says, is not measured by the third.
#pragma once

#include "pressure.h"

// A bucket is one word: when it will be empty again (the virtual scheduling algorithm of ITU-T I.371, Annex A). Each packet
// moves that by the gap; beyond burst gaps from now it is over. It is charged whether or not it is over, up to one gap
// more, so that a bucket knows of a flood while it lasts, and forgets it burst gaps after.
static __always_inline bool pour(struct pace *pace, __u64 now, __u64 *due)
{
	__u64 most = now + (__u64)pace->gap * pace->burst, next = (*due > now ? *due : now) + pace->gap;
	bool over = next > most;

	*due = over ? most + pace->gap : next;
	return over;
}

// is_full reports whether the next is too much for a bucket, without charging it.
static __always_inline bool is_full(struct pace *pace, __u64 now, __u64 due)
{
	if (due < now)
		due = now;
	return pace->gap && due + pace->gap > now + (__u64)pace->gap * pace->burst;
}

// measure pours into the two cells of a hashed key: over only when both are, so that a quiet source that shares one cell
// with a loud one is not taken for it (Estan and Varghese, New Directions in Traffic Measurement, 2002, with their
// conservative update). Both lie in one cache line, for each line that is not in the cache costs more than all the rest.
static __always_inline bool measure(struct pace *pace, __u64 now, __u64 hash)
{
	__u32 one = hash & (CELLS - 1), two = beside(one, hash);
	__u64 *a = bpf_map_lookup_elem(&paces, &one), *b = bpf_map_lookup_elem(&paces, &two), due;
	bool over;

	if (!a || !b || !pace->gap)
		return false;
	due = *a < *b ? *a : *b;
	over = pour(pace, now, &due);
	if (*a < due)
		*a = due;
	if (*b < due)
		*b = due;
	return over;
}

// A siege that nothing pressed for this long gives its place away.
#define SIEGE_OVER (60 * SECOND)

static __always_inline bool is_siege(struct siege *s, struct address *at, enum pressure pressure, enum door door)
{
	return s->pressure == pressure && s->service == door && s->addr.lo == at->lo && s->addr.hi == at->hi;
}

// siege_cells gives the two cells that may be the siege of a service, and reports whether they are there.
static __always_inline bool siege_cells(struct switches *c, struct address *at, enum pressure pressure, enum door door,
					struct siege **a, struct siege **b)
{
	__u64 hash = mix(at->hi, at->lo, (__u64)c->seed << 32 | pressure << 8 | door);
	__u32 one = hash & (SIEGES - 1), two = hash >> 32 & (SIEGES - 1);

	*a = bpf_map_lookup_elem(&sieges, &one);
	*b = bpf_map_lookup_elem(&sieges, &two);
	return *a && *b;
}

static __always_inline bool is_free(struct siege *s, __u64 now)
{
	return !s->pressure || (s->due + SIEGE_OVER < now && s->last + SIEGE_OVER < now);
}

// claim makes a free cell the siege of what the packet aims at.
static __always_inline void claim(struct siege *s, struct packet *p, enum pressure pressure, enum door door)
{
	s->addr = p->dst;
	s->pressure = pressure;
	s->service = door;
	s->due = s->until = s->seen = s->first = s->last = s->owed = 0;
	s->slot = s->asked = s->spared = 0;
}

// find_siege gives the cell of what the packet aims at: one of two places, else the last, which the rest shares.
static __always_inline struct siege *find_siege(struct switches *c, struct packet *p, enum pressure pressure, enum door door)
{
	struct siege *a, *b;
	__u32 rest = SIEGES;

	if (!siege_cells(c, &p->dst, pressure, door, &a, &b))
		return NULL;
	if (is_siege(a, &p->dst, pressure, door))
		return a;
	if (is_siege(b, &p->dst, pressure, door))
		return b;
	if (is_free(a, p->now)) {
		claim(a, p, pressure, door);
		return a;
	}
	if (is_free(b, p->now)) {
		claim(b, p, pressure, door);
		return b;
	}
	return bpf_map_lookup_elem(&sieges, &rest);
}

// note counts what is held back.
static __always_inline void note(struct siege *s, struct packet *p, __u64 hash)
{
	__u32 bit = hash >> 48;

	if (!s->first || s->last + SIEGE_OVER < p->now) {
		s->first = p->now;
		s->packets = s->bytes = s->returned = 0;
		__builtin_memset(s->sources, 0, sizeof(s->sources));
	}
	s->last = p->now;
	s->packets++;
	s->bytes += p->ip_bytes;
	if (!(s->sources[bit >> 6 & 63] >> (bit & 63) & 1))
		s->sources[bit >> 6 & 63] |= 1ULL << (bit & 63);
	s->sample[s->packets & (SAMPLES - 1)] = source_of(p);
}

// HELD is how long after the last opening too many each must be proven.
#define HELD (3 * SECOND)

// brims reports whether the next packet is too much for a service, without charging it.
static __always_inline bool brims(struct switches *c, struct packet *p, enum pressure pressure, struct siege *s)
{
	if (!is_full(&c->bars[pressure].target, p->now, s->due))
		return false;
	s->until = p->now + HELD;
	if (c->pressed < p->now + HELD - SECOND)
		c->pressed = p->now + HELD;
	return true;
}

// overruns charges a service, and reports whether more comes to it than its bar, and in the case of openings whether it did
// a moment ago.
static __always_inline bool overruns(struct switches *c, struct packet *p, enum pressure pressure, struct siege *s)
{
	bool over;

	if (!c->bars[pressure].target.gap)
		return false;
	over = pour(&c->bars[pressure].target, p->now, &s->due);
	if (pressure != OPENINGS)
		return over;
	if (over)
		s->until = p->now + HELD;
	return s->until > p->now;
}

// is_crowd reports whether a source, or its network, holds too many connections to be given another. It is a function of
// its own for the stack of press: 6.1 adds up what all on a packet's way take, in steps of 32 bytes.
static __noinline bool is_crowd(struct packet *p)
{
	struct ban_key key = { .addr = source_of(p), .bits = 1 };
	__u64 *until = bpf_map_lookup_elem(&crowds, &key);

	if (!until) {
		key.addr = network_of(p);
		key.bits = 2;
		until = bpf_map_lookup_elem(&crowds, &key);
	}
	return until && p->now < *until;
}

// What of a siege is remembered in a slot of 17 ms: half a million segments a second. Of more, most would be written
// over before anybody comes again, and each would cost a line of memory that lies in no cache.
#define SLOT 24
#define SLOT_MOST (1 << 13)

// is_spared reports whether a source's segments are not remembered, for its siege brings too many: of 256 parts of the sources
// as many are as have room. Every 17 seconds they are others.
static __always_inline bool is_spared(struct siege *s, __u64 hash, __u64 now)
{
	__u32 slot = now >> SLOT;

	if (s->slot != slot) {
		s->spared = s->slot + 1 == slot && s->asked > SLOT_MOST ? 256 - (SLOT_MOST << 8) / s->asked : 0;
		s->slot = slot;
		s->asked = 0;
	}
	s->asked++;
	return (((hash >> 24) + (now >> 34) * 101) & 0xff) < s->spared;
}

// returns gives the memory of a segment whose sender sent it before, and remembers it else: what no machine sends, and what
// nobody sends again, a reset, never comes back.
static __always_inline __u32 *returns(struct switches *c, struct packet *p, struct siege *s, __u64 hash)
{
	if (p->proto != PROTO_TCP || p->level != WHOLE || is_nonsense(p->flags) || p->flags & TCP_RST ||
	    is_spared(s, hash, p->now))
		return NULL;
	return comes_again(c, p, hash, is_opening(p) ? AGAIN_OPENING : AGAIN_SEGMENT);
}

// exceeds charges the buckets of a source and of its network, and reports whether either is over: both are asked, so that a
// network's bucket knows of all that its addresses send.
__noinline int exceeds(struct packet *p, __u64 hash, int pressure)
{
	__u32 zero = 0;
	struct switches *c = bpf_map_lookup_elem(&control, &zero);
	struct address net;
	bool over;

	if (!c || !p)
		return 0;
	pressure &= PRESSURES - 1; // 6.1 forgets a range that was compared in another register
	over = measure(&c->bars[pressure].source, p->now, mix(hash, pressure, c->seed));
	net = network_of(p);
	return measure(&c->bars[pressure].net, p->now, mix(net.hi, net.lo, (__u64)c->seed << 32 | pressure | 0x100)) || over;
}

// repay takes off what is owed to a service: what it sends its first data by TCP came of an opening that somebody meant.
__noinline int repay(struct packet *p)
{
	__u32 zero = 0, gap;
	struct switches *c = bpf_map_lookup_elem(&control, &zero);
	struct siege *a, *b;
	enum door door;

	if (!c || !p)
		return 0;
	door = door_at(p->sport);
	if (!siege_cells(c, &p->src, OPENINGS, door, &a, &b))
		return 0;
	if (!is_siege(a, &p->src, OPENINGS, door))
		a = b;
	gap = c->bars[OPENINGS].target.gap;
	if (is_siege(a, &p->src, OPENINGS, door) && a->owed > p->now + gap)
		a->owed -= gap;
	return 0;
}

// What passes finds.
enum finding { PASSES, HOLD, CROWD, CHALLENGE };

// refusal is what becomes of a packet that does not pass: an opening to a named server is challenged, all else held back.
static __always_inline enum finding refusal(struct switches *c, struct packet *p, enum pressure pressure)
{
	struct address server = p->dst; // on this function's stack, where 6.1 takes a key from

	return pressure == OPENINGS && c->servers && bpf_map_lookup_elem(&servers, &server) ? CHALLENGE : HOLD;
}

// passes measures a packet at what it aims at. Openings that come again are let in, until more are owed than the service's bar grants
// at once: a crowd pays within a moment, and who forges what comes again never does. Of what is too much for a service already,
// strangers are held back before their buckets are asked: each forged source would cost two lines of memory that lie in no cache.
static __always_inline enum finding passes(struct switches *c, struct packet *p, enum pressure pressure, struct siege *s,
					   __u64 hash)
{
	bool full, known;
	__u32 *again;

	if (pressure == OPENINGS && c->crowds && is_crowd(p))
		return CROWD;
	full = brims(c, p, pressure, s);
	known = is_proven(hash, p->now);
	if (known || !full) {
		if (exceeds(p, hash, pressure))
			return HOLD;
		if (known || !overruns(c, p, pressure, s))
			return PASSES;
	}
	again = returns(c, p, s, hash);
	barrier_var(again); // or clang asks for the bit by which it is NULL instead, and 6.1 does not see that it is asked
	if (!again)
		return refusal(c, p, pressure);
	if (full && exceeds(p, hash, pressure))
		return HOLD;
	if (pressure == OPENINGS && pour(&c->bars[OPENINGS].target, p->now, &s->owed))
		return refusal(c, p, pressure);
	*again |= SPENT;
	s->returned += pressure == OPENINGS;
	return PASSES;
}

// press measures a packet: PASSES, or another finding with what it presses as in the upper bits.
static __always_inline int press(struct packet *p, __u32 spoken)
{
	__u32 zero = 0;
	struct switches *c = bpf_map_lookup_elem(&control, &zero);
	enum pressure pressure;
	enum finding found;
	struct address who;
	struct siege *s;
	__u64 hash;
	int at;

	if (!c || !p)
		return PASSES;
	at = aim(p, spoken);
	pressure = at & 7;
	if (pressure == NOTHING)
		return PASSES;
	who = source_of(p);
	hash = hash_of(c, &who);
	s = find_siege(c, p, pressure, at >> 8 & 7);
	if (!s)
		return PASSES;
	s->seen++;
	found = passes(c, p, pressure, s, hash);
	if (found != PASSES)
		note(s, p, hash);
	return found | (found == CROWD ? PRESSURES : pressure) << 8;
}

// EAGER is how many packets of a connection come before the server has said more than its SYN+ACK: the SYN, the end of the
// handshake and a first window (RFC 6928), some of it twice.
#define EAGER 24

static __always_inline bool is_spoken(struct tally *flow, int dir)
{
	struct half *h;

	if (!flow)
		return false;
	h = &flow->half[dir & 1];
	return h->spoken == SPOKEN || (h->spoken == HALF_SPOKEN && h->packets < EAGER);
}

// presses reports whether a packet is to be measured. What belongs to a conversation is not, but for openings, queries and
// the like, of which one may begin.
static __always_inline bool presses(struct packet *p, struct tally *flow, int dir)
{
	if (p->side != SIDE_OUTSIDE || p->level == NOT_IP)
		return false;
	return !(p->proto == PROTO_TCP && p->level == WHOLE && (p->flags & (TCP_SYN | TCP_ACK)) == TCP_ACK &&
		 is_spoken(flow, dir));
}

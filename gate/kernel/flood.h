// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Floods: what presses on a machine from outside without belonging to a conversation in which it has spoken is measured by
// source, by the source's network, and by the service aimed at. Sources are held back, never the machine: whoever is in a
// conversation, or has proven to be who he says, is not measured by the third.
#pragma once

#include "tally.h"

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

// nonsense are flags that no machine sends: none, SYN with FIN or RST, FIN without ACK (RFC 9293 §3.10.7).
static __always_inline bool is_nonsense(__u8 flags)
{
	return !(flags & (TCP_SYN | TCP_ACK | TCP_RST)) || (flags & TCP_SYN && flags & (TCP_FIN | TCP_RST));
}

static __always_inline bool is_opening(struct packet *p)
{
	return p->proto == PROTO_TCP && (p->flags & (TCP_SYN | TCP_ACK | TCP_FIN | TCP_RST)) == TCP_SYN;
}

// is_mirror reports whether servers that answer anybody, with more than they were asked, listen on the port (CISA alert
// TA14-017A, and those found since).
static __always_inline bool is_mirror(__u16 port)
{
	switch (port) {
	case 17: case 19: case 53: case 69: case 111: case 123: case 137: case 161: case 177: case 389: case 427: case 500:
	case 520: case 623: case 1434: case 1604: case 1900: case 3283: case 3702: case 4500: case 5093: case 5353: case 5683:
	case 10001: case 10074: case 11211: case 17185: case 27015: case 27960: case 32414: case 33848: case 37810: case 47808:
		return true;
	}
	return false;
}

static __always_inline bool is_multicast(struct packet *p)
{
	__u8 *a = (__u8 *)&p->dst;

	return p->v6 ? a[0] == 0xff : a[12] >= 224;
}

// pressure_of says what a packet presses as, NOTHING when it does not. spoken is whether the site has said something in its
// conversation.
static __always_inline enum pressure pressure_of(struct switches *c, struct packet *p, bool spoken)
{
	bool familiar = p->now >= c->familiar;

	if (p->level != WHOLE)
		return FRAGMENTS;
	switch (p->proto) {
	case PROTO_TCP:
		if (is_opening(p))
			return OPENINGS;
		if (is_nonsense(p->flags))
			return STRAYS;
		if (spoken || !familiar)
			return NOTHING;
		return p->flags & (TCP_SYN | TCP_RST) ? ANSWERS : STRAYS;
	case PROTO_ICMP:
		return spoken && p->type != 8 ? NOTHING : ECHOES;
	case PROTO_ICMPV6:
		return is_neighbour(p) || (spoken && p->type != 128) ? NOTHING : ECHOES;
	case PROTO_UDP:
		if (p->dport == 53)
			return QUERIES;
		if (spoken || is_dhcp(p))
			return NOTHING;
		if (is_mirror(p->sport))
			return familiar ? ANSWERS : NOTHING;
		return DATAGRAMS;
	}
	return spoken ? NOTHING : DATAGRAMS;
}

// door_of is the service aimed at. Answers and echoes aim at none.
static __always_inline enum door door_of(struct packet *p, enum pressure pressure)
{
	if (pressure == ANSWERS || p->proto == PROTO_ICMP || p->proto == PROTO_ICMPV6)
		return DOOR_OTHER;
	switch (p->dport) {
	case 80: case 443: case 8080: case 8443:
		return DOOR_WEB;
	case 25: case 110: case 143: case 465: case 587: case 993: case 995:
		return DOOR_MAIL;
	case 5060: case 5061:
		return DOOR_TELEPHONE;
	case 22: case 3389: case 500: case 1194: case 4500: case 51820:
		return DOOR_REMOTE;
	case 53:
		return DOOR_NAMES;
	}
	return DOOR_OTHER;
}

// aim is what a packet presses as, and the service it aims at in the upper bits. It is a function of its own, so that the
// verifier does not walk the rest for each port.
__noinline int aim(struct packet *p, __u32 spoken)
{
	__u32 zero = 0;
	struct switches *c = bpf_map_lookup_elem(&control, &zero);
	enum pressure pressure;

	if (!c || !p || is_multicast(p))
		return NOTHING;
	pressure = pressure_of(c, p, spoken);
	return pressure | door_of(p, pressure) << 8;
}

// A siege that nothing pressed for this long gives its place away.
#define SIEGE_OVER (60 * SECOND)

static __always_inline bool is_siege(struct siege *s, struct packet *p, enum pressure pressure, enum door door)
{
	return s->pressure == pressure && s->service == door && s->addr.lo == p->dst.lo && s->addr.hi == p->dst.hi;
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
	s->due = s->until = s->seen = s->first = s->last = 0;
}

// find_siege gives the cell of what the packet aims at: one of two places, else the last, which the rest shares.
static __always_inline struct siege *find_siege(struct switches *c, struct packet *p, enum pressure pressure, enum door door)
{
	__u64 hash = mix(p->dst.hi, p->dst.lo, (__u64)c->seed << 32 | pressure << 8 | door);
	__u32 one = hash & (SIEGES - 1), two = hash >> 32 & (SIEGES - 1), rest = SIEGES;
	struct siege *a = bpf_map_lookup_elem(&sieges, &one), *b = bpf_map_lookup_elem(&sieges, &two);

	if (!a || !b)
		return NULL;
	if (is_siege(a, p, pressure, door))
		return a;
	if (is_siege(b, p, pressure, door))
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
	struct pace *pace = &c->bars[pressure].target;
	__u64 due = s->due > p->now ? s->due : p->now;

	if (!pace->gap || due + pace->gap <= p->now + (__u64)pace->gap * pace->burst)
		return false;
	s->until = p->now + HELD;
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

// What press finds.
enum { HOLD = 1, CHALLENGE = 2 };

// hold holds a packet back, or has its sender challenged.
static __always_inline int hold(struct switches *c, struct packet *p, struct siege *s, __u64 hash, enum pressure pressure, bool asked)
{
	struct address server = p->dst; // on this function's stack, where 6.1 takes a key from

	note(s, p, hash);
	return (asked && c->servers && bpf_map_lookup_elem(&servers, &server) ? CHALLENGE : HOLD) | pressure << 8;
}

// press measures a packet: 0 when it passes, else HOLD or CHALLENGE with what it presses as in the upper bits. Of what is too
// much for a service already, strangers are held back before their buckets are asked: each forged source would cost two lines
// of memory that lie in no cache.
__noinline int press(struct packet *p, __u32 spoken)
{
	__u32 zero = 0;
	enum pressure pressure;
	struct switches *c = bpf_map_lookup_elem(&control, &zero);
	struct address who;
	struct siege *s;
	__u64 hash;
	bool full, known = false, over;
	int at;

	if (!c || !p)
		return 0;
	at = aim(p, spoken);
	pressure = at & 7;
	if (pressure == NOTHING)
		return 0;
	who = source_of(p);
	hash = mix(who.hi, who.lo, (__u64)c->seed << 32 | pressure);
	s = find_siege(c, p, pressure, at >> 8 & 7);
	if (!s)
		return 0;
	s->seen++;
	if (pressure == OPENINGS && c->crowds && is_crowd(p)) {
		note(s, p, hash);
		return HOLD | PRESSURES << 8;
	}
	full = brims(c, p, pressure, s);
	if (full) {
		known = is_proven(c, &who, p->now);
		if (!known && (pressure != OPENINGS || !comes_again(c, p)))
			return hold(c, p, s, hash, pressure, pressure == OPENINGS);
	}
	// Both are asked, so that a network's bucket knows of all that its addresses send.
	over = measure(&c->bars[pressure].source, p->now, hash);
	who = network_of(p);
	if (measure(&c->bars[pressure].net, p->now, mix(who.hi, who.lo, (__u64)c->seed << 32 | pressure | 0x100)) || over)
		return hold(c, p, s, hash, pressure, false);
	if (full) {
		s->returned += !known;
		return 0;
	}
	who = source_of(p);
	if (is_proven(c, &who, p->now) || !overruns(c, p, pressure, s))
		return 0;
	if (pressure != OPENINGS)
		return hold(c, p, s, hash, pressure, false);
	if (comes_again(c, p)) {
		s->returned++;
		return 0;
	}
	return hold(c, p, s, hash, pressure, true);
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

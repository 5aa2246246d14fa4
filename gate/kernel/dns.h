// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Whether a question of the DNS asks for a listed name: a query over UDP to port 53 with one question whose name is
// written out. A query in any other form (compressed, cut, several questions, records before the question, a fragment),
// which no honest program sends, waits until Go has read it (hold.h).
#pragma once

#include "tally.h"

#define MOST_LABELS 128
#define USUAL_LABELS 4 // that are read without a callback for each, which costs more than to read one
#define LONGEST_NAME 255
#define LONGEST_LABEL 63
#define QUESTION_END 4 // type and class
#define OPT_BYTES 11   // of an OPT record without options
#define OPT_TYPE 41

// What stands before the name: the end of the UDP header, and that of the DNS (RFC 1035 §4.1.1).
struct dns_head {
	__be16 length, check;
	__be16 id;
	__u8 flags, more_flags;
	__be16 questions, answers, authorities, others;
};
#define DNS_RESPONSE_OPCODE 0xf8

static __always_inline struct asking *the_question(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&askings, &zero);
}

// read_question brings the bytes after the DNS header into a: their number, 0 when it is no plain query. It is odd when it is
// one all the same: what no resolver answers (a response, another opcode, no question, a length that lies) is none.
static __always_inline __u32 read_question(void *ctx, bool skb, struct packet *p, struct asking *a)
{
	struct dns_head head;
	__u32 off = p->transport, n, there = frame_bytes(ctx, skb);

	if (fetch(ctx, skb, off + 4, &head, sizeof(head)))
		return 0;
	if (head.flags & DNS_RESPONSE_OPCODE || !head.questions)
		return 0;
	off += 4 + sizeof(head);
	n = bpf_ntohs(head.length);
	if (n < 4 + sizeof(head) + 1 + QUESTION_END || off >= there)
		return 0;
	n -= 4 + sizeof(head);
	if (n > there - off)
		return 0;
	a->odd = head.questions != bpf_htons(1) || head.answers || head.authorities;
	if (a->odd)
		return 0;
	if (n > ASKING_ROOM)
		n = ASKING_ROOM;
	// 6.1 refuses a length that could be 0.
	n = ((n - 1) & (ASKING_ROOM - 1)) + 1;
	if (fetch(ctx, skb, off, a->told.name, n))
		return 0;
	a->others = head.others;
	return n;
}

// next_label goes from one label of the name to the next, and reports whether there was none. What it and fold_label
// remember lies in the question, for the stack is short.
static __always_inline bool next_label(struct asking *a)
{
	__u32 at = a->next, length;

	if (at >= a->end || at >= LONGEST_NAME)
		return true;
	length = a->told.name[at & 255];
	if (!length) {
		a->ended = 1;
		return true;
	}
	if (length > LONGEST_LABEL)
		return true;
	a->at[a->labels & (MOST_LABELS - 1)] = at;
	a->labels++;
	a->next = at + 1 + length;
	return false;
}

// further_label and further_fold are bpf_loop callbacks, which the verifier walks once.
static long further_label(__u32 i, struct asking **of)
{
	return !*of || next_label(*of);
}

// read_usual reports whether the name ended. The usual labels are read in functions of their own, as the further ones are:
// all share the few bytes of stack that 6.1 leaves.
static __noinline bool read_usual(struct asking *a)
{
#pragma unroll
	for (int i = 0; i <= USUAL_LABELS; i++)
		if (next_label(a))
			return true;
	return false;
}

// lower8 puts eight bytes into lower case at once; a length of at most 63 stays as it is (names/key).
static __always_inline __u64 lower8(__u64 word)
{
	__u64 each = 0x0101010101010101ULL, high = 0x8080808080808080ULL, low = word & ~high;
	__u64 letter = (low + (0x80 - 'A') * each) & ~(low + (0x80 - 'Z' - 1) * each) & ~word & high;

	return word | letter >> 2;
}

static __always_inline __u64 mix_name(struct asking *a, __u64 h, __u64 word)
{
	h = (h ^ word) * a->first;
	h = (h ^ h >> 32) * a->second;
	return h ^ h >> 29;
}

// under is the key of the name that the label at a place makes beneath a parent: Seed.Under of names/key, with the bytes
// as they stand in the question, the length among them.
static __always_inline __u64 under(struct asking *a, __u32 at)
{
	__u8 *label = a->told.name + (at & 255);
	__u32 left = *label + 1;
	__u64 h = a->hash, word;

#pragma unroll
	for (int i = 0; i < 8; i++) {
		word = lower8(*(__u64 *)(label + 8 * i));
		if (left <= 8) {
			__u32 spare = 64 - 8 * left;

			return mix_name(a, h, word << (spare & 63) >> (spare & 63));
		}
		h = mix_name(a, h, word);
		left -= 8;
	}
	return h;
}

// names_hold compares without a branch, which would multiply the verifier's paths: what differs above the two low bits
// has its highest bit set, or that of its negative.
static __always_inline bool names_hold(struct names *b, __u64 key, __u64 part)
{
	__u64 hit = 0;

#pragma unroll
	for (int i = 0; i < 8; i++) {
		__u64 other = (b->slot[i] ^ key) >> 2;

		hit |= b->slot[i] & part & (((other | -other) >> 63) - 1);
	}
	return hit;
}

// drawn reports whether something may be said of the name so far. It errs only towards "perhaps", once in eight names at
// the most, and it fits the cache: the table does not.
static __always_inline bool drawn(struct asking *a)
{
	void *outline = bpf_map_lookup_elem(&name_outlines, &a->gen);
	__u32 at = a->hash >> 12 & a->bits, line = at >> 8;
	struct leaf *l;

	if (!outline)
		return 1;
	l = bpf_map_lookup_elem(outline, &line);
	return !l || l->bits[at >> 5 & 7] & 1U << (at & 31);
}

// held_name looks into the two buckets that a name may lie in. Go fills the first before it uses the second and never
// empties a slot, so a first bucket with room ends the search.
static __always_inline bool held_name(struct asking *a, __u32 part)
{
	void *buckets = bpf_map_lookup_elem(&names, &a->gen);
	__u64 key = a->hash;
	__u32 one = key >> 2 & a->mask, two = key >> 32 & a->mask;
	struct names *b;

	if (!buckets)
		return 0;
	key &= ~3ULL;
	b = bpf_map_lookup_elem(buckets, &one);
	if (!b)
		return 0;
	if (names_hold(b, key, part))
		return 1;
	if (!b->slot[7])
		return 0;
	if (two == one)
		two ^= 1;
	b = bpf_map_lookup_elem(buckets, &two);
	return b && names_hold(b, key, part);
}

// fold_label takes one more label in and asks what is said of the name so far. Nothing is said of a top-level domain; and what
// is listed is stopped, whatever lies beneath, where there are no rules. It reports whether that was the last label.
static __always_inline bool fold_label(struct asking *a)
{
	struct name_rule_key key;
	__u32 n = --a->left, part, *rule;

	part = n ? NAME_BENEATH : NAME_ITSELF;
	a->hash = under(a, a->at[n & (MOST_LABELS - 1)]);
	if (n + 1 < a->labels && (a->rules || !a->listed) && drawn(a)) {
		if (a->rules) {
			key = (struct name_rule_key){ .key = (a->hash & ~3ULL) | part, .gen = a->gen };
			rule = bpf_map_lookup_elem(&name_rules, &key);
			if (rule && *rule > a->last)
				a->last = *rule;
		}
		if (!a->listed)
			a->listed = held_name(a, part);
	}
	return !n;
}

static long further_fold(__u32 i, struct asking **of)
{
	return !*of || fold_label(*of);
}

static __noinline bool fold_usual(struct asking *a)
{
#pragma unroll // 6.1 knows no loop with a call in it
	for (int i = 0; i < USUAL_LABELS; i++)
		if (fold_label(a))
			return true;
	return false;
}

// look_up gives what is said of the name that was read.
static __always_inline enum said look_up(struct switches *c, struct asking *a)
{
	__u32 gen = c->name_gen & 1;
	struct name_generation *g = &c->names_of[gen];

	a->hash = g->start;
	a->first = g->first;
	a->second = g->second;
	a->mask = g->mask;
	a->bits = g->bits;
	a->gen = gen;
	a->rules = g->rules;
	a->left = a->labels;
	a->last = a->listed = 0;
	if (!fold_usual(a))
		bpf_loop(MOST_LABELS, further_fold, &a, 0);
	a->key.name = a->hash;
	if (a->last)
		return a->last & SAID_MASK;
	return a->listed ? SAID_STOP : SAID_PASS;
}

// read_end reads what follows the name: type, class, and the OPT record of an EDNS query (RFC 6891 §6.1.2), when it is the
// first of the others.
static __always_inline void read_end(struct asking *a, __u32 at, __u32 end)
{
	__u8 *type = a->told.name + (at & 255);
	__u8 *opt = type + QUESTION_END;

	a->type = (__u32)type[0] << 24 | type[1] << 16 | type[2] << 8 | type[3];
	a->opt = a->others && at + QUESTION_END + OPT_BYTES <= end && !opt[0] && !opt[1] && opt[2] == OPT_TYPE;
	a->secure = a->opt ? opt[7] & 0x80 : 0;
}

// ask reads the question of a packet and says whether its name is stopped.
static __always_inline int ask(void *ctx, bool skb, struct packet *p)
{
	__u32 zero = 0;
	struct switches *c = bpf_map_lookup_elem(&control, &zero);
	struct asking *a = the_question();

	if (!c || !a)
		return SAID_PASS;
	if (p->part)
		return SAID_UNREAD;
	a->odd = 0;
	a->end = read_question(ctx, skb, p, a);
	if (!a->end)
		return a->odd ? SAID_UNREAD : SAID_PASS;
	a->next = a->labels = a->ended = 0;
	if (!read_usual(a))
		bpf_loop(MOST_LABELS, further_label, &a, 0);
	if (!a->ended || a->next + 1 + QUESTION_END > a->end)
		return SAID_UNREAD;
	if (!a->labels)
		return SAID_PASS; // the root
	a->told.length = a->next + 1;
	read_end(a, a->next + 1, a->end);
	return look_up(c, a);
}

// Global functions: the verifier walks each once by itself.
__noinline int ask_xdp(struct xdp_md *ctx, struct packet *p)
{
	return p ? ask(ctx, false, p) : SAID_PASS;
}

__noinline int ask_skb(struct __sk_buff *ctx, struct packet *p)
{
	return p ? ask(ctx, true, p) : SAID_PASS;
}

// asks reports whether the packet may be a question of somebody inside. In host mode everything that leaves is the host's.
static __always_inline bool asks(struct switches *c, struct packet *p)
{
	return c->names && p->dport == PORT_DNS && p->proto == PROTO_UDP && p->level == WHOLE &&
	       (p->side == SIDE_INSIDE || (p->side == SIDE_BOX && !c->inside));
}

// judge_name judges the question of a packet that passes so far.
static __always_inline enum reason judge_name(void *ctx, bool skb, struct switches *c, struct packet *p, enum reason reason)
{
	int said;

	if (!asks(c, p) || (reason != PASS && reason != PASS_EXEMPT))
		return reason;
	said = skb ? ask_skb(ctx, p) : ask_xdp(ctx, p);
	if (said == SAID_PASS || said == SAID_UNREAD) {
		p->odd = said == SAID_UNREAD || c->strict; // what it looks like only Go can tell
		return reason;
	}
	reason = said == SAID_STOP ? DROP_NAME : DROP_RESOLVER;
	return c->protect ? reason : reason - WATCH_ONLY;
}

// count_question counts a listed name that somebody asked for: 1 for the first of its attempt. An attempt is a device and
// a name, whatever resolver and port.
__noinline int count_question(struct packet *p, int reason)
{
	struct asking *a = the_question();
	struct question *q;

	if (!p || !a)
		return 0;
	a->key.client = p->src;
	q = bpf_map_lookup_elem(&questions, &a->key);
	if (q && p->now <= q->last + QUIET) {
		q->last = p->now;
		if (q->reason < DROP_LIST_SRC && reason >= DROP_LIST_SRC)
			q->reason = reason;
		__sync_fetch_and_add(&q->packets, 1);
		__sync_fetch_and_add(&q->bytes, p->ip_bytes);
		return 0;
	}
	a->told.packets = 1;
	a->told.bytes = p->ip_bytes;
	a->told.first = a->told.last = bpf_ktime_get_ns();
	a->told.server = p->dst;
	a->told.port = p->sport;
	a->told.side = p->side;
	a->told.reason = reason;
	bpf_map_update_elem(&questions, &a->key, &a->told, BPF_ANY);
	return 1;
}

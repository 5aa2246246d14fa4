// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The answer to a question that is stopped, written over the question and sent back by the port it came from, in the
// resolver's name: that there is no such name, or the address of the block page.
#pragma once

#include "dns.h"

#define DNS_HEAD 12
#define UDP_HEAD 8
#define PSEUDO 40 // the pseudo header of IPv6 (RFC 8200 §8.1); that of IPv4 leaves the rest zero, which sums up to nothing
#define MESSAGE_AT (PSEUDO + UDP_HEAD)
#define HOPS 64
#define MOST_SUMMED 0x1fc

#define TYPE_A 1
#define TYPE_AAAA 28
#define CLASS_IN 1
#define NO_SUCH_NAME 3
#define NAME_ASKED 0xc00c // a pointer to the name in the question

// Resolvers and browsers may keep an answer so long, in seconds: a release should be felt soon.
#define KEPT 10

struct record_head {
	__be16 name, type, class;
	__be32 ttl;
	__be16 length;
} __attribute__((packed));

// soa is what a negative answer carries (RFC 2308 §3), so that resolvers know how long it holds.
struct soa {
	struct record_head head;
	__u8 server[14]; // abri.invalid.
	__u8 person;     // the root: nobody
	__be32 serial, refresh, retry, expire, minimum;
} __attribute__((packed));

struct record4 {
	struct record_head head;
	__be32 address;
} __attribute__((packed));

struct record6 {
	struct record_head head;
	struct address address;
} __attribute__((packed));

// opt is an OPT record with an extended error (RFC 6891 §6.1.2, RFC 8914): 15 is the option, and 15 is "blocked".
struct opt {
	__u8 root;
	__be16 type, size;
	__u8 code, version;
	__u8 secure, zero;
	__be16 length;
	__be16 option, bytes, error;
} __attribute__((packed));
#define EXTENDED_ERROR 15
#define BLOCKED 15

static __always_inline struct record_head about(__u16 type, __u16 length)
{
	return (struct record_head){
		.name = bpf_htons(NAME_ASKED), .type = bpf_htons(type), .class = bpf_htons(CLASS_IN),
		.ttl = bpf_htonl(KEPT), .length = bpf_htons(length),
	};
}

// add puts a record behind the message; at is where it ends.
#define add(a, at, record)                                                                 \
	do {                                                                               \
		__builtin_memcpy((a)->answer + ((at) & 511), &(record), sizeof(record));  \
		(at) += sizeof(record);                                                   \
	} while (0)

// page_for gives the type of record that leads to the block page for this question; 0 for none.
static __always_inline __u32 page_for(struct switches *c, struct asking *a)
{
	if (a->type == (TYPE_A << 16 | CLASS_IN) && c->page4)
		return TYPE_A;
	if (a->type == (TYPE_AAAA << 16 | CLASS_IN) && (c->page6.hi | c->page6.lo))
		return TYPE_AAAA;
	return 0;
}

// compose writes the message behind the room for its UDP header, and gives where it ends; 0 when the question is gone.
static __always_inline __u32 compose(struct xdp_md *ctx, struct packet *p, struct switches *c, struct asking *a, bool page)
{
	__u32 n = DNS_HEAD + a->told.length + QUESTION_END, at, type = page ? page_for(c, a) : 0;
	__u8 *m = a->answer + MESSAGE_AT;

	n = ((n - 1) & 511) + 1;
	if (bpf_xdp_load_bytes(ctx, p->transport + UDP_HEAD, m, n))
		return 0;
	at = MESSAGE_AT + n;
	m[2] = 0x80 | (m[2] & 0x01);                                     // an answer; recursion as it was desired
	m[3] = 0x80 | (m[3] & 0x10) | (page ? 0 : NO_SUCH_NAME);         // recursion is available; checking as it was disabled
	m[7] = type ? 1 : 0;
	m[9] = type ? 0 : 1;
	m[10] = 0;
	m[11] = a->opt;
	if (type == TYPE_A) {
		struct record4 r = { .head = about(TYPE_A, 4), .address = c->page4 };
		add(a, at, r);
	} else if (type == TYPE_AAAA) {
		struct record6 r = { .head = about(TYPE_AAAA, 16), .address = c->page6 };
		add(a, at, r);
	} else {
		struct soa r = {
			.head = about(6, sizeof(struct soa) - sizeof(struct record_head)),
			.server = { 4, 'a', 'b', 'r', 'i', 7, 'i', 'n', 'v', 'a', 'l', 'i', 'd', 0 },
			.serial = bpf_htonl(1), .refresh = bpf_htonl(3600), .retry = bpf_htonl(600), .expire = bpf_htonl(86400),
			.minimum = bpf_htonl(KEPT),
		};
		add(a, at, r);
	}
	if (a->opt) {
		struct opt r = {
			.type = bpf_htons(OPT_TYPE), .size = bpf_htons(1232), .secure = a->secure, .length = bpf_htons(6),
			.option = bpf_htons(EXTENDED_ERROR), .bytes = bpf_htons(2), .error = bpf_htons(BLOCKED),
		};
		add(a, at, r);
	}
	__builtin_memset(a->answer + (at & 511), 0, 4); // what is summed is a multiple of four
	return at;
}

static __always_inline __u16 summed(__u64 sum)
{
	sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32 & 0xffff);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

// head writes the UDP header, with its checksum over the pseudo header and all.
static __always_inline void head(struct packet *p, struct asking *a, __u32 end)
{
	__be16 *udp = (__be16 *)(a->answer + PSEUDO);
	__be32 *pseudo = (__be32 *)a->answer;
	__u16 length = end - PSEUDO, sum;

	__builtin_memset(a->answer, 0, PSEUDO);
	if (p->v6) {
		__builtin_memcpy(a->answer, &p->dst, 16);
		__builtin_memcpy(a->answer + 16, &p->src, 16);
	} else {
		pseudo[0] = p->dst.lo >> 32;
		pseudo[1] = p->src.lo >> 32;
	}
	pseudo[8] = bpf_htonl(length);
	pseudo[9] = bpf_htonl(PROTO_UDP);
	udp[0] = bpf_htons(p->dport);
	udp[1] = bpf_htons(p->sport);
	udp[2] = bpf_htons(length);
	udp[3] = 0;
	sum = summed(bpf_csum_diff(NULL, 0, (__be32 *)a->answer, (end + 3) & MOST_SUMMED, 0));
	udp[3] = sum ? sum : 0xffff;
}

struct ipv4_head {
	__u8 ihl_version, tos;
	__be16 total, id, fragment;
	__u8 ttl, proto;
	__be16 check;
	__be32 src, dst;
};

struct ipv6_head {
	__be32 word;
	__be16 payload;
	__u8 next, hops;
	struct address src, dst;
} __attribute__((packed));

// send_back4 and send_back6 turn the packet's head round: ends swapped, lengths as they are now.
static __always_inline void send_back4(struct ipv4_head *ip, __u32 total)
{
	struct ipv4_head was = *ip, now = was;

	now.total = bpf_htons(total);
	now.ttl = HOPS;
	now.src = was.dst;
	now.dst = was.src;
	now.check = 0;
	// The options, when there are any, stay what they were: the sum is changed by what changed (RFC 1624).
	now.check = summed(bpf_csum_diff((__be32 *)&was, sizeof(was), (__be32 *)&now, sizeof(now), 0));
	*ip = now;
}

static __always_inline void send_back6(struct packet *p, struct ipv6_head *ip, __u32 total)
{
	ip->payload = bpf_htons(total - sizeof(*ip));
	ip->hops = HOPS;
	ip->src = p->dst;
	ip->dst = p->src;
}

static __always_inline void send_back_ether(struct packet *p, struct asking *a, __u32 total)
{
	__be16 *length = (__be16 *)(a->front + ((p->network - 4) & 127));
	__u8 was[6];

	__builtin_memcpy(was, a->front, 6);
	__builtin_memcpy(a->front, a->front + 6, 6);
	__builtin_memcpy(a->front + 6, was, 6);
	if (p->session)
		*length = bpf_htons(total + 2); // with PPP's own number
}

// answer_question writes the answer over the question: 0 when it can be sent. It grows towards the front, where every
// driver leaves room (XDP_PACKET_HEADROOM); behind a packet there may be none.
__noinline int answer_question(struct xdp_md *ctx, struct packet *p, int page)
{
	__u32 zero = 0, end, total, n;
	struct switches *c = bpf_map_lookup_elem(&control, &zero);
	struct asking *a = the_question();

	if (!c || !a || !p || p->transport > FRONT_ROOM)
		return -1;
	n = ((p->transport - 1) & (FRONT_ROOM - 1)) + 1;
	if (bpf_xdp_load_bytes(ctx, 0, a->front, n))
		return -1;
	end = compose(ctx, p, c, a, page && (c->page4 || c->page6.hi | c->page6.lo));
	if (!end)
		return -1;
	head(p, a, end);
	end = ((end - PSEUDO - 1) & 511) + 1; // of the UDP datagram
	total = p->transport - p->network + end;
	if (p->v6)
		send_back6(p, (struct ipv6_head *)(a->front + (p->network & 127)), total);
	else
		send_back4((struct ipv4_head *)(a->front + (p->network & 127)), total);
	send_back_ether(p, a, total);
	if (bpf_xdp_adjust_head(ctx, (int)frame_bytes(ctx, false) - (int)(n + end)))
		return -1;
	if (bpf_xdp_store_bytes(ctx, 0, a->front, n))
		return -1;
	return bpf_xdp_store_bytes(ctx, n, a->answer + PSEUDO, end);
}

// hand_over gives the composed answer to the agent where the port may not send back by itself, and reports whether it took it.
__noinline int hand_over(struct xdp_md *ctx, struct packet *p)
{
	__u32 zero = 0, wire = frame_bytes(ctx, false), n;
	struct switches *c = bpf_map_lookup_elem(&control, &zero);
	struct scratch *s = bpf_map_lookup_elem(&scratches, &zero);

	if (!c || !s || !p || !c->mute || ctx->ingress_ifindex != c->inside)
		return 0;
	if (p->now > c->beat + AGENT_AWAY || wire > COPY_MAX)
		return 0;
	n = ((wire - 1) & (COPY_MAX - 1)) + 1;
	if (bpf_xdp_load_bytes(ctx, 0, s->bytes, n))
		return 0;
	s->head = (struct record){ .time = bpf_ktime_get_ns(), .wire = wire, .captured = n, .side = p->side, .answer = 1 };
	return !bpf_ringbuf_output(&ring, &s->head, sizeof(s->head) + n, 0);
}

// answers reports whether a packet that is stopped gets an answer: a question does.
static __always_inline bool answers(struct packet *p, enum reason reason)
{
	return reason == DROP_NAME || (reason == DROP_RESOLVER && p->dport == PORT_DNS);
}

// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The order of checks: isolated, trusted, bans, bans at one door, lists of both ends (less what is exempt), blocked
// conversations, own addresses.
#pragma once

#include "blocks.h"
#include "isolate.h"
#include "line.h"
#include "narrow.h"

// ends reports whether either end stands in a set of people's choices.
static __always_inline bool ends(void *nets, struct packet *p)
{
	return in_nets(nets, &p->src) || in_nets(nets, &p->dst);
}

// released reports whether a listed address was released by a person. It is asked only of what a list holds.
static __always_inline bool released(struct switches *c, struct address *a)
{
	return c->exempt && in_nets(&exempt, a);
}

static __always_inline enum reason judge_addresses(struct switches *c, struct packet *p)
{
	enum reason pass = PASS;

	if (c->trusted && ends(&trusted, p))
		return PASS_TRUSTED;
	if (c->bans | c->bans64 | c->ban_nets) {
		p->matched = banned(c, p, &p->src) ? 1 : banned(c, p, &p->dst) ? 2 : 0;
		if (p->matched)
			return DROP_BAN;
	}
	p->matched = narrowly_banned(c, p);
	if (p->matched)
		return DROP_BAN;
	if (listed(c, p, &p->src)) {
		p->matched = 1;
		if (!released(c, &p->src))
			return DROP_LIST_SRC;
		pass = PASS_EXEMPT;
	}
	if (listed(c, p, &p->dst)) {
		p->matched = 2;
		if (!released(c, &p->dst))
			return DROP_LIST_DST;
		pass = PASS_EXEMPT;
	}
	p->matched = 0;
	return pass;
}

// begun_here reports whether the packet belongs to a conversation that did not begin outside.
static __always_inline bool begun_here(struct flow_key *key)
{
	struct tally *flow = bpf_map_lookup_elem(&flows, key);

	return flow && flow->side != SIDE_OUTSIDE;
}

static __always_inline bool is_dhcp(struct packet *p)
{
	return p->proto == PROTO_UDP && (p->dport == 67 || p->dport == 68 || p->dport == 546 || p->dport == 547);
}

static __always_inline bool is_neighbour(struct packet *p)
{
	return p->proto == PROTO_ICMPV6 && p->type >= 133 && p->type <= 137;
}

// refuses_own guards the box itself against the outside. A bare SYN never belongs to a known conversation. Other TCP
// passes: what it can open is nothing, and the box's own connections must outlive a full table; but not in fragments,
// which could hide a SYN (RFC 1858). Later fragments of UDP and ICMP are harmless without their first.
static __always_inline bool refuses_own(struct switches *c, struct packet *p, struct flow_key *key)
{
	if (!c->own || p->side != SIDE_OUTSIDE || !bpf_map_lookup_elem(&own, &p->dst))
		return false;
	switch (p->proto) {
	case PROTO_TCP:
		return p->level != WHOLE || (p->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
	case PROTO_UDP:
		return p->level == ADDRESSES || (p->level == WHOLE && !is_dhcp(p) && !begun_here(key));
	case PROTO_ICMP:
		return p->level == ADDRESSES || (p->level == WHOLE && p->type == 8 && !begun_here(key));
	case PROTO_ICMPV6:
		return p->level == ADDRESSES || (p->level == WHOLE && p->type == 128 && !begun_here(key));
	}
	return p->level != WHOLE || !begun_here(key);
}

// closed reports whether somebody inside speaks with a resolver that the site has closed, where others can't read along: DNS
// over TLS and QUIC (RFC 7858, RFC 9250: port 853) or over HTTPS (RFC 8484). In the clear it may be asked.
static __always_inline bool closed(struct switches *c, struct packet *p)
{
	return c->resolvers && p->side != SIDE_OUTSIDE && p->level == WHOLE && (p->dport == 853 || p->dport == 443) &&
	       (p->side == SIDE_INSIDE || !c->inside) && bpf_map_lookup_elem(&resolvers, &p->dst);
}

// is_lifeline is what a closed gate still lets through, so that addresses are not lost when it opens again.
static __always_inline bool is_lifeline(struct packet *p)
{
	if (p->level == NOT_IP)
		return p->ether == ETHER_ARP;
	return p->level == WHOLE && (is_dhcp(p) || is_neighbour(p));
}

// calls_help reports whether a packet that nothing else lets through is of the site's telephone, by which help is called.
static __always_inline bool calls_help(struct switches *c, struct packet *p, struct flow_key *key)
{
	return c->lines && belongs_to_line(p, key);
}

static __always_inline enum reason judge(struct switches *c, struct packet *p, struct flow_key *key, __u64 age, struct cards *m)
{
	enum reason reason;

	if (age > c->grace) {
		if (c->fail_closed && !is_lifeline(p) && !calls_help(c, p, key))
			return DROP_CLOSED;
		reason = PASS_OPEN;
	} else if (m && isolates(p, m) && !calls_help(c, p, key)) {
		return DROP_ISOLATED;
	} else if (p->level == NOT_IP) {
		return PASS_NON_IP;
	} else {
		reason = judge_addresses(c, p);
		if (reason == PASS_TRUSTED)
			return reason;
		if (reason < WOULD_LIST_SRC && blocked(c, p, key, age))
			reason = DROP_FLOW;
		if (reason < WOULD_LIST_SRC && closed(c, p))
			reason = DROP_RESOLVER;
		if (reason >= DROP_LIST_SRC) {
			if (c->protect)
				return reason;
			reason -= WATCH_ONLY;
		}
	}
	if (p->level != NOT_IP && refuses_own(c, p, key))
		return DROP_OWN;
	return reason;
}

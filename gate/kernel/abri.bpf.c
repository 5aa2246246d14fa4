// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The programs of the gate: one for each packet that enters by a port, one for each that the box itself sends.
// docs: Documentation/bpf of the kernel; ../gate.go for the other end of the maps.
#include "answer.h"
#include "await.h"
#include "wire.h"
#include "withstand.h"

#define TC_ACT_UNSPEC (-1)
#define TC_ACT_SHOT 2

// What becomes of a packet.
enum fate { FORWARD, STOP, SEND_BACK };

// is_attempt reports whether a reason is of one who was or would have been stopped. A closed gate stops everybody, a flood
// is counted at its target, and a closed resolver is the site's own choice.
static __always_inline bool is_attempt(enum reason reason)
{
	if (reason < WOULD_LIST_SRC || reason >= DROP_CLOSED || reason == WOULD_RESOLVER || reason == DROP_RESOLVER)
		return false;
	return !is_flood(reason);
}

// handle judges, counts and copies one packet.
static __always_inline enum fate handle(void *ctx, bool skb, struct switches *c, struct packet *p)
{
	struct flow_key key = {};
	struct tally *flow = NULL;
	enum reason reason;
	__u64 age;
	struct cards cards, *m = NULL;
	bool news = false, back = false;
	__u32 most = 0, found;
	int dir;

	p->now = c->clock ? c->clock : bpf_ktime_get_coarse_ns();
	age = p->now > c->beat ? p->now - c->beat : 0;
	if (skb)
		read_skb(ctx, p);
	else if (!read_plain(ctx, p))
		read_xdp(ctx, p);
	if (!skb && p->now < c->pressed) {
		found = turns_away(ctx, p);
		if (found) {
			count_reason(p->side, found & ~SENT_BACK, p->segments, p->ip_bytes);
			return found & SENT_BACK ? SEND_BACK : STOP;
		}
	}
	if (!skb && c->isolated) {
		read_cards(ctx, &cards);
		m = &cards;
	}
	dir = key_of(p, &key);
	reason = judge(c, p, &key, age, m);
	reason = judge_name(ctx, skb, c, p, reason);
	if (reason < DROP_LIST_SRC && p->level == WHOLE)
		flow = find_flow(p, &key, dir);
	if (!skb && c->flood && reason <= PASS_EXEMPT && reason != PASS_TRUSTED && presses(p, flow, dir)) {
		found = withstand(ctx, p, is_spoken(flow, dir), reason);
		back = found & SENT_BACK;
		reason = found & ~SENT_BACK;
	}
	count_reason(p->side, reason, p->segments, p->ip_bytes);
	// A closed gate stops everybody: those are no attempts. Later fragments count with the reasons only, or one
	// attempt would be two.
	if (reason == DROP_NAME || reason == WOULD_NAME)
		news = count_question(p, reason);
	else if (p->level >= ADDRESSES && is_attempt(reason))
		news = count_attempt(p, &key, dir, reason);
	if (reason < DROP_LIST_SRC && p->level == WHOLE) {
		if (flow || !is_flood(reason)) // what would be held back opens no conversation
			flow = count_flow(p, &key, dir, flow);
		if (age < AGENT_AWAY) {
			most = wanted(c, p, flow, dir);
			if (!most && !skb && begins_anew(ctx, p))
				most = COPY_MAX;
			p->wired = c->fastpath && !skb && flow && crosses(p, flow, dir);
		}
	} else if (p->ether == ETHER_ARP && age < AGENT_AWAY && take_token(&arps, p->now)) {
		most = COPY_HEAD;
	} else if (age < AGENT_AWAY && is_piece(p, reason)) {
		most = COPY_MAX;
	}
	// Another conversation of QUIC on the ports of a blocked one can only be known by reading it.
	if (reason == DROP_FLOW && p->proto == PROTO_UDP && p->side == SIDE_INSIDE && take_token(&unsolicited, p->now))
		news = true;
	if (news && age < AGENT_AWAY)
		most = COPY_MAX;
	if (!skb && most == COPY_MAX && flow && (reason == PASS || p->odd)) {
		p->asks = may_say(ctx, c, p, flow, dir);
		p->held = holds_back(ctx, c, p, &key, flow, dir) || comes_early(ctx, c, p, flow, dir);
	}
	if (most && !copy(ctx, skb, p, flow, dir, reason, most))
		p->held = 0; // nobody will send it on
	if (p->held)
		count_reason(p->side, WAITING, p->segments, p->ip_bytes);
	if (!skb && answers(p, reason))
		back = !answer_question(ctx, p, reason == DROP_NAME) && !hand_over(ctx, p);
	if (back)
		return SEND_BACK;
	return reason >= DROP_LIST_SRC || p->held ? STOP : FORWARD;
}

SEC("xdp.frags")
int abri_xdp(struct xdp_md *ctx)
{
	__u32 zero = 0;
	struct switches *c = bpf_map_lookup_elem(&control, &zero);
	struct packet p = { .segments = 1 };

	if (!c)
		return XDP_PASS;
	p.side = ctx->ingress_ifindex == c->inside ? SIDE_INSIDE : SIDE_OUTSIDE;
	if (c->witness && ctx->ingress_ifindex == c->witness)
		p.side = SIDE_INSIDE;
	switch (handle(ctx, false, c, &p)) {
	case STOP:
		return XDP_DROP;
	case SEND_BACK:
		return XDP_TX;
	default:
		return leave(ctx, &p);
	}
}

// What the bridge forwards was judged where it came in; only what the box itself sends has no port of entry. In host
// mode everything that leaves is the host's.
SEC("tc")
int abri_egress(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct switches *c = bpf_map_lookup_elem(&control, &zero);
	struct packet p = { .side = SIDE_BOX };

	if (!c || (c->inside && skb->ingress_ifindex))
		return TC_ACT_UNSPEC;
	p.segments = skb->gso_segs > 1 ? skb->gso_segs : 1;
	return handle(skb, true, c, &p) == STOP ? TC_ACT_SHOT : TC_ACT_UNSPEC;
}

char _license[] SEC("license") = "Dual BSD/GPL";

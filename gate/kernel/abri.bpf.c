// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The programs of the gate: one for each packet that enters by a port, one for each that the box itself sends.
// docs: Documentation/bpf of the kernel; ../gate.go for the other end of the maps.
#include "wire.h"

#define TC_ACT_UNSPEC (-1)
#define TC_ACT_SHOT 2

// handle judges, counts and copies one packet: true when it must be dropped.
static __always_inline bool handle(void *ctx, bool skb, struct switches *c, struct packet *p)
{
	struct flow_key key = {};
	struct tally *flow = NULL;
	enum reason reason;
	__u64 age;
	struct cards cards, *m = NULL;
	bool news = false;
	__u32 most = 0;
	int dir;

	p->now = bpf_ktime_get_coarse_ns();
	age = p->now > c->beat ? p->now - c->beat : 0;
	if (skb)
		read_skb(ctx, p);
	else if (!read_plain(ctx, p))
		read_xdp(ctx, p);
	if (!skb && c->isolated) {
		read_cards(ctx, &cards);
		m = &cards;
	}
	dir = key_of(p, &key);
	reason = judge(c, p, &key, age, m);
	count_reason(p->side, reason, p->segments, p->ip_bytes);
	// A closed gate stops everybody: those are no attempts. Later fragments count with the reasons only, or one
	// attempt would be two.
	if (p->level >= ADDRESSES && reason >= WOULD_LIST_SRC && reason < DROP_CLOSED)
		news = count_attempt(p, &key, dir, reason);
	if (reason < DROP_LIST_SRC && p->level == WHOLE) {
		flow = count_flow(p, &key, dir);
		if (age < AGENT_AWAY) {
			most = wanted(p, flow, dir);
			p->wired = c->fastpath && !skb && flow && crosses(p, flow, dir);
		}
	} else if (p->ether == ETHER_ARP && age < AGENT_AWAY && take_token(&arps, p->now)) {
		most = COPY_HEAD;
	}
	if (news && age < AGENT_AWAY)
		most = COPY_MAX;
	if (most)
		copy(ctx, skb, p, flow, dir, reason, most);
	return reason >= DROP_LIST_SRC;
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
	return handle(ctx, false, c, &p) ? XDP_DROP : leave(ctx, &p);
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
	return handle(skb, true, c, &p) ? TC_ACT_SHOT : TC_ACT_UNSPEC;
}

char _license[] SEC("license") = "Dual BSD/GPL";

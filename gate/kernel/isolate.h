// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Devices that a person isolated: they reach what repairs need, and nobody else reaches them. It is a person's word about
// this site's own device, so it holds in watch-only too, and stands above trust.
#pragma once

#include "lists.h"

#define ETHER_EAPOL 0x888e

// The two cards of a frame, as isolated keeps them beside addresses: under a prefix that no address has.
struct cards {
	struct address src, dst;
};

static __always_inline void read_cards(void *ctx, struct cards *m)
{
	__u8 b[12] = {};

	bpf_xdp_load_bytes(ctx, 0, b, sizeof(b)); // XDP gives no frame without them
	m->dst = (struct address){ .hi = CARD };
	m->src = (struct address){ .hi = CARD };
	__builtin_memcpy((__u8 *)&m->dst.lo + 2, b, 6);
	__builtin_memcpy((__u8 *)&m->src.lo + 2, b + 6, 6);
}

static __always_inline bool is_isolated(struct address *a)
{
	return bpf_map_lookup_elem(&isolated, a);
}

// repairs reports whether the far end of an isolated device is one that repairs need: the box itself, or what was given
// as such, at its door.
static __always_inline bool repairs(struct address *far, __u16 port)
{
	struct net_key key = { .bits = 128 };
	__u32 *door;

	if (bpf_map_lookup_elem(&own, far))
		return true;
	__builtin_memcpy(key.addr, far, sizeof(key.addr));
	door = bpf_map_lookup_elem(&repair_nets, &key);
	return door && (!*door || *door == port);
}

// isolates reports whether a packet is of an isolated device and not for its repair. Addresses are asked for (DHCP) and
// neighbours found, or it could not even be repaired.
static __noinline bool isolates(struct packet *p, struct cards *m)
{
	bool from, to;

	if (!p || !m)
		return false;
	from = is_isolated(&m->src) || (p->level != NOT_IP && is_isolated(&p->src));
	to = is_isolated(&m->dst) || (p->level != NOT_IP && is_isolated(&p->dst));
	if (!from && !to)
		return false;
	if (p->level == NOT_IP)
		return p->ether != ETHER_ARP && p->ether != ETHER_EAPOL;
	if (p->level != WHOLE)
		return true;
	if (p->proto == PROTO_UDP && (p->dport == 67 || p->dport == 68 || p->dport == 546 || p->dport == 547))
		return false;
	if (p->proto == PROTO_ICMPV6 && p->type >= 133 && p->type <= 137)
		return false;
	if (from && repairs(&p->dst, p->dport))
		return false;
	return !(to && repairs(&p->src, p->sport));
}

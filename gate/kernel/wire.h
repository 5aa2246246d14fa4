// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The wire: what crosses the box in a known conversation leaves by the other port at once, past the bridge. Everything is
// judged, counted and copied before; only the way out is shorter. Between two ports there is one way out, so nothing is
// looked up: what must not take it is what is for the box itself, for both sides (groups), or stays on its own side.
#pragma once

#include <asm/errno.h>

#include "hold.h"

// crosses reports whether the two directions of the packet's conversation enter by the two ports. That is so of nothing
// that the box itself sends or gets, of no group, and of no talk between two devices of one side. A device that moves to
// the other side makes it be asked again.
static __always_inline bool crosses(struct packet *p, struct tally *flow, int dir)
{
	struct half *h = &flow->half[dir & 1], *other = &flow->half[!dir];

	if (h->side != p->side) {
		h->side = p->side;
		h->crosses = other->crosses = 0;
	} else if (h->crosses) {
		return true;
	}
	if (other->side != (SIDE_OUTSIDE ^ SIDE_INSIDE ^ p->side))
		return false;
	h->crosses = 1;
	return true;
}

// is_whole reports whether the frame lies in one buffer: not every driver sends more (NETDEV_XDP_ACT_NDO_XMIT_SG).
static __always_inline bool is_whole(struct xdp_md *ctx)
{
	return bpf_xdp_get_buff_len(ctx) == ctx->data_end - ctx->data;
}

// leave sends the packet on its way. A port that is not in the map leaves it to the bridge.
static __always_inline int leave(struct xdp_md *ctx, struct packet *p)
{
	if (!p->wired || !is_whole(ctx))
		return XDP_PASS;
	return bpf_redirect_map(&wires, p->side, XDP_PASS);
}

// The kernel says by tracepoints what became of redirected frames (include/trace/events/xdp.h). A queue that is full
// loses some, as behind a bridge; what is counted as refused is that a driver takes none.
static __always_inline void count_wired(__u64 sent, bool refused)
{
	__u32 zero = 0;
	struct wire_count *n = bpf_map_lookup_elem(&wired, &zero);

	if (n) {
		n->sent += sent;
		n->refused += refused;
	}
}

SEC("raw_tp/xdp_devmap_xmit")
int abri_wire_sent(struct bpf_raw_tracepoint_args *ctx)
{
	count_wired((int)ctx->args[2], (int)ctx->args[4] < 0);
	return 0;
}

SEC("raw_tp/xdp_redirect_err")
int abri_wire_error(struct bpf_raw_tracepoint_args *ctx)
{
	count_wired(0, (int)ctx->args[3] == -EOPNOTSUPP);
	return 0;
}

// abri_wire_trial sends a frame of ours out of the port that its first byte of data names by the side: whether a driver
// takes redirected frames is only known by trying.
SEC("xdp.frags")
int abri_wire_trial(struct xdp_md *ctx)
{
	__u8 *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;

	if (data + 15 > end)
		return XDP_DROP;
	return bpf_redirect_map(&wires, data[14], XDP_DROP);
}

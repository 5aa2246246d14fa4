// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Whether an IPv4 address stands on the lists.
#pragma once

#include "packet.h"

// outlined asks the outline of a family: one bit for each /24 that holds anything, 2 MB for IPv4 and 256 kB for the
// 2000::/3 of IPv6. Nearly every address ends there, in the processor's caches; the words behind it cost a walk through
// memory.
static __always_inline bool outlined(void *outlines, __u32 gen, __u32 block)
{
	__u32 index = block >> 8;
	void *outline = bpf_map_lookup_elem(outlines, &gen);
	struct leaf *bits;

	if (!outline)
		return false;
	bits = bpf_map_lookup_elem(outline, &index);
	return bits && bits->bits[block >> 5 & 7] >> (block & 31) & 1;
}

// listed4 is DIR-24-8 (Gupta, Lin, McKeown, "Routing Lookups in Hardware at Memory Access Speeds", 1998): one word a
// /24 says none (0), all (1), or which 256-bit leaf (n - 2).
static __always_inline bool listed4(__u32 gen, __u32 addr)
{
	__u32 index = addr >> 16, word;
	void *root, *leaves;
	struct sixteen *block;
	struct leaf *leaf;

	if (!outlined(&outlines4, gen, addr >> 8))
		return false;
	root = bpf_map_lookup_elem(&roots4, &gen);
	if (!root)
		return false;
	block = bpf_map_lookup_elem(root, &index);
	if (!block)
		return false;
	word = block->words[addr >> 8 & 255];
	if (word < 2)
		return word;
	index = word - 2;
	leaves = bpf_map_lookup_elem(&leaves4, &gen);
	if (!leaves)
		return false;
	leaf = bpf_map_lookup_elem(leaves, &index);
	return leaf && leaf->bits[(addr >> 5) & 7] >> (addr & 31) & 1;
}

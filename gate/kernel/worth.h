// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// How much of a conversation is worth reading, by its ports: asked once, when it begins.
#pragma once

#include "packet.h"

#define FIRST_BYTES (8 << 10)  // of each direction of a conversation
#define LOGIN_BYTES (64 << 10) // of protocols that speak before they encrypt
#define PORT_CALLS 49152       // from here on Windows gives out ports for its remote calls (RFC 6335, 6)

static __always_inline bool is_open_book(__u16 port)
{
	switch (port) {
	case 53: case 67: case 68: case 137: case 546: case 547: case 5060: case 5061: case 5062: case 5080: case 5353:
		return true;
	}
	return false;
}

static __always_inline bool is_login(__u16 port)
{
	switch (port) {
	case 21: case 22: case 25: case 110: case 143: case 445: case 587: case 3389:
		return true;
	}
	return false;
}

static __always_inline __u32 worth(struct packet *p)
{
	if (is_open_book(p->sport) || is_open_book(p->dport))
		return COPY_ALWAYS;
	if (p->proto == PROTO_TCP && (is_login(p->sport) || is_login(p->dport) || p->dport >= PORT_CALLS))
		return LOGIN_BYTES;
	return FIRST_BYTES;
}

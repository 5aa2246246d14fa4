// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The few words of a packet that are judged, and the numbers that tell what it is.
#pragma once

#include "maps.h"

#define ETHER_IPV4 0x0800
#define ETHER_ARP 0x0806
#define ETHER_VLAN 0x8100
#define ETHER_IPV6 0x86dd
#define ETHER_PPPOE 0x8864
#define ETHER_QINQ 0x88a8
#define ETHER_QINQ_OLD 0x9100
#define PPP_IPV4 0x0021
#define PPP_IPV6 0x0057

#define PROTO_ICMP 1
#define PROTO_TCP 6
#define PROTO_UDP 17
#define PROTO_GRE 47
#define PROTO_ESP 50
#define PROTO_ICMPV6 58
#define PROTO_SCTP 132
#define PROTO_UDPLITE 136

#define TCP_FIN 0x01
#define TCP_SYN 0x02
#define TCP_RST 0x04
#define TCP_PSH 0x08
#define TCP_ACK 0x10

#define SECOND 1000000000ULL
#define AGENT_AWAY (3 * SECOND) // after this long without a heartbeat nobody reads or decides

#define MAPPED 0xffff0000ULL // bytes 8 to 11 of an IPv4 address mapped into IPv6, as a little-endian word

// How far a packet was understood.
enum level {
	NOT_IP,
	LATER,     // a later fragment: two addresses and a protocol
	ADDRESSES, // IP whose inner header is cut, or behind too many extension headers
	WHOLE,
};

struct packet {
	struct address src, dst;
	__u64 now;
	__u32 length;   // of the frame
	__u32 ip_bytes; // total length by the IP header, no more than what is there
	__u16 network, transport; // where the headers begin, once the packet is WHOLE
	__u32 segments; // packets that the frame stands for (segmentation offload)
	__u16 ether;
	__u16 sport, dport;
	__u8 proto;
	__u8 flags; // TCP
	__u8 type;  // ICMP, ICMPv6
	__u8 level;
	__u8 side;
	__u8 v6;
	__u8 part;    // 1: a fragment, the first
	__u8 session; // 1: in PPPoE
	__u8 held;    // 1: it waits for the agent
	__u8 matched; // 1: the source stands on a list or is banned, 2: the destination
	__u8 wired;   // it may leave by the other port at once
	__u8 asks;    // 1: it may say a name, and what answers it waits
	__u8 odd;     // 1: a question of the DNS that Go must read before it crosses
};

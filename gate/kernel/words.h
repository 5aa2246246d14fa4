// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The words that the kernel and Go share: sides, reasons, and the records that cross between them. Go's copies are
// generated from these (../generate.go), so that a layout cannot drift.
#pragma once

#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

// LAYOUT is the version of every struct and map below. Raise it with any change: pins of another layout are replaced.
#define LAYOUT 17

#define COPY_MAX 2048 // bytes of one packet in the ring
#define COPY_HEAD 128 // bytes of a packet of which only the headers matter

// The port a packet enters by; the numbers are abri.Side's. SIDE_BOX is what the box itself sends.
enum side { SIDE_UNKNOWN, SIDE_OUTSIDE, SIDE_INSIDE, SIDE_BOX, SIDES };

// Why a packet passed or not. WOULD_x is DROP_x in watch-only: the distance between the two rows is fixed.
enum reason {
	PASS,
	PASS_NON_IP,
	PASS_TRUSTED,
	PASS_EXEMPT, // a list holds it, and a person released it
	PASS_OPEN,   // the agent is gone for longer than the grace: fail-open
	WOULD_LIST_SRC,
	WOULD_LIST_DST,
	WOULD_BAN,
	WOULD_FLOW,
	WOULD_NAME,
	WOULD_RESOLVER,
	WOULD_FLOOD_OPENINGS, // the floods: in the order of enum pressure
	WOULD_FLOOD_DATAGRAMS,
	WOULD_FLOOD_ECHOES,
	WOULD_FLOOD_FRAGMENTS,
	WOULD_FLOOD_STRAYS,
	WOULD_FLOOD_QUERIES,
	WOULD_FLOOD_ANSWERS,
	WOULD_FLOOD_CROWD,
	DROP_LIST_SRC,
	DROP_LIST_DST,
	DROP_BAN,
	DROP_FLOW,   // the agent had this one conversation blocked
	DROP_NAME,   // a question for a listed name, answered in its resolver's stead
	DROP_RESOLVER, // somebody would ask a resolver that the site has closed, or whether he may: no attack
	DROP_FLOOD_OPENINGS,
	DROP_FLOOD_DATAGRAMS,
	DROP_FLOOD_ECHOES,
	DROP_FLOOD_FRAGMENTS,
	DROP_FLOOD_STRAYS,
	DROP_FLOOD_QUERIES,
	DROP_FLOOD_ANSWERS,
	DROP_FLOOD_CROWD,
	DROP_OWN,    // a new connection from outside to the box itself
	DROP_ISOLATED, // of a device that a person isolated
	DROP_CLOSED, // the agent is gone for longer than the grace: fail-closed
	COPIES,      // not a verdict: packets put into the ring
	LOST,        // not a verdict: packets the full ring refused
	WAITING,     // not a verdict: packets held for the agent to send on
	EARLY,       // not a verdict: answers that crossed before the words they answer were judged
	REASONS,
};
#define WATCH_ONLY (DROP_LIST_SRC - WOULD_LIST_SRC)

// is_flood reports whether a packet was held back, or would have been, for how much came and not for what it was.
static __always_inline bool is_flood(enum reason r)
{
	return (r >= WOULD_FLOOD_OPENINGS && r <= WOULD_FLOOD_CROWD) || (r >= DROP_FLOOD_OPENINGS && r <= DROP_FLOOD_CROWD);
}

// An IPv6 address, or an IPv4 one mapped into IPv6, as its sixteen bytes lie on the wire.
struct address {
	__u64 hi;
	__u64 lo;
};

// The key of both tables: the lower of the two ends is a. Ports are in host order, 0 for protocols without.
struct flow_key {
	struct address a;
	struct address b;
	__u16 a_port;
	__u16 b_port;
	__u8 proto;
	__u8 zero[3];
};

// One direction of a conversation. Bytes are of the IP packets, flags all TCP flags seen. first is bpf_ktime_get_ns; last
// is the coarse clock, a tick behind at most: the exact one costs every packet 20 ns. What most packets ask lies here
// and not beside: an entry is three cache lines, and a packet should touch no more than the two of its direction.
struct half {
	__u64 packets;
	__u64 bytes;
	__u64 first;
	__u64 last;
	__u32 left; // bytes that are still to be copied; COPY_ALWAYS: whatever was copied
	__u8 flags;
	__u8 side;    // the port that its last packet entered by, enum side
	__u8 crosses; // 1: the other direction enters by the other port
	__u8 spoken;  // enum speech of the site's side, or the box, in either direction: the same in both halves
};
#define COPY_ALWAYS 0xffffffff

// What the site's side has said in a conversation: nothing, a SYN+ACK, more.
enum speech { SILENT, HALF_SPOKEN, SPOKEN };

// What is kept of a conversation, or of an attempt that was (or would have been) stopped. half[0] is what a sends.
struct tally {
	struct half half[2];
	__u8 initiator; // 0: a began, 1: b
	__u8 side;      // the initiator's
	__u8 matched;   // of an attempt: 0 nothing, 1 a, 2 b stands on the list or is banned
	__u8 zero;
	enum reason reason; // of an attempt; PASS in the flow table
	__u64 asked;        // when the words were copied last that may say a name: the time of their record
	__u64 place;        // where they end in the ring, or a little further; with the kernel's head and the key, an entry fills three cache lines, and half[0] ends the second
};

// The head of one packet in the ring; its bytes follow.
struct record {
	__u64 time;
	__u32 wire;
	__u16 captured;
	__u8 side;
	__u8 reason;
	__u8 forward; // 1: from the initiator of its flow; 0 also when it has none
	__u8 known;   // 1: its flow is in the table
	__u8 held;    // 1: it waits for the agent to send it on
	__u8 answer;  // 1: no packet that came, but the answer to one: the agent sends it out by the port that its question entered by
	__u8 asks;    // 1: what answers it waits until it is judged
	__u8 zero[3];
};

// What one generation of the lists holds: counted by Go from the arrays themselves.
struct generation {
	__u64 prefixes4; // asked for, and found standing
	__u64 blocks4;   // whole /24s
	__u64 hosts4;    // single addresses in leaves
	__u64 prefixes6;
	__u64 slots6;
	__u64 seed6;
	__u64 mask6; // buckets - 1
};

// What presses on a machine of the site: packets from outside that belong to no conversation in which it has spoken.
enum pressure {
	NOTHING,
	OPENINGS,  // SYNs
	DATAGRAMS, // UDP, and whatever is not TCP or ICMP
	ECHOES,    // ICMP
	FRAGMENTS, // later ones, and first ones too short to be read
	STRAYS,    // segments of TCP of no conversation, and such as no machine sends
	QUERIES,   // to a name server
	ANSWERS,   // that nobody asked for: of servers that answer anybody, SYN+ACK and RST
	PRESSURES,
};

// How often something may come: once in gap ns, and burst of them at once. A gap of 0 is no bar.
struct pace {
	__u32 gap;
	__u32 burst;
};

// The bars of one pressure: for a source (an IPv6 /64 is one), for its network (/24, /48), and for one service of a machine.
struct bar {
	struct pace source, net, target;
};

// The services that are measured apart.
enum door { DOOR_OTHER, DOOR_WEB, DOOR_MAIL, DOOR_TELEPHONE, DOOR_REMOTE, DOOR_NAMES };

// One service of one machine that something presses on, and what was or would have been held back since first.
struct siege {
	struct address addr;
	enum pressure pressure; // NOTHING: a free cell
	enum door service;
	__u64 due;      // when its bucket is empty again
	__u64 until;    // no opening passes unproven before
	__u64 seen;     // packets that came to be measured, ever
	__u64 first, last;
	__u64 packets, bytes;
	__u64 returned; // of them, openings whose sender came back: a crowd does, a forged address never
	__u64 owed;     // when it is paid that some of these were let in, from whom nothing came of it yet
	__u32 slot;     // of time, in which so many segments
	__u32 asked;    // asked to be remembered,
	__u32 spared;   // and of 256 sources so many are not, for in the slot before they were too many
	__u32 zero;
	__u64 sources[64]; // a bit for the hash of each source
	struct address sample[8]; // some of the last
};
#define SAMPLES 8
#define SIEGES 2048 // a power of two; one more stands for those that found no place

// What is remembered of the sources that share a hash: who has proven to be who he says, and what was seen once. One cache
// line, for each line that lies in no cache costs a packet of a flood more than all the rest.
#define PROOFS 2
#define FIRSTS 12
struct caller {
	__u64 proofs[PROOFS];
	__u32 firsts[FIRSTS];
};

// When somebody was met last, in moments (meetings.h): a source that proved itself, a conversation in which the site spoke.
enum met { MET_PROVEN, MET_TALK, MET };
#define MEETINGS (1 << 16) // a power of two
struct meetings {
	__u16 when[MEETINGS];
};

// What one generation of the names holds, with the seed of their keys (names/key).
struct name_generation {
	__u64 names; // asked for, and found standing
	__u64 slots;
	__u64 rules; // exceptions, and what stands after them
	__u64 mask;  // buckets - 1
	__u64 bits;  // of the outline - 1
	__u64 drawn; // bits that are set in it
	__u64 start, first, second;
};

// The switches. Go has them mapped and changes each with one aligned store.
struct switches {
	__u32 layout;
	__u32 gen;
	__u32 protect;
	__u32 fail_closed;
	__u64 beat;  // the agent's last heartbeat, ns
	__u64 grace; // ns
	__u64 judged; // how far the agent has judged what was copied: a place in the ring
	__u64 clock; // the time by which packets are judged, ns; 0: the kernel's. Tests set it, so that they need not wait
	__u32 outside;
	__u32 inside; // 0 in host mode
	// How many entries each set holds: an empty set costs no look-up.
	__u32 trusted;
	__u32 exempt;
	__u32 bans;
	__u32 bans64; // those of bans that are IPv6 /64s
	__u32 ban_nets;
	__u32 own;
	__u32 narrow;   // bans by source and service
	__u32 isolated; // devices
	__u32 blocks;
	__u32 fastpath; // 1: known conversations are redirected to the other port
	__u32 strict;   // 1: what may say a name is held until the agent has read it
	__u32 witness;  // a further port, judged as inside while a proof goes on; 0 for none
	__u32 names; // names and their rules of the generation that counts
	__u32 name_gen;
	__u32 resolvers;
	__u32 lines; // who the telephone operator is, and what telephones
	__u32 books; // doors whose conversations are read for as long as they last
	__u32 calls; // 1: what a device inside says in SIP over TCP is held until the agent has read it
	__be32 page4; // the block page's address; 0 for none: there is no such name
	struct address page6;
	struct generation gens[2];
	struct name_generation names_of[2];
	__u32 mute;      // 1: what is sent back by itself (XDP_TX) may not leave the inside port; the agent sends answers
	// What flood.h asks.
	__u32 flood;    // 1: floods are held back
	__u32 servers;  // how many have their visitors proven by a challenge
	__u32 crowds;   // how many sources have too many connections open
	__u32 seed;     // of all hashes of flood.h
	__u64 pressed;  // until when something is held back, ns: the kernel's own note
	__u64 familiar; // from when conversations are known, ns: before it no datagram is an answer that nobody asked for
	struct bar bars[PRESSURES];
};

struct ban_key {
	struct address addr;
	__u32 bits; // 128, or 64 for an IPv6 network with a zero lo
	__u32 zero;
};

// A ban of one address, or of an IPv6 /64 with a zero lo, at one door. far says that the door is the address's own: a server
// that devices of the site may not call. Else it is a client, and the door one of the site's.
struct narrow_key {
	struct address addr;
	__u32 bits;
	__u16 port;
	__u8 proto;
	__u8 far;
};

// A card's address stands among addresses under a prefix that none of them has (IPv6 has groups there), its six bytes last.
#define CARD 0xffffffffffffffffULL

// Whose a prefix is in the set of the telephone line.
enum line { LINE_OPERATOR = 1, LINE_DEVICE };

// A door, at one address, at which SIP is spoken.
struct book_key {
	struct address addr;
	__u16 port;
	__u8 proto;
	__u8 zero[5];
};

// A bit for each hash of a banned address, so that the rest need no look-up: filter_bit of lists.h.
struct filter {
	__u64 words[2048];
};
#define FILTER_BITS 17

struct net_key {
	__u32 bits;
	__u8 addr[16];
};

// The sets of lengths of 32 neighbouring /24s of 2000::/3, by their numbers; 0 is the empty set.
struct neighbours {
	__u16 set[32];
};

// A set of prefix lengths: bit n-1 of below is length n ≤ 64, bit n-65 of above n > 64.
struct lengths {
	__u64 below;
	__u64 above;
};

struct bucket {
	struct address slot[4];
};

// The words of the 256 /24s of a /16.
struct sixteen {
	__u32 words[256];
};

struct leaf {
	__u32 bits[8];
};

// Eight names: keys, whose low two bits say what of the name is meant. A slot of zeros is empty.
struct names {
	__u64 slot[8];
};
#define NAME_ITSELF 1
#define NAME_BENEATH 2

// A rule that goes before the names: an exception, or what stands after one. Its value is its rank, from 1, above what it
// says; the greatest rank of those that cover a name decides.
struct name_rule_key {
	__u64 key;
	__u64 gen;
};
enum said { SAID_PASS, SAID_STOP, SAID_RESOLVER, SAID_UNREAD };
#define SAID_MASK 3
#define SAID_BITS 2

// Who asked for which name: an attempt to be told.
struct question_key {
	struct address client;
	__u64 name; // its key
};

struct question {
	__u64 packets;
	__u64 bytes;
	__u64 first;
	__u64 last;
	struct address server;
	__u16 port;   // the client's
	__u16 length; // of the name
	__u8 side;
	__u8 reason;
	__u8 zero[2];
	__u8 name[256]; // as it stood in the question
};

// One question while it is judged, on one processor. What follows the name is read behind it.
#define ASKING_ROOM 512
#define FRONT_ROOM 256
struct asking {
	struct question told;
	__u8 behind[ASKING_ROOM - 256 + 64];
	__u16 at[128]; // of the labels
	struct question_key key;
	__u32 next;    // the way through the name: where the next label is
	__u32 end;     // bytes that are there
	__u32 labels;
	__u32 ended;   // 1: the name is whole
	__u64 hash;    // the way back: the key of what was met so far
	__u64 first, second, mask;
	__u32 gen;
	__u32 left;    // labels
	__u32 rules;   // 0: there are none
	__u32 last;    // the greatest rank of a rule that covers the name, with what it says
	__u64 bits;    // of the outline - 1
	__u32 odd;     // 1: a query in a form that is not read here
	__u32 listed;
	__be16 others; // records after the question
	__u8 opt;      // 1: the first of them is an OPT
	__u8 secure;   // its bit that asks for signatures
	__u32 type;    // type, class
	__u8 front[FRONT_ROOM + 64]; // what stands before UDP in the answer
	__u8 answer[640];
};

// A blocked conversation: until when, and for how long after each packet of it.
struct block {
	__u64 until;
	__u64 lasts; // ns
};

struct count {
	__u64 packets;
	__u64 bytes;
};

struct tokens {
	__u64 at;
	__u64 left;
};

// What became of redirected frames, by the kernel's tracepoints.
struct wire_count {
	__u64 sent;
	__u64 refused; // the port does not take them at all
};

struct scratch {
	__u64 refused; // when the ring was last found full, by the coarse clock
	struct record head;
	__u8 bytes[COPY_MAX];
};

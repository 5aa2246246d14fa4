package gate

import (
	"net/netip"
	"time"

	"abri.example/abri"
)

// Conversation names two ends and the protocol between them, whichever end is named first.
type Conversation struct {
	Client, Server netip.AddrPort
	Proto          uint8 // IANA number
}

// Block is a blocked conversation, and when it ends: a time of Monotonic.
type Block struct {
	Conversation
	Until int64
}

func (c Conversation) key() kernelFlowKey {
	a, b := wireOf(c.Client.Addr()), wireOf(c.Server.Addr())
	aPort, bPort := c.Client.Port(), c.Server.Port()
	if a.Hi > b.Hi || a.Hi == b.Hi && (a.Lo > b.Lo || a.Lo == b.Lo && aPort > bPort) { // as key_of of kernel/tally.h
		a, b, aPort, bPort = b, a, bPort, aPort
	}
	k := kernelFlowKey{A_port: aPort, B_port: bPort, Proto: c.Proto}
	k.A.Hi, k.A.Lo, k.B.Hi, k.B.Lo = a.Hi, a.Lo, b.Hi, b.Lo
	return k
}

func (k *kernelFlowKey) conversation() Conversation {
	return Conversation{
		netip.AddrPortFrom(wire{k.A.Hi, k.A.Lo}.addr(), k.A_port),
		netip.AddrPortFrom(wire{k.B.Hi, k.B.Lo}.addr(), k.B_port), k.Proto,
	}
}

func (g *Gate) blocks() set {
	return set{m: g.maps.Blocks, n: &g.control.at.Blocks, what: "blocked conversations"}
}

// Block stops both directions of one conversation, until lasts after its last packet, and for at least as long; without
// an agent until lasts after that. Trust in an end lets it pass all the same, and a gate that watches only counts it. At
// most 16,384 at once; what has ended makes room, and beyond that it is CodeFull.
func (g *Gate) Block(c Conversation, lasts time.Duration) error {
	if !c.Client.IsValid() || !c.Server.IsValid() || lasts <= 0 {
		return &abri.Error{Code: abri.CodeInvalid, Place: "block", What: "not a conversation, or not a time"}
	}
	release, err := g.hold()
	if err != nil {
		return err
	}
	defer release()
	now := Monotonic()
	key, value := c.key(), kernelBlock{Until: uint64(now + int64(lasts)), Lasts: uint64(lasts)}
	err = g.blocks().put(key, value)
	if abri.CodeOf(err) != abri.CodeFull {
		return err
	}
	if err := g.purgeBlocks(now); err != nil {
		return err
	}
	return g.blocks().put(key, value)
}

// Unblock lets a conversation pass again; CodeNotFound when it is not blocked.
func (g *Gate) Unblock(c Conversation) error {
	release, err := g.hold()
	if err != nil {
		return err
	}
	defer release()
	return g.blocks().remove(c.key())
}

// Blocks lists the blocked conversations, those that have ended since the last Purge among them.
func (g *Gate) Blocks() ([]Block, error) {
	release, err := g.hold()
	if err != nil {
		return nil, err
	}
	defer release()
	return g.allBlocks()
}

func (g *Gate) allBlocks() ([]Block, error) {
	var all []Block
	var key kernelFlowKey
	var b kernelBlock
	each := g.maps.Blocks.Iterate()
	for each.Next(&key, &b) {
		all = append(all, Block{key.conversation(), int64(b.Until)})
	}
	return all, g.blocks().failed(each.Err())
}

func (g *Gate) purgeBlocks(now int64) error {
	if g.control.at.Blocks == 0 {
		return nil
	}
	all, err := g.allBlocks()
	if err != nil {
		return err
	}
	for _, b := range all {
		if b.Until > now {
			continue
		}
		if err := g.blocks().remove(b.key()); err != nil && abri.CodeOf(err) != abri.CodeNotFound {
			return err
		}
	}
	return nil
}

// Side is the port behind which the client of a conversation under way is, and true, when the table of conversations
// holds it; a conversation that was blocked from its first packet is in none.
func (g *Gate) Side(c Conversation) (client abri.Side, known bool) {
	var t kernelTally
	key := c.key()
	if g.maps.Flows.Lookup(&key, &t) != nil {
		return abri.SideUnknown, false
	}
	side, _ := sideOf(t.Side)
	first := key.conversation().Client
	if t.Initiator == 1 {
		first = key.conversation().Server
	}
	if first != c.Client {
		side = otherSide(side)
	}
	return side, true
}

func otherSide(s abri.Side) abri.Side {
	if s == abri.Outside {
		return abri.Inside
	}
	return abri.Outside
}

// Trusts reports whether a standing Trust holds a.
func (g *Gate) Trusts(a netip.Addr) bool {
	var until uint64
	err := g.maps.Trusted.Lookup(netKey(netip.PrefixFrom(a, a.BitLen())), &until)
	return err == nil && (until == 0 || int64(until) > Monotonic())
}

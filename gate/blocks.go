package gate

import (
	"net/netip"
	"sync/atomic"
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
	release, err := g.holdBlocks()
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
	release, err := g.holdBlocks()
	if err != nil {
		return err
	}
	defer release()
	return g.blocks().remove(c.key())
}

// Blocks lists the blocked conversations, those that have ended since the last Purge among them.
func (g *Gate) Blocks() ([]Block, error) {
	release, err := g.holdBlocks()
	if err != nil {
		return nil, err
	}
	defer release()
	return g.allBlocks()
}

// holdBlocks is hold for the blocks alone: who blocks a conversation must not wait until other sets are read or tidied.
func (g *Gate) holdBlocks() (func(), error) {
	g.blocking.Lock()
	if g.control.at == nil {
		g.blocking.Unlock()
		return nil, errClosed
	}
	return g.blocking.Unlock, nil
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

// purgeBlocks removes what has ended; blocking is held.
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

// Towards is the port behind which c.Server is, when something may be said to it in the name of c.Client: c is under way, the
// gate protects, and nobody trusts either end. CodeRefused, or CodeNotFound for a conversation that the table does not
// hold, or that the box itself has.
func (g *Gate) Towards(c Conversation) (abri.Side, error) {
	release, err := g.holdBlocks()
	if err != nil {
		return abri.SideUnknown, err
	}
	defer release()
	if atomic.LoadUint32(&g.control.at.Protect) == 0 {
		return abri.SideUnknown, &abri.Error{Code: abri.CodeRefused, What: "the gate watches only, and nothing is said in anybody's name"}
	}
	for _, a := range []netip.Addr{c.Client.Addr(), c.Server.Addr()} {
		if g.trusts(a) {
			return abri.SideUnknown, &abri.Error{Code: abri.CodeRefused, What: "an end of the conversation is trusted"}
		}
	}
	var t kernelTally
	key := c.key()
	if g.maps.Flows.Lookup(&key, &t) != nil || t.Side == sideBox {
		return abri.SideUnknown, &abri.Error{Code: abri.CodeNotFound, What: "no such conversation crosses the box"}
	}
	began := key.conversation().Client
	if t.Initiator == 1 {
		began = key.conversation().Server
	}
	if (began == c.Server) == (abri.Side(t.Side) == abri.Outside) {
		return abri.Outside, nil
	}
	return abri.Inside, nil
}

// trusts reports whether a standing Trust holds a.
func (g *Gate) trusts(a netip.Addr) bool {
	var until uint64
	err := g.maps.Trusted.Lookup(netKey(netip.PrefixFrom(a, a.BitLen())), &until)
	return err == nil && (until == 0 || int64(until) > Monotonic())
}

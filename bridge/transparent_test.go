package bridge_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"abri.example/abri/testnet"
)

// crossing are frames that a plain bridge of Linux keeps, or changes, and ours must not.
var crossing = []struct{ name, frame string }{
	{"EAPOL start (802.1X)", "0180c2000003 020000000001 888e 01010000"},
	{"LLDP, a telephone asking for its voice VLAN", "0180c200000e 020000000001 88cc 0207040200000000010404050102"},
	{"ordinary frame", "ffffffffffff 020000000001 88b5 c0ffee"},
	{"VLAN 42, priority 5", "ffffffffffff 020000000001 8100a02a 88b5 c0ffee"},
	{"QinQ 7 in 300", "ffffffffffff 020000000001 88a8012c 81000007 88b5 c0ffee"},
	{"multicast nobody joined", "01005e010203 020000000001 88b5 c0ffee"},
}

func TestFramesCrossUnchanged(t *testing.T) {
	b := newBox(t)
	b.ensure(wanted)
	ways := []struct {
		name               string
		from, to           *testnet.Host
		fromPort, untoPort string
	}{{"inward", b.far, b.near, "wan", "lan"}, {"outward", b.near, b.far, "lan", "wan"}}
	for _, way := range ways {
		for _, row := range crossing {
			t.Run(way.name+" "+row.name, func(t *testing.T) {
				tap, err := way.to.Tap(way.untoPort)
				if err != nil {
					t.Fatal(err)
				}
				sent := frame(t, row.frame)
				ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
				defer cancel()
				if err := way.from.Inject(ctx, way.fromPort, [][]byte{sent}, 0); err != nil {
					t.Fatal(err)
				}
				await(t, ctx, tap, sent)
			})
		}
	}
}

// await receives until the frame has come, skipping what the hosts say themselves.
func await(t *testing.T, ctx context.Context, tap *testnet.Tap, want []byte) {
	t.Helper()
	for {
		got, err := tap.Receive(ctx)
		if err != nil {
			t.Fatalf("the frame did not cross: %v", err)
		}
		if bytes.Equal(got, want) {
			return
		}
		if bytes.Equal(got[6:12], want[6:12]) {
			t.Fatalf("the frame crossed changed:\n got %x\nwant %x", got, want)
		}
	}
}

// frame reads hexadecimal and pads it to the 60 bytes of the shortest Ethernet frame.
func frame(t *testing.T, text string) []byte {
	t.Helper()
	raw, err := hex.DecodeString(string(bytes.ReplaceAll([]byte(text), []byte(" "), nil)))
	if err != nil {
		t.Fatal(err)
	}
	return append(raw, make([]byte, 60-len(raw))...)
}

func TestTransparentSettings(t *testing.T) {
	for _, foreign := range []bool{false, true} {
		b := newBox(t)
		if foreign {
			b.foreign(wanted.Name, "eth0", "eth1")
			b.spanningTree(1)
		}
		made := b.ensure(wanted)
		if said := fmt.Sprint(made.Changed); foreign != strings.Contains(said, "stp_state 0, was 1") || foreign != strings.Contains(said, "group_fwd_mask 16392, was 0") {
			t.Errorf("foreign %v: what was changed is told as %s", foreign, said)
		}
		got := b.attributes()
		for _, row := range []struct {
			name      string
			attribute uint16
			want      []byte
		}{
			{"spanning tree", nl.IFLA_BR_STP_STATE, nl.Uint32Attr(0)},
			{"forward delay", nl.IFLA_BR_FORWARD_DELAY, nl.Uint32Attr(0)},
			{"group forward mask", nl.IFLA_BR_GROUP_FWD_MASK, nl.Uint16Attr(0x4008)},
			{"multicast snooping", nl.IFLA_BR_MCAST_SNOOPING, nl.Uint8Attr(0)},
			{"iptables", nl.IFLA_BR_NF_CALL_IPTABLES, nl.Uint8Attr(0)},
		} {
			if !bytes.Equal(got[row.attribute], row.want) {
				t.Errorf("foreign %v: %s is %x, not %x", foreign, row.name, got[row.attribute], row.want)
			}
		}
		b.do(func() error {
			links, err := made.Links()
			for _, l := range links {
				if l.StripsTags || !l.Up || !l.Carrier {
					t.Errorf("port %+v", l)
				}
			}
			return err
		})
	}
}

// attributes reads what the kernel says of our bridge, by attribute number: the netlink library leaves some out.
func (b box) attributes() map[uint16][]byte {
	b.Helper()
	found := make(map[uint16][]byte)
	b.do(func() error {
		req := nl.NewNetlinkRequest(unix.RTM_GETLINK, 0)
		msg := nl.NewIfInfomsg(unix.AF_UNSPEC)
		msg.Index = int32(b.mustLink(wanted.Name).Attrs().Index)
		req.AddData(msg)
		answers, err := req.Execute(unix.NETLINK_ROUTE, 0)
		if err != nil {
			return err
		}
		for _, info := range nested(answers[0][unix.SizeofIfInfomsg:], unix.IFLA_LINKINFO, nl.IFLA_INFO_DATA) {
			found[info.Attr.Type&^unix.NLA_F_NESTED] = info.Value
		}
		return nil
	})
	return found
}

// spanningTree is what somebody else's bridge may have on.
func (b box) spanningTree(on uint32) {
	b.do(func() error {
		req := nl.NewNetlinkRequest(unix.RTM_NEWLINK, unix.NLM_F_ACK)
		msg := nl.NewIfInfomsg(unix.AF_UNSPEC)
		msg.Index = int32(b.mustLink(wanted.Name).Attrs().Index)
		req.AddData(msg)
		info := nl.NewRtAttr(unix.IFLA_LINKINFO, nil)
		info.AddRtAttr(nl.IFLA_INFO_KIND, nl.NonZeroTerminated("bridge"))
		info.AddRtAttr(nl.IFLA_INFO_DATA, nil).AddRtAttr(nl.IFLA_BR_STP_STATE, nl.Uint32Attr(on))
		req.AddData(info)
		_, err := req.Execute(unix.NETLINK_ROUTE, 0)
		return err
	})
	if got := b.attributes()[nl.IFLA_BR_STP_STATE]; !bytes.Equal(got, nl.Uint32Attr(on)) {
		b.Fatalf("the spanning tree is %x", got)
	}
}

// nested walks down the attributes of a message and gives those of the last level.
func nested(attributes []byte, path ...uint16) []syscall.NetlinkRouteAttr {
	level, err := nl.ParseRouteAttr(attributes)
	if err != nil || len(path) == 0 {
		return level
	}
	for _, a := range level {
		if a.Attr.Type&^unix.NLA_F_NESTED == path[0] {
			return nested(a.Value, path[1:]...)
		}
	}
	return nil
}

package bridge

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// Change is one setting of somebody else's bridge that Ensure changed, so that its owner can find out and put it back.
type Change struct {
	Setting  string
	Was, Now uint64
}

// owned are the settings that transparency may change, as ip-link(8) names them.
var owned = []struct {
	name      string
	attribute uint16
}{
	{"stp_state", nl.IFLA_BR_STP_STATE}, {"forward_delay", nl.IFLA_BR_FORWARD_DELAY}, {"group_fwd_mask", nl.IFLA_BR_GROUP_FWD_MASK},
	{"mcast_snooping", nl.IFLA_BR_MCAST_SNOOPING}, {"nf_call_iptables", nl.IFLA_BR_NF_CALL_IPTABLES},
	{"nf_call_ip6tables", nl.IFLA_BR_NF_CALL_IP6TABLES}, {"nf_call_arptables", nl.IFLA_BR_NF_CALL_ARPTABLES},
}

// attributes are the settings of a bridge as the kernel has them, by attribute number: the netlink library leaves some
// out.
func attributes(bridge netlink.Link) (map[uint16][]byte, error) {
	req := nl.NewNetlinkRequest(unix.RTM_GETLINK, 0)
	msg := nl.NewIfInfomsg(unix.AF_UNSPEC)
	msg.Index = int32(bridge.Attrs().Index)
	req.AddData(msg)
	answers, err := req.Execute(unix.NETLINK_ROUTE, 0)
	if err != nil || len(answers) == 0 || len(answers[0]) < unix.SizeofIfInfomsg {
		return nil, kernel("bridge", "reading the settings of "+bridge.Attrs().Name, err)
	}
	at := answers[0][unix.SizeofIfInfomsg:]
	for _, within := range []uint16{unix.IFLA_LINKINFO, nl.IFLA_INFO_DATA} {
		level, err := nl.ParseRouteAttrAsMap(at)
		if err != nil {
			return nil, kernel("bridge", "reading the settings of "+bridge.Attrs().Name, err)
		}
		at = level[within].Value
	}
	level, err := nl.ParseRouteAttrAsMap(at)
	if err != nil {
		return nil, kernel("bridge", "reading the settings of "+bridge.Attrs().Name, err)
	}
	found := make(map[uint16][]byte, len(level))
	for number, a := range level {
		found[number] = a.Value
	}
	return found, nil
}

// FiltersVLANs reports whether somebody had the bridge tell VLANs apart; a Host has no bridge.
func (b *Bridge) FiltersVLANs() (bool, error) {
	if b.Inside == 0 {
		return false, nil
	}
	link, err := netlink.LinkByIndex(b.Index)
	if err != nil {
		return false, kernel("bridge", "looking for the bridge", err)
	}
	all, err := attributes(link)
	return native(all[nl.IFLA_BR_VLAN_FILTERING]) != 0, err
}

// changed tells which settings differ.
func changed(before, after map[uint16][]byte) []Change {
	var out []Change
	for _, o := range owned {
		if was, now := before[o.attribute], after[o.attribute]; !bytes.Equal(was, now) {
			out = append(out, Change{o.name, native(was), native(now)})
		}
	}
	return out
}

// native is a number of up to eight bytes in the machine's own order.
func native(value []byte) uint64 {
	switch len(value) {
	case 1:
		return uint64(value[0])
	case 2:
		return uint64(binary.NativeEndian.Uint16(value))
	case 4:
		return uint64(binary.NativeEndian.Uint32(value))
	}
	return 0
}

// String is as ip-link(8) would show it.
func (c Change) String() string { return fmt.Sprintf("%s %d, was %d", c.Setting, c.Now, c.Was) }

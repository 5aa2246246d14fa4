package bridge

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/safchain/ethtool"
	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

const (
	// settings is the root of the calling namespace's network settings.
	settings = "/proc/sys/net/"

	// groupForward lets through two of the link-local groups 01:80:c2:00:00:0X that a bridge keeps for itself
	// (IEEE 802.1D table 7-10): 3 is EAPOL (802.1X), 14 is LLDP, by which telephones learn their voice VLAN. The
	// kernel refuses bits 0 to 2: spanning tree, pause frames and link aggregation (LACP) cannot pass.
	groupForward = 1<<3 | 1<<14

	// vlanOffload is ethtool's name for a card that takes the VLAN tag off before XDP sees the frame.
	vlanOffload = "rx-vlan-hw-parse"
)

// makeTransparent sets what a bridge lacks to be no more than a cable (Linux, Documentation/networking/bridge.rst):
// without it a line is dark for 30 seconds, telephones lose their VLAN, and the host's own firewall hits what crosses.
func makeTransparent(bridge netlink.Link, ports []netlink.Link) error {
	// The spanning tree goes first and alone: only then does the kernel accept a delay of zero.
	if err := setBridge(bridge, func(data *nl.RtAttr) {
		data.AddRtAttr(nl.IFLA_BR_STP_STATE, nl.Uint32Attr(0))
	}); err != nil {
		return err
	}
	if err := setBridge(bridge, func(data *nl.RtAttr) {
		data.AddRtAttr(nl.IFLA_BR_FORWARD_DELAY, nl.Uint32Attr(0))
		data.AddRtAttr(nl.IFLA_BR_GROUP_FWD_MASK, nl.Uint16Attr(groupForward))
		data.AddRtAttr(nl.IFLA_BR_NF_CALL_IPTABLES, nl.Uint8Attr(0))
		data.AddRtAttr(nl.IFLA_BR_NF_CALL_IP6TABLES, nl.Uint8Attr(0))
		data.AddRtAttr(nl.IFLA_BR_NF_CALL_ARPTABLES, nl.Uint8Attr(0))
	}); err != nil {
		return err
	}
	// Snooping loses groups that nobody announced. A kernel built without it has none to turn off.
	if err := setBridge(bridge, func(data *nl.RtAttr) {
		data.AddRtAttr(nl.IFLA_BR_MCAST_SNOOPING, nl.Uint8Attr(0))
	}); err != nil && !errors.Is(err, unix.EOPNOTSUPP) {
		return err
	}
	for _, table := range []string{"iptables", "ip6tables", "arptables"} {
		if err := setting("bridge/bridge-nf-call-"+table, "0"); err != nil {
			return err
		}
	}
	for _, p := range ports {
		keepTags(p.Attrs().Name)
	}
	return nil
}

// setBridge changes a bridge that stands; the netlink library can set these only while making one, or not at all.
func setBridge(bridge netlink.Link, fill func(*nl.RtAttr)) error {
	req := nl.NewNetlinkRequest(unix.RTM_NEWLINK, unix.NLM_F_ACK)
	msg := nl.NewIfInfomsg(unix.AF_UNSPEC)
	msg.Index = int32(bridge.Attrs().Index)
	req.AddData(msg)
	info := nl.NewRtAttr(unix.IFLA_LINKINFO, nil)
	info.AddRtAttr(nl.IFLA_INFO_KIND, nl.NonZeroTerminated("bridge"))
	fill(info.AddRtAttr(nl.IFLA_INFO_DATA, nil))
	req.AddData(info)
	if _, err := req.Execute(unix.NETLINK_ROUTE, 0); err != nil {
		return kernel("bridge", "making bridge "+bridge.Attrs().Name+" transparent", err)
	}
	return nil
}

// keepTags asks the card to leave VLAN tags in the frame, or answers made on the box would lose theirs. A card that
// cannot is left as it is: Link.StripsTags tells.
func keepTags(port string) {
	card, err := ethtool.NewEthtool()
	if err != nil {
		return
	}
	defer card.Close()
	features, err := card.FeaturesWithState(port)
	if err != nil {
		return
	}
	if f := features[vlanOffload]; f.Active && f.Available {
		_ = card.Change(port, map[string]bool{vlanOffload: false})
	}
}

// setting writes one value below /proc/sys/net, if it is not that already. A setting this kernel does not have is
// skipped: bridge-nf-call-* exists only while the module br_netfilter is loaded, and does its harm only then.
func setting(name, value string) error {
	path := settings + name
	now, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) || strings.TrimSpace(string(now)) == value {
		return nil
	}
	if err := os.WriteFile(path, []byte(value), 0); err != nil {
		return kernel("bridge", fmt.Sprintf("setting %s to %s", path, value), err)
	}
	return nil
}

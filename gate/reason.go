package gate

// Reason is why a packet passed or not: enum reason of kernel/words.h.
type Reason uint8

// The reasons. Would… is watch-only: the packet passed. The list reasons say which end of the packet was listed.
const (
	Pass         = Reason(kernelReasonPASS)
	PassNonIP    = Reason(kernelReasonPASS_NON_IP)
	PassTrusted  = Reason(kernelReasonPASS_TRUSTED)
	PassExempt   = Reason(kernelReasonPASS_EXEMPT) // a list holds it, a person released it
	PassOpen     = Reason(kernelReasonPASS_OPEN)   // the agent was away for longer than the grace
	WouldListSrc = Reason(kernelReasonWOULD_LIST_SRC)
	WouldListDst = Reason(kernelReasonWOULD_LIST_DST)
	WouldBan     = Reason(kernelReasonWOULD_BAN)
	WouldFlow    = Reason(kernelReasonWOULD_FLOW)
	DropListSrc  = Reason(kernelReasonDROP_LIST_SRC)
	DropListDst  = Reason(kernelReasonDROP_LIST_DST)
	DropBan      = Reason(kernelReasonDROP_BAN)
	DropFlow     = Reason(kernelReasonDROP_FLOW)     // one conversation was blocked
	DropOwn      = Reason(kernelReasonDROP_OWN)      // a new connection from outside to the box itself
	DropIsolated = Reason(kernelReasonDROP_ISOLATED) // of a device that a person isolated
	DropClosed   = Reason(kernelReasonDROP_CLOSED)   // the agent was away for longer than the grace, fail-closed
	reasons      = Reason(kernelReasonCOPIES)        // the number of the above
)

var reasonNames = [reasons]string{
	"pass", "pass-non-ip", "pass-trusted", "pass-exempt", "pass-open", "would-list-src", "would-list-dst", "would-ban", "would-flow",
	"drop-list-src", "drop-list-dst", "drop-ban", "drop-flow", "drop-own", "drop-isolated", "drop-closed",
}

// Reasons lists every reason. Do not write to it.
var Reasons = []Reason{Pass, PassNonIP, PassTrusted, PassExempt, PassOpen, WouldListSrc, WouldListDst, WouldBan, WouldFlow,
	DropListSrc, DropListDst, DropBan, DropFlow, DropOwn, DropIsolated, DropClosed}

// String is the name of r, such as "drop-list-src".
func (r Reason) String() string {
	if r < reasons {
		return reasonNames[r]
	}
	return "unknown"
}

// Dropped reports whether r stopped the packet.
func (r Reason) Dropped() bool { return r >= DropListSrc && r < reasons }

// WouldDrop reports whether r is of a packet that passed only because the box was watching.
func (r Reason) WouldDrop() bool { return r >= WouldListSrc && r < DropListSrc }

package gate

// Reason is why a packet passed or not: enum reason of kernel/words.h.
type Reason uint8

// The reasons. Would… is watch-only: the packet passed. The list reasons say which end of the packet was listed,
// the flood reasons by which Pressure it was held back.
const (
	Pass                = Reason(kernelReasonPASS)
	PassNonIP           = Reason(kernelReasonPASS_NON_IP)
	PassTrusted         = Reason(kernelReasonPASS_TRUSTED)
	PassExempt          = Reason(kernelReasonPASS_EXEMPT) // a list holds it, a person released it
	PassOpen            = Reason(kernelReasonPASS_OPEN)   // the agent was away for longer than the grace
	WouldListSrc        = Reason(kernelReasonWOULD_LIST_SRC)
	WouldListDst        = Reason(kernelReasonWOULD_LIST_DST)
	WouldBan            = Reason(kernelReasonWOULD_BAN)
	WouldFlow           = Reason(kernelReasonWOULD_FLOW)
	WouldName           = Reason(kernelReasonWOULD_NAME)
	WouldResolver       = Reason(kernelReasonWOULD_RESOLVER)
	WouldFloodOpenings  = Reason(kernelReasonWOULD_FLOOD_OPENINGS)
	WouldFloodDatagrams = Reason(kernelReasonWOULD_FLOOD_DATAGRAMS)
	WouldFloodEchoes    = Reason(kernelReasonWOULD_FLOOD_ECHOES)
	WouldFloodFragments = Reason(kernelReasonWOULD_FLOOD_FRAGMENTS)
	WouldFloodStrays    = Reason(kernelReasonWOULD_FLOOD_STRAYS)
	WouldFloodQueries   = Reason(kernelReasonWOULD_FLOOD_QUERIES)
	WouldFloodAnswers   = Reason(kernelReasonWOULD_FLOOD_ANSWERS)
	WouldFloodCrowd     = Reason(kernelReasonWOULD_FLOOD_CROWD)
	DropListSrc         = Reason(kernelReasonDROP_LIST_SRC)
	DropListDst         = Reason(kernelReasonDROP_LIST_DST)
	DropBan             = Reason(kernelReasonDROP_BAN)
	DropFlow            = Reason(kernelReasonDROP_FLOW)     // one conversation was blocked
	DropName            = Reason(kernelReasonDROP_NAME)     // a question for a listed name, answered
	DropResolver        = Reason(kernelReasonDROP_RESOLVER) // a resolver that the site has closed; no attempt
	DropFloodOpenings   = Reason(kernelReasonDROP_FLOOD_OPENINGS)
	DropFloodDatagrams  = Reason(kernelReasonDROP_FLOOD_DATAGRAMS)
	DropFloodEchoes     = Reason(kernelReasonDROP_FLOOD_ECHOES)
	DropFloodFragments  = Reason(kernelReasonDROP_FLOOD_FRAGMENTS)
	DropFloodStrays     = Reason(kernelReasonDROP_FLOOD_STRAYS)
	DropFloodQueries    = Reason(kernelReasonDROP_FLOOD_QUERIES)
	DropFloodAnswers    = Reason(kernelReasonDROP_FLOOD_ANSWERS)
	DropFloodCrowd      = Reason(kernelReasonDROP_FLOOD_CROWD)
	DropOwn             = Reason(kernelReasonDROP_OWN)      // a new connection from outside to the box itself
	DropIsolated        = Reason(kernelReasonDROP_ISOLATED) // of a device that a person isolated
	DropClosed          = Reason(kernelReasonDROP_CLOSED)   // the agent was away for longer than the grace, fail-closed
	reasons             = Reason(kernelReasonCOPIES)        // the number of the above
)

var reasonNames = [reasons]string{
	"pass", "pass-non-ip", "pass-trusted", "pass-exempt", "pass-open", "would-list-src", "would-list-dst", "would-ban", "would-flow", "would-name", "would-resolver",
	"would-flood-openings", "would-flood-datagrams", "would-flood-echoes", "would-flood-fragments", "would-flood-strays", "would-flood-queries", "would-flood-answers", "would-flood-crowd",
	"drop-list-src", "drop-list-dst", "drop-ban", "drop-flow", "drop-name", "drop-resolver",
	"drop-flood-openings", "drop-flood-datagrams", "drop-flood-echoes", "drop-flood-fragments", "drop-flood-strays", "drop-flood-queries", "drop-flood-answers", "drop-flood-crowd",
	"drop-own", "drop-isolated", "drop-closed",
}

// Reasons lists every reason. Do not write to it.
var Reasons = []Reason{Pass, PassNonIP, PassTrusted, PassExempt, PassOpen, WouldListSrc, WouldListDst, WouldBan, WouldFlow, WouldName, WouldResolver,
	WouldFloodOpenings, WouldFloodDatagrams, WouldFloodEchoes, WouldFloodFragments, WouldFloodStrays, WouldFloodQueries, WouldFloodAnswers, WouldFloodCrowd,
	DropListSrc, DropListDst, DropBan, DropFlow, DropName, DropResolver,
	DropFloodOpenings, DropFloodDatagrams, DropFloodEchoes, DropFloodFragments, DropFloodStrays, DropFloodQueries, DropFloodAnswers, DropFloodCrowd,
	DropOwn, DropIsolated, DropClosed}

// String is the name of r, such as "drop-list-src".
func (r Reason) String() string {
	if r < reasons {
		return reasonNames[r]
	}
	return "unknown"
}

// Dropped reports whether r stopped the packet.
func (r Reason) Dropped() bool { return r >= DropListSrc && r < reasons }

// Attempt reports whether a packet of this fate stands, or stood, among the attempts that SweepDrops and SweepQuestions
// tell: a closed gate stops everybody, a flood is one siege, and a closed resolver is the site's own choice.
func (r Reason) Attempt() bool {
	return (r.Dropped() || r.WouldDrop()) && r != DropClosed && r != DropResolver && r != WouldResolver && !r.Flood()
}

// WouldDrop reports whether r is of a packet that passed only because the box was watching.
func (r Reason) WouldDrop() bool { return r >= WouldListSrc && r < DropListSrc }

// Flood reports whether r is about how much came, and not about who sent it: what it counts is in no attempt.
func (r Reason) Flood() bool {
	return r >= WouldFloodOpenings && r <= WouldFloodCrowd || r >= DropFloodOpenings && r <= DropFloodCrowd
}

package stream

// State is how far the reading of a message at the front of a Stream is.
type State uint8

// The states. More: what is there may be such a message, and is not whole. None: it is none, whatever comes.
const (
	More State = iota
	Whole
	None
)

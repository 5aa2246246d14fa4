package feed

// item is one thing that a line of a list names: a stretch of addresses, a name, or the fingerprint of a TLS client.
// name and print are good until the next line is read.
type item struct {
	span  span
	name  []byte // lower case, without a final dot
	scope scope
	pass  bool // the name is an exception: it passes, whatever stood before
	print string
}

// scope is how much of the tree of names an entry covers.
type scope uint8

const (
	hostOnly  scope = 1 // the name itself
	beneath   scope = 2 // everything beneath the name
	tree            = hostOnly | beneath
	scopeMask       = tree
)

// lineReader reads one line, trimmed and not empty. It adds what the line names to out; or says why it is not taken;
// a comment gives nothing and the reason skipped. It may remember what earlier lines said, such as a header.
type lineReader func(text []byte, out []item) ([]item, reason)

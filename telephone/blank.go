package telephone

import (
	"bytes"

	"abri.example/abri/telephone/sip"
)

// Span is where bytes stand in the data of a packet: from the first to before the last.
type Span struct{ From, To int }

// Dialled gives each INVITE that begins in the data of a segment, outside a dialogue, with the place of the number that it
// calls. Of one that is cut, what is there is read: its first line must be. The message holds until the function returns.
//
// Over TCP nobody can be told in another's name that a call is refused: the bytes of the two ends would be out of step. But
// a number can be put out, by as many bytes, before it leaves; the operator then refuses the call himself, in its dialogue,
// and the line goes on.
func Dialled(data []byte, yield func(*sip.Message, Span)) {
	const word = "INVITE "
	var m sip.Message
	for at := 0; ; {
		i := bytes.Index(data[at:], []byte(word))
		if i < 0 {
			return
		}
		begins := at + i
		at = begins + len(word)
		if begins > 0 && data[begins-1] != '\n' || !m.Parse(data[begins:]) || m.Method != sip.Invite || !m.Request() {
			continue
		}
		user := m.Target.User
		from := bytes.Index(data[at:], user)
		if len(m.To.Tag) > 0 || len(user) == 0 || from < 0 {
			continue
		}
		yield(&m, Span{at + from, at + from + len(user)})
	}
}

package detect

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/geo"
	"abri.example/abri/names/tls"
	"abri.example/abri/packet"
)

// The bars of mailbox. The reasons are in docs/detection.md.
const (
	mailTalks   = 4096
	mailSources = 16_384
	mailDoors   = 256

	mailFast      = 10 // different passwords that were refused within mailFastTime
	mailFastTime  = 10 * time.Minute
	mailSlow      = 20 // the same within mailSlowTime
	mailSlowTime  = 24 * time.Hour
	mailBlind     = 20  // tries whose words can't be read, within mailFastTime, by who was never let in
	mailBlindSlow = 60  // the same within mailSlowTime
	mailSizes     = 3   // sizes that they have, at least: a device that tries one password again has one
	mailHome      = 200 // tries within mailFastTime, whatever they are, by who was let in before
	mailSpread    = 30  // tries of those never let in, within mailSlowTime, by at least
	mailSpreadBy  = 15  // sources
	mailUsers     = 5   // users that one source is let in as within mailSlowTime, whom nobody let in before
	mailKnown     = 30 * 24 * time.Hour
)

// mailbox tells of those who try the passwords of mail accounts: SMTP, submission, IMAP, POP3 and ManageSieve, in clear
// and enciphered. A device with an old password tries one password again and again; who guesses tries many. In clear
// these are told apart by what was tried, enciphered by how long it is and by the pause that servers make before a no.
// Who was let in lately is at home, and an office behind one address may do as its devices please.
type mailbox struct {
	talks   *memory[ends, mailTalk]
	sources *memory[pair, mailSource] // by server, whatever the port
	doors   *memory[netip.Addr, mailDoor]
}

// mailSource is one source at one server.
type mailSource struct {
	fast, slow variety  // passwords that were refused, or sizes of them
	users      distinct // refused, within slow
	welcome    distinct // users let in, from the first of day on
	day        time.Time
	letIn      time.Time
	perhaps    time.Time // let in, if the server is one that pauses before a no
	abroad     bool      // first let in from a country that was strange then
	told       time.Time
}

func newMailbox() *mailbox {
	return &mailbox{
		talks:   newMemory[ends, mailTalk](mailTalks, time.Hour),
		sources: newMemory[pair, mailSource](mailSources, mailKnown),
		doors:   newMemory[netip.Addr, mailDoor](mailDoors, mailKnown),
	}
}

func (m *mailbox) Observe(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	d := dialectOf(f.Port)
	if f.Proto != packet.TCP || d == "" || len(h.Payload) == 0 || settled(f) {
		return
	}
	data := reading(f, h)
	if data == nil {
		return
	}
	t := m.talks.touch(at, endsOf(f))
	if t.dialect == "" {
		t.dialect = d
	}
	up := fromClient(f, h)
	if t.enciphered = t.enciphered || up && len(data) > 2 && data[0] == tls.Handshake && data[1] == 3; t.enciphered {
		t.shape.read(at, up, data)
		return
	}
	if up {
		t.says(data)
		return
	}
	switch t.hears(data) {
	case refused:
		m.try(at, f, t.user, t.password(), emit)
	case welcomed:
		m.welcome(at, f, t.user, emit)
	}
}

// End looks at enciphered sessions as a whole.
func (m *mailbox) End(at time.Time, f *flow.Flow, emit func(abri.Finding)) {
	if f.Proto != packet.TCP || dialectOf(f.Port) == "" || settled(f) {
		return
	}
	t := m.talks.find(endsOf(f))
	if t == nil || !t.enciphered {
		return
	}
	if t.shape.served(f) {
		m.welcome(f.Last, f, 0, emit)
		return
	}
	if t.shape.settled(t.dialect) {
		m.sources.touch(f.Last, atServer(f)).perhaps = f.Last
		return
	}
	if len(t.shape.late) > 0 {
		m.doors.touch(f.Last, f.Server.Addr()).pauses = true
	}
	for _, size := range t.shape.refusals(f) {
		m.blind(f.Last, f, size, emit)
	}
}

// try counts a password that was refused, in clear.
func (m *mailbox) try(at time.Time, f *flow.Flow, user, password uint32, emit func(abri.Finding)) {
	if password == 0 { // a challenge and its answer: no two are alike
		m.blind(at, f, 0, emit)
		return
	}
	s := m.count(at, f, password)
	s.users.add(user)
	met := s.fast.count() >= mailFast || s.slow.count() >= mailSlow || s.fast.n >= mailHome
	m.tell(at, f, s, met, emit, "passwords", s.slow.count(), "users", s.users.count())
}

// blind counts a try whose words can't be read. size is that of what the client said; 0 when it says nothing.
func (m *mailbox) blind(at time.Time, f *flow.Flow, size uint32, emit func(abri.Finding)) {
	s := m.count(at, f, size)
	met := s.fast.n >= mailHome
	if !met && !m.home(at, f, s) {
		met = (s.fast.count() >= mailSizes || size == 0) && s.fast.n >= mailBlind ||
			(s.slow.count() >= mailSizes || size == 0) && s.slow.n >= mailBlindSlow
	}
	m.tell(at, f, s, met, emit, "by", "short sessions")
}

// count counts a try in both windows.
func (m *mailbox) count(at time.Time, f *flow.Flow, word uint32) *mailSource {
	s := m.sources.touch(at, atServer(f))
	s.fast.add(at, mailFastTime, word)
	s.slow.add(at, mailSlowTime, word)
	if s.slow.n == 1 {
		s.users = distinct{}
	}
	return s
}

// tell tells of a source whose bar is met, or of one of many at one server.
func (m *mailbox) tell(at time.Time, f *flow.Flow, s *mailSource, met bool, emit func(abri.Finding), facts ...any) {
	if met {
		if due(at, &s.told) {
			emit(f.FindingOf(abri.Bruteforce, at, because(abri.Bruteforce, append([]any{"tries", s.slow.n, "seconds", seconds(at.Sub(s.slow.began))}, facts...)...)))
		}
		return
	}
	if f.Direction != abri.In || m.home(at, f, s) {
		return
	}
	d := m.doors.touch(at, f.Server.Addr())
	d.tries.add(at, mailSlowTime, number(f.Client.Addr()))
	if d.tries.n >= mailSpread && d.tries.count() >= mailSpreadBy && due(at, &s.told) {
		emit(f.FindingOf(abri.Bruteforce, at, because(abri.Bruteforce, "tries", d.tries.n, "sources", d.tries.count(), "seconds", seconds(at.Sub(d.tries.began)))))
	}
}

// welcome notes that a source was let in. One that nobody knew and that comes as many users, or many that come from
// countries where nobody signed in before, have a list of passwords.
func (m *mailbox) welcome(at time.Time, f *flow.Flow, user uint32, emit func(abri.Finding)) {
	s := m.sources.touch(at, atServer(f))
	stranger := s.letIn.IsZero() || at.Sub(s.day) < mailSlowTime
	if s.day.IsZero() || at.Sub(s.letIn) > mailKnown {
		s.day, s.welcome = at, distinct{}
	}
	fresh := s.letIn.IsZero()
	s.letIn = at
	if f.Direction != abri.In {
		return
	}
	if user != 0 {
		s.welcome.add(user)
	}
	d := m.doors.touch(at, f.Server.Addr())
	country := geo.Country(f.Client.Addr())
	if d.signIn(at, f.Client.Addr(), country, fresh) {
		s.abroad = true
	}
	switch {
	case stranger && s.welcome.count() >= mailUsers && s.abroad && due(at, &s.told):
		emit(f.FindingOf(abri.Bruteforce, at, because(abri.Bruteforce, "sign", "sign-ins", "users", s.welcome.count(), "country", country)))
	case d.far.n >= mailAbroad && d.far.count() >= mailCountries && fresh && s.abroad && due(at, &s.told):
		emit(f.FindingOf(abri.Bruteforce, at, because(abri.Bruteforce, "sign", "sign-ins", "times", d.far.n, "countries", d.far.count())))
	}
}

// home reports whether a source was let in lately.
func (m *mailbox) home(at time.Time, f *flow.Flow, s *mailSource) bool {
	lately := func(t time.Time) bool { return !t.IsZero() && at.Sub(t) < mailKnown }
	if lately(s.letIn) {
		return true
	}
	d := m.doors.find(f.Server.Addr())
	return lately(s.perhaps) && d != nil && d.pauses
}

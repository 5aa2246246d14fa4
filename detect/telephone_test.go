package detect

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/telephone"
	"abri.example/abri/telephone/sip"
)

// phoneLine is a site whose telephone line is guarded as it is told.
type phoneLine struct {
	*site
	phone *Telephone
	says  []telephone.Saying
}

func newPhoneSite(at time.Time, o TelephoneOptions) *phoneLine {
	l := &phoneLine{site: newSite()}
	o.Say = func(s telephone.Saying, _ *abri.Finding) { l.says = append(l.says, s) }
	l.phone = NewTelephone(o)
	l.detectors = With(l.phone)
	l.now = at
	return l
}

// Thursday 5 March 2026: at work, and in the evening.
var (
	atWork  = time.Date(2026, 3, 5, 10, 0, 0, 0, time.UTC)
	evening = time.Date(2026, 3, 5, 21, 0, 0, 0, time.UTC)
)

// calls is one from the site's exchange by the operator, answered by the last of the codes when it is a success.
func (l *phoneLine) calls(id, user string, lasts time.Duration, codes ...int) {
	for i, code := range codes {
		h, back := sipMessages(exchange, provider, user, "INVITE", id, i > 0, code)
		h.SrcPort, back.DstPort = 5060, 5060
		l.see(abri.Inside, h)
		l.see(abri.Outside, back)
	}
	if codes[len(codes)-1] == 200 {
		l.wait(lasts)
		h, _ := sipMessages(exchange, provider, user, "BYE", id, false, 200)
		h.SrcPort = 5060
		l.see(abri.Inside, h)
	}
}

// kinds are those that were found, noise left out.
func (l *phoneLine) kinds() (kinds []abri.Kind) {
	for _, f := range l.found {
		if !f.Noise && !slices.Contains(kinds, f.Kind) {
			kinds = append(kinds, f.Kind)
		}
	}
	return kinds
}

func TestTollFraud(t *testing.T) {
	country := TelephoneOptions{Options: telephone.Options{Country: func(a netip.Addr) string {
		if a.String() == stranger {
			return "SC"
		}
		return "FR"
	}}}
	guarded := TelephoneOptions{TelephoneChoices: TelephoneChoices{Abroad: 20 * time.Minute, Premium: 2 * time.Minute}}
	for name, c := range map[string]struct {
		at      time.Time
		options TelephoneOptions
		do      func(*phoneLine)
		fraud   bool
	}{
		"calls far away at night": {evening, TelephoneOptions{}, func(l *phoneLine) {
			for n := range 4 {
				l.calls(fmt.Sprint("f", n), fmt.Sprintf("+2526123456%d", n), time.Minute, 407, 200)
			}
		}, true},
		"dear numbers at night": {evening, TelephoneOptions{}, func(l *phoneLine) {
			for n := range 4 {
				l.calls(fmt.Sprint("f", n), "0899123456", time.Minute, 407, 200)
			}
		}, true},
		"a burst by day": {atWork, TelephoneOptions{}, func(l *phoneLine) {
			for n := range 12 {
				l.calls(fmt.Sprint("f", n), fmt.Sprintf("00535123456%02d", n), 20*time.Second, 407, 200)
			}
		}, true},
		"short calls to one prefix, in a country that is usual": {atWork, TelephoneOptions{}, func(l *phoneLine) {
			l.known("+491701234567", 3)
			for n := range 35 {
				l.calls(fmt.Sprint("f", n), fmt.Sprintf("+4917012345%02d", n), 5*time.Second, 407, 200)
			}
		}, true},
		"beyond the budget, in a country that is usual": {evening, guarded, func(l *phoneLine) {
			l.known("+4930123456", 3)
			l.calls("long", "+4930123456", 25*time.Minute, 407, 200)
			l.calls("more", "+4930123456", time.Minute, 407, 200)
		}, true},
		"a call that goes on beyond the budget": {evening, guarded, func(l *phoneLine) {
			l.known("+4930123456", 3)
			l.calls("long", "+4930123456", time.Second, 407, 180)
			h, back := sipMessages(exchange, provider, "+4930123456", "INVITE", "long", true, 200)
			h.SrcPort, back.DstPort = 5060, 5060
			l.see(abri.Outside, back)
			for range 30 {
				l.wait(time.Minute)
			}
		}, true},
		"registered from abroad, then calls": {atWork, country, func(l *phoneLine) {
			l.dial(stranger, "a", "REGISTER", "r", false, 401)
			l.dial(stranger, "a", "REGISTER", "r", true, 200)
			l.dial(stranger, "+25261234567", "INVITE", "c", true, 100)
		}, true},
		"the first calls abroad ever, at night": {evening, TelephoneOptions{}, func(l *phoneLine) {
			l.known("0612345678", 8)
			l.calls("f1", "+25261234567", time.Minute, 407, 200)
			l.calls("f2", "+25261234568", time.Minute, 407, 200)
		}, true},

		"the twin town, all day": {atWork, TelephoneOptions{}, func(l *phoneLine) {
			for n := range 8 {
				l.calls(fmt.Sprint("t", n), "+4971123456", 40*time.Minute, 407, 200)
			}
		}, false},
		"one call home at night": {evening, TelephoneOptions{}, func(l *phoneLine) {
			l.calls("h", "+21261234567", 15*time.Minute, 407, 200)
		}, false},
		"the mayor calls the inhabitants": {evening, TelephoneOptions{}, func(l *phoneLine) {
			for n := range 300 {
				l.calls(fmt.Sprint("i", n), fmt.Sprintf("06123%05d", n), 10*time.Second, 407, 200)
			}
		}, false},
		"a night of emergencies": {evening, TelephoneOptions{TelephoneChoices: TelephoneChoices{Abroad: 1, Premium: 1, Refuse: true}}, func(l *phoneLine) {
			for n := range 40 {
				l.calls(fmt.Sprint("e", n), []string{"15", "17", "18", "112", "3114", "0196", "+33115", "116117"}[n%8], time.Minute, 407, 200)
			}
		}, false},
		"a conference of ten, abroad, where that is usual": {atWork, TelephoneOptions{}, func(l *phoneLine) {
			l.known("+4930123456", 3)
			for n := range 10 {
				l.calls(fmt.Sprint("c", n), fmt.Sprintf("+493012345%d", n), 0, 407, 180)
				_, back := sipMessages(exchange, provider, "+4930", "INVITE", fmt.Sprint("c", n), true, 200)
				back.DstPort = 5060
				l.see(abri.Outside, back)
			}
			l.wait(40 * time.Minute)
			for n := range 10 {
				h, _ := sipMessages(exchange, provider, "+4930", "BYE", fmt.Sprint("c", n), false, 200)
				h.SrcPort = 5060
				l.see(abri.Inside, h)
			}
		}, false},
		"a telephone registers at home, and calls": {atWork, country, func(l *phoneLine) {
			l.dial(web, "a", "REGISTER", "r", false, 401)
			l.dial(web, "a", "REGISTER", "r", true, 200)
			l.dial(web, "+4930123456", "INVITE", "c", true, 200)
		}, false},
		"faxes, busy and not taken": {atWork, TelephoneOptions{}, func(l *phoneLine) {
			for n := range 60 {
				l.calls(fmt.Sprint("x", n), fmt.Sprintf("0477%06d", n), 50*time.Second, 407, []int{486, 200, 480, 408}[n%4])
			}
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			l := newPhoneSite(c.at, c.options)
			c.do(l)
			l.wait(time.Hour)
			if got := slices.Contains(l.kinds(), abri.TollFraud); got != c.fraud || len(l.kinds()) > 1 {
				t.Errorf("found %+v", l.found)
			}
			for _, f := range l.found {
				if f.Outside.String() == provider && !f.Narrow {
					t.Errorf("the operator may be stopped for it: %+v", f)
				}
			}
			if len(l.says) > 0 {
				t.Errorf("refused %s", l.says[0].Data)
			}
		})
	}
}

// known teaches a site that a number is called on so many days before.
func (l *phoneLine) known(user string, days int) {
	at := l.now
	for n := days; n > 0; n-- {
		l.now = atWork.AddDate(0, 0, -n)
		l.calls(fmt.Sprint("usual", n), user, time.Minute, 407, 200)
		l.wait(time.Minute)
	}
	l.now = at
	l.wait(0)
}

// An evening of fraud with the guard told to refuse: told within a minute of its first call, refused from then on, by 603
// to the exchange and CANCEL to the operator, while help is called as ever. The trunk is left alone.
func TestAFraudIsRefusedCallByCall(t *testing.T) {
	l := newPhoneSite(evening, TelephoneOptions{TelephoneChoices: TelephoneChoices{Refuse: true, Abroad: time.Hour, Premium: 10 * time.Minute}})
	for n := range 60 {
		l.calls(fmt.Sprint("f", n), fmt.Sprintf("+2526123%04d", n), time.Second, 100, 180)
		l.wait(10 * time.Second)
		if n%5 == 0 {
			l.calls(fmt.Sprint("help", n), "112", 30*time.Second, 407, 200)
		}
	}
	var told time.Time
	for _, f := range l.found {
		if f.Kind == abri.TollFraud && (told.IsZero() || f.At.Before(told)) {
			told = f.At
		}
	}
	if told.IsZero() || told.Sub(evening) > time.Minute {
		t.Errorf("told after %s", told.Sub(evening))
	}
	declined, withdrawn := map[string]bool{}, map[string]bool{}
	var m sip.Message
	for _, s := range l.says {
		if !m.Parse(s.Data) || m.CallID[0] != 'f' {
			t.Errorf("said %s", s.Data)
		}
		switch {
		case m.Status == 603 && s.To.Addr().String() == exchange:
			declined[string(m.CallID)] = true
		case m.Method == sip.Cancel && s.To.Addr().String() == provider:
			withdrawn[string(m.CallID)] = true
		default:
			t.Errorf("to %s: %s", s.To, s.Data)
		}
	}
	if len(declined) < 57 || len(withdrawn) != len(declined) {
		t.Errorf("%d of 60 calls were declined, %d withdrawn", len(declined), len(withdrawn))
	}
}

// "A 1,000-device REGISTER storm after a power cut raises nothing": neither towards the operator nor from outside to the
// site's exchange, whether it answers at once, is busy first, or finds their old questions stale; from one address or many.
func TestAThousandTelephonesAfterAPowerCut(t *testing.T) {
	for name, codes := range map[string][]int{"at once": {401, 200}, "busy first": {503, 503, 401, 200}, "nobody there first": {0, 0, 401, 200}, "twice refused": {401, 401, 200}} {
		for _, one := range []bool{true, false} {
			for _, inward := range []bool{true, false} {
				l := newPhoneSite(atWork, TelephoneOptions{})
				for _, code := range codes {
					for n := range 1000 {
						from, to, side := stranger, mail, abri.Outside
						if !one {
							from = machine("198.51.100.0/24", n%250)
						}
						if !inward {
							from, to, side = exchange, provider, abri.Inside
							if !one {
								from = machine("192.168.1.0/24", n%250)
							}
						}
						password := code == 200 || code == codes[1] && n%2 == 0
						h, back := sipMessages(from, to, fmt.Sprint(1000+n), "REGISTER", fmt.Sprint("storm", n), password, code)
						h.SrcPort, back.DstPort = uint16(10_000+n), uint16(10_000+n)
						l.see(side, h)
						if code != 0 {
							l.see(opposite(side), back)
						}
						l.now = l.now.Add(2 * time.Millisecond)
					}
				}
				l.wait(time.Hour)
				if len(l.kinds()) > 0 {
					t.Errorf("%s, from one %v, inward %v: %+v", name, one, inward, l.found[0])
				}
			}
		}
	}
}

// A site behind one address whose telephones work is never stopped as a whole for one machine that guesses there.
func TestASiteBehindOneAddressIsNotStopped(t *testing.T) {
	l := newPhoneSite(atWork, TelephoneOptions{})
	registers(30, 30, true)(l.site)
	guesses(60, 30, time.Second, true)(l.site)
	l.wait(time.Hour)
	for _, f := range l.found {
		if !f.Noise && !f.Narrow {
			t.Errorf("%+v", f)
		}
	}
	alone := newPhoneSite(atWork, TelephoneOptions{})
	guesses(60, 30, time.Second, true)(alone.site)
	alone.wait(time.Hour)
	if k := alone.kinds(); !slices.Equal(k, []abri.Kind{abri.Bruteforce}) || alone.found[0].Narrow {
		t.Errorf("a stranger who does the same: %+v", alone.found)
	}
}

// What the operator itself does is never a finding: it asks whether we are there, and calls numbers that nobody has.
func TestTheOperatorIsNeverAnAttacker(t *testing.T) {
	l := newPhoneSite(atWork, TelephoneOptions{})
	w := &town{site: l.site}
	w.phone("trunk", 401, 200)
	for n := range 300 {
		h, back := sipMessages(provider, exchange, fmt.Sprintf("0477%06d", n), []string{"OPTIONS", "INVITE", "REGISTER"}[n%3], fmt.Sprint("o", n), n%2 == 0, []int{404, 403, 401}[n%3])
		l.see(abri.Outside, h)
		l.see(abri.Inside, back)
		l.wait(10 * time.Second)
	}
	l.wait(time.Hour)
	if len(l.kinds()) > 0 {
		t.Errorf("found %+v", l.found)
	}
}

// Exchanges of a site are looked for, and extensions, by every method.
func TestSIPScan(t *testing.T) {
	for _, method := range []string{"OPTIONS", "REGISTER", "INVITE"} {
		l := newPhoneSite(atWork, TelephoneOptions{})
		for n := range 6 {
			h, _ := sipMessages(stranger, machine("203.0.113.0/24", n), "100", method, fmt.Sprint("s", n), false, 0)
			l.see(abri.Outside, h)
			l.wait(time.Minute)
		}
		l.wait(time.Minute)
		if k := l.kinds(); !slices.Contains(k, abri.SIPScan) {
			t.Errorf("%s to six exchanges: %v", method, k)
		}
		l = newPhoneSite(atWork, TelephoneOptions{})
		for n := range 25 {
			l.dial(stranger, fmt.Sprint(100+n), method, fmt.Sprint("s", n), false, 404)
			l.wait(time.Minute)
		}
		l.wait(time.Minute)
		if k := l.kinds(); !slices.Equal(k, []abri.Kind{abri.SIPScan}) {
			t.Errorf("%s to 25 names: %v", method, k)
		}
	}
}

// Video meetings, keep-alives and voice are no business of the telephone detectors.
func TestVoiceAndKeepAlivesAreSilent(t *testing.T) {
	l := newPhoneSite(atWork, TelephoneOptions{})
	for n := range 2000 {
		rtp := says(exchange, provider, 5060, true, "\r\n\r\n")
		rtp.SrcPort = 5060
		if n%4 > 0 {
			rtp = says(exchange, provider, 30_000, true, "\x80\x08voice")
			rtp.SrcPort = 16_384
		}
		l.see(abri.Inside, rtp)
		l.see(abri.Outside, reply(rtp, 0))
		l.now = l.now.Add(20 * time.Millisecond)
	}
	l.wait(time.Hour)
	if len(l.kinds()) > 0 {
		t.Errorf("found %+v", l.found)
	}
	if n := len(l.phone.Line.Operators.Learnt()); n != 0 {
		t.Errorf("voice makes %d operators", n)
	}
}

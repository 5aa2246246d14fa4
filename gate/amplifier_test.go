package gate

import (
	"fmt"
	"testing"

	"abri.example/abri"
)

// Answers that nobody asked for are dropped above their bar, of every server that is known to be used for it, in both
// families, and of TCP; not in the first minute after a start, when nobody knows yet who asked. An answer of TCP is sent again
// when it is lost, and let in then: of these even a new gate takes no more.
func TestAnswersOfAmplifiers(t *testing.T) {
	amplifiers := map[string]frame{"TCP reflection": {proto: protoTCP, sport: 443, flags: syn | ack}}
	for name, port := range map[string]uint16{"DNS": 53, "NTP": 123, "memcached": 11211, "SSDP": 1900, "CLDAP": 389, "SNMP": 161, "CharGEN": 19,
		"ISAKMP": 500, "WS-Discovery": 3702, "37810": 37810} {
		amplifiers[name] = frame{proto: protoUDP, sport: port, payload: 400}
	}
	for _, familiar := range []uint64{0, 1 << 62} {
		b := besiege(t, abri.Protect, slow(5, 5, 20))
		b.control.at.Familiar = familiar
		inside := 1
		for name, f := range amplifiers {
			for _, family := range families {
				t.Run(fmt.Sprint(name, ", ", family.name, ", known ", familiar == 0), func(t *testing.T) {
					passed := 0
					for i := range 60 {
						f.src, f.dport = family.source(100*inside+i), uint16(40_000+i)
						switch got := b.press(f, family.inside(inside)); got {
						case Pass:
							passed++
						case DropFloodAnswers:
						default:
							t.Fatalf("answer %d: %v", i, got)
						}
					}
					judged := familiar == 0 || f.proto == protoTCP
					if judged && (passed < 18 || passed > 23) || !judged && passed != 60 {
						t.Errorf("%d of 60 passed", passed)
					}
				})
				inside++
			}
		}
	}
}

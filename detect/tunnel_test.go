package detect

import (
	"fmt"
	"testing"

	"abri.example/abri"
)

// Data leave by questions whether the resolver stands outside or, as the operator's box does, in the site: both ways it is the
// device that asked, on its way out.
func TestATunnelLeavesByWhateverResolver(t *testing.T) {
	for _, resolver := range []string{"9.9.9.9", "192.168.1.1"} {
		s := newSite()
		for i := range 20 {
			s.askOf(resolver, desk, fmt.Sprintf("c%d.evil.example", i), dnsTXT, 0)
		}
		if len(s.found) != 1 || s.found[0].Kind != abri.Tunnel || s.found[0].Direction != abri.Out || s.found[0].Inside.String() != desk || s.found[0].Outside.String() != resolver {
			t.Errorf("by %s: %+v", resolver, s.found)
		}
	}
}

// Who asks the site's own name server from outside for many names drowns or searches it, and takes no data away: a device that
// asks for as many by a server outside does.
func TestManyNamesAskedFromOutsideAreNoTunnel(t *testing.T) {
	for _, c := range []struct {
		from, resolver string
		side           abri.Side
		told           int
	}{{desk, "9.9.9.9", abri.Inside, 1}, {stranger, web, abri.Outside, 0}} {
		s := newSite()
		s.detectors = []Detector{newTunnel()}
		for i := range 400 {
			s.see(c.side, says(c.from, c.resolver, 53, true, string(questionOf(fmt.Sprintf("x%d.mairie.example", i), 1))))
		}
		if len(s.found) != c.told {
			t.Errorf("%s asks %s: %+v", c.from, c.resolver, s.found)
		}
	}
}

package web

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What pages ask the ledger itself, past the view: it is of the person who asks, for administrators only, or public.
var pastTheView = []string{
	"Passkeys", "RemovePasskey", "HasRecovery", "SessionsOf", "EndSession", // of who asks
	"Keys", "RemoveKey", "Webhooks", "Calls", "RemoveWebhook", "TestWebhook", // his own, by his ID
	"People", "Person", "ChangePerson", "RevokePerson", "Audit", // of routes that need Manage or Audit
	"Communes", "CommuneName", // contours and names, which are public
}

// TestPagesAskTheView reads the code: whatever tells of a site comes by the view, where scopes are minded.
func TestPagesAskTheView(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		code, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?:ledger|Roster)\.(\w+)\(`).FindAllStringSubmatch(string(code), -1) {
			if !strings.Contains(string(code), "h."+m[0]) && !strings.Contains(string(code), "v."+m[0]) {
				continue // a function of package ledger
			}
			if seen++; !slices.Contains(pastTheView, m[1]) {
				t.Errorf("%s asks the ledger for %s: ask the view, which minds the scope", name, m[1])
			}
		}
	}
	if seen < 10 {
		t.Errorf("only %d questions were found: the test no longer sees them", seen)
	}
}

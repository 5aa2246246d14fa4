package depot

import (
	"strings"
	"testing"
)

func TestANameIsThatOfItsDepot(t *testing.T) {
	for name, want := range map[string]Use{
		"mairie-my.sharepoint.com":              Desk,
		"upload.youtube.com":                    Desk,
		"wetransfer.com":                        Desk,
		"mairie.s3.fr-par.scw.cloud":            Copies,
		"s3.eu-west-3.amazonaws.com":            Copies,
		"wetransfer.com.evil.example":           "",
		"ec2-15-1-2-3.compute.amazonaws.com":    "", // a machine that anybody rents
		"notwetransfer.com":                     "",
		"com":                                   "",
		"":                                      "",
		"g.api.mega.co.nz":                      "",
		"a.very.long.way.below.backblazeb2.com": Copies,
	} {
		if got := Of(name); got != want {
			t.Errorf("%s is %q, not %q", name, got, want)
		}
	}
}

// Each line of the file is a name in lower case below a heading that says what it is for.
func TestEveryServiceIsANameWithAUse(t *testing.T) {
	for name, use := range names() {
		if use != Desk && use != Copies || name != strings.ToLower(name) || strings.ContainsAny(name, " /*") || !strings.Contains(name, ".") {
			t.Errorf("%q is for %q", name, use)
		}
	}
	if n := len(names()); n < 50 {
		t.Errorf("only %d names are read", n)
	}
}

package centre

import (
	"context"
	"net/url"
	"os"
	"slices"
	"strings"

	"abri.example/abri"
	"abri.example/abri/observatory/invitation"
	"abri.example/abri/observatory/ledger"
)

// reachedAt is the URL under which boxes reach this observatory. It stands in every invitation, so it is remembered; one
// that is given replaces it for the invitations that follow.
func reachedAt(ctx context.Context, l *ledger.Ledger, o Options) (string, error) {
	if o.URL != "" {
		return o.URL, l.Remember(ctx, invitation.KeyURL, o.URL)
	}
	host, err := os.Hostname()
	if err != nil || host == "" {
		host = "localhost"
	}
	_, port := splitListen(o.Boxes)
	return l.RememberFirst(ctx, invitation.KeyURL, "https://"+host+":"+port)
}

// checkURL refuses what is given and no URL of an observatory, before anything is made.
func checkURL(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.Path != "" && u.Path != "/" || u.User != nil {
		return &abri.Error{Code: abri.CodeInvalid, Place: s, What: "not the URL of an observatory", Remedy: "such as https://observatoire.loire.example:8444"}
	}
	return nil
}

// KeyPages is the setting of the ledger that holds where people open the pages: links of the console say it.
const KeyPages = "pages.url"

// openedAt is where people open the pages; one that is given is remembered for the links that follow.
func openedAt(ctx context.Context, l *ledger.Ledger, o Options, port string) (string, error) {
	at := o.PagesURL
	if at == "" {
		at = "https://localhost:" + port
	}
	at = strings.TrimSuffix(at, "/")
	return at, l.Remember(ctx, KeyPages, at)
}

// hostOf is the name in a URL.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// namesOf are the names of the server's certificate: those of its URLs, and those of this machine.
func namesOf(addresses ...string) []string {
	names := []string{"localhost", "127.0.0.1", "::1"}
	for _, a := range addresses {
		if h := hostOf(a); h != "" && !slices.Contains(names, h) {
			names = append(names, h)
		}
	}
	if host, err := os.Hostname(); err == nil && host != "" && !slices.Contains(names, host) {
		names = append(names, host)
	}
	return names
}

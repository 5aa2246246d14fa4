package centre

import (
	"context"
	"net/url"
	"os"
	"slices"

	"abri.example/abri"
	"abri.example/abri/observatory/invitation"
	"abri.example/abri/observatory/ledger"
)

// reachedAt is the URL under which boxes reach this observatory. It stands in every invitation, so it is remembered; one
// that is given replaces it for the invitations that follow.
func reachedAt(ctx context.Context, l *ledger.Ledger, o Options) (string, error) {
	if o.URL != "" {
		if err := checkURL(o.URL); err != nil {
			return "", err
		}
		return o.URL, l.Remember(ctx, invitation.KeyURL, o.URL)
	}
	host, err := os.Hostname()
	if err != nil || host == "" {
		host = "localhost"
	}
	_, port := splitListen(o.Boxes)
	return l.RememberFirst(ctx, invitation.KeyURL, "https://"+host+":"+port)
}

func checkURL(s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.Path != "" && u.Path != "/" || u.User != nil {
		return &abri.Error{Code: abri.CodeInvalid, Place: s, What: "not the URL of an observatory", Remedy: "such as https://observatoire.loire.example:8444"}
	}
	return nil
}

// namesOf are the names of the server's certificate: that of its URL, and those of this machine.
func namesOf(address string) []string {
	names := []string{"localhost", "127.0.0.1", "::1"}
	if u, err := url.Parse(address); err == nil && !slices.Contains(names, u.Hostname()) {
		names = append(names, u.Hostname())
	}
	if host, err := os.Hostname(); err == nil && host != "" && !slices.Contains(names, host) {
		names = append(names, host)
	}
	return names
}

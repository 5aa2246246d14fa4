// Command gather writes the guarded addresses and names that come from published lists of legitimate services. It reads
// the folder of shared data and writes two text files beside the package feed/guarded:
//
//	go run ./feed/guarded/gather ../shared feed/guarded
//
// Each section of a file says whose it is, from which list of which date, and under which licence.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// warningList is a MISP warning list (github.com/MISP/misp-warninglists, CC0-1.0).
type warningList struct {
	Name    string   `json:"name"`
	Version int      `json:"version"`
	List    []string `json:"list"`
}

// section is one list in an output file. Whole says that names stand for everything beneath them too.
type section struct {
	folder, owner string
	whole         bool
}

var addressSections = []section{
	{"microsoft-office365-ip", "Microsoft 365", false},
	{"akamai", "Akamai", false},
	{"cloudflare", "Cloudflare", false},
	{"fastly", "Fastly", false},
	{"crl-ip", "certificate revocation", false},
	{"ovh-cluster", "OVH shared hosting", false},
}

var nameSections = []section{
	{"microsoft-office365", "Microsoft 365", true},
	{"google", "Google", true},
	{"bank-website", "banks", true},
	{"crl-hostname", "certificate revocation", false},
	{"captive-portals", "captive portal detection", false},
	{"tranco10k", "10,000 most used sites", false},
}

// cdnFiles are plain files of github.com/crowdsecurity/sec-lists (MIT).
var cdnFiles = []struct{ file, owner string }{
	{"aws_cloudfront_ipv4.txt", "Amazon CloudFront"},
	{"aws_cloudfront_ipv6.txt", "Amazon CloudFront"},
	{"quic_cloud_ips.txt", "QUIC.cloud"},
}

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: gather SHARED FOLDER")
	}
	if err := gather(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

func gather(shared, folder string) error {
	var addresses, names strings.Builder
	for _, s := range addressSections {
		if err := s.write(&addresses, shared, func(entry string) string { return entry }); err != nil {
			return err
		}
	}
	for _, f := range cdnFiles {
		if err := writeCDN(&addresses, shared, f.file, f.owner); err != nil {
			return err
		}
	}
	for _, s := range nameSections {
		if err := s.write(&names, shared, s.name); err != nil {
			return err
		}
	}
	err := os.WriteFile(filepath.Join(folder, "addresses.txt"), []byte(addresses.String()), 0o644)
	return cmp.Or(err, os.WriteFile(filepath.Join(folder, "names.txt"), []byte(names.String()), 0o644))
}

// write adds the section of a warning list; form gives an entry its form, or "" to leave it out.
func (s section) write(out *strings.Builder, shared string, form func(string) string) error {
	text, err := os.ReadFile(filepath.Join(shared, "allow", "misp-warninglists", s.folder, "list.json"))
	if err != nil {
		return err
	}
	var l warningList
	if err := json.Unmarshal(text, &l); err != nil {
		return err
	}
	head(out, s.owner, fmt.Sprintf("MISP warning list %s, version %d", s.folder, l.Version), "CC0-1.0")
	entries(out, l.List, form)
	return nil
}

// name is a name in lower case, with a dot before it when it stands for a tree. A public suffix stands for itself: what
// is beneath "azurewebsites.net" belongs to anybody; but a bank's own top-level domain is a tree.
func (s section) name(entry string) string {
	entry = strings.ToLower(strings.Trim(strings.TrimPrefix(entry, "*."), "."))
	entry, _, _ = strings.Cut(entry, "/")
	if suffix, _ := publicsuffix.PublicSuffix(entry); s.whole && (suffix != entry || !strings.Contains(entry, ".")) {
		return "." + entry
	}
	return entry
}

func writeCDN(out *strings.Builder, shared, file, owner string) error {
	f, err := os.Open(filepath.Join(shared, "allow", "crowdsec-sec-lists", "whitelists", "cdn_providers", file))
	if err != nil {
		return err
	}
	defer f.Close()
	var lines []string
	for s := bufio.NewScanner(f); s.Scan(); {
		lines = append(lines, s.Text())
	}
	head(out, owner, "CrowdSec sec-lists "+file+", 2026-07-20", "MIT, Copyright (c) CrowdSec")
	entries(out, lines, strings.TrimSpace)
	return nil
}

func head(out *strings.Builder, owner, source, licence string) {
	fmt.Fprintf(out, "@ %s | %s | %s\n", owner, source, licence)
}

func entries(out *strings.Builder, all []string, form func(string) string) {
	var lines []string
	for _, e := range all {
		if e = form(e); e != "" && !strings.ContainsAny(e, " #") {
			lines = append(lines, e)
		}
	}
	slices.Sort(lines)
	for _, l := range slices.Compact(lines) {
		fmt.Fprintln(out, l)
	}
}

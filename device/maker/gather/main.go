// Command gather writes the table of makers from the public listing of the IEEE (Debian's package ieee-data has it):
//
//	go run ./device/maker/gather /usr/share/ieee-data/oui.csv device/maker/makers.txt
//
// A name is cut where its legal form begins, and at 24 letters, so that the table stays near a megabyte.
package main

import (
	"encoding/csv"
	"fmt"
	"log"
	"os"
	"regexp"
	"slices"
	"strings"
)

const longest = 24

// form is what follows the name that people know: the form of the company and what comes after it.
var form = regexp.MustCompile(`(?i)[ ,]+(inc|incorporated|corp|corporation|co|company|ltd|limited|llc|gmbh|ag|sa|s\.a|sas|s\.a\.s|srl|s\.r\.l|bv|b\.v|ab|a/s|oy|pty|plc|kg|kk|s\.p\.a|spa|technologies|technology|electronics|international)\b.*$`)

func main() {
	if len(os.Args) != 3 {
		log.Fatal("gather OUI.csv MAKERS.txt")
	}
	in, err := os.Open(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	rows, err := csv.NewReader(in).ReadAll()
	if err != nil {
		log.Fatal(err)
	}
	var out []string
	for _, row := range rows[1:] {
		if name := short(row[2]); name != "" && len(row[1]) == 6 {
			out = append(out, row[1]+" "+name)
		}
	}
	slices.Sort(out)
	out = slices.CompactFunc(out, func(a, b string) bool { return a[:6] == b[:6] })
	text := strings.Join(out, "\n") + "\n"
	if err := os.WriteFile(os.Args[2], []byte(text), 0o644); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d makers, %d bytes\n", len(out), len(text))
}

// short is the name as people know it.
func short(name string) string {
	name = strings.Join(strings.Fields(name), " ")
	if cut := form.ReplaceAllString(name, ""); len(cut) > 1 {
		name = cut
	}
	runes := []rune(name)
	return strings.TrimRight(string(runes[:min(len(runes), longest)]), " ,.&-")
}

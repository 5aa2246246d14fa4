package geo

// The two halves of the line that the licence of the data asks for: the sentence, and where it leads.
const (
	creditText = "This site or product includes IP2Location LITE data available from"
	creditLink = "https://lite.ip2location.com"
)

// Credit is the line that must stand on every page or print that shows a country. IP2Location LITE asks for it in these
// words, in English, on every page (CC BY-SA 4.0).
func Credit() string { return creditText + " " + CreditLink() + "." }

// CreditLink is the address inside Credit, for a page that makes a link of it.
func CreditLink() string { return creditLink }

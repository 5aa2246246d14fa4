package abri

// Lang is a language of the pages.
type Lang string

// French comes first, then English.
const (
	French  Lang = "fr"
	English Lang = "en"
)

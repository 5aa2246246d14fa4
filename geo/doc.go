// Package geo says which country an address belongs to, and what that country is called in French and English.
//
// The data is embedded in the program: nothing is asked of the network or the disk, so a page works with no Internet.
// It comes from IP2Location LITE by way of github.com/phuslu/iploc (MIT), which follows it monthly; a new month is a new
// version of that module. The licence of the data (CC BY-SA 4.0) asks for the line that Credit gives on every page that
// shows a country.
//
// A country is where the address is registered or announced, not where the person behind it sits: an attacker rents a
// machine anywhere. It is told to people and never judged by; no verdict rests on it.
//
// Everything here is safe for concurrent use.
package geo

// Package fleet is what a box and its observatory say to each other: the messages, their checks, the rule of versions,
// the token of an invitation, the four words that two people compare, and the signed signpost. Both ends stand here, so
// that they cannot differ; the box's hand on it is box/liaison, the observatory's is observatory/receive.
//
// # The rule of versions
//
// A message is JSON and carries Version. Within a version fields are added and never renamed, changed in meaning or
// taken away; who reads ignores what it does not know, and a field that is absent is its zero value. So within a
// version an old box and a new observatory understand each other, and the other way round; testdata holds what each
// released client said, and is never edited. When that cannot hold, Version grows: an observatory reads its own version
// and all before it, and refuses a later one by ReasonVersion with its own number, in which the box then speaks. A word
// of the vocabulary that the reader does not know (a new kind of attack) is kept and counted as it stands.
//
// # Privacy
//
// No payload and no inside address leaves the box: a device is a pseudonym, keyed with a secret of the box, and of the
// reason of a verdict only numbers and what lists publish.
//
// Its borders: it imports the root only, opens no connection and no file, and has no clock: time is an argument.
// Everything is plain data or a pure function, safe for concurrent use.
package fleet

// Package abri is the vocabulary of Abri, the shelter of small sites: the words that the code, the database, the
// JSON, the pages and the documentation share. One noun, one name, on every layer.
//
// It imports the standard library only and nothing of the module, holds no state, and does nothing: every room of the
// house may import it. Values are plain data; they are safe for concurrent use as long as nobody writes them.
package abri

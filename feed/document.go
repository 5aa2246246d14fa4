package feed

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// MaxDocument bounds a STIX bundle or a MISP event, in bytes.
const MaxDocument = 256 << 20

// A documentReader reads one JSON document as a stream. It gives each indicator to take, with its number from 1 and a
// text to show; take's error ends the reading.
type documentReader func(d *json.Decoder, take takeFunc) error

// takeFunc takes what one indicator names, or the reason why it is not taken.
type takeFunc func(text string, items []item, why reason) error

// document reads a JSON document within its bound.
func document(r io.Reader, read documentReader, take takeFunc) error {
	limited := &io.LimitedReader{R: r, N: MaxDocument + 1}
	err := read(json.NewDecoder(limited), take)
	if limited.N <= 0 {
		return full(MaxDocument, "bytes")
	}
	return err
}

// eachOf walks through a JSON value and calls visit at each element of every array that stands under the key, at any
// depth but inside such an array.
func eachOf(d *json.Decoder, key string, visit func() error) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	if t != json.Delim('{') && t != json.Delim('[') {
		return nil
	}
	for d.More() {
		wanted := false
		if t == json.Delim('{') {
			name, err := d.Token()
			if err != nil {
				return err
			}
			wanted = name == key
		}
		if err := member(d, key, wanted, visit); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}

// member reads one value of an object or array; wanted says that its elements are to be visited.
func member(d *json.Decoder, key string, wanted bool, visit func() error) error {
	if !wanted {
		return eachOf(d, key, visit)
	}
	t, err := d.Token()
	if err != nil {
		return err
	}
	if t != json.Delim('[') {
		return fmt.Errorf("%s: %w", key, errNotArray)
	}
	for d.More() {
		if err := visit(); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}

var errNotArray = errors.New("not an array")

// brokenJSON reports whether an error is the decoder's about the text, not the reader's about its source.
func brokenJSON(err error) bool {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	return errors.As(err, &syntax) || errors.As(err, &kind) || errors.Is(err, errNotArray) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)
}

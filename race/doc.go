// Package race holds the box's verdict against the answer of a server: of many who ask for a listed name at once, with TLS
// and with QUIC, among many more who ask for honest ones, how many get how many bytes of an answer; and whether every
// honest one lives. Servers answer at once, from so far away as the test says.
//
// It holds tests only. `make bench-names` runs them at full size; `make test` runs a short race.
package race

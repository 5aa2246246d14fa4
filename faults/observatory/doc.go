// Package observatory holds what boxes and their observatory must survive together, each a test: cut networks, killed
// processes, wrong clocks, clones, and clients that mean harm. It runs the real programs, and ships nothing.
package observatory

// Package faults proves what must survive: processes that are killed or hang, disks that are full or damaged, files that
// are wrong, orders that must hold over a restart. Each test's comment is the promise; each has the real `abri run` in a
// town hall (testnet), with traffic, and looks at what arrived, at status and page, and at what the store holds.
//
// It holds tests only. They need root and a kernel that takes the filter, and are skipped with the reason without.
package faults

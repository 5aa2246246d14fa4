package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"net/netip"

	"abri.example/abri"
)

// attackColumns names the columns of an attack; attackRow and scanAttack keep its order.
const attackColumns = `id, revision, kind, service, direction, outside, inside, port, proto, first, last, day,
	attempts, packets, bytes, sources, outcome, why, answered, ended, rest, device`

// attackRow is an attack as the columns hold it. Counters keep all their 64 bits; SQLite shows them signed.
func attackRow(a abri.Attack) ([]any, error) {
	if a.ID == "" {
		return nil, &abri.Error{Code: abri.CodeInvalid, What: "an attack without an id", Remedy: "give each attack its own id"}
	}
	why, err := json.Marshal(a.Why)
	if err != nil {
		return nil, fmt.Errorf("why of attack %s: %w", a.ID, err)
	}
	return []any{
		a.ID, a.Revision, string(a.Kind), string(a.Service), string(a.Direction),
		addrBlob(a.Outside), addrBlob(a.Inside), a.Port, a.Proto, nanos(a.First), nanos(a.Last), string(a.Day),
		int64(a.Attempts), int64(a.Packets), int64(a.Bytes), int64(a.Sources),
		string(a.Outcome), string(why), a.Answered, a.Ended, int64(a.Rest), a.Device,
	}, nil
}

func scanAttack(r *sql.Rows) (abri.Attack, error) { return scanAttackAnd(r) }

// scanAttackAnd scans an attack and the columns that follow it.
func scanAttackAnd(r *sql.Rows, more ...any) (abri.Attack, error) {
	var (
		a                                       abri.Attack
		outside, inside, why                    []byte
		first, last                             int64
		attempts, packets, bytes, sources, rest int64
	)
	err := r.Scan(append([]any{&a.ID, &a.Revision, &a.Kind, &a.Service, &a.Direction, &outside, &inside, &a.Port, &a.Proto,
		&first, &last, &a.Day, &attempts, &packets, &bytes, &sources, &a.Outcome, &why, &a.Answered, &a.Ended, &rest, &a.Device}, more...)...)
	if err != nil {
		return a, err
	}
	a.Outside, _ = netip.AddrFromSlice(outside)
	a.Inside, _ = netip.AddrFromSlice(inside)
	a.First, a.Last = instant(first), instant(last)
	a.Attempts, a.Packets, a.Bytes = uint64(attempts), uint64(packets), uint64(bytes)
	a.Sources, a.Rest = uint64(sources), uint64(rest)
	if json.Unmarshal(why, &a.Why) != nil {
		a.Why = abri.Why{} // a byte was changed on the disk: the attack happened all the same, and gives no reason
	}
	return a, nil
}

// addrBlob is an address as a column holds it: 4 or 16 bytes, or nothing. A zone is not kept: an end of an attack has
// crossed the box and so has none.
func addrBlob(a netip.Addr) []byte { return a.AsSlice() }

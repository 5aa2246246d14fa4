package ledger

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"abri.example/abri/fleet"
)

// whole is an attack with something in every field, by whatever name it has: a field that is added to the vocabulary and
// forgotten in the form fails here.
func whole(t testing.TB) fleet.Attack {
	t.Helper()
	var a fleet.Attack
	n := 0
	fillIn(t, reflect.ValueOf(&a).Elem(), &n)
	a.ID = "00112233445566778899aabbccddeeff"
	a.Day = "2026-03-05"
	return a
}

func fillIn(t testing.TB, v reflect.Value, n *int) {
	*n++
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2026, 3, *n, 12, 0, *n, *n, time.UTC)))
		return
	case netip.Addr:
		v.Set(reflect.ValueOf(netip.MustParseAddr("2001:db8::7")))
		return
	case netip.Prefix:
		v.Set(reflect.ValueOf(netip.MustParsePrefix("203.0.113.0/24")))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("w" + string(rune('a'+*n%26)))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(int64(*n))
	case reflect.Uint16, reflect.Uint64:
		v.SetUint(uint64(*n))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fillIn(t, v.Index(i), n)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fillIn(t, v.Field(i), n)
		}
	default:
		t.Fatalf("a field of kind %s: the form must learn it", v.Kind())
	}
}

func sameAttack(t *testing.T, got, want fleet.Attack) {
	t.Helper()
	if d := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Addr{}, netip.Prefix{})); d != "" {
		t.Errorf("(-told +kept):\n%s", d)
	}
}

// back is what is read of an attack's row: what columns say, and the rest.
func back(t testing.TB, a fleet.Attack, told []byte) fleet.Attack {
	t.Helper()
	out := fleet.Attack{ID: a.ID, Revision: a.Revision, Kind: a.Kind, Service: a.Service, Day: a.Day, Outcome: a.Outcome}
	if err := readRest(told, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// What comes back of an attack is what was told, to the last field.
func TestAnAttackIsKeptAsItWasTold(t *testing.T) {
	bare := fleet.Attack{ID: "00112233445566778899aabbccddeeff", Revision: 1, Day: "2026-03-05", First: time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC), Last: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}
	for _, a := range []fleet.Attack{whole(t), bare} {
		sameAttack(t, back(t, a, appendRest(nil, &a)), a)
	}
	a := whole(t)
	of, err := json.Marshal(a) // as an earlier version kept it
	if err != nil {
		t.Fatal(err)
	}
	sameAttack(t, back(t, a, of), a)
}

func TestWhatIsNoFormIsRefused(t *testing.T) {
	a := whole(t)
	told := appendRest(nil, &a)
	for n := range told {
		if err := readRest(told[:n], new(fleet.Attack)); err == nil {
			t.Fatalf("%d of %d bytes are taken for an attack", n, len(told))
		}
	}
	r := fleet.Report{Attacks: []fleet.Attack{a}}
	entries, err := entriesOf(&r, func(fleet.Attack) string { return "FR" })
	if err != nil {
		t.Fatal(err)
	}
	for n := range entries {
		if err := readEntries(1, entries[:n], map[attackKey]attackRow{}); err == nil && n > 0 {
			t.Fatalf("%d of %d bytes are taken for a report", n, len(entries))
		}
	}
	r.Attacks[0].ID = "no id"
	if _, err := entriesOf(&r, func(fleet.Attack) string { return "" }); err == nil {
		t.Error("an attack without an id is kept")
	}
}

func FuzzEntries(f *testing.F) {
	a := whole(f)
	r := fleet.Report{Attacks: []fleet.Attack{a}}
	entries, err := entriesOf(&r, func(fleet.Attack) string { return "FR" })
	if err != nil {
		f.Fatal(err)
	}
	f.Add(entries)
	f.Add(appendRest(nil, &a))
	f.Fuzz(func(t *testing.T, b []byte) {
		rows := map[attackKey]attackRow{}
		if err := readEntries(1, b, rows); err != nil {
			return
		}
		for _, row := range rows {
			var a fleet.Attack
			if readRest(row.told, &a) == nil && !bytes.HasPrefix(row.told, []byte("{")) && len(appendRest(nil, &a)) > 2*len(row.told)+64 {
				t.Errorf("%x grows to %+v", row.told, a)
			}
		}
	})
}

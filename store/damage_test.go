package store

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"abri.example/abri"
)

// page is SQLite's page of a new database, in bytes.
const page = 4096

// A damaged database is set aside as it is, a new one begins, and that is told: in Trouble until a write succeeds, and
// in the audit log for good.
func TestADamagedDatabaseIsSetAside(t *testing.T) {
	for _, c := range []struct {
		name   string
		damage func([]byte) []byte
	}{
		{"header", func(b []byte) []byte { return flip(b, 0, 16) }},
		{"page size", func(b []byte) []byte { return flip(b, 16, 18) }},
		{"every fourth page", func(b []byte) []byte {
			for at := page; at < len(b); at += 4 * page {
				b = flip(b, at, at+64)
			}
			return b
		}},
		{"middle", func(b []byte) []byte { return flip(b, len(b)/2/page*page, len(b)/2/page*page+200) }},
		{"cut", func(b []byte) []byte { return b[:len(b)/2] }},
		{"a text", func([]byte) []byte { return bytes.Repeat([]byte("this is no database\n"), 1000) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "abri.db")
			first, err := Open(t.Context(), path, quiet)
			must(t, err)
			must(t, first.Put(t.Context(), attacks(0, 1000)))
			must(t, first.Close())
			broken := c.damage(got[[]byte](t)(os.ReadFile(path)))
			must(t, os.WriteFile(path, broken, 0o600))

			s := open(t, path)
			if trouble := s.Trouble(); trouble == nil || trouble.Code != abri.CodeDamaged {
				t.Errorf("trouble = %v", trouble)
			}
			aside := got[[]string](t)(filepath.Glob(path + ".damaged-*Z"))
			if len(aside) != 1 || !bytes.Equal(got[[]byte](t)(os.ReadFile(aside[0])), broken) {
				t.Fatalf("set aside: %v", aside)
			}
			log := got[[]Entry](t)(s.AuditLog(t.Context(), 10))
			if len(log) != 1 || log[0].Verb != "set aside" || log[0].Object != aside[0] {
				t.Errorf("audit = %v", log)
			}
			must(t, s.Put(t.Context(), attacks(0, 3)))
			if s.Trouble() != nil {
				t.Errorf("a write succeeded, and the trouble stands: %v", s.Trouble())
			}
			same(t, "attacks", len(got[[]abri.Attack](t)(s.Recent(t.Context(), 10))), 3)
		})
	}
}

// Two set aside in one second do not replace each other.
func TestSetAsideReplacesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "abri.db")
	names := map[string]bool{}
	for i := range 3 {
		must(t, os.WriteFile(path, []byte{byte(i)}, 0o600))
		must(t, os.WriteFile(path+"-wal", []byte{byte(i)}, 0o600))
		aside := got[string](t)((&Store{path: path}).setAside(noon))
		names[aside] = true
		for _, file := range []string{aside, aside + "-wal"} {
			same(t, file, got[[]byte](t)(os.ReadFile(file)), []byte{byte(i)})
		}
	}
	if len(names) != 3 {
		t.Errorf("names = %v", names)
	}
}

// A database damaged while the box runs is an error with its code, never a panic, and is told.
func TestDamageWhileRunning(t *testing.T) {
	path := filepath.Join(t.TempDir(), "abri.db")
	s := open(t, path)
	must(t, s.Put(t.Context(), attacks(0, 2000)))
	got[[]abri.Attack](t)(s.Recent(t.Context(), 1))
	if _, err := s.write.ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0) // closing it strips SQLite's locks; nobody else is here
	must(t, err)
	size := got[os.FileInfo](t)(f.Stat()).Size()
	for at := int64(2 * page); at < size; at += page {
		if _, err := f.WriteAt(bytes.Repeat([]byte{0xa5}, page), at); err != nil {
			t.Fatal(err)
		}
	}
	must(t, f.Close())
	_, err = s.Recent(t.Context(), 100_000)
	if abri.CodeOf(err) != abri.CodeDamaged {
		t.Errorf("reading: %v", err)
	}
	if trouble := s.Trouble(); trouble == nil || trouble.Code != abri.CodeDamaged {
		t.Errorf("trouble = %v", trouble)
	}
}

// SQLite keeps no checksums, so a byte may change inside a value: the attack is still told, without its reason.
func TestADamagedReason(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "abri.db"))
	must(t, s.Put(t.Context(), attacks(0, 2)))
	if _, err := s.write.ExecContext(t.Context(), `UPDATE attacks SET why = replace(why, ':', ';') WHERE id = ?`, attack(1).ID); err != nil {
		t.Fatal(err)
	}
	want := attacks(0, 2)
	want[1].Why = abri.Why{}
	same(t, "open", got[[]abri.Attack](t)(s.OpenAttacks(t.Context(), noon)), want)
}

// A folder that may not be used is said by name, with the remedy.
func TestAnUnusableFolder(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o600))
	shut := filepath.Join(dir, "shut")
	must(t, os.Mkdir(shut, 0))
	for _, path := range []string{filepath.Join(dir, "file", "abri.db"), filepath.Join(shut, "abri.db"), filepath.Join(shut, "new", "abri.db"), dir} {
		err := asNobody(func() error {
			s, err := Open(t.Context(), path, quiet)
			if err == nil {
				s.Close()
			}
			return err
		})
		if abri.CodeOf(err) != abri.CodeUnavailable || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// asNobody runs do without root's right to open every file, on a thread that ends with it.
func asNobody(do func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread is not used again
		if os.Geteuid() == 0 {
			unix.Setfsuid(65534)
		}
		done <- do()
	}()
	return <-done
}

// The file is its owner's alone, with its log, whatever the umask and whatever it was before.
func TestNobodyElseMayRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "abri.db")
	s := open(t, path)
	must(t, s.Put(t.Context(), attacks(0, 1)))
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		if mode := got[os.FileInfo](t)(os.Stat(name)).Mode().Perm(); mode != 0o600 {
			t.Errorf("%s is %o", name, mode)
		}
	}
	if mode := got[os.FileInfo](t)(os.Stat(filepath.Dir(path))).Mode().Perm(); mode != 0o700 {
		t.Errorf("its folder is %o", mode)
	}
}

func flip(b []byte, from, to int) []byte {
	for i := from; i < to; i++ {
		b[i] ^= 0xff
	}
	return b
}

package quic

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"net"
	"testing"
	"time"

	"abri.example/abri/names/stream"
	hello "abri.example/abri/names/tls"
	quicgo "github.com/quic-go/quic-go"
)

func identifier(b ...byte) (c connection) {
	c.size = copy(c.bytes[:], b)
	return c
}

// TestKeys takes the worked examples of RFC 9001 (appendix A.1), RFC 9369 (appendix A.1) and draft-ietf-quic-tls-29.
func TestKeys(t *testing.T) {
	c := identifier(0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08)
	for _, w := range []struct {
		version uint32
		iv      string
	}{{version1, "fa044b2f42a3fd3b46fb255c"}, {version2, "91f73e2351d8fa91660e909f"}, {draft29, "6b26114b9cba2b63a9e8dd4f"}} {
		if got := hex.EncodeToString(derive(w.version, c).iv[:]); got != w.iv {
			t.Errorf("version %x: iv %s, want %s", w.version, got, w.iv)
		}
	}
	if derive(0x51303433, c) != nil {
		t.Error("there are keys for Google's old QUIC")
	}
}

// sealed is an Initial that holds the given frames, as a client makes it.
func sealed(version uint32, c connection, token, plain []byte, number uint16) []byte {
	k := derive(version, c)
	first := byte(0xc1)
	if version == version2 {
		first = 0xd1
	}
	b := binary.BigEndian.AppendUint32([]byte{first}, version)
	b = append(append(b, byte(c.size)), c.bytes[:c.size]...)
	b = append(b, 0, byte(len(token)))
	b = append(b, token...)
	b = binary.BigEndian.AppendUint16(b, 0x4000|uint16(2+len(plain)+16))
	at := len(b)
	b = binary.BigEndian.AppendUint16(b, number)
	nonce := k.iv
	nonce[10] ^= byte(number >> 8)
	nonce[11] ^= byte(number)
	b = k.aead.Seal(b, nonce[:], plain, b)
	var mask [16]byte
	k.header.Encrypt(mask[:], b[at+4:at+20])
	b[0] ^= mask[0] & 0x0f
	b[at] ^= mask[1]
	b[at+1] ^= mask[2]
	return b
}

// crypto is a CRYPTO frame.
func crypto(offset int, data []byte) []byte {
	b := binary.BigEndian.AppendUint32([]byte{frameCrypto}, 0x80000000|uint32(offset))
	return append(binary.BigEndian.AppendUint16(b, 0x4000|uint16(len(data))), data...)
}

// TestAnyFrames cuts a hello into frames, shuffled, over packets and datagrams, for each version.
func TestAnyFrames(t *testing.T) {
	pool := stream.NewPool(0)
	r := NewReader(pool)
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 3))
		version := []uint32{version1, version2, draft29, draft23, draft22, facebook2, facebookE, 0x1a2a3a4a, draft34}[seed%9]
		want := make([]byte, 200+random.IntN(3000))
		for i := range want {
			want[i] = byte(random.Uint32())
		}
		var frames [][]byte
		for at := 0; at < len(want); {
			to := min(len(want), at+1+random.IntN(400))
			frames = append(frames, crypto(at, want[at:to]))
			at = to
		}
		random.Shuffle(len(frames), func(i, j int) { frames[i], frames[j] = frames[j], frames[i] })
		id := identifier(1, 2, 3, 4, 5, 6, 7, byte(seed))
		var c Client
		r.Watch(&c)
		var got, datagram []byte
		for i, f := range frames {
			plain := append([]byte{framePing, frameAck, 1, 0, 1, 0, 2, 3, framePadding, framePadding}, f...)
			datagram = append(datagram, sealed(version, id, make([]byte, random.IntN(60)), plain, uint16(i))...)
			if random.IntN(2) == 0 || i == len(frames)-1 {
				got, _ = r.Datagram(&c, datagram)
				datagram = nil
			}
		}
		if !bytes.Equal(got, want) {
			t.Errorf("seed %d, version %x: %d of %d bytes in %d frames", seed, version, len(got), len(want), len(frames))
		}
		c.Close()
	}
}

// TestAnotherIdentifier: after a Retry other keys hold; a server's identifier does not change them; and a client may
// go over to QUIC 2.
func TestAnotherIdentifier(t *testing.T) {
	first, second := identifier(1, 2, 3, 4, 5, 6, 7, 8), identifier(9, 9, 9, 9)
	for name, packets := range map[string][2][]byte{
		"after a Retry":   {sealed(version1, first, nil, crypto(0, []byte("hello ")), 0), sealed(version1, second, []byte("token"), crypto(6, []byte("world")), 1)},
		"another version": {sealed(version1, first, nil, crypto(0, []byte("hello ")), 0), sealed(version2, first, nil, crypto(6, []byte("world")), 1)},
	} {
		r := NewReader(stream.NewPool(0))
		var c Client
		r.Watch(&c)
		r.Datagram(&c, packets[0])
		if got, _ := r.Datagram(&c, packets[1]); string(got) != "hello world" {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestWhatCantBeOpenedIsGivenUp(t *testing.T) {
	r := NewReader(stream.NewPool(0))
	var c Client
	r.Watch(&c)
	b := sealed(version1, identifier(1, 2, 3), nil, crypto(0, []byte("hello")), 0)
	b[len(b)-1] ^= 1
	for i := range maxFailures + 1 {
		got, hopeless := r.Datagram(&c, b)
		if len(got) != 0 || hopeless != (i == maxFailures) {
			t.Fatalf("datagram %d: %q, hopeless %v", i, got, hopeless)
		}
	}
}

// dialled is the datagrams that quic-go's client sends before anybody answers.
func dialled(t testing.TB, version quicgo.Version) [][]byte {
	listen, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Skipf("no network here: %v", err)
	}
	defer listen.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		_, _ = quicgo.DialAddr(ctx, listen.LocalAddr().String(), &tls.Config{ServerName: "www.impots.gouv.fr", NextProtos: []string{"h3"}},
			&quicgo.Config{Versions: []quicgo.Version{version}})
	}()
	var all [][]byte
	for range 2 { // Go's hello holds a post-quantum key and is too large for one
		b := make([]byte, 2000)
		if err := listen.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		n, err := listen.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b[:n])
	}
	return all
}

func TestQuicGo(t *testing.T) {
	for _, v := range []quicgo.Version{quicgo.Version1, quicgo.Version2} {
		r := NewReader(stream.NewPool(0))
		var c Client
		r.Watch(&c)
		var h hello.Reader
		state := stream.More
		for _, b := range dialled(t, v) {
			if !Begins(b) {
				t.Errorf("%v: not taken for the beginning of QUIC", v)
			}
			crypto, _ := r.Datagram(&c, b)
			state = h.ReadMessage(crypto)
		}
		if state != stream.Whole || string(h.Hello.Name) != "www.impots.gouv.fr" {
			t.Errorf("%v: state %d, name %q", v, state, h.Hello.Name)
		}
	}
}

func FuzzDatagram(f *testing.F) {
	f.Add(sealed(version1, identifier(1, 2, 3), []byte("token"), crypto(0, []byte("hello")), 0), []byte{frameAck, 1, 0, 1, 0, 2, 3})
	f.Add(sealed(version2, identifier(), nil, crypto(70000, []byte("hello")), 0), crypto(3, []byte("lo")))
	f.Fuzz(func(t *testing.T, datagram, plain []byte) {
		r := NewReader(stream.NewPool(1 << 20))
		var c Client
		r.Watch(&c)
		r.Datagram(&c, datagram)
		if len(plain) > 16000 {
			return
		}
		crypto, _ := r.Datagram(&c, sealed(version1, identifier(7), nil, append(plain, make([]byte, 4)...), 1))
		if len(crypto) > len(datagram)+len(plain) {
			t.Errorf("%d bytes out of %d", len(crypto), len(datagram)+len(plain))
		}
	})
}

// BenchmarkName is the way from two datagrams, as browsers send them today, to the name.
func BenchmarkName(b *testing.B) {
	datagrams := dialled(b, quicgo.Version1)
	r := NewReader(stream.NewPool(0))
	var h hello.Reader
	b.ReportAllocs()
	for b.Loop() {
		var c Client
		r.Watch(&c)
		state := stream.More
		for _, d := range datagrams {
			crypto, _ := r.Datagram(&c, d)
			state = h.ReadMessage(crypto)
		}
		if state != stream.Whole {
			b.Fatal("not read")
		}
		c.Close()
	}
}

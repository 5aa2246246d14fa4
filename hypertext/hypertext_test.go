package hypertext

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"abri.example/abri/names/http"
	"golang.org/x/net/http2/hpack"
)

// hear gives what a Talk gives, one text a part.
func hear(t *Talk) (all []string) {
	var m Message
	for t.Next(&m) {
		who, what := "asks", string(m.Head)
		if m.Answer {
			who = "answers"
		}
		if m.Part == Body {
			what = "body " + string(m.Body)
		}
		all = append(all, fmt.Sprint(who, m.Number, " ", what))
	}
	return all
}

// piece is a segment of a client: where it begins, and what it holds.
type piece struct {
	at   int
	data string
}

// say sends the client's pieces and then nothing more.
func say(pieces ...piece) (all []string) {
	p := NewPool(0)
	var t Talk
	p.Watch(&t)
	t.Begin(1000)
	for _, s := range pieces {
		t.Ask(1000+uint32(s.at), 1, []byte(s.data), len(s.data))
		all = append(all, hear(&t)...)
	}
	t.Stop()
	return append(all, hear(&t)...)
}

func packed(how, text string) string {
	var b bytes.Buffer
	if how == "gzip" {
		w := gzip.NewWriter(&b)
		w.Write([]byte(text))
		w.Close()
	} else {
		w := zlib.NewWriter(&b)
		w.Write([]byte(text))
		w.Close()
	}
	return b.String()
}

// post is a request with a body.
func post(fields, body string) string {
	return fmt.Sprintf("POST /a HTTP/1.1\r\n%sContent-Length: %d\r\n\r\n%s", fields, len(body), body)
}

const chunks = "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nunw\r\n5;x=y\r\nanted\r\n0\r\n\r\n"

// The requests that a client sends in one go, and the bodies that a server would read of them.
var sent = map[string]struct {
	text   string
	bodies []string
	heads  int
}{
	"none":                 {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", nil, 1},
	"by length":            {post("", "unwanted"), []string{"unwanted"}, 1},
	"chunks":               {chunks, []string{"unwanted"}, 1},
	"chunks and a next":    {chunks + post("", "next") + "GET /z HTTP/1.0\n\n", []string{"unwanted", "next"}, 3},
	"chunks with trailers": {strings.Replace(chunks, "0\r\n\r\n", "0\r\nx: y\r\n\r\n", 1) + post("", "b"), []string{"unwanted", "b"}, 2},
	"gzip":                 {post("Content-Encoding: gzip\r\n", packed("gzip", "unwanted")), []string{"unwanted"}, 1},
	"deflate":              {post("Content-Encoding: deflate\r\n", packed("zlib", "unwanted")), []string{"unwanted"}, 1},
	"bare deflate":         {post("Content-Encoding: deflate\r\n", packed("zlib", "unwanted")[2:]), []string{"unwanted"}, 1},
	"packed twice":         {post("Content-Encoding: gzip\r\n", packed("gzip", packed("gzip", "x"))), []string{packed("gzip", "x")}, 1},
	"not packed at all":    {post("Content-Encoding: gzip\r\n", "unwanted"), []string{"unwanted"}, 1},
	"empty lines before":   {"\r\n\r\n" + post("", "b"), []string{"b"}, 1},
	"HTTP/0.9":             {"GET /a\r\n", nil, 1},
	"small letters":        {"get /a http/1.1\r\n\r\n", nil, 1},
	"a whole address":      {"GET http://a.fr/b HTTP/1.1\r\nHost: b\r\n\r\nGET / HTTP/1.1\r\n\r\n", nil, 2},
	"a length that lies":   {"POST /a HTTP/1.1\r\nContent-Length: 99\r\n\r\nunwanted", []string{"unwanted"}, 1},
	"a length of nothing":  {"POST /a HTTP/1.1\r\nContent-Length: x\r\n\r\nunwanted", []string{"unwanted"}, 1},
	"no length":            {"POST /a HTTP/1.1\r\n\r\nunwanted = x", []string{"unwanted = x"}, 1},
	"no chunks":            {"POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", nil, 1},
	"two lengths":          {"POST /a HTTP/1.1\r\nContent-Length: 3\r\n" + chunks[len("POST /a HTTP/1.1\r\n"):], []string{"unwanted"}, 1},
	"TLS":                  {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", nil, 0},
	"a mail server":        {"EHLO a.example\r\nMAIL FROM:<a@b>\r\n", nil, 0},
	"SSH":                  {"SSH-2.0-OpenSSH_9\r\n", nil, 0},
}

func TestBodiesAreRead(t *testing.T) {
	for name, c := range sent {
		heads, bodies := sorted(say(piece{0, c.text}))
		if heads != c.heads || !slices.Equal(bodies, c.bodies) {
			t.Errorf("%s: %d heads, %q", name, heads, bodies)
		}
	}
}

// sorted are how many heads there are, and the bodies.
func sorted(parts []string) (heads int, bodies []string) {
	for _, p := range parts {
		if _, body, ok := strings.Cut(p, " body "); ok {
			bodies = append(bodies, body)
		} else {
			heads++
		}
	}
	return heads, bodies
}

// However the bytes are cut, disordered and sent again, the same is read of them. A text without an end is none: what
// follows it cannot be told.
func TestCutsAndDisorderChangeNothing(t *testing.T) {
	for name, c := range sent {
		if strings.HasPrefix(name, "no ") || strings.HasPrefix(name, "HTTP/0") {
			continue
		}
		want := say(piece{0, c.text})
		for seed := range uint64(60) {
			random := rand.New(rand.NewPCG(seed, 5))
			var all []piece
			for at := 0; at < len(c.text); {
				to := min(len(c.text), at+1+random.IntN(1+len(c.text)/(1+int(seed%7))))
				all = append(all, piece{at, c.text[at:to]})
				if random.IntN(3) == 0 {
					from := max(0, at-random.IntN(9))
					all = append(all, piece{from, c.text[from:to]})
				}
				at = to
			}
			random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
			if got := say(all...); !slices.Equal(got, want) {
				t.Fatalf("%s, seed %d: %q, want %q of %v", name, seed, got, want, all)
			}
		}
	}
}

// What crossed where nobody saw it is missed once the server has it, and what comes behind is read.
func TestWhatIsMissedIsPassedOver(t *testing.T) {
	p := NewPool(0)
	var c Talk
	p.Watch(&c)
	c.Begin(0)
	c.Ask(0, 1, []byte("GET /first HT"), 13)
	first := hear(&c)
	c.Ask(30, 1, []byte("GET /second HTTP/1.1\r\n\r\n"), 24)
	first = append(first, hear(&c)...)
	if len(first) != 0 || c.Missed(13) {
		t.Fatalf("%q before it is known that anything is missing", first)
	}
	if !c.Missed(54) {
		t.Fatal("nothing is missed")
	}
	if got := hear(&c); !slices.Equal(got, []string{"asks0 GET /first HT", "asks1 GET /second HTTP/1.1\r\n\r\n"}) {
		t.Errorf("%q", got)
	}
}

// What a capture cut off, of a head or of a body, does not hide the answers behind it, and each has the number of its request.
func TestWhatIsCutOffIsPassedOver(t *testing.T) {
	p := NewPool(0)
	var c Talk
	p.Watch(&c)
	answer := "HTTP/1.1 404 Not Found\r\nContent-Length: 500\r\n\r\n" + strings.Repeat("x", 500)
	for _, shown := range []int{30, 60, len(answer)} {
		c = Talk{}
		p.Watch(&c)
		var got []string
		for n := range 3 {
			ask := fmt.Sprintf("GET /%d HTTP/1.1\r\n\r\n", n)
			c.Ask(uint32(100+n*len(ask)), uint32(7+n*len(answer)), []byte(ask), len(ask))
			c.Answer(uint32(7+n*len(answer)), []byte(answer[:shown]), len(answer))
			for _, said := range hear(&c) {
				if head, _, _ := strings.Cut(said, " Not"); strings.HasPrefix(said, "answers") && !strings.Contains(said, " body ") {
					got = append(got, head)
				}
			}
		}
		if want := []string{"answers0 HTTP/1.1 404", "answers1 HTTP/1.1 404", "answers2 HTTP/1.1 404"}; !slices.Equal(got, want) {
			t.Errorf("%d bytes shown: %q", shown, got)
		}
	}
}

func TestAnswersBelongToTheirRequests(t *testing.T) {
	p := NewPool(0)
	var c Talk
	p.Watch(&c)
	ask := "HEAD /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\nGET /c HTTP/1.1\r\n\r\n"
	c.Ask(50, 7, []byte(ask), len(ask))
	hear(&c)
	answer := "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nMZ!\r\n0\r\n\r\nHTTP/1.0 200 OK\r\n\r\nuntil the end"
	half := len(answer) / 2
	c.Answer(7+uint32(half), []byte(answer[half:]), len(answer)-half)
	got := hear(&c)
	c.Answer(7, []byte(answer[:half]), half)
	got = append(got, hear(&c)...)
	c.Stop()
	got = append(got, hear(&c)...)
	var bodies []string
	for _, g := range got {
		if strings.Contains(g, " body ") {
			bodies = append(bodies, g)
		}
	}
	if !slices.Equal(bodies, []string{"answers1 body MZ!", "answers2 body until the end"}) || len(got) != 6 {
		t.Errorf("%q", got)
	}
}

// second2 is what a client of HTTP/2 says in the clear.
func second2(body string) string {
	var block bytes.Buffer
	e := hpack.NewEncoder(&block)
	for _, f := range [][2]string{{":method", "POST"}, {":path", "/x?y=1"}, {":authority", "a.fr"}, {"user-agent", "evil"}} {
		_ = e.WriteField(hpack.HeaderField{Name: f[0], Value: f[1]})
	}
	frame := func(kind, flags byte, data string) string {
		return string([]byte{0, byte(len(data) >> 8), byte(len(data)), kind, flags, 0, 0, 0, 1}) + data
	}
	cut := block.Len() / 2
	return preface + frame(4, 0, "") + frame(http.FrameHeaders, 0, block.String()[:cut]) + frame(http.FrameContinued, http.FlagEndHeaders, block.String()[cut:]) +
		frame(http.FrameData, 0, body[:3]) + frame(http.FrameData, http.FlagEndStream, body[3:])
}

func TestSecondIsReadAsFirst(t *testing.T) {
	text := second2("unwanted")
	want := []string{"asks0 POST /x?y=1 HTTP/2\r\nHost: a.fr\r\nuser-agent: evil\r\n\r\n", "asks0 body unwanted"}
	got := say(piece{0, text})
	got[0] = strings.Replace(got[0], "asks1", "asks0", 1)
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if got := say(piece{20, text[20:]}, piece{0, text[:20]}); len(got) != 2 {
		t.Errorf("in disorder: %q", got)
	}
}

// What a small body unpacks to is bounded, and so is what waits.
func TestPackedBombsAreBounded(t *testing.T) {
	_, bodies := sorted(say(piece{0, post("Content-Encoding: gzip\r\n", packed("gzip", strings.Repeat("a", 8<<20)))}))
	if len(bodies) != 1 || len(bodies[0]) != mostOpened {
		t.Errorf("%d bodies", len(bodies))
	}
	p := NewPool(1 << 20)
	all := make([]Talk, 5000)
	for i := range all {
		p.Watch(&all[i])
		all[i].Ask(0, 1, []byte("POST /a HTTP/1.1\r\nContent-Length: 9000\r\n\r\nhalf"), 46)
		hear(&all[i])
	}
	if p.Held() > 1<<20 {
		t.Errorf("%d bytes wait", p.Held())
	}
}

// Whatever comes, nothing is read past its end, and no part is longer than its bound.
func FuzzTalk(f *testing.F) {
	for _, c := range sent {
		f.Add([]byte(c.text), uint8(9), uint8(3))
	}
	f.Add([]byte(second2("unwanted")), uint8(200), uint8(0))
	f.Fuzz(func(t *testing.T, text []byte, n, skip uint8) {
		p := NewPool(1 << 20)
		var c Talk
		var m Message
		p.Watch(&c)
		seq := uint32(0)
		for s := range slices.Chunk(text, int(n)+1) {
			c.Ask(seq, 1, s, len(s)+int(skip%3))
			for c.Next(&m) {
				if len(m.Head) > mostHead+1<<10+int(n) || len(m.Body) > max(mostOpened, 2*len(text)) {
					t.Fatalf("a head of %d bytes, a body of %d", len(m.Head), len(m.Body))
				}
			}
			seq += uint32(len(s)) + uint32(skip%3)
			if skip%2 == 1 {
				c.Missed(seq)
				for c.Next(&m) {
				}
			}
			c.Answer(seq, s, len(s))
			for c.Next(&m) {
			}
		}
		c.Stop()
		for c.Next(&m) {
		}
		c.Close()
	})
}

package detect

// improbableMost is the mean rarity of the pairs of letters, from 0 to 9, above which a name looks made by a machine. Of
// the names that people visit most, one in 200 lies above it; of letters thrown at random, eight to nine in ten.
const improbableMost = 3.6

// improbableTurns is how often letters and digits take turns in such a name: more than in a year or a number put to it.
const improbableTurns = 5

// improbable reports whether a label of a domain name looks made by a machine. Labels of less than eight letters are too
// short to tell.
func improbable(label []byte) bool {
	if len(label) < 8 || len(label) > 63 {
		return false
	}
	sum, last, turns, digit := 0, byte(26), 0, false
	for i, c := range label {
		if d := '0' <= c && c <= '9'; d != digit {
			digit = d
			if i > 0 {
				turns++
			}
		}
		n := letter(c)
		sum += int(rarity[last][n] - '0')
		last = n
	}
	sum += int(rarity[last][26] - '0')
	return turns >= improbableTurns || float64(sum)/float64(len(label)+1) > improbableMost
}

// letter is the place of a letter in the alphabet; 26 is anything else, and the ends of a label.
func letter(c byte) byte {
	if c = lower(c); 'a' <= c && c <= 'z' {
		return c - 'a'
	}
	return 26
}

// rarity is how rare the second of two letters is after the first: round(-log2 p - 1.5), 0 to 9, by row and column from a
// to z and then anything else. Counted in the names of the Tranco list's first 10,000 (MISP warning lists of 2026-08-20,
// CC0), with half a count added to each.
var rarity = [27]string{
	"543365453742226382325456442", // a
	"154616652882652683353875472", // b
	"255227623832551683434779582", // c
	"245515452764412593354567561", // d
	"343345565753424481226544561", // e
	"254523771882561592533867492", // f
	"155517542772541583343779592", // g
	"165417572965651664432649582", // h
	"342334467743313474325375752", // i
	"185525651658481468352846683", // j
	"254527652654553574333646461", // k
	"255415571863462596443777372", // l
	"145516462876452385364766372", // m
	"253215253744553586225565571", // n
	"544364364643322382332445662", // o
	"254526542752551392343777582", // p
	"453557543773554445430555752", // q
	"154415572944432595323467472", // r
	"353525633945453366314658580", // s
	"254516632875552592443457471", // t
	"324235573753325392226676563", // u
	"274507760756653595455677571", // v
	"154516641766642495155758583", // w
	"343445732765534397335362470", // x
	"244434554654433375235656870", // y
	"245416662764641585453658432", // z
	"232343343543334364234445552", // the beginning, and after anything else
}

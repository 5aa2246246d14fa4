package console

import (
	"fmt"
	"net"
	"os"

	abri "abri.example/abri"
	"abri.example/abri/decoy"
)

// decoyVerb is the process of the decoys; the keeper starts it, with a socket for each name from the third file on.
type decoyVerb struct {
	Names []string `arg:"" help:"The doors, in the order of their sockets."`
}

// firstSocket is the first file that a program finds open beside its three standard ones.
const firstSocket = 3

func (v decoyVerb) Run(s *shell) error {
	doors, datagrams := map[string]net.Listener{}, map[string]net.PacketConn{}
	for i, name := range v.Names {
		d, err := decoy.Find(name)
		if err != nil {
			return err
		}
		f := os.NewFile(uintptr(firstSocket+i), name)
		if d.Network == "udp" {
			datagrams[name], err = net.FilePacketConn(f)
		} else {
			doors[name], err = net.FileListener(f)
		}
		f.Close()
		if err != nil {
			return &abri.Error{Code: abri.CodeInvalid, Place: fmt.Sprintf("file %d", firstSocket+i), What: "this is no socket of a decoy", Remedy: "abri run starts the decoys", Err: err}
		}
	}
	return decoy.Serve(s.ctx, doors, datagrams)
}

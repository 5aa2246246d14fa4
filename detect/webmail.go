package detect

import (
	"bytes"

	"abri.example/abri/hypertext"
)

// leadsToMail reports whether a request is for a mailbox: by its path, or by the name of the machine.
func leadsToMail(head []byte) bool {
	line := lineOf(head)
	_, path, _ := bytes.Cut(line, []byte(" "))
	for _, word := range [...]string{"/owa", "/ecp", "/ews/", "/autodiscover", "/microsoft-server-activesync", "/mapi/", "/rpc/rpcproxy", "/oab/", "/zimbra",
		"/service/soap", "/service/preauth", "/sogo", "/roundcube", "/rainloop", "/snappymail", "/horde", "/squirrelmail", "/webmail", "/?_task=", "/?/ajax/"} {
		if foldedPrefix(path, word) {
			return true
		}
	}
	return isMailHost(hypertext.Field(head, "host"))
}

// isMailHost reports whether a machine is called as those are that people read their mail at.
func isMailHost(name []byte) bool {
	for _, label := range [...]string{"mail.", "webmail.", "owa.", "autodiscover.", "zimbra.", "roundcube.", "messagerie.", "courriel.", "courrier.", "exchange.", "outlook.", "activesync.", "sogo."} {
		if foldedPrefix(name, label) {
			return true
		}
	}
	return false
}

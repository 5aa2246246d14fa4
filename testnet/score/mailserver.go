package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"abri.example/abri"
	"abri.example/abri/testnet"
)

// people are those with a mailbox; each has the password "juste-" and the name.
var people = []string{"claire", "paul", "mairie", "urbanisme", "etat-civil"}

// startMail starts Dovecot and Postfix on a host, as Debian has them but for what the scenario needs: IMAP, POP3,
// ManageSieve, SMTP and submission, in clear and enciphered, with logins in clear allowed as small town halls still have
// them, and without the pause that Dovecot adds for each earlier failure, which would take hours. They keep their files in folder, and end with the host's network.
func startMail(ctx context.Context, h *testnet.Host, at netip.Addr, folder string) error {
	for _, program := range []string{"dovecot", "postfix", "hydra"} {
		if _, err := exec.LookPath(program); err != nil {
			return &abri.Error{Code: abri.CodeUnsupported, Place: program, What: "not installed", Remedy: "apt-get install dovecot-imapd dovecot-pop3d dovecot-managesieved postfix hydra"}
		}
	}
	if err := os.Chmod(folder, 0o755); err != nil {
		return err
	}
	if err := certificate(filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")); err != nil {
		return err
	}
	users, boxes := "", ""
	for _, p := range people {
		users += fmt.Sprintf("%s:{PLAIN}juste-%s:::::\n", p, p)
		boxes += p + "@mairie.example " + p + "/\n"
	}
	files := map[string]string{"users": users, "boxes": boxes,
		"dovecot.conf": fmt.Sprintf(dovecotConf, folder, os.Getpid()), "main.cf": fmt.Sprintf(mainCF, folder), "master.cf": masterCF}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	for _, sub := range []string{"mail", "spool", "lib", "run"} {
		if err := os.MkdirAll(filepath.Join(folder, sub), 0o777); err != nil {
			return err
		}
		if err := os.Chmod(filepath.Join(folder, sub), 0o777); err != nil {
			return err
		}
	}
	if err := own(filepath.Join(folder, "lib"), "postfix"); err != nil {
		return err
	}
	if err := os.Chmod(filepath.Join(folder, "spool"), 0o755); err != nil {
		return err
	}
	if _, err := h.Start(exec.CommandContext(ctx, "dovecot", "-F", "-c", filepath.Join(folder, "dovecot.conf"))); err != nil {
		return err
	}
	if out, err := exec.CommandContext(ctx, "postfix", "-c", folder, "set-permissions", "create-missing").CombinedOutput(); err != nil {
		_ = out // it makes the queue's folders and then misses manuals that a minimal Debian has not
	}
	if _, err := h.Start(exec.CommandContext(ctx, "/usr/lib/postfix/sbin/master", "-d", "-c", folder)); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for _, port := range []uint16{25, 110, 143, 465, 587, 993, 995, 4190} {
		err := testnet.AwaitThat(ctx, func() error {
			c, err := h.Dial(ctx, "tcp", netip.Addr{}, netip.AddrPortFrom(at, port))
			if err == nil {
				err = c.Close()
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("port %d does not answer: %w", port, err)
		}
	}
	return nil
}

func own(path, user string) error {
	return exec.Command("chown", user, path).Run()
}

// certificate makes a certificate of the mail server's own, as small sites have.
func certificate(cert, key string) error {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	t := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail.mairie.example"}, DNSNames: []string{"mail.mairie.example"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, t, t, &k.PublicKey, k)
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		return err
	}
	return errors.Join(os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644),
		os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o644))
}

const dovecotConf = `
base_dir = %[1]s/run/dovecot-%[2]d
state_dir = %[1]s/run
log_path = %[1]s/dovecot.log
protocols = imap pop3 sieve
disable_plaintext_auth = no
auth_mechanisms = plain login
ssl = yes
ssl_cert = <%[1]s/cert.pem
ssl_key = <%[1]s/key.pem
mail_location = maildir:%[1]s/mail/%%u
default_client_limit = 500
mail_max_userip_connections = 100
first_valid_uid = 1
passdb {
  driver = passwd-file
  args = %[1]s/users
}
userdb {
  driver = static
  args = uid=dovecot gid=dovecot home=%[1]s/mail/%%u
}
service managesieve-login {
  inet_listener sieve {
    port = 4190
  }
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service auth {
  unix_listener %[1]s/spool/auth {
    mode = 0666
  }
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
`

const mainCF = `
compatibility_level = 3.6
queue_directory = %[1]s/spool
data_directory = %[1]s/lib
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = %[1]s/postfix.log
maillog_file_prefixes = %[1]s
myhostname = mail.mairie.example
mydestination =
virtual_mailbox_domains = mairie.example
virtual_mailbox_maps = texthash:%[1]s/boxes
virtual_mailbox_base = %[1]s/mail
virtual_transport = discard
default_transport = discard
virtual_uid_maps = static:105
virtual_gid_maps = static:105
inet_interfaces = all
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_sasl_type = dovecot
smtpd_sasl_path = auth
smtpd_sasl_auth_enable = yes
smtpd_tls_cert_file = %[1]s/cert.pem
smtpd_tls_key_file = %[1]s/key.pem
smtpd_tls_security_level = may
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
default_process_limit = 50
`

const masterCF = `
smtp      inet  n - n - - smtpd
submission inet n - n - - smtpd
smtps     inet  n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
proxywrite unix - - n - 1 proxymap
showq     unix  n - n - - showq
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
`

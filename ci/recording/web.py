"""Pages with passwords: web.py PORT [CERTIFICATE KEY]. /private wants a basic password, /digest one that is not said in
clear, /wsman one of Windows; anything posted is a login that fails, in a page or at a portal; the rest is there or not."""
import base64
import http.server
import ssl
import sys

CHALLENGE = base64.b64encode(
    b"NTLMSSP\0\x02\0\0\0" + b"\x0c\0\x0c\0\x38\0\0\0" + b"\x05\x82\x89\xe2" + b"\x11\x22\x33\x44\x55\x66\x77\x88" + b"\0" * 8
    + b"\x04\0\x04\0\x44\0\0\0" + b"\x0a\0\x63\x45\0\0\0\x0f" + "MAIRIE".encode("utf-16le") + b"\0\0\0\0").decode()


class Pages(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1" if sys.argv[1] == "5985" else "HTTP/1.0"  # WinRM's way of a password takes one connection

    def answer(self, code, page=b"", **head):
        self.send_response(code)
        for name, value in head.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(page)

    def do_GET(self):
        given = self.headers.get("Authorization", "")
        if given.startswith("Basic ") and base64.b64decode(given[6:]) == b"marie:Mairie-2026":
            self.answer(200, b"<html><body>Documents du conseil</body></html>")
        elif self.path == "/private":
            self.answer(401, WWW_Authenticate="Basic realm=nas")
        elif self.path == "/digest":
            self.answer(401, WWW_Authenticate='Digest realm="camera", nonce="5f3a", qop="auth", algorithm=MD5')
        elif self.path == "/wsman":
            scheme, _, token = given.partition(" ")
            asks = scheme in ("NTLM", "Negotiate") and base64.b64decode(token)[8:9] == b"\x01"
            self.answer(401, WWW_Authenticate=f"{scheme} {CHALLENGE}" if asks else "NTLM")
        elif self.path == "/":
            self.answer(200)
        elif self.path.startswith("/login"):
            self.answer(200, b'<html><body><form method=post action=/login.php><input name=user><input name=pass type=password></form></body></html>')
        elif self.path.startswith("/page"):
            self.answer(200, b"<html><body>" + self.path.encode() * 40 + b"</body></html>")
        elif self.path.startswith("/remote"):
            self.answer(200, b"<html><body>Identifiant ou mot de passe incorrect</body></html>")
        else:
            self.answer(404)

    do_HEAD = do_GET

    def do_POST(self):
        said = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/wsman":
            self.do_GET()
        elif b"Mairie-2026" in said:
            self.answer(200, b"<html><body>Bonjour Marie</body></html>")
        else:
            self.answer(200, b"<html><body>Identifiant ou mot de passe incorrect</body></html>")

    def log_message(self, *a):
        pass


server = http.server.ThreadingHTTPServer(("", int(sys.argv[1])), Pages)
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*sys.argv[2:])
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
server.serve_forever()

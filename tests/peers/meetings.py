"""How two clients meet: whom the server has introduced, the hello, the proofs, and the tokens of
links that stand. Written after docs/PEERS.md.
"""

import hashlib
import hmac
import os
import socket
import threading
import time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import tls13

# An introduction is good for so many seconds.
VALIDITY = 30


def proof(token, purpose, kind, fresh, names, keys):
    parts = [purpose, kind, fresh, *(name.encode() for name in names), *keys]
    data = b"".join(len(part).to_bytes(2, "big") + part for part in parts)
    return hmac.new(token, data, hashlib.sha256).digest()


class Meetings:
    """`serve(user, kind, link)` is called with each link, in a thread of its own."""

    def __init__(self, me, serve, tell):
        self.me, self.serve, self.tell = me, serve, tell
        self.key = Ed25519PrivateKey.generate()
        self.public = self.key.public_key().public_bytes_raw()
        # Whom to expect: [user, key, token, until], without an end as long as a link stands.
        self.expected = []
        # Why a user is to be called once the introduction is here.
        self.calling = {}
        self.changed = threading.Condition()
        self.listener = socket.create_server(("", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.listen, daemon=True).start()

    def introduce(self, user, key, token, addresses):
        if kind := self.calling.pop(user, None):
            arguments = (user, kind, key, token, addresses)
            threading.Thread(target=self.call, args=arguments, daemon=True).start()
        with self.changed:
            # Both sides may have asked at once, so the other one may come as well.
            self.expected.append([user, key, token, time.time() + VALIDITY])
            self.changed.notify_all()

    # The calling side

    def call(self, user, kind, key, token, addresses):
        for host, port in addresses:
            try:
                link = self.knock(user, kind, key, token, (host, port))
            except (OSError, tls13.Refused) as error:
                self.tell(f"not at {host}: {error}")
            else:
                return self.stand(user, kind, key, link)
        self.tell(f"cannot connect to {user}")

    def knock(self, user, kind, key, token, address):
        names, keys = (self.me, user), (self.public, key)
        stream = socket.create_connection(address, timeout=2)
        stream.settimeout(9)
        nonce = os.urandom(16)
        mac = proof(token, b"smolchat-hello-2", kind, nonce, names, keys)
        stream.sendall(b"hello %s %s %s\n" % (kind, nonce.hex().encode(), mac.hex().encode()))
        link = tls13.Link(stream, self.key, key, is_client=True)
        link.shake_hands()
        link.write(proof(token, b"smolchat-connect-2", kind, link.exported, names, keys))
        wanted = proof(token, b"smolchat-accept-2", kind, link.exported, names, keys)
        if not hmac.compare_digest(link.read(32), wanted):
            raise tls13.Refused("another token")
        return link

    # The called side

    def listen(self):
        while True:
            stream, _ = self.listener.accept()
            threading.Thread(target=self.hear_out, args=(stream,), daemon=True).start()

    def hear_out(self, stream):
        stream.settimeout(8)
        received = b""
        while b"\n" not in received and len(received) < 128:
            received += stream.recv(4096) or b"\n"
        line, received = received.split(b"\n", 1)
        word, kind, nonce, mac = line.split(b" ")
        nonce, mac = bytes.fromhex(nonce.decode()), bytes.fromhex(mac.decode())
        found = self.wait_for(kind, nonce, mac) if word == b"hello" else None
        if not found:
            return stream.close()
        user, key, token, _ = found
        names, keys = (user, self.me), (key, self.public)
        link = tls13.Link(stream, self.key, key, is_client=False, received=received)
        link.shake_hands()
        wanted = proof(token, b"smolchat-connect-2", kind, link.exported, names, keys)
        if not hmac.compare_digest(link.read(32), wanted):
            return stream.close()
        link.write(proof(token, b"smolchat-accept-2", kind, link.exported, names, keys))
        self.stand(user, kind, key, link)

    def wait_for(self, kind, nonce, mac):
        """Whom the hello proves to be here. Its introduction may still be on the way."""
        end = time.time() + 5
        with self.changed:
            while time.time() < end:
                now = time.time()
                self.expected = [one for one in self.expected if not one[3] or now < one[3]]
                for one in self.expected:
                    if self.is_proven(one, kind, nonce, mac):
                        if one[3]:
                            self.expected.remove(one)
                        return one
                self.changed.wait(end - now)
        return None

    def is_proven(self, expected, kind, nonce, mac):
        user, key, token, until = expected
        names, keys = (user, self.me), (key, self.public)
        wanted = proof(token, b"smolchat-hello-2", kind, nonce, names, keys)
        # A standing token is for files alone.
        return hmac.compare_digest(mac, wanted) and (until or kind == b"files")

    # Both sides

    def stand(self, user, kind, key, link):
        link.socket.settimeout(None)
        token = hmac.new(link.exported, b"smolchat-files", hashlib.sha256).digest()[:16]
        standing = [user, key, token, None]
        with self.changed:
            self.expected.append(standing)
            self.changed.notify_all()
        try:
            self.serve(user, kind, link)
        finally:
            link.socket.close()
            with self.changed:
                self.expected.remove(standing)

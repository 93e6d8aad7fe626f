"""As much of TLS 1.3 (RFC 8446) as a link between clients needs, with raw public keys (RFC 7250):
TLS_AES_128_GCM_SHA256, x25519, ed25519, and nothing else. Either side may be this one.
"""

import hashlib
import hmac
import os
import struct

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PROTOCOL = b"smolchat-peer/2"
# What stands before the 32 bytes of an Ed25519 key (RFC 8410).
PUBLIC_HEAD = bytes.fromhex("302a300506032b6570032100")
# TLS_AES_128_GCM_SHA256
SUITE = b"\x13\x01"
CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, DATA = 20, 21, 22, 23
CLIENT_HELLO, SERVER_HELLO, EXTENSIONS, CERTIFICATE, REQUEST, VERIFY, FINISHED = 1, 2, 8, 11, 13, 15, 20


class Refused(Exception):
    """The other side is not whom it has to be, or speaks something else."""


def counted(data, width=2):
    """The bytes behind their length."""
    return len(data).to_bytes(width, "big") + data


def extension(number, data):
    return struct.pack(">H", number) + counted(data)


def take(data, width):
    """The counted bytes at the front, and the rest."""
    length = int.from_bytes(data[:width], "big")
    if len(data) < width + length:
        raise Refused("a length is wrong")
    return data[width : width + length], data[width + length :]


def extensions_of(data):
    found = {}
    while data:
        found[int.from_bytes(data[:2], "big")], data = take(data[2:], 2)
    return found


def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def expand(secret, label, context, length):
    """HKDF-Expand-Label, for one block at most."""
    info = struct.pack(">H", length) + counted(b"tls13 " + label, 1) + counted(context, 1)
    return mac(secret, info + b"\x01")[:length]


class Direction:
    """One direction's key. Records are counted."""

    def __init__(self, secret):
        self.secret = secret
        self.cipher = AESGCM(expand(secret, b"key", b"", 16))
        self.iv = int.from_bytes(expand(secret, b"iv", b"", 12), "big")
        self.count = 0

    def nonce(self):
        self.count += 1
        return (self.iv ^ (self.count - 1)).to_bytes(12, "big")

    def finished(self, transcript):
        return mac(expand(self.secret, b"finished", b"", 32), transcript)


class Link:
    """A connection. `shake_hands` proves both keys."""

    def __init__(self, socket, own, peer, is_client, received=b""):
        self.socket, self.own, self.peer, self.is_client = socket, own, peer, is_client
        self.received, self.messages, self.data = received, b"", b""
        self.transcript = hashlib.sha256()
        self.reading = self.writing = None

    # Records

    def bytes(self, count):
        while len(self.received) < count:
            piece = self.socket.recv(65536)
            if not piece:
                raise ConnectionError("the link is cut")
            self.received += piece
        taken, self.received = self.received[:count], self.received[count:]
        return taken

    def record(self):
        """The next record's kind and what is in it; None behind a goodbye."""
        while True:
            head = self.bytes(5)
            kind, body = head[0], self.bytes(int.from_bytes(head[3:], "big"))
            if kind == CHANGE_CIPHER_SPEC:
                continue
            if self.reading and kind == DATA:
                plain = self.reading.cipher.decrypt(self.reading.nonce(), body, head)
                plain = plain.rstrip(b"\0")
                kind, body = plain[-1], plain[:-1]
            elif kind not in (HANDSHAKE, ALERT):
                raise Refused("no TLS")
            if kind == ALERT:
                if body[1] == 0:
                    return None
                raise Refused(f"alert {body[1]}")
            return kind, body

    def send(self, kind, data):
        for at in range(0, len(data), 16384):
            piece = data[at : at + 16384]
            if self.writing is None:
                self.socket.sendall(bytes([kind]) + b"\x03\x01" + counted(piece))
                continue
            head = b"\x17\x03\x03" + struct.pack(">H", len(piece) + 17)
            sealed = self.writing.cipher.encrypt(self.writing.nonce(), piece + bytes([kind]), head)
            self.socket.sendall(head + sealed)

    # Messages of the handshake

    def say(self, kind, body):
        message = bytes([kind]) + counted(body, 3)
        self.transcript.update(message)
        self.send(HANDSHAKE, message)

    def hear(self, expected):
        while len(self.messages) < 4 or len(self.messages) < 4 + int.from_bytes(self.messages[1:4], "big"):
            record = self.record()
            if record is None or record[0] != HANDSHAKE:
                raise Refused("the handshake ends early")
            self.messages += record[1]
        length = 4 + int.from_bytes(self.messages[1:4], "big")
        message, self.messages = self.messages[:length], self.messages[length:]
        if message[0] != expected:
            raise Refused(f"message {message[0]} instead of {expected}")
        self.before = self.transcript.digest()
        self.transcript.update(message)
        return message[4:]

    # The handshake

    def shake_hands(self):
        share = X25519PrivateKey.generate()
        self.exchange(share)
        self.prove() if self.is_client else self.demand()
        del self.messages, self.transcript

    def hello(self, share):
        shares = struct.pack(">H", 0x1D) + counted(share.public_key().public_bytes_raw())
        found = [
            extension(43, b"\x02\x03\x04"),
            extension(10, counted(b"\x00\x1d")),
            extension(13, counted(b"\x08\x07")),
            extension(51, counted(shares)),
            extension(16, counted(counted(PROTOCOL, 1))),
            extension(19, b"\x01\x02"),
            extension(20, b"\x01\x02"),
        ]
        suites = counted(SUITE)
        return b"\x03\x03" + os.urandom(32) + b"\0" + suites + b"\x01\x00" + counted(b"".join(found))

    def exchange(self, share):
        if self.is_client:
            self.say(CLIENT_HELLO, self.hello(share))
            body = self.hear(SERVER_HELLO)[34:]
            _, body = take(body, 1)
            suite, body = body[:2], body[3:]
            found = extensions_of(take(body, 2)[0])
            theirs = found[51][4:]
        else:
            body = self.hear(CLIENT_HELLO)[34:]
            session, body = take(body, 1)
            suites, body = take(body, 2)
            _, body = take(body, 1)
            found = extensions_of(take(body, 2)[0])
            offered = [suites[at : at + 2] for at in range(0, len(suites), 2)]
            suite = SUITE if SUITE in offered else b""
            theirs = self.share_of(found[51])
            if counted(PROTOCOL, 1) not in found.get(16, b""):
                raise Refused("another protocol")
        if suite != SUITE:
            raise Refused("another cipher")
        if not self.is_client:
            key = struct.pack(">H", 0x1D) + counted(share.public_key().public_bytes_raw())
            said = extension(43, b"\x03\x04") + extension(51, key)
            head = b"\x03\x03" + os.urandom(32) + counted(session, 1) + suite + b"\0"
            self.say(SERVER_HELLO, head + counted(said))
        empty = hashlib.sha256(b"").digest()
        early = mac(bytes(32), bytes(32))
        shared = share.exchange(X25519PublicKey.from_public_bytes(theirs))
        secret = mac(expand(early, b"derived", empty, 32), shared)
        hello = self.transcript.digest()
        sides = [Direction(expand(secret, label, hello, 32)) for label in (b"c hs traffic", b"s hs traffic")]
        self.writing, self.reading = sides if self.is_client else sides[::-1]
        self.master = mac(expand(secret, b"derived", empty, 32), bytes(32))

    @staticmethod
    def share_of(shares):
        shares = take(shares, 2)[0]
        while shares:
            group, (key, shares) = shares[:2], take(shares[2:], 2)
            if group == b"\x00\x1d":
                return key
        raise Refused("no x25519")

    def prove(self):
        """The calling side: the other proves itself first."""
        found = extensions_of(take(self.hear(EXTENSIONS), 2)[0])
        if found.get(16) != counted(counted(PROTOCOL, 1)):
            raise Refused("another protocol")
        context = take(self.hear(REQUEST), 1)[0]
        self.hear_key(b"server")
        self.hear_finished()
        after = self.application_keys()
        self.say_key(context, b"client")
        self.say(FINISHED, self.writing.finished(self.transcript.digest()))
        self.writing, self.reading = after

    def demand(self):
        """The called side."""
        said = extension(16, counted(counted(PROTOCOL, 1))) + extension(19, b"\x02") + extension(20, b"\x02")
        self.say(EXTENSIONS, counted(said))
        self.say(REQUEST, b"\0" + counted(extension(13, counted(b"\x08\x07"))))
        self.say_key(b"", b"server")
        self.say(FINISHED, self.writing.finished(self.transcript.digest()))
        after = self.application_keys()
        self.writing = after[1]
        self.hear_key(b"client")
        self.hear_finished()
        self.reading = after[0]

    def hear_key(self, side):
        shown = take(self.hear(CERTIFICATE)[1:], 3)[0]
        key = take(shown, 3)[0]
        if key != PUBLIC_HEAD + self.peer:
            raise Refused("another key")
        body = self.hear(VERIFY)
        if body[:2] != b"\x08\x07":
            raise Refused("another signature")
        signed = b" " * 64 + b"TLS 1.3, " + side + b" CertificateVerify\0" + self.before
        Ed25519PublicKey.from_public_bytes(self.peer).verify(take(body[2:], 2)[0], signed)

    def say_key(self, context, side):
        key = PUBLIC_HEAD + self.own.public_key().public_bytes_raw()
        self.say(CERTIFICATE, counted(context, 1) + counted(counted(key, 3) + b"\0\0", 3))
        signed = b" " * 64 + b"TLS 1.3, " + side + b" CertificateVerify\0" + self.transcript.digest()
        self.say(VERIFY, b"\x08\x07" + counted(self.own.sign(signed)))

    def hear_finished(self):
        proof = self.hear(FINISHED)
        if not hmac.compare_digest(proof, self.reading.finished(self.before)):
            raise Refused("somebody is in between")

    def application_keys(self):
        """The client's direction and the server's, and what is exported."""
        seen = self.transcript.digest()
        exporter = expand(self.master, b"exp master", seen, 32)
        empty = hashlib.sha256(b"").digest()
        exporter = expand(exporter, b"EXPORTER-Channel-Binding", empty, 32)
        self.exported = expand(exporter, b"exporter", empty, 32)
        labels = (b"c ap traffic", b"s ap traffic")
        return [Direction(expand(self.master, label, seen, 32)) for label in labels]

    # Behind the handshake

    def write(self, data):
        self.send(DATA, data)

    def close(self):
        self.send(ALERT, b"\x01\x00")

    def read(self, count):
        """So many bytes; fewer only at the end."""
        while len(self.data) < count and self.more():
            pass
        taken, self.data = self.data[:count], self.data[count:]
        return taken

    def line(self):
        """A line without its line feed; None at the end."""
        while b"\n" not in self.data:
            if len(self.data) >= 512 or not self.more():
                return None
        line, self.data = self.data.split(b"\n", 1)
        return line.decode()

    def more(self):
        record = self.record()
        if record is None:
            return False
        if record[0] == DATA:
            self.data += record[1]
        return True

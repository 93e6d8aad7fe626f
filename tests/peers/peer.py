"""A client that takes part in private talk, written after docs/PEERS.md and docs/PROTOCOL.md.

Arguments: HOST PORT USER PASSWORD. It logs in by lines, and takes `startprivate USER`,
`private USER TEXT` and `stopprivate USER` from its input. What happens it prints, a line each.
"""

import hashlib
import hmac
import os
import socket
import sys
import threading
import time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import tls13

own_key = Ed25519PrivateKey.generate()
own_public = own_key.public_key().public_bytes_raw()
run = os.urandom(8).hex()
lock = threading.Condition()
# By user: [key, token, addresses], good for one link.
introduced = {}
# By user: the link, the last number heard, and what is not acknowledged.
talks = {}
# By user: the number of the next text. It goes on from one link to the next.
numbers = {}
calling = set()


def tell(line):
    # One write, since other threads print, too.
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def proof(token, purpose, kind, fresh, names, keys):
    parts = [purpose, kind, fresh, *(name.encode() for name in names), *keys]
    data = b"".join(len(part).to_bytes(2, "big") + part for part in parts)
    return hmac.new(token, data, hashlib.sha256).digest()


def call(user):
    key, token, addresses = introduced.pop(user)
    names, keys = (me, user), (own_public, key)
    for host, port in addresses:
        try:
            stream = socket.create_connection((host, port), timeout=2)
            stream.settimeout(9)
            nonce = os.urandom(16)
            mac = proof(token, b"smolchat-hello-2", b"talk", nonce, names, keys)
            stream.sendall(f"hello talk {nonce.hex()} {mac.hex()}\n".encode())
            link = tls13.Link(stream, own_key, key, is_client=True)
            link.shake_hands()
            link.write(proof(token, b"smolchat-connect-2", b"talk", link.exported, names, keys))
            wanted = proof(token, b"smolchat-accept-2", b"talk", link.exported, names, keys)
            if not hmac.compare_digest(link.read(32), wanted):
                raise tls13.Refused("another token")
            return talk(user, link)
        except (OSError, tls13.Refused) as error:
            tell(f"not at {host}: {error}")
    tell(f"cannot connect to {user}")


def hear_out(stream):
    stream.settimeout(8)
    received = b""
    while b"\n" not in received and len(received) < 128:
        received += stream.recv(4096) or b"\n"
    line, received = received.split(b"\n", 1)
    word, kind, nonce, mac = line.split(b" ")
    nonce, mac, end = bytes.fromhex(nonce.decode()), bytes.fromhex(mac.decode()), time.time() + 5
    with lock:
        while not (found := whose(word, kind, nonce, mac)) and time.time() < end:
            lock.wait(end - time.time())
        if not found:
            return stream.close()
        user, (key, token, _) = found, introduced.pop(found)
    names, keys = (user, me), (key, own_public)
    link = tls13.Link(stream, own_key, key, is_client=False, received=received)
    link.shake_hands()
    wanted = proof(token, b"smolchat-connect-2", kind, link.exported, names, keys)
    if not hmac.compare_digest(link.read(32), wanted):
        return stream.close()
    link.write(proof(token, b"smolchat-accept-2", kind, link.exported, names, keys))
    talk(user, link)


def whose(word, kind, nonce, mac):
    for user, (key, token, _) in introduced.items():
        names, keys = (user, me), (key, own_public)
        wanted = proof(token, b"smolchat-hello-2", kind, nonce, names, keys)
        if word == b"hello" and kind == b"talk" and hmac.compare_digest(mac, wanted):
            return user
    return None


def talk(user, link):
    link.socket.settimeout(None)
    state = talks[user] = {"link": link, "heard": 0, "waiting": {}, "stopped": False}
    say(user, f"begin {run} {numbers.setdefault(user, 1)}")
    tell(f"connected to {user}")
    try:
        while (line := link.line()) is not None:
            word, _, rest = line.partition(" ")
            if word == "begin":
                state["heard"] = int(rest.split(" ")[1]) - 1
            elif word == "text":
                number, _, text = rest.partition(" ")
                if int(number) == state["heard"] + 1:
                    state["heard"] += 1
                    tell(f"{user}: {text}")
                say(user, f"ack {state['heard']}")
            elif word == "ack":
                for number in [n for n in state["waiting"] if n <= int(rest)]:
                    tell(f"{user} has read: {state['waiting'].pop(number)}")
            elif word == "ping":
                say(user, "pong")
            elif word == "stop":
                tell(f"{user} has stopped")
                state["stopped"] = True
                break
        link.close()
    except OSError:
        pass
    link.socket.close()
    if talks.get(user) is state:
        del talks[user]
    if not state["stopped"]:
        tell(f"{user} is gone")


def say(user, line):
    with lock:
        talks[user]["link"].write(line.encode() + b"\n")


def hear_server(lines):
    for line in lines:
        line = line.rstrip("\n")
        if not line.startswith("* private "):
            tell(line)
            continue
        user, token, key, *addresses = line.split(" ")[2:]
        found = []
        for address in addresses:
            host, _, port = address.rpartition(":")
            found.append((host.strip("[]"), int(port)))
        with lock:
            introduced[user] = [bytes.fromhex(key), bytes.fromhex(token), found]
            lock.notify_all()
        if user in calling:
            calling.discard(user)
            threading.Thread(target=call, args=(user,), daemon=True).start()


def listen(listener):
    while True:
        stream, _ = listener.accept()
        threading.Thread(target=hear_out, args=(stream,), daemon=True).start()


host, port, me, password = sys.argv[1:]
server = socket.create_connection((host, int(port)), timeout=30)
server.settimeout(None)
listener = socket.create_server(("", 0))
threading.Thread(target=listen, args=(listener,), daemon=True).start()
addresses = server.getsockname()[0]
port = listener.getsockname()[1]
server.sendall(f"login {me} {password}\np2p {port} {own_public.hex()} {addresses}\n".encode())
threading.Thread(target=hear_server, args=(server.makefile(),), daemon=True).start()
for command in sys.stdin:
    word, user, *text = command.rstrip("\n").split(" ", 2)
    if word == "startprivate":
        calling.add(user)
        server.sendall(f"startprivate {user}\n".encode())
    elif word == "private":
        talks[user]["waiting"][numbers[user]] = text[0]
        say(user, f"text {numbers[user]} {text[0]}")
        numbers[user] += 1
    elif word == "stopprivate":
        talks[user]["stopped"] = True
        say(user, "stop")

"""A client that takes part in private talk and in the exchange of files, written after
docs/PEERS.md and docs/PROTOCOL.md.

Arguments: HOST PORT USER PASSWORD. It logs in by lines. From its input it takes `startprivate USER`,
`private USER TEXT` and `stopprivate USER`; `offer PATH`, `download NAME`, and `save NAME PATH` for
what was loaded. What happens it prints, a line each.
"""

import os
import socket
import sys
import threading

from files import File, Files
from meetings import Meetings
from talk import Talks


def tell(line):
    # One write, since other threads print, too.
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Peer:
    def __init__(self, host, port, me, password, files):
        self.files, self.talks = files, Talks(tell)
        self.meetings = Meetings(me, self.serve, tell)
        # The holders that the server tells of a file, line by line.
        self.found = []
        self.server = socket.create_connection((host, int(port)), timeout=30)
        self.server.settimeout(None)
        address = self.server.getsockname()[0]
        self.say(f"login {me} {password}")
        self.say(f"p2p {self.meetings.port} {self.meetings.public.hex()} {address}")
        threading.Thread(target=self.hear_server, daemon=True).start()

    def say(self, line):
        self.server.sendall(line.encode() + b"\n")

    def serve(self, user, kind, link):
        if kind == b"talk":
            self.talks.serve(user, link)
        else:
            self.files.serve(user, link)

    def hear_server(self):
        for line in self.server.makefile():
            line = line.rstrip("\n")
            if line.startswith("* private "):
                self.introduced(*line.split(" ")[2:])
            elif line.startswith("273-"):
                self.found.append(line[4:].split(" ", 4))
            else:
                tell(line)
            if line.startswith("273 "):
                self.load()

    def introduced(self, user, token, key, *addresses):
        found = []
        for address in addresses:
            host, _, port = address.rpartition(":")
            found.append((host.strip("[]"), int(port)))
        self.meetings.introduce(user, bytes.fromhex(key), bytes.fromhex(token), found)

    def call(self, user, kind):
        self.meetings.calling[user] = kind
        self.say(f"startprivate {user}")

    def load(self):
        """Loads the first file that was found, from all who hold it."""
        found, self.found = self.found, []
        id, size, _, _, name = found[0]
        file = File(id, int(size), name)
        file.holders = {user for one in found if one[:2] == [id, size] for user in [one[3]]}
        self.files.load(file)
        for user in file.holders:
            if not self.files.is_linked(user):
                self.call(user, b"files")

    def offer(self, path):
        with open(path, "rb") as file:
            file = File.of(file.read(), os.path.basename(path))
        self.files.offer(file)
        self.say(f"offer {file.id} {file.size} {file.name}")

    def obey(self, word, argument, *text):
        if word == "startprivate":
            self.call(argument, b"talk")
        elif word == "private":
            self.talks.text(argument, text[0])
        elif word == "stopprivate":
            self.talks.stop(argument)
        elif word == "offer":
            self.offer(argument)
        elif word == "download":
            self.say(f"searchfile {argument}")
        elif word == "save":
            self.save(argument, text[0])

    def save(self, name, path):
        with open(path, "wb") as to:
            to.write(self.files.named(name).content())
        tell(f"{name} is written")


def run(peer):
    for command in sys.stdin:
        peer.obey(*command.rstrip("\n").split(" ", 2))


if __name__ == "__main__":
    run(Peer(*sys.argv[1:5], Files(tell)))

"""A client that loads a file as others do, and then gives something else.

Arguments: those of peer.py. It takes one command more, `lie NAME HOW`, for a file that is here, and
offers it. HOW is `list`, `chunks`, `length`, or a number of bytes that the file does not have.
"""

import os
import sys

from files import File, Files
from peer import Peer, run, tell


class Liar(Files):
    how = None

    def list_of(self, file):
        values = super().list_of(file)
        return os.urandom(len(values)) if self.how == "list" else values

    def chunk_of(self, file, index):
        chunk = super().chunk_of(file, index)
        if self.how == "chunks":
            return chunk[:-1] + bytes([chunk[-1] ^ 1])
        return chunk[:-1] if self.how == "length" else chunk

    def resize(self, name, size):
        """The file with more bytes behind it, or with fewer. Its list is the true one, as far as
        that goes."""
        true = self.named(name)
        content = true.content().ljust(size, b"\0")[:size]
        file = File(true.id, size, name)
        file.values = (true.values + [bytes(32)] * file.count)[: file.count]
        file.chunks = {at: content[at * file.length :][: file.length] for at in range(file.count)}
        self.offer(file)


class LyingPeer(Peer):
    def obey(self, word, argument, *text):
        if word != "lie":
            return super().obey(word, argument, *text)
        if text[0].isdigit():
            self.files.resize(argument, int(text[0]))
        else:
            self.files.how = text[0]
        file = self.files.named(argument)
        self.say(f"offer {file.id} {file.size} {file.name}")


if __name__ == "__main__":
    run(LyingPeer(*sys.argv[1:5], Liar(tell)))

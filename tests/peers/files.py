"""Files from many hands, written after docs/PEERS.md: what this client gives, and what it loads."""

import random
import threading

import tree

CHUNK, CHUNKS_MAX = 262_144, 4096
# So many chunks are asked of one peer at once.
ASKED = 2
# A peer that is busy is asked again after so many seconds.
BUSY = 0.5


class File:
    """A file that is here, or is to be."""

    def __init__(self, id, size, name):
        self.id, self.size, self.name = id, size, name
        self.length = CHUNK
        while -(-size // self.length) > CHUNKS_MAX:
            self.length *= 2
        self.count = -(-size // self.length)
        # The values of the chunks, once they are known; and the chunks that are here.
        self.values, self.chunks = None, {}
        # Whom the server told to hold it, and who has sent what is wrong.
        self.holders, self.liars = set(), set()

    @classmethod
    def of(cls, content, name):
        file = cls(None, len(content), name)
        pieces = [content[at : at + file.length] for at in range(0, file.size, file.length)]
        file.values = [file.value(at, piece) for at, piece in enumerate(pieces)]
        file.id = tree.hash_of(file.values, file.size, file.length).hex()
        file.chunks = dict(enumerate(pieces))
        return file

    def value(self, index, chunk):
        return tree.value_of(chunk, index * self.length, self.count == 1)

    def bytes_of(self, index):
        return min(self.length, self.size - index * self.length)

    def is_list(self, values):
        return tree.hash_of(values, self.size, self.length).hex() == self.id

    def is_whole(self):
        return self.values is not None and len(self.chunks) == self.count

    def bitmap(self):
        bits = bytearray((self.count + 7) // 8 if self.chunks else 0)
        for index in self.chunks:
            bits[index // 8] |= 0x80 >> index % 8
        return bytes(bits)

    def content(self):
        return b"".join(self.chunks[index] for index in range(self.count))


class Hand:
    """A peer at the other end of a link."""

    def __init__(self, user, link):
        self.user, self.link = user, link
        # By file: which chunks the peer holds, and which it was asked for.
        self.maps, self.asked = {}, {}
        # Files of which the peer wants to know what is held here.
        self.follows = set()

    def say(self, line, body=b""):
        self.link.write(line.encode() + b"\n" + body)


class Files:
    """All files of one client, and all its links for files."""

    def __init__(self, tell):
        self.tell = tell
        self.files, self.hands = {}, []
        # Chunks are asked for in an order that other clients do not have.
        self.random = random.Random()
        self.lock = threading.RLock()

    def offer(self, file):
        with self.lock:
            self.files[file.id] = file

    def named(self, name):
        with self.lock:
            [file] = [file for file in self.files.values() if file.name == name]
            return file

    def load(self, file):
        """Loads it from all who hold it; links with them come by themselves."""
        with self.lock:
            file = self.files.setdefault(file.id, file)
            for hand in self.hands:
                self.begin(hand, file)

    def is_linked(self, user):
        with self.lock:
            return any(hand.user == user for hand in self.hands)

    def serve(self, user, link):
        hand = Hand(user, link)
        with self.lock:
            self.hands.append(hand)
            for file in self.files.values():
                self.begin(hand, file)
        try:
            while (line := link.line()) is not None and self.hear(hand, line.split(" ")):
                pass
        except OSError:
            pass
        finally:
            self.leave(hand)

    def leave(self, hand):
        with self.lock:
            self.hands.remove(hand)
            # What it was asked for is asked of others.
            for file in self.files.values():
                self.ask_all(file)

    def begin(self, hand, file):
        if hand.user in file.holders - file.liars and not file.is_whole():
            hand.maps.setdefault(file.id, None)
            hand.say(f"held {file.id}")
            if file.values is None:
                hand.say(f"list {file.id}")

    def hear(self, hand, words):
        """Does what a record says. Whether the link goes on."""
        word, id, *rest = words
        body = hand.link.read(self.body_bytes(word, rest))
        with self.lock:
            if word in ("list", "held") and not rest:
                self.asked(hand, word, id)
            elif word == "want":
                self.give(hand, id, int(rest[0]))
            elif word == "list":
                return self.got_list(hand, self.files[id], body)
            elif word in ("held", "have"):
                self.got_held(hand, self.files[id], word, rest, body)
            elif word == "chunk":
                return self.got_chunk(hand, self.files[id], int(rest[0]), body)
            elif word == "not":
                self.got_nothing(hand, self.files[id], *rest)
            # What is on its way when a `cancel` comes is sent already.
            return True

    @staticmethod
    def body_bytes(word, rest):
        return {"list": 32, "held": 1, "chunk": 1}.get(word, 0) * int(rest[-1] if rest else 0)

    # What others load from here

    def asked(self, hand, word, id):
        file = self.files.get(id)
        if word == "held":
            hand.follows.add(id)
            bitmap = file.bitmap() if file else b""
            hand.say(f"held {id} {len(bitmap)}", bitmap)
        elif file and file.values is not None:
            body = self.list_of(file)
            hand.say(f"list {id} {file.size} {file.length} {file.count}", body)
        else:
            hand.say(f"not {id} list gone")

    def list_of(self, file):
        return b"".join(file.values)

    def give(self, hand, id, index):
        file = self.files.get(id)
        if not file or index not in file.chunks:
            return hand.say(f"not {id} {index} gone")
        chunk = self.chunk_of(file, index)
        hand.say(f"chunk {id} {index} {len(chunk)}", chunk)

    def chunk_of(self, file, index):
        return file.chunks[index]

    # What is loaded from others

    def got_list(self, hand, file, body):
        values = [body[at : at + 32] for at in range(0, len(body), 32)]
        if len(values) != file.count or not file.is_list(values):
            return self.ban(hand, file)
        file.values = values
        self.after(file)
        return True

    def got_held(self, hand, file, word, rest, body):
        if file.id not in hand.maps:
            return
        held = hand.maps[file.id] or set()
        if word == "have":
            held.add(int(rest[0]))
        else:
            held = {at for at in range(8 * len(body)) if body[at // 8] & 0x80 >> at % 8}
        hand.maps[file.id] = held
        self.ask(hand, file)

    def got_chunk(self, hand, file, index, body):
        hand.asked[file.id].remove(index)
        if file.value(index, body) != file.values[index]:
            return self.ban(hand, file)
        file.chunks[index] = body
        for other in self.hands:
            if file.id in other.follows:
                other.say(f"have {file.id} {index}")
        self.after(file)
        return True

    def got_nothing(self, hand, file, what, why):
        if what == "list":
            return
        index = int(what)
        hand.asked[file.id].remove(index)
        if why == "busy":
            threading.Timer(BUSY, self.ask_all, [file]).start()
        else:
            hand.maps[file.id].discard(index)
            self.ask_all(file)

    def ban(self, hand, file):
        file.liars.add(hand.user)
        self.tell(f"{hand.user} sent wrong bytes for {file.name}")
        return False

    def after(self, file):
        if file.is_whole():
            self.tell(f"{file.name} is here: {file.size} bytes")
        self.ask_all(file)

    def ask_all(self, file):
        with self.lock:
            for hand in self.hands:
                self.ask(hand, file)

    def ask(self, hand, file):
        """Asks for chunks that nobody was asked for: first for those that fewest peers hold."""
        held = hand.maps.get(file.id)
        if file.values is None or not held or hand.user in file.liars:
            return
        asked = hand.asked.setdefault(file.id, set())
        taken = {at for other in self.hands for at in other.asked.get(file.id, ())}
        free = list(held - taken - set(file.chunks))
        self.random.shuffle(free)
        maps = [other.maps.get(file.id) or () for other in self.hands]
        free.sort(key=lambda index: sum(index in map for map in maps))
        for index in free[: max(0, ASKED - len(asked))]:
            asked.add(index)
            hand.say(f"want {file.id} {index}")

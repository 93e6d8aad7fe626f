"""Private talk, written after docs/PEERS.md: texts with numbers, and acknowledgements."""

import os
import threading


class Talks:
    def __init__(self, tell):
        self.tell = tell
        self.run = os.urandom(8).hex()
        self.lock = threading.Lock()
        # By user: the link, the last number heard, and what is not acknowledged.
        self.talks = {}
        # By user: the number of the next text. It goes on from one link to the next.
        self.numbers = {}

    def say(self, user, line):
        with self.lock:
            self.talks[user]["link"].write(line.encode() + b"\n")

    def text(self, user, text):
        number = self.numbers[user]
        self.talks[user]["waiting"][number] = text
        self.say(user, f"text {number} {text}")
        self.numbers[user] += 1

    def stop(self, user):
        self.talks[user]["stopped"] = True
        self.say(user, "stop")

    def serve(self, user, link):
        state = self.talks[user] = {"link": link, "heard": 0, "waiting": {}, "stopped": False}
        self.say(user, f"begin {self.run} {self.numbers.setdefault(user, 1)}")
        self.tell(f"connected to {user}")
        try:
            while (line := link.line()) is not None and line != "stop":
                self.hear(user, state, line)
            if line == "stop":
                self.tell(f"{user} has stopped")
                state["stopped"] = True
            link.close()
        except OSError:
            pass
        if self.talks.get(user) is state:
            del self.talks[user]
        if not state["stopped"]:
            self.tell(f"{user} is gone")

    def hear(self, user, state, line):
        word, _, rest = line.partition(" ")
        if word == "begin":
            state["heard"] = int(rest.split(" ")[1]) - 1
        elif word == "text":
            number, _, text = rest.partition(" ")
            if int(number) == state["heard"] + 1:
                state["heard"] += 1
                self.tell(f"{user}: {text}")
            self.say(user, f"ack {state['heard']}")
        elif word == "ack":
            for number in [n for n in state["waiting"] if n <= int(rest)]:
                self.tell(f"{user} has read: {state['waiting'].pop(number)}")
        elif word == "ping":
            self.say(user, "pong")

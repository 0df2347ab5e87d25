"""A node of the chat over UDP: python3 client.py PORT USER PASSWORD [REGISTRY_HOST:PORT] [--fetch SECONDS]

It signs up and in at its registry, fetches newcomers every 5 s, and keeps vector clocks. A line `ID TEXT` sends TEXT to the
node ID, `all TEXT` to every node it knows; `nodes` lists these, `group` what was said to all, sorted, and `end` leaves.
Needs nothing but Python 3.
"""

import functools
import json
import random
import socket
import sys
import threading
import time


def tell(line):
    """One write for the line and its end: several threads tell things."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Node:
    def __init__(self, port, registry):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", port))
        self.address = "127.0.0.1:%d" % self.socket.getsockname()[1]
        self.registry = registry
        self.id = None
        self.first = False
        self.nodes = {}
        self.group_clock = {}
        self.private_clocks = {}
        self.group = {}

    def send(self, said, address):
        host, port = address.rsplit(":", 1)
        self.socket.sendto(said.encode(), (host, int(port)))

    def receive(self):
        while True:
            said, sender = self.socket.recvfrom(1024)
            try:
                self.handle(said.decode(), "%s:%d" % sender)
            except Exception as error:
                tell(f"cannot read {said!r}: {error!r}")

    def handle(self, said, sender):
        method, body = said.split("?")[:2]
        fields = body.split("|")
        if method in ("signup", "signin"):
            self.signed(method, fields)
        elif method == "connect":
            self.connected(fields)
        elif method == "broadcast":
            self.broadcast_came(fields, sender)
        elif method == "message":
            self.message_came(fields)
        elif method == "fetch" and body:
            self.bootstrap(*fields)

    def signed(self, method, fields):
        tell(f"{method} {' '.join(fields)}")
        if fields[0] == "error":
            return
        self.id = fields[0]
        self.first = self.first or fields[1:] == ["first"]

    def connected(self, fields):
        for id, address in zip(fields[::2], fields[1::2]):
            if id != self.id:
                self.nodes[id] = address
                self.group_clock.setdefault(id, 0)
        tell(f"connected to {' '.join(sorted(self.nodes))}")
        self.broadcast(f"{self.id} just joined the chat!")

    def bootstrap(self, address, id):
        known = [f"{id}|{at}" for id, at in self.nodes.items()] + [f"{self.id}|{self.address}"]
        tell(f"fetched {id}")
        self.send("connect?" + "|".join(known), address)

    def broadcast_came(self, fields, sender):
        text_id, text, id, clock = fields[0], fields[1], fields[2], json.loads(fields[3].replace("'", '"'))
        self.group_clock.setdefault(self.id, 0)
        self.nodes.setdefault(id, sender)
        for key, value in clock.items():
            self.group_clock[key] = max(value, self.group_clock.get(key, 0))
        if self.id in clock:
            self.group_clock[self.id] += 1
        self.group[text_id] = (text, id, self.group_clock.copy())
        tell(f"[{id} to all] {text}")

    def message_came(self, fields):
        text, id, clock = fields[0], fields[1], json.loads(fields[2].replace("'", '"'))
        own = self.private_clocks.setdefault(id, {self.id: 0, id: 0})
        own[id] = max(clock[id], own[id])
        own[self.id] = max(clock[self.id], own[self.id]) + 1
        tell(f"[{id}] {text}")

    def broadcast(self, text):
        self.group_clock[self.id] = self.group_clock.get(self.id, 0) + 1
        text_id = random.randint(0, 10000)
        # A copy: nodes may come while this goes on, from the thread that receives.
        for address in list(self.nodes.values()):
            self.send(f"broadcast?{text_id}|{text}|{self.id}|{self.group_clock}", address)
        self.group[text_id] = (text, self.id, self.group_clock.copy())

    def message(self, id, text):
        if id not in self.nodes:
            tell(f"no node {id}")
            return
        clock = self.private_clocks.setdefault(id, {id: 0, self.id: 0})
        clock[self.id] += 1
        self.send(f"message?{text}|{self.id}|{clock}", self.nodes[id])

    def fetch(self, seconds):
        while True:
            if self.nodes or self.first:
                self.send("fetch?", self.registry)
            time.sleep(seconds)


def before(one, other):
    """As the program sorts what was said to all: by the first counter that differs."""
    for id in one[2]:
        if one[2][id] != other[2].get(id, 0):
            return -1 if one[2][id] < other[2].get(id, 0) else 1
    return 0


def main(words):
    seconds = 5.0
    if "--fetch" in words:
        at = words.index("--fetch")
        seconds = float(words[at + 1])
        del words[at : at + 2]
    port, user, password = int(words[0]), words[1], words[2]
    node = Node(port, words[3] if len(words) > 3 else "127.0.0.1:12345")
    tell(f"at {node.address}")
    threading.Thread(target=node.receive, daemon=True).start()
    threading.Thread(target=node.fetch, args=(seconds,), daemon=True).start()
    node.send(f"signup?{user}|{password}", node.registry)
    node.send(f"signin?{user}|{password}", node.registry)
    for line in sys.stdin:
        to, _, said = line.rstrip("\n").partition(" ")
        if to == "end":
            return
        if to == "all":
            node.broadcast(said)
        elif to == "nodes":
            tell(f"nodes {' '.join(sorted(node.nodes))}")
        elif to == "group":
            for text, id, clock in sorted(node.group.values(), key=functools.cmp_to_key(before)):
                tell(f"{id}: {text} {clock}")
        elif to.isdigit():
            node.message(to, said)
        else:
            tell("write: ID TEXT, all TEXT, nodes, group or end")


if __name__ == "__main__":
    main(sys.argv[1:])

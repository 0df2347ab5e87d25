"""Programs of the VoidPhone gossip wire. Needs nothing but Python 3.

  python3 client.py module HOST:PORT [--notify TYPE]... [--invalid | --mute] [--careless]
      A module at the API address of a gossip program. A line `TTL TYPE TEXT` announces TEXT. What it is notified of is
      printed as `notified TYPE TEXT`, and called valid; or invalid; or not answered at all. --careless takes all that
      one read gives for one message, as common modules do.

  python3 client.py peer PORT [HOST:PORT]
      A gossip program that listens on PORT, and joins another. A line `TTL TYPE TEXT` spreads TEXT. What comes is printed
      as `content TTL TYPE TEXT` and passed on; new peers as `linked HOST:PORT`.
"""

import socket
import struct
import sys
import threading

ANNOUNCE, NOTIFY, NOTIFICATION, VALIDATION, PULL, RESPONSE, PUSH, CONTENT = range(500, 508)


def tell(line):
    """One write for the line and its end: several threads tell things."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def frame(kind, body):
    return struct.pack(">HH", len(body) + 4, kind) + body


def announce(ttl, kind, data):
    return frame(ANNOUNCE, struct.pack(">BBH", ttl, 0, kind) + data)


def address(where):
    host, port = where
    return socket.inet_aton(host) + struct.pack(">H", port)


def parse_address(text):
    host, port = text.rsplit(":", 1)
    return host, int(port)


def exactly(sock, count):
    """So many bytes, or None at the end."""
    data = b""
    while len(data) < count:
        more = sock.recv(count - len(data))
        if not more:
            return None
        data += more
    return data


def frames(sock, careless=False):
    """The messages of a connection: type and body."""
    while True:
        if careless:
            data = sock.recv(65536)
            if not data:
                return
            # The size is not looked at: what came with the message is lost, or spoils it.
            yield struct.unpack(">H", data[2:4])[0], data[4:]
            continue
        head = exactly(sock, 4)
        if head is None:
            return
        size, kind = struct.unpack(">HH", head)
        body = exactly(sock, size - 4)
        if body is None:
            return
        yield kind, body


def typed():
    for line in sys.stdin:
        ttl, kind, text = line.rstrip("\n").split(" ", 2)
        yield int(ttl), int(kind), text.encode()


def module(words):
    sock = socket.create_connection(parse_address(words[0]))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    types = [int(value) for option, value in zip(words[1:], words[2:]) if option == "--notify"]
    for kind in types:
        sock.sendall(frame(NOTIFY, struct.pack(">HH", 0, kind)))
    tell("connected")

    def read():
        try:
            answer()
        except ConnectionError:
            pass  # The other end was killed before it had read all of ours.
        tell("disconnected")

    def answer():
        for kind, body in frames(sock, "--careless" in words):
            if kind != NOTIFICATION:
                tell(f"unexpected {kind}")
                continue
            number, of = struct.unpack(">HH", body[:4])
            tell(f"notified {of} {body[4:].decode(errors='backslashreplace')}")
            if "--mute" not in words:
                valid = 0 if "--invalid" in words else 1
                sock.sendall(frame(VALIDATION, struct.pack(">HH", number, valid)))

    threading.Thread(target=read, daemon=True).start()
    for ttl, kind, data in typed():
        sock.sendall(announce(ttl, kind, data))


class Node:
    """One gossip program, without modules: what comes is printed, and passed on once."""

    def __init__(self, port):
        self.own = ("127.0.0.1", port)
        self.links = {}
        self.known = set()
        self.heard = set()
        self.lock = threading.Lock()

    def listen(self):
        server = socket.create_server(self.own)
        tell("listening on %s:%d" % self.own)
        while True:
            sock, _ = server.accept()
            threading.Thread(target=self.serve, args=(sock, None), daemon=True).start()

    def dial(self, where):
        try:
            sock = socket.create_connection(where)
        except OSError:
            tell("no answer from %s:%d" % where)
            return
        threading.Thread(target=self.serve, args=(sock, where), daemon=True).start()
        sock.sendall(frame(PUSH, address(self.own)))
        sock.sendall(frame(PULL, address(self.own)))

    def meet(self, sock, where):
        with self.lock:
            if where in self.known or where == self.own:
                return
            self.known.add(where)
            self.links[sock] = where
        tell("linked %s:%d" % where)

    def serve(self, sock, where):
        if where:
            self.meet(sock, where)
        try:
            for kind, body in frames(sock):
                self.handle(sock, kind, body)
        except OSError:
            pass
        with self.lock:
            where = self.links.pop(sock, None)
            self.known.discard(where)
        if where:
            tell("lost %s:%d" % where)

    def handle(self, sock, kind, body):
        if kind in (PUSH, PULL):
            where = (socket.inet_ntoa(body[:4]), struct.unpack(">H", body[4:6])[0])
            self.meet(sock, where)
            if kind == PULL:
                with self.lock:
                    others = [other for other in self.known if other != where]
                ids = b"".join(address(other) for other in others)
                sock.sendall(frame(RESPONSE, struct.pack(">H", len(others)) + ids))
        elif kind == RESPONSE:
            for at in range(2, len(body), 6):
                where = (socket.inet_ntoa(body[at : at + 4]), struct.unpack(">H", body[at + 4 : at + 6])[0])
                if where not in self.known and where != self.own:
                    self.dial(where)
        elif kind == CONTENT:
            ttl, _, of = struct.unpack(">BBH", body[4:8])
            if self.spread(ttl, of, body[8:], sock):
                tell(f"content {ttl} {of} {body[8:].decode(errors='backslashreplace')}")

    def spread(self, ttl, kind, data, source=None):
        """Whether it is new."""
        with self.lock:
            if (kind, data) in self.heard:
                return False
            self.heard.add((kind, data))
        if source and ttl == 1:
            return True
        onward = ttl - 1 if source and ttl else ttl
        with self.lock:
            links = list(self.links)
        for sock in links:
            if sock is not source:
                try:
                    sock.sendall(frame(CONTENT, announce(onward, kind, data)))
                except OSError:
                    pass
        return True


def peer(words):
    node = Node(int(words[0]))
    threading.Thread(target=node.listen, daemon=True).start()
    if len(words) > 1:
        node.dial(parse_address(words[1]))
    for ttl, kind, data in typed():
        node.spread(ttl, kind, data)


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in ("module", "peer"):
        sys.exit(__doc__)
    {"module": module, "peer": peer}[sys.argv[1]](sys.argv[2:])

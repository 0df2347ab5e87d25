"""A client of the chat with a registry: python3 client.py NAME [--registry HOST:PORT] [--udp HOST:PORT] [--hello SECONDS].

Lines that begin with a command are for the registry: SEARCH name, CHAT REQUEST name, OK name, REJECT name, GROUP CHAT names,
OK GROUP number, REJECT GROUP number, EXIT, EXIT GROUP, LOGOUT. All others are said: in a private chat to the port of the
other end, else to the registry. When the registry is not there or ends the connection, it says so and exits with 1. Needs
nothing but Python 3.
"""

import argparse
import os
import socket
import sys
import threading
import time


def tell(line):
    """One write for the line and its end: several threads tell things."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def leave(sentence, code, error=None):
    """Ends the program, from whichever thread."""
    tell(sentence)
    if error is not None:
        print(f"the connection broke: {error.strerror or error}", file=sys.stderr, flush=True)
    os._exit(code)


def frame(payload):
    """The length of the payload in five characters, and the payload."""
    data = payload.encode()
    return f"{len(data): <5}".encode() + data


def address(text):
    host, port = text.rsplit(":", 1)
    return host, int(port)


def exactly(connection, count):
    data = b""
    while len(data) < count:
        chunk = connection.recv(count - len(data))
        if not chunk:
            return None
        data += chunk
    return data


def receive(connection):
    """The payload of the next frame, or None at the end."""
    header = exactly(connection, 5)
    data = None if header is None else exactly(connection, int(header))
    return None if data is None else data.decode()


class Client:
    def __init__(self, options):
        self.name = options.name
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        try:
            self.registry = socket.create_connection(address(options.registry))
        except OSError as error:
            leave(f"nobody answers at {options.registry}: {error.strerror or error}", 1)
        self.other = None  # The connection to the other end of a private chat.
        self.tell(f"&&REGISTER&&|{self.name}|{self.port}")
        for work in (self.listen, self.take_calls):
            threading.Thread(target=work, daemon=True).start()
        if options.udp:
            threading.Thread(target=self.say_hello, args=(address(options.udp), options.hello), daemon=True).start()
        tell(f"registered {self.name} {self.port}")

    def tell(self, payload):
        try:
            self.registry.sendall(frame(payload))
        except OSError as error:
            leave("disconnected", 1, error)

    def say_hello(self, to, seconds):
        hello = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        while True:
            hello.sendto(frame(f"&&HELLO&&|{self.name}"), to)
            time.sleep(seconds)

    def listen(self):
        """What the registry says: always two frames, whose doing it is, and what."""
        while True:
            try:
                by = receive(self.registry)
                payload = None if by is None else receive(self.registry)
            except OSError as error:
                leave("disconnected", 1, error)
            if payload is None:
                leave("disconnected", 1)
            word, _, text = payload.rpartition("&&")
            word, text = (word.strip("&"), text.lstrip("|")) if payload.startswith("&&") else ("", payload)
            if payload.startswith("&&MESSAGE&&|"):
                tell(payload[len("&&MESSAGE&&|"):])
                continue
            if word == "CLIENTOK":
                text, _, port = text.rpartition("|")
                try:
                    self.other = socket.create_connection(("127.0.0.1", int(port)))
                except OSError as error:
                    tell(f"the other end does not answer: {error.strerror or error}")
            elif word == "CLIENTEXIT" and self.other is not None:
                self.other.close()
                self.other = None
            said = f"{by}> {word} {text}".rstrip()
            if word == "LOGOUTSUCCESS":
                leave(said, 0)
            tell(said)

    def take_calls(self):
        while True:
            connection, _ = self.server.accept()
            threading.Thread(target=self.hear, args=(connection,), daemon=True).start()

    def hear(self, connection):
        """What the other end of a private chat says."""
        while True:
            try:
                payload = receive(connection)
            except OSError:
                return  # The registry says when the other end leaves.
            if payload is None:
                return
            tell("private " + payload.partition("|")[2])

    def typed(self, line):
        command = self.command(line)
        if command is not None:
            self.tell(command)
            return
        message = f"&&MESSAGE&&|{self.name}: {line}"
        other = self.other
        if other is None:
            self.tell(message)
            return
        try:
            other.sendall(frame(message))
        except OSError as error:
            tell(f"not sent, the other end is gone: {error.strerror or error}")

    def command(self, line):
        me, rest = self.name, line.split(" ")
        if line in ("EXIT", "EXIT GROUP"):
            return f"&&{line.replace(' ', '')}&&|{me}"
        if line == "LOGOUT":
            return "&&LOGOUT&&"
        if line.startswith(("OK GROUP ", "REJECT GROUP ")):
            return f"&&{rest[0]}GROUP&&|{me}|{rest[-1]}"
        if line.startswith("GROUP CHAT "):
            return "&&GROUPCHAT&&|" + "".join(f"{name}|" for name in [me, *rest[2:]])
        if line.startswith("CHAT REQUEST "):
            return f"&&CHATREQUEST&&|{rest[-1]}|{me}"
        if line.startswith("SEARCH "):
            return f"&&SEARCH&&|{rest[-1]}|{me}"
        if line.startswith("REJECT "):
            return f"&&REJECT&&|{me}|{rest[-1]}"
        if line.startswith("OK "):
            return f"&&OK&&|{me}|{rest[-1]}|{self.port}"
        return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--registry", default="127.0.0.1:6234")
    parser.add_argument("--udp", default="127.0.0.1:6235")
    parser.add_argument("--hello", type=float, default=60)
    client = Client(parser.parse_args())
    for line in sys.stdin:
        client.typed(line.rstrip("\n"))


if __name__ == "__main__":
    main()

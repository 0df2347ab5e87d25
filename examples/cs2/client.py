"""A client of the chat server of exercises 1 and 2: python3 client.py HOST:PORT [--desired-id ID] [--first].

A line `ID TEXT` sends TEXT to ID; `end` leaves. With --first it speaks first, as one dialect of the programs does. When the
server is not there or ends the connection, it says so and exits with 1. Needs nothing but Python 3.
"""

import os
import socket
import struct
import sys
import threading


def tell(line):
    """One write for the line and its end: several threads tell things."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field, value):
    return b"" if value == 0 else varint(field << 3) + varint(value)


def text(field, value):
    raw = value.encode()
    return b"" if not raw else varint(field << 3 | 2) + varint(len(raw)) + raw


def fields(payload):
    """The fields of a proto3 message: numbers and bytes by field number."""
    found, at = {}, 0

    def read():
        nonlocal at
        value = shift = 0
        while True:
            byte = payload[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(payload):
        tag = read()
        if tag & 7 == 2:
            length = read()
            found[tag >> 3] = payload[at : at + length]
            at += length
        else:
            found[tag >> 3] = read()
    return found


def signed(value):
    return value - (1 << 64) if value >> 63 else value


def leave(sentence, error=None):
    """Ends the program, from whichever thread: the connection is not there any more."""
    tell(sentence)
    if error is not None:
        print(f"the connection broke: {error.strerror or error}", file=sys.stderr, flush=True)
    os._exit(1)


class Connection:
    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        try:
            self.socket = socket.create_connection((host, int(port)))
        except OSError as error:
            leave(f"nobody answers at {address}: {error.strerror or error}")
        self.is_leaving = False

    def send(self, payload):
        try:
            self.socket.sendall(struct.pack(">I", len(payload)) + payload)
        except OSError as error:
            leave("disconnected", error)

    def receive(self):
        """The fields of the next frame, or None at the end."""
        header = self.exactly(4)
        if header is None:
            return None
        payload = self.exactly(struct.unpack(">I", header)[0])
        return None if payload is None else fields(payload)

    def exactly(self, count):
        out = b""
        while len(out) < count:
            try:
                chunk = self.socket.recv(count - len(out))
            except OSError as error:
                if self.is_leaving:
                    return None
                leave("disconnected", error)
            if not chunk:
                return None
            out += chunk
        return out


def told(connection):
    """What the server says, which is waited for."""
    answer = connection.receive()
    if answer is None:
        leave("disconnected")
    return answer


def greeted(connection, desired, speaks_first):
    """The id it has in the end."""
    if speaks_first:
        connection.send(number(3, 1) + number(4, desired))  # Handshake: change_id, new_id
        answer = told(connection)
    else:
        answer = told(connection)
        if desired:
            tell(f"assigned {answer.get(1, 0)}")
            connection.send(number(1, desired))  # FastHandshake: id
            answer = told(connection)
    tell(f"{'refused' if answer.get(2) else 'granted'} {answer.get(1, 0)}" if desired else f"id {answer.get(1, 0)}")
    return answer.get(1, 0)


def listen(connection):
    while True:
        message = connection.receive()
        if message is None:
            if connection.is_leaving:
                return
            leave("disconnected")
        tell(f"[{signed(message.get(1, 0))}] {message.get(3, b'').decode()}")


def main(words):
    speaks_first = "--first" in words
    words = [word for word in words if word != "--first"]
    desired = int(words[words.index("--desired-id") + 1]) if "--desired-id" in words else 0
    connection = Connection(words[0])
    own = greeted(connection, desired, speaks_first)
    threading.Thread(target=listen, args=(connection,), daemon=True).start()
    for line in sys.stdin:
        line = line.rstrip("\n")
        to, _, said = line.partition(" ")
        if line == "end":
            connection.is_leaving = True
            connection.send(number(1, own) + text(3, "end"))
            return
        if not to.lstrip("-").isdigit():
            tell("write: ID TEXT")
            continue
        connection.send(number(1, own) + number(2, int(to)) + text(3, said))


if __name__ == "__main__":
    main(sys.argv[1:])

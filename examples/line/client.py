"""A peer that writes `ADDRESS TEAM TEXT`: python3 client.py PORT TEAM [--brackets] [--keep HOST:PORT].

A line `HOST:PORT TEXT` sends TEXT there on a connection of its own and prints what is answered on it; with --keep all
lines TEXT go to that address on one connection. What arrives is printed as it came. A line that nobody takes is said not to be
sent; when the one connection ends, it says so and exits with 1. Needs nothing but Python 3.
"""

import os
import socket
import sys
import threading


def tell(line):
    """One write for the line and its end: several threads tell things."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def leave(sentence):
    """Ends the program, from whichever thread."""
    tell(sentence)
    os._exit(1)


def received(connection):
    """What comes at one time; empty at the end, also where the other side broke it off."""
    try:
        return connection.recv(1024)
    except OSError:
        return b""


def address_of(text):
    host, port = text.rsplit(":", 1)
    return host, int(port)


def serve(listener):
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=show, args=(connection,), daemon=True).start()


def show(connection):
    with connection:
        while True:
            chunk = received(connection)
            if not chunk:
                return
            tell(chunk.decode(errors="replace"))


def listen_to_answers(connection):
    while True:
        chunk = received(connection)
        if not chunk:
            leave("disconnected")
        tell(f"answer: {chunk.decode(errors='replace')}")


def main(words):
    brackets = "--brackets" in words
    kept = words[words.index("--keep") + 1] if "--keep" in words else None
    port, team = int(words[0]), words[1]
    listener = socket.create_server(("127.0.0.1", port))
    threading.Thread(target=serve, args=(listener,), daemon=True).start()
    own = f"127.0.0.1:{listener.getsockname()[1]}"
    head = f"<{own}> {team}" if brackets else f"{own} {team}"
    connection = connected(kept) if kept else None
    if connection:
        threading.Thread(target=listen_to_answers, args=(connection,), daemon=True).start()
    tell(f"Server listening on port {listener.getsockname()[1]}")
    for line in sys.stdin:
        line = line.rstrip("\n")
        if connection:
            try:
                connection.sendall(f"{head} {line}".encode())
            except OSError:
                leave("disconnected")
            continue
        to, _, text = line.partition(" ")
        try:
            say(to, f"{head} {text}")
        except (OSError, ValueError) as error:
            tell(f"not sent to {to}: {getattr(error, 'strerror', None) or error}")


def connected(to):
    try:
        return socket.create_connection(address_of(to))
    except OSError as error:
        leave(f"nobody answers at {to}: {error.strerror or error}")


def say(to, line):
    """Writes a line on a connection of its own, and prints what is answered."""
    with socket.create_connection(address_of(to)) as once:
        once.sendall(line.encode())
        once.settimeout(5)
        try:
            once.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # It has been closed by the other side already.
        answer = received(once)
        if answer:
            tell(f"answer: {answer.decode(errors='replace')}")


if __name__ == "__main__":
    main(sys.argv[1:])

"""A peer that writes `ADDRESS TEAM TEXT`: python3 client.py PORT TEAM [--brackets] [--keep HOST:PORT].

A line `HOST:PORT TEXT` sends TEXT there on a connection of its own and prints what is answered on it; with --keep all
lines TEXT go to that address on one connection. What arrives is printed as it came. Needs nothing but Python 3.
"""

import socket
import sys
import threading


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
            chunk = connection.recv(1024)
            if not chunk:
                return
            print(chunk.decode(), flush=True)


def listen_to_answers(connection):
    while True:
        chunk = connection.recv(1024)
        if not chunk:
            return
        print(f"answer: {chunk.decode()}", flush=True)


def main(words):
    brackets = "--brackets" in words
    kept = words[words.index("--keep") + 1] if "--keep" in words else None
    port, team = int(words[0]), words[1]
    listener = socket.create_server(("127.0.0.1", port))
    threading.Thread(target=serve, args=(listener,), daemon=True).start()
    own = f"127.0.0.1:{listener.getsockname()[1]}"
    head = f"<{own}> {team}" if brackets else f"{own} {team}"
    connection = socket.create_connection(address_of(kept)) if kept else None
    if connection:
        threading.Thread(target=listen_to_answers, args=(connection,), daemon=True).start()
    print(f"Server listening on port {listener.getsockname()[1]}", flush=True)
    for line in sys.stdin:
        line = line.rstrip("\n")
        if connection:
            connection.sendall(f"{head} {line}".encode())
            continue
        to, _, text = line.partition(" ")
        with socket.create_connection(address_of(to)) as once:
            once.sendall(f"{head} {text}".encode())
            once.settimeout(5)
            try:
                once.shutdown(socket.SHUT_WR)
                answer = once.recv(1024)
            except OSError:
                answer = b""
            if answer:
                print(f"answer: {answer.decode()}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

"""Virus scanners to test with: a small one of our own that speaks clamd's protocol, and what it finds."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# The test string of the scanners' makers, in two halves so that no scanner trips over this file.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + rb"ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURE = f"Test.Eicar:0:*:{EICAR.hex()}\n"


class _Answering(socketserver.StreamRequestHandler):
    """One command a connection, as our client asks."""

    server: Any

    def handle(self) -> None:
        command = self.rfile.readline()
        self.server.asked.append(command.strip().decode())
        if command == b"nPING\n":
            self.wfile.write(b"PONG\n")
        elif command == b"nINSTREAM\n":
            content = b""
            while size := struct.unpack("!L", self.rfile.read(4))[0]:
                content += self.rfile.read(size)
            self.wfile.write(self.server.answer(content))


class Scanner(socketserver.ThreadingUnixStreamServer):
    """``says``: what it answers to files that hold the marker; empty: it hangs up."""

    daemon_threads = True

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), _Answering)
        self.asked: list[str] = []
        self.marked: dict[bytes, bytes] = {EICAR: b"stream: Test.Eicar FOUND\n"}

    def answer(self, content: bytes) -> bytes:
        return next((said for mark, said in self.marked.items() if mark in content), b"stream: OK\n")


@contextmanager
def scanner(folder: Path) -> Iterator[Scanner]:
    """A scanner that listens at ``folder``/clamd."""
    with Scanner(folder / "clamd") as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()

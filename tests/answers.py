"""Servers for tests that answer every request alike, some without an end, and remember what they were sent."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar


class _Answer(BaseHTTPRequestHandler):
    status = 200
    headers_out: ClassVar[dict[str, str]] = {}
    body = b""
    endless: ClassVar[bytes] = b""
    seen: ClassVar[list[str]]

    def _answer(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        type(self).seen.append(f"{self.path} {self.headers} {sent!r}")
        self.send_response(self.status)
        for name, value in self.headers_out.items():
            self.send_header(name, value)
        if not self.endless:
            self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)
        while self.endless:
            self.wfile.write(self.endless)

    do_GET = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815 the names that http.server asks for

    def log_message(self, format: str, *args: object) -> None:
        return


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of who hangs up."""


class Servers:
    """Starts servers on loopback, each with an answer of its own."""

    def __init__(self) -> None:
        self._running: list[ThreadingHTTPServer] = []

    def start(
        self,
        status: int = 200,
        body: bytes = b"",
        tls: ssl.SSLContext | None = None,
        endless: bytes = b"",
        packing: str = "",
        **headers: str,
    ) -> tuple[str, list[str]]:
        """Return the address and the list that fills with requests; `endless` follows the body over and over.

        `packing` is what the server says that the body is packed with.
        """
        if packing:
            headers["Content-Encoding"] = packing
        seen: list[str] = []
        told = {"status": status, "body": body, "endless": endless, "headers_out": headers, "seen": seen}
        kind = type("Kind", (_Answer,), told)
        server = _Server(("127.0.0.1", 0), kind)
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        self._running.append(server)
        return f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}", seen

    def stop(self) -> None:
        """End them all."""
        for server in self._running:
            server.shutdown()
            server.server_close()


@contextmanager
def serving() -> Iterator[Servers]:
    """Give what starts servers, and end them afterwards."""
    made = Servers()
    try:
        yield made
    finally:
        made.stop()

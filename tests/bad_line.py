"""A proxy that mistreats what passes between musnad and a server, for tests and for the run by hand."""

from __future__ import annotations

import http.client
import http.server
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

Headers = list[tuple[str, str]]
_OWN = ("connection", "content-length", "date", "server", "transfer-encoding")  # what the proxy says for itself


def bad_luck(seed: int, share: float) -> Callable[[str, str], str | None]:
    """Have a share of the requests meet a fault, drawn from the seed."""
    chance = random.Random(seed)
    faults = ["drop before", "drop after", "500", "502", "502 after", "429", "truncate", "delay", "break off"]
    return lambda method, path: chance.choice(faults) if chance.random() < share else None


class Line(http.server.ThreadingHTTPServer):
    """A proxy that mistreats requests; `fate` says how: it is given the method and path and names a fault or None."""

    daemon_threads = True

    def __init__(self, to: str, fate: Callable[[str, str], str | None]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.to = urlsplit(to).netloc
        self.fate = fate
        self.seen: Counter[str] = Counter()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Line

    def _serve(self) -> None:
        fault = self.server.fate(self.command, self.path)
        self.server.seen[fault or "fine"] += 1
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if fault == "drop before":
            self._hang_up()
        elif fault in ("500", "502"):
            self._answer(int(fault), [], b"<html>sorry</html>")
        elif fault == "empty":
            self._answer(200, [], b"{}")
        elif fault == "429":
            self._answer(429, [("Retry-After", "0")], b"")
        elif fault == "elsewhere":
            self._answer(302, [("Location", "http://elsewhere.example/api")], b"")
        else:
            status, headers, answer = self._forward(body)
            if fault == "drop after":
                self._hang_up()
            elif fault == "502 after":
                self._answer(502, [], b"bad gateway")
            elif fault == "truncate":
                self._answer(status, headers, answer[: len(answer) // 2])
            elif fault == "break off":
                with suppress(OSError):
                    self.wfile.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(answer)}\r\n\r\n".encode())
                    self.wfile.write(answer[: len(answer) // 2])
                self._hang_up()
            else:
                if fault == "delay":
                    time.sleep(0.3)
                self._answer(status, headers, answer)

    do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815 the names that http.server calls

    def _forward(self, body: bytes) -> tuple[int, Headers, bytes]:
        connection = http.client.HTTPConnection(self.server.to, timeout=900)
        connection.request(self.command, self.path, body, dict(self.headers.items()))
        answer = connection.getresponse()
        content = answer.read()
        kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in _OWN]
        connection.close()
        return answer.status, kept, content

    def _answer(self, status: int, headers: Headers, body: bytes) -> None:
        with suppress(OSError):
            self.send_response(status)
            for name, value in (*headers, ("Content-Length", str(len(body)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    def _hang_up(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(2)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def line(to: str, fate: Callable[[str, str], str | None]) -> Iterator[Line]:
    """Run a proxy to the server at `to` meanwhile."""
    proxy = Line(to, fate)
    threading.Thread(target=proxy.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        proxy.server_close()

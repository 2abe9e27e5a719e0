"""A plain server for the built site, as GitHub Pages is: other origins may read it, and no header else is special.

`build.py serve`, the end-to-end tests and the benchmarks all use `SiteServer`.
"""

from __future__ import annotations

import socket
import threading
import time
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

from .report import BuildError

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".zip": "application/zip",
}


@dataclass(frozen=True)
class Request:
    """One request that reached the server. `time_s` counts from an arbitrary start; `status` is the answer."""

    time_s: float
    method: str
    path: str
    headers: Mapping[str, str]
    status: int


@dataclass(frozen=True)
class Fault:
    """What a test does to one address: cut the body, replace it, answer with an error, or be slow."""

    truncate_at: int | None = None
    body: bytes | None = None
    status: int | None = None
    delay_s: float = 0.0


class SiteServer:
    """Serves `folder` on 127.0.0.1 below `sub_path`, from a thread of its own.

    Parameters
    ----------
    folder : Path
        A built site.
    port : int
        0 takes a free one; `port` holds the one taken.
    sub_path : str
        With a slash at both ends.
    headers : mapping, optional
        Sent with every answer (the isolated benchmark needs two; a static host sends none).
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int = 0,
        sub_path: str = "/",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder.resolve()
        self.sub_path = f"/{sub_path.strip('/')}/".replace("//", "/")
        self.headers = dict(headers or {})
        self.faults: dict[str, Fault] = {}
        """By path below `sub_path`, for example ``packs/blood-cells/model.onnx``."""
        self.port = port
        self._requests: list[Request] = []
        self._lock = threading.Lock()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The address of the site, with a slash at its end."""
        return f"http://localhost:{self.port}{self.sub_path}"

    @property
    def requests(self) -> list[Request]:
        """All requests so far, oldest first; a copy."""
        with self._lock:
            return list(self._requests)

    def clear(self) -> None:
        """Forget the requests so far."""
        with self._lock:
            self._requests.clear()

    def note(self, request: Request) -> None:
        """Add to the log; called by the handler."""
        with self._lock:
            self._requests.append(request)

    def bind(self) -> None:
        """Take the port without answering yet.

        Raises
        ------
        BuildError
            Another program has it.
        """
        try:
            self._server = _Server(("127.0.0.1", self.port), self)
        except OSError as error:
            raise BuildError(
                f"Port {self.port} cannot be had ({error.strerror}). Name another with --port."
            ) from error
        self.port = self._server.server_port

    def start(self) -> None:
        """Answer; after `stop` again on the same port."""
        if self._server is None:
            self.bind()
        assert self._server is not None
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Cut the network: close the port and every open connection."""
        if self._server is not None:
            if self._thread is not None:
                self._server.shutdown()
                self._thread.join()
            self._server.cut()
        self._server = self._thread = None

    def wait(self) -> None:
        """Serve until interrupted."""
        while self._thread is not None and self._thread.is_alive():
            self._thread.join(0.5)

    def __enter__(self) -> SiteServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], site: SiteServer) -> None:
        self.site = site
        self._open: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle of an answer is no error."""

    def cut(self) -> None:
        self.server_close()
        for connection in list(self._open):
            self.shutdown_request(connection)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = 60

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the log is in memory."""

    def _answer(self, body: bool) -> None:
        site = self.server.site
        path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)
        below = path.removeprefix(site.sub_path) if path.startswith(site.sub_path) else None
        fault = site.faults.get(below or "", Fault())
        time.sleep(fault.delay_s)
        if path + "/" == site.sub_path:
            self._send(301, b"", "text/plain", {"Location": site.sub_path}, body)
        elif fault.status is not None:
            self._send(fault.status, b"The test asked for this.", "text/plain", {}, body)
        elif below is None or (file := _find(site.folder, below)) is None:
            self._send(404, b"There is no such file.", "text/plain", {}, body)
        else:
            data = file.read_bytes() if fault.body is None else fault.body
            modified = {"Last-Modified": self.date_time_string(file.stat().st_mtime)}
            kind = TYPES.get(file.suffix, "application/octet-stream")
            self._send(200, data, kind, modified, body, fault.truncate_at)

    def _send(
        self,
        status: int,
        data: bytes,
        kind: str,
        headers: Mapping[str, str],
        body: bool,
        truncate_at: int | None = None,
    ) -> None:
        site = self.server.site
        site.note(Request(time.monotonic(), self.command, self.path, dict(self.headers.items()), status))
        self.send_response(status)
        for name, value in {"Access-Control-Allow-Origin": "*", **headers, **site.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if body:
            self.wfile.write(data if truncate_at is None else data[:truncate_at])
        self.close_connection = self.close_connection or truncate_at is not None


def _find(folder: Path, below: str) -> Path | None:
    """The file at an address of the site; never one outside `folder`."""
    try:
        path = (folder / below).resolve()
        if path.is_dir() and (below.endswith("/") or below == ""):
            path /= "index.html"
        return path if path.is_file() and path.is_relative_to(folder) else None
    except (OSError, ValueError):
        return None

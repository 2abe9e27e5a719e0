"""The server of `serve`, tests and benchmarks: what a static host sends, and nothing more."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from insitu_build.report import BuildError
from insitu_build.server import Fault, SiteServer

pytestmark = pytest.mark.cpython_only


@pytest.fixture
def site(tmp_path: Path) -> Iterator[SiteServer]:
    folder = tmp_path / "dist"
    (folder / "js").mkdir(parents=True)
    (folder / "index.html").write_bytes(b"<!doctype html>")
    (folder / "js" / "main.js").write_bytes(b"let a;")
    (folder / "a.wasm").write_bytes(b"\0asm")
    (folder / "a name.onnx").write_bytes(b"0123456789")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    with SiteServer(folder, sub_path="insitu") as server:
        yield server


def get(site: SiteServer, path: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)
    try:
        connection.request(method, path)
        reply = connection.getresponse()
        return reply.status, dict(reply.getheaders()), reply.read()
    finally:
        connection.close()


def ask_again(connection: http.client.HTTPConnection) -> bytes:
    connection.request("GET", "/insitu/")
    return connection.getresponse().read()


def test_the_site_lies_below_its_sub_path(site: SiteServer) -> None:
    assert site.url == f"http://localhost:{site.port}/insitu/"
    assert get(site, "/insitu/")[::2] == (200, b"<!doctype html>")
    assert get(site, "/insitu/js/main.js?x=1")[::2] == (200, b"let a;")
    assert get(site, "/insitu/a%20name.onnx")[::2] == (200, b"0123456789")
    assert get(site, "/")[0] == 404
    status, headers, _ = get(site, "/insitu")
    assert (status, headers["Location"]) == (301, "/insitu/")


def test_only_plain_headers_are_sent(site: SiteServer) -> None:
    headers = get(site, "/insitu/a.wasm")[1]
    plain = {"Server", "Date", "Last-Modified", "Content-Type", "Content-Length"}
    assert set(headers) == {*plain, "Access-Control-Allow-Origin"}
    assert headers["Access-Control-Allow-Origin"] == "*"  # as GitHub Pages sends it


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("a.wasm", "application/wasm"),
        ("js/main.js", "text/javascript; charset=utf-8"),
        ("", "text/html; charset=utf-8"),
        ("a%20name.onnx", "application/octet-stream"),
    ],
)
def test_types_are_right_whatever_the_system_believes(site: SiteServer, path: str, kind: str) -> None:
    assert get(site, f"/insitu/{path}")[1]["Content-Type"] == kind


@pytest.mark.parametrize(
    "path", ["../secret.txt", "%2e%2e/secret.txt", "js/../../secret.txt", "js", "%00", "no"]
)
def test_nothing_outside_the_site_is_served(site: SiteServer, path: str) -> None:
    status, _, body = get(site, f"/insitu/{path}")
    assert status == 404
    assert b"secret" not in body


def test_requests_are_kept_with_their_headers_and_status(site: SiteServer) -> None:
    get(site, "/insitu/a.wasm")
    get(site, "/insitu/none", "HEAD")
    first, second = site.requests
    assert (first.method, first.path, first.status) == ("GET", "/insitu/a.wasm", 200)
    assert (second.method, second.status) == ("HEAD", 404)
    assert first.headers["Host"] == f"127.0.0.1:{site.port}"
    assert first.time_s <= second.time_s
    site.clear()
    assert site.requests == []


def test_faults_cut_replace_and_refuse(site: SiteServer) -> None:
    path = "/insitu/a%20name.onnx"
    site.faults["a name.onnx"] = Fault(truncate_at=4)
    with pytest.raises(http.client.IncompleteRead) as cut:
        get(site, path)
    assert cut.value.partial == b"0123"
    site.faults["a name.onnx"] = Fault(body=b"other")
    assert get(site, path)[::2] == (200, b"other")
    site.faults["a name.onnx"] = Fault(status=503)
    assert get(site, path)[0] == 503
    del site.faults["a name.onnx"]
    assert get(site, path)[0] == 200


def test_extra_headers_are_for_those_who_ask(site: SiteServer) -> None:
    with SiteServer(site.folder, headers={"Cross-Origin-Opener-Policy": "same-origin"}) as isolated:
        assert get(isolated, "/")[1]["Cross-Origin-Opener-Policy"] == "same-origin"


def test_the_network_can_be_cut_and_restored(site: SiteServer) -> None:
    kept = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)
    kept.request("GET", "/insitu/")
    kept.getresponse().read()
    site.stop()
    with pytest.raises((OSError, http.client.HTTPException)):
        get(site, "/insitu/")
    with pytest.raises((OSError, http.client.HTTPException)):
        ask_again(kept)
    kept.close()
    site.start()
    assert get(site, "/insitu/")[0] == 200


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(BuildError, match="--port"):
            SiteServer(tmp_path, port=other.getsockname()[1]).start()

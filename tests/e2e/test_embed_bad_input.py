"""What goes wrong on pages of other people: each kind of file has a documented result or a documented code."""

from __future__ import annotations

import io

import numpy as np
import pytest
from helpers.embed_fixtures import SIDE, colour, embed_dist, host, insitu
from helpers.hosts import analyse_all, file_of, open_host, paths
from helpers.page import jpeg_header, png_header
from helpers.pictures import encoded, gradient
from PIL import Image
from playwright.sync_api import Page

from insitu_build.server import SiteServer

__all__ = ["embed_dist", "host", "insitu"]

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
VIDEO = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2mp41" + bytes(2000)
WEBM = (
    b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm"
    + bytes(500)
)


def animated(format: str) -> bytes:
    """A red frame, then blue ones."""
    frames = [
        Image.fromarray(np.full((SIDE, SIDE, 3), value, np.uint8))
        for value in ((255, 0, 0), (0, 0, 255), (0, 0, 254))
    ]
    buffer = io.BytesIO()
    options = {"lossless": True} if format == "WEBP" else {}
    frames[0].save(buffer, format, save_all=True, append_images=frames[1:], duration=100, **options)
    return buffer.getvalue()


RESULTS = {
    "a-gif.gif": (animated("GIF"), "image/gif", "disc"),
    "a-webp.webp": (animated("WEBP"), "image/webp", "disc"),
    "an-apng.png": (animated("PNG"), "image/png", "disc"),
    "a-png-that-says-jpeg.jpg": (colour(0, 255, 0), "image/jpeg", "square"),
    "a-jpeg-that-says-video.mp4": (colour(0, 0, 255, "JPEG"), "video/mp4", "star"),
    "no-type-at-all": (colour(255, 0, 0, "BMP"), "", "disc"),
    "needs-a-reader.tif": (colour(255, 0, 0, "TIFF"), "image/tiff", "disc"),
    "empty.jpg": (b"", "image/jpeg", "image/corrupt"),
    "cut.png": (encoded(gradient(40, 40))[:-60], "image/png", "image/corrupt"),
    "drawing.svg": (SVG, "image/svg+xml", "image/unsupported"),
    "video.mp4": (VIDEO, "video/mp4", "image/unsupported"),
    "video.webm": (WEBM, "video/webm", "image/unsupported"),
    "text.jpg": (b"this is no picture at all", "image/jpeg", "image/unsupported"),
    "huge.png": (png_header(20_000, 10_000), "image/png", "image/too-large"),
}


def test_each_kind_of_file_gives_what_is_documented_and_the_others_go_on(
    page: Page, insitu: SiteServer, host: SiteServer
) -> None:
    open_host(page, host)
    files = [file_of(name, data, kind) for name, (data, kind, _) in RESULTS.items()]
    found = [entry.get("code") or entry["value"]["label"] for entry in analyse_all(page, files)]
    assert dict(zip(RESULTS, found, strict=True)) == {
        name: expected for name, (_, _, expected) in RESULTS.items()
    }


def test_a_reader_is_fetched_when_a_file_needs_it_and_only_then(
    page: Page, insitu: SiteServer, host: SiteServer
) -> None:
    open_host(page, host)
    analyse_all(page, [file_of("a.png", colour(255, 0, 0))])
    insitu.clear()
    (found,) = analyse_all(page, [file_of("a.tif", colour(255, 0, 0, "TIFF"))])
    assert found["value"]["label"] == "disc"
    first = paths(insitu)
    assert any("tifffile" in path for path in first)
    assert not any("pydicom" in path for path in first)
    insitu.clear()
    analyse_all(page, [file_of("a.tif", colour(255, 0, 0, "TIFF"))])
    assert paths(insitu) == []


@pytest.mark.parametrize("given", ["'text'", "null", "undefined", "new Uint8Array(3)"])
def test_what_is_no_file_is_refused(page: Page, insitu: SiteServer, host: SiteServer, given: str) -> None:
    open_host(page, host)
    found = page.evaluate(f"settle(Insitu.open().analyse({given}))")
    assert (found["code"], found["ours"]) == ("image/unsupported", True)


@pytest.mark.parametrize(("memory", "expected"), [(2, "image/too-large"), (8, "image/corrupt")])
def test_a_device_with_little_memory_refuses_large_photos_before_it_decodes_them(
    page: Page, insitu: SiteServer, host: SiteServer, memory: int, expected: str
) -> None:
    """Headers without pixels: what is not refused for its size is found to be damaged."""
    page.add_init_script(f"Object.defineProperty(navigator, 'deviceMemory', {{ value: {memory} }});")
    open_host(page, host)
    files = [
        file_of("a.png", png_header(10_000, 9_999)),
        file_of("a.jpg", jpeg_header(10_000, 9_999), "image/jpeg"),
    ]
    small, jpeg = analyse_all(page, [*files], "{ engines: 4 }")
    assert small["code"] == expected
    if memory == 2:
        assert jpeg["code"] == expected
        assert "the limit is 25 MP" in small["message"]
        assert len(page.workers) <= 1

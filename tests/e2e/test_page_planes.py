"""Files with more than one plane, and values deeper than a screen shows: TIFF, read on first use."""

from __future__ import annotations

import io

import numpy as np
import tifffile
from helpers import page as hand
from helpers.pictures import gradient
from playwright.sync_api import Page

from insitu_build.server import SiteServer


def stack() -> bytes:
    """Three time points of two channels, 16 bits, as ImageJ writes them."""
    plane = gradient(64, 48)[..., :1].astype(np.uint16).transpose(2, 0, 1) * 100
    values = np.stack([plane + 1000 * step for step in range(6)]).reshape(3, 2, 48, 64)
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, values, imagej=True, metadata={"axes": "TCYX"})
    return buffer.getvalue()


def open_stack(page: Page, site: SiteServer) -> None:
    hand.open_page(page, site)
    hand.put(page, [("stack.tif", stack()), ("plain.png", hand.picture())])
    hand.wait_until_settled(page, 2)
    page.locator(f"{hand.CARD}[data-file='stack.tif']").click()
    page.get_by_test_id("planes").wait_for()


def row(page: Page, file: str) -> dict[str, str]:
    return next(row for row in hand.table(page) if row["file"] == file)


def test_a_tiff_is_read_with_wheels_from_the_site_itself(page: Page, site: SiteServer) -> None:
    hand.open_page(page, site)
    site.clear()
    hand.put(page, [("stack.tif", stack())])
    hand.wait_until_settled(page, 1)
    assert [card["state"] for card in hand.cards(page)] == ["done"]
    assert site.requests == []


def test_another_plane_is_analysed_and_stands_in_the_table(page: Page, site: SiteServer) -> None:
    open_stack(page, site)
    assert (row(page, "stack.tif")["frame"], row(page, "stack.tif")["channel"]) == ("1", "all")
    assert row(page, "plain.png")["frame"] == ""
    frame = page.get_by_test_id("plane-frame")
    assert frame.get_attribute("max") == "3"
    frame.fill("3")
    hand.wait_until_settled(page, 2)
    page.get_by_test_id("plane-channel").select_option("1")
    hand.wait_until_settled(page, 2)
    found = row(page, "stack.tif")
    assert (found["state"], found["frame"], found["z"], found["channel"]) == ("done", "3", "1", "2")


def test_of_a_volume_the_plane_is_analysed_that_the_pack_wants(page: Page, site: SiteServer) -> None:
    buffer = io.BytesIO()
    values = np.stack([gradient(64, 48)[..., 0] // (5 - depth) for depth in range(5)])
    tifffile.imwrite(buffer, values, imagej=True, metadata={"axes": "ZYX"})
    hand.open_page(page, site)
    hand.put(page, [("volume.tif", buffer.getvalue())])
    hand.wait_until_settled(page, 1)
    assert row(page, "volume.tif")["z"] == "3"
    page.locator(hand.CARD).click()
    depth = page.get_by_test_id("plane-z")
    assert depth.input_value() == "3"
    depth.fill("5")
    hand.wait_until_settled(page, 1)
    assert row(page, "volume.tif")["z"] == "5"


def test_a_level_of_a_pyramid_can_be_chosen(page: Page, site: SiteServer) -> None:
    large = gradient(96, 64)
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer) as writer:
        writer.write(large, subifds=1, photometric="rgb", metadata=None)
        writer.write(large[::2, ::2], subfiletype=1, photometric="rgb", metadata=None)
    hand.open_page(page, site)
    hand.put(page, [("pyramid.tif", buffer.getvalue())])
    hand.wait_until_settled(page, 1)
    assert (row(page, "pyramid.tif")["width"], row(page, "pyramid.tif")["level"]) == ("96", "1")
    page.locator(hand.CARD).click()
    page.get_by_test_id("plane-level").select_option("1")
    hand.wait_until_settled(page, 1)
    assert (row(page, "pyramid.tif")["width"], row(page, "pyramid.tif")["level"]) == ("48", "2")


def test_contrast_changes_the_picture_and_not_the_result(page: Page, site: SiteServer) -> None:
    open_stack(page, site)
    assert "Choose one to set its limits" in page.get_by_test_id("contrast").inner_text()
    page.get_by_test_id("plane-channel").select_option("0")
    hand.wait_until_settled(page, 2)
    before = row(page, "stack.tif")
    picture = page.get_by_test_id("overlay")
    hand.until(page, lambda: picture.get_attribute("data-drawn") == "true")
    first = picture.get_attribute("src")
    page.get_by_test_id("contrast-white").fill("3000")
    hand.until(page, lambda: picture.get_attribute("src") != first)
    assert page.get_by_role("button", name="Automatic").is_visible()
    assert row(page, "stack.tif") == before
    page.get_by_role("button", name="Automatic").click()
    hand.until(page, lambda: page.get_by_role("button", name="Automatic").count() == 0)

"""Files to take away."""

from __future__ import annotations

import io
import zipfile

from helpers import page as hand
from PIL import Image
from playwright.sync_api import Page

from insitu_build.server import SiteServer

NO_SAVE_DIALOG = "delete window.showSaveFilePicker"
"""Without it the page downloads as browsers without that dialog do."""

SAVE_TO_MEMORY = """
  window.saved = [];
  window.showSaveFilePicker = async ({ suggestedName }) => ({
    createWritable: async () =>
      new WritableStream({ write: (chunk) => void window.saved.push({ suggestedName, size: chunk.length }) }),
  });
"""


def test_overlays_come_as_a_zip_whose_names_never_collide(page: Page, site: SiteServer) -> None:
    page.add_init_script(NO_SAVE_DIALOG)
    hand.open_page(page, site)
    names = ["a.png", "a.jpg", "A.PNG", "dot..png", "con?.png", "bad.png"]
    hand.put(page, [(name, b"no image" if name == "bad.png" else hand.picture()) for name in names])
    hand.wait_until_settled(page, len(names))
    file_name, data = hand.download(page, "download-overlays")
    assert file_name.startswith("insitu-blood-cells-")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["a.png", "a (2).png", "A (3).png", "dot..png", "con_.png"]
        for name in archive.namelist():
            drawing = Image.open(io.BytesIO(archive.read(name)))
            assert (drawing.format, max(drawing.size)) == ("PNG", 256)


def test_overlays_stream_to_a_place_that_the_person_chooses(page: Page, site: SiteServer) -> None:
    page.add_init_script(SAVE_TO_MEMORY)
    hand.open_page(page, site)
    hand.put(page, [(f"{number}.png", hand.picture(number)) for number in range(6)])
    hand.wait_until_settled(page, 6)
    page.get_by_test_id("download-overlays").click()
    page.get_by_test_id("cancel-overlays").wait_for()
    page.get_by_test_id("download-overlays").wait_for()
    saved = page.evaluate("window.saved")
    assert len(saved) > 6, "more than one piece an image: nothing waits for the whole"
    assert saved[0]["suggestedName"].endswith(".zip")


def test_the_table_is_utf_8_with_crlf_and_a_name_with_a_comma_stays_one_cell(
    page: Page, site: SiteServer
) -> None:
    hand.open_page(page, site)
    hand.put(page, [('tail, "left" \u00e4\u00f6.png', hand.picture())])
    hand.wait_until_settled(page, 1)
    file_name, data = hand.download(page, "download-csv")
    assert file_name.endswith(".csv")
    assert data.count(b"\r\n") == data.count(b"\n") == 2
    assert data.decode("utf-8").splitlines()[1].startswith('"tail, ""left"" \u00e4\u00f6.png",')

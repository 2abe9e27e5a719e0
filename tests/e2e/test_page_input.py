"""What people really drop."""

from __future__ import annotations

from pathlib import Path

from helpers import page as hand
from playwright.sync_api import Page

from insitu_build.server import SiteServer

MARKUP = "<img src=x onerror=window.hacked=1><b>bold.png"


def test_each_kind_of_bad_file_settles_with_a_code_and_a_sentence_and_the_others_go_on(
    page: Page, site: SiteServer
) -> None:
    good = hand.picture()
    jpeg = hand.picture(format="JPEG")
    files = [
        ("good.png", good, ""),
        ("text.jpg", b"these are words\n" * 40, "image/unsupported"),
        ("empty.png", b"", "image/corrupt"),
        ("cut.jpg", jpeg[: len(jpeg) // 2], "image/corrupt"),
        ("cut.png", good[: len(good) // 2], "image/corrupt"),
        ("huge.png", hand.png_header(30_000, 30_000), "image/too-large"),
        ("huge.jpg", hand.jpeg_header(30_000, 30_000), "image/too-large"),
        ("twice.png", good, ""),
        ("twice.png", good, ""),
    ]
    hand.open_page(page, site)
    hand.put(page, [(name, data) for name, data, _ in files])
    hand.wait_until_settled(page, len(files))
    assert [(row["file"], row["error"]) for row in hand.table(page)] == [
        (name, code) for name, _, code in files
    ]
    for card in page.locator(f"{hand.CARD}[data-state=failed]").all():
        assert len(card.inner_text().split()) > 8, "a sentence, and what to do"
    page.locator(f"{hand.CARD}[data-file='huge.jpg']").click()
    assert "30000 x 30000 pixels" in page.get_by_role("dialog", name="Image in full").inner_text()


def test_names_are_shown_as_text_and_never_as_markup(page: Page, site: SiteServer) -> None:
    hand.open_page(page, site)
    climbing = f"../../{MARKUP}"
    hand.put(page, [(climbing, hand.picture()), ("=1+1.png", hand.picture())])
    hand.wait_until_settled(page, 2)
    assert [card["file"] for card in hand.cards(page)] == [MARKUP, "=1+1.png"]
    page.locator(hand.CARD).first.click()
    page.wait_for_selector("img[data-testid=overlay][data-drawn=true]")
    page.get_by_test_id("view-table").click()
    assert page.get_by_test_id("result-row").first.locator(".cell-file").inner_text() == MARKUP
    assert page.evaluate("window.hacked") is None
    assert page.locator("b").count() == 0
    assert [row["file"] for row in hand.table(page)] == [MARKUP, "'=1+1.png"]


def test_a_folder_of_folders_is_sorted_by_code_point_and_rid_of_system_files(
    page: Page, site: SiteServer, tmp_path: Path
) -> None:
    plate = tmp_path / "plate"
    for name in (
        "b.png",
        "B.png",
        "a-b.png",
        "a/2.png",
        "a/10.png",
        "\uff5e.png",
        "\U0001f600.png",
        ".hidden.png",
    ):
        (plate / name).parent.mkdir(parents=True, exist_ok=True)
        (plate / name).write_bytes(hand.picture())
    for name in (".DS_Store", "Thumbs.db", "__MACOSX/a.png", "a/.DS_Store"):
        (plate / name).parent.mkdir(parents=True, exist_ok=True)
        (plate / name).write_bytes(b"system")
    hand.open_page(page, site)
    page.set_input_files("[data-testid=folder-input]", plate)
    hand.wait_until_settled(page, 7)
    assert [row["file"] for row in hand.table(page)] == [
        f"plate/{name}"
        for name in ("B.png", "a-b.png", "a/10.png", "a/2.png", "b.png", "\uff5e.png", "\U0001f600.png")
    ]
    assert "5 system files skipped" in page.locator(".notice").inner_text()


def test_files_can_be_dropped_anywhere_and_pasted(page: Page, site: SiteServer) -> None:
    hand.open_page(page, site)
    give = """([type, bytes]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(bytes)], type + ".png"));
      const init = { bubbles: true, cancelable: true };
      const event = type === "paste"
        ? new ClipboardEvent("paste", { ...init, clipboardData: transfer })
        : new DragEvent("drop", { ...init, dataTransfer: transfer });
      document.querySelector("header").dispatchEvent(event);
    }"""
    page.evaluate(give, ["drop", list(hand.picture())])
    hand.wait_until_settled(page, 1)
    page.evaluate(give, ["paste", list(hand.picture())])
    hand.wait_until_settled(page, 2)
    assert [card["file"] for card in hand.cards(page)] == ["drop.png", "paste.png"]


def test_nothing_at_all_is_said_and_changes_nothing(page: Page, site: SiteServer) -> None:
    hand.open_page(page, site)
    hand.put(page, [(".DS_Store", b"system")])
    assert "1 system file skipped" in page.locator(".notice").inner_text()
    assert hand.progress(page) == (0, 0)

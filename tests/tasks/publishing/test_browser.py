"""The pages in a real browser: nothing fetched, nothing complained of, nothing wider than a phone, readable contrast."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from domain.community import Community
from domain.insights import Insights
from domain.knowledge import Knowledge
from tasks.publishing.digest import compose
from tasks.publishing.edition import Links
from tasks.publishing.faq import render_faq
from tasks.publishing.mail import render_mail
from tasks.publishing.page import entry_of, render_index, render_page
from tasks.publishing.palette import LIGHT, contrast

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")]

# The contrast-relevant colours of every text that is shown: its own, and that of the ground it stands on.
TEXTS = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
    if (element.closest("script, style, svg, .skip, #tip")) continue;
    let ground = element;
    while (ground && getComputedStyle(ground).backgroundColor === "rgba(0, 0, 0, 0)") ground = ground.parentElement;
    found.push([getComputedStyle(element).color, getComputedStyle(ground || document.body).backgroundColor, element.textContent.slice(0, 40)]);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def pages(
    tmp_path_factory: pytest.TempPathFactory,
    week: Insights,
    empty_day: Insights,
    knowledge: Knowledge,
    community: Community,
) -> Path:
    """A folder with every kind of page."""
    folder = tmp_path_factory.mktemp("pages")
    digest = compose(week, "fr", links=Links(archive="index.html", editions={"en": "digest.html", "fr": "digest.html"}))
    faq = render_faq(knowledge, community, "fr", {"order-status": 23}, date(2026, 11, 9))
    mail = render_mail(digest, "vigie@lumen.example", "claire@lumen.example").get_body(("html",))
    assert mail is not None
    texts = {
        "digest.html": render_page(digest),
        "empty.html": render_page(compose(empty_day, "en")),
        "index.html": render_index([entry_of(digest, "digest.html")], "fr", "Café Lumen"),
        "faq.html": faq["index.fr.html"],
        "mail.html": mail.get_content(),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def opened(browser: Browser, file: Path, width: int, scheme: Any) -> tuple[Page, list[str]]:
    """The page, and everything it complained of or asked for beyond itself."""
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on(
        "request",
        lambda request: trouble.append(request.url) if not request.url.startswith(("file:", "cid:")) else None,
    )
    page.goto(file.as_uri())
    return page, trouble


def hexadecimal(colour: str) -> str:
    channels = colour[colour.index("(") + 1 : -1].split(",")[:3]
    return "#" + "".join(f"{int(float(channel)):02x}" for channel in channels)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_quiet_fits_a_phone_and_can_be_read(browser: Browser, pages: Path, scheme: str) -> None:
    for name in ("digest.html", "empty.html", "index.html", "faq.html"):
        page, trouble = opened(browser, pages / name, 390, scheme)
        assert trouble == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        for colour, ground, text in page.evaluate(TEXTS):
            assert contrast(hexadecimal(colour), hexadecimal(ground)) >= 4.5, (name, text, colour, ground)
        page.close()


def test_the_mail_fits_a_phone_in_both_schemes(browser: Browser, pages: Path) -> None:
    for scheme in ("light", "dark"):
        page, _ = opened(browser, pages / "mail.html", 390, scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        for colour, ground, text in page.evaluate(TEXTS):
            assert contrast(hexadecimal(colour), hexadecimal(ground)) >= 4.5, (scheme, text, colour, ground)
        page.close()


def test_wide_and_narrow_columns_each_show_their_own_drawing(browser: Browser, pages: Path) -> None:
    for width, shown, hidden in ((1280, "wide", "narrow"), (390, "narrow", "wide")):
        page, _ = opened(browser, pages / "digest.html", width, "light")
        assert page.locator(f".chart .{shown} svg").first.is_visible()
        assert not page.locator(f".chart .{hidden} svg").first.is_visible()
        page.close()


def test_a_mark_under_the_pointer_tells_its_value(browser: Browser, pages: Path) -> None:
    page, trouble = opened(browser, pages / "digest.html", 1280, "light")
    mark = page.locator('.chart .wide [role="graphics-symbol"][aria-label*="96 commentaires"]').first
    mark.scroll_into_view_if_needed()
    mark.hover()
    assert page.locator("#tip").inner_text() == "jeudi 5\u00a0novembre\u00a0: 96 commentaires"
    assert trouble == []
    page.close()


def test_the_keyboard_reaches_the_content_first(browser: Browser, pages: Path) -> None:
    page, _ = opened(browser, pages / "faq.html", 1280, "light")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"
    assert page.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[index]
    page.close()


def test_dark_charts_are_repainted(browser: Browser, pages: Path) -> None:
    colours = {}
    for scheme in ("light", "dark"):
        page, _ = opened(browser, pages / "digest.html", 1280, scheme)
        bar = page.locator(f'.chart .wide path[fill="{LIGHT["accent"]}"]').first
        colours[scheme] = bar.evaluate("element => getComputedStyle(element).fill")
        page.close()
    assert colours["light"] != colours["dark"]


def test_a_printed_digest_has_pages(browser: Browser, pages: Path) -> None:
    page, _ = opened(browser, pages / "digest.html", 1280, "dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.locator("details").first.is_visible()
    page.close()

"""The Markdown digest has the digest's structure, and shows members' texts letter by letter."""

import re
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from domain.insights import Insights
from tasks.publishing.digest import compose
from tasks.publishing.edition import Links
from tasks.publishing.escaping import markdown
from tasks.publishing.markdown import render_markdown

GITHUB = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
LINKED_BY_ITSELF = re.compile(r"(?i)\b(https?|ftp)://|\bwww\.|\w@\w")  # what GitHub's dialect makes a link


def links(text: str) -> list[str]:
    tokens = [child for token in GITHUB.parse(text) for child in token.children or []]
    return [str(token.attrs.get("href") or token.attrs.get("src")) for token in tokens if token.attrs]


def test_the_digest_reads_in_order(week: Insights) -> None:
    text = render_markdown(compose(week, "en", links=Links(review="http://127.0.0.1:4200/runs")))
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert headings[:4] == ["## What matters", "## The figures", "## To decide", "## Signals"]
    assert "| Comments | 1,284 | +12% |" in text
    assert "[Decide now](http://127.0.0.1:4200/runs)" in text


def test_members_texts_become_neither_links_nor_html(attacked: Callable[[str], Insights], attack: str) -> None:
    text = render_markdown(compose(attacked(attack), "fr"))
    tokens = GITHUB.parse(text)
    inner = [child for token in tokens for child in token.children or []]
    assert not {token.type for token in [*tokens, *inner]} & {"html_block", "html_inline", "image", "fence"}
    assert set(links(text)) <= {f"https://www.reddit.com/r/lumen/comments/{n}" for n in range(10)}


@settings(max_examples=300)
@given(st.text(alphabet="ab1 \\`*_{}[]()#+-.!<>&;|~$:/@=\nhtpw", max_size=40))
def test_an_escaped_line_shows_its_own_letters(text: str) -> None:
    line = " ".join(["x", *text.split(), "x"])
    tokens = GITHUB.parse(markdown(line))
    inner = [child for token in tokens for child in token.children or []]
    assert {token.type for token in inner} <= {"text"}
    assert "".join(token.content for token in inner) == line
    assert not LINKED_BY_ITSELF.search(markdown(line))


def test_an_empty_day_is_short(empty_day: Insights) -> None:
    text = render_markdown(compose(empty_day, "fr"))
    assert text.startswith("# Rien de nouveau") and len(text.splitlines()) < 25

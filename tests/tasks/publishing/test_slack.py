"""The Slack message stays within Block Kit's limits and shows members' texts letter by letter."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.insights import Insights, Kpi
from tasks.publishing import slack
from tasks.publishing.digest import compose
from tasks.publishing.edition import Links
from tasks.publishing.escaping import mrkdwn
from tasks.publishing.slack import MAX_BLOCKS, render_slack, render_thread

LINKS = Links(page="https://lumen.example/d?a=1&b=2", faq="https://lumen.example/faq", review="http://127.0.0.1:4200/r")


def texts(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        yield from (block[key] for key in ("text",) if key in block)
        yield from block.get("fields", [])
        if block["type"] == "context":
            yield from block["elements"]


def check_limits(blocks: list[dict[str, Any]]) -> None:
    assert 1 <= len(blocks) <= 50
    for block in blocks:
        assert block["type"] in {"header", "section", "context", "divider", "actions"}
        limit = {"header": 150, "context": 3000}.get(block["type"], 3000)
        if "text" in block:
            assert 1 <= utf16(block["text"]["text"]) <= limit
        assert all(1 <= utf16(field["text"]) <= 2000 for field in block.get("fields", []))
        assert len(block.get("fields", [])) <= 10 and len(block.get("elements", [])) <= 10
        buttons = block["elements"] if block["type"] == "actions" else []
        assert len({button["action_id"] for button in buttons}) == len(buttons)
        for element in buttons:
            assert utf16(element["text"]["text"]) <= 75 and len(element["url"]) <= 3000
            assert element["url"].startswith(("http://", "https://"))


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_full_week_fits(week: Insights, language: Any) -> None:
    blocks, fallback = render_slack(compose(week, language, links=LINKS))
    check_limits(blocks)
    assert 0 < len(fallback) <= 3000
    json.dumps(blocks)


def test_too_much_of_everything_fits(attacked: Callable[[str], Insights]) -> None:
    huge = attacked("&<>\U0001f950 " * 3000)
    kpis = tuple(Kpi(f"figure_{n}", float(n + 1), 1.0) for n in range(40))
    blocks, fallback = render_slack(compose(replace(huge, kpis=kpis, topics=huge.topics * 10), "fr", links=LINKS))
    check_limits(blocks)
    assert len(fallback) <= 3000


def test_what_does_not_fit_fifty_blocks_is_announced(week: Insights, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack, "MAX_BLOCKS", 14)
    blocks, _ = render_slack(compose(week, "fr", links=LINKS))
    assert len(blocks) <= 14
    assert "La suite est sur la page complète." in json.dumps(blocks, ensure_ascii=False)


def test_members_texts_are_literal(attacked: Callable[[str], Insights], attack: str) -> None:
    blocks, fallback = render_slack(compose(attacked(attack), "en", links=LINKS))
    check_limits(blocks)
    for text in [*(each["text"] for each in texts(blocks)), fallback]:
        links = re.findall(r"<([^>]*)>", text)
        assert all(re.match(r"https?://(www\.reddit\.com|lumen\.example)/", link) for link in links), text
        assert not re.search(r"&(?!(amp|lt|gt);)", text), text
    assert all(each.get("verbatim") for each in texts(blocks) if each["type"] == "mrkdwn")


@settings(max_examples=200)
@given(st.text(alphabet="ab *_~`<>&\n", max_size=40))
def test_formatting_marks_never_stand_where_slack_reads_them(text: str) -> None:
    literal = mrkdwn(text)
    assert not re.search(r"(?<!\w)[*_~`]|[*_~`](?!\w)", literal)
    assert "<" not in literal and ">" not in literal


def test_evidence_leads_to_the_platform(week: Insights) -> None:
    blocks, _ = render_slack(compose(week, "fr"))
    assert any("<https://www.reddit.com/r/lumen/comments/1|Reddit>" in each["text"] for each in texts(blocks))


def test_an_empty_day_is_a_short_message(empty_day: Insights) -> None:
    blocks, fallback = render_slack(compose(empty_day, "en"))
    check_limits(blocks)
    assert len(blocks) <= 6 and "All quiet" in fallback


def test_a_thread_holds_every_section_within_the_limits(week: Insights) -> None:
    digest = compose(week, "fr", links=Links(page="https://lumen.example/d.html"))
    first, *details = render_thread(digest)
    assert len(details) == len(digest.sections)
    for blocks, text in [first, *details]:
        assert 0 < len(blocks) <= MAX_BLOCKS and text
        for block in blocks:
            assert len(block.get("text", {}).get("text", "")) <= 3000
    topics = next(blocks for blocks, text in details if text == "Sujets")
    assert "Toujours rien reçu" in str(topics)

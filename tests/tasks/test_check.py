"""One real run of Great Expectations on a frame with every kind of bad row: each is set aside for the right reason."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from domain.records import COMMENT_SCHEMA, empty, frame
from tasks.check import LONGEST_TEXT_CHARACTERS, check_comments
from tasks.summary import REASONS

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
GOOD = {
    "platform": "reddit",
    "source_id": "reddit:subreddit:lumio",
    "native_id": "t1_a",
    "kind": "comment",
    "thread_id": "reddit:t3_a",
    "text": "Bonjour 🎉",
    "created_at": NOW,
    "deleted": False,
    "score": 1,
    "raw": "{}",
}
FINE = {
    "reddit:plain": {},
    "youtube:link": {"platform": "youtube", "permalink": "https://youtube.example/a"},
    "x:emoji": {"platform": "x", "text": "👍🏽"},
    "reddit:rtl": {"text": "مرحبا"},
    "reddit:gone": {"text": "", "deleted": True},
    "reddit:gone_whole": {"text": None, "deleted": True, "author_id": None},
    "reddit:longest": {"text": "a" * LONGEST_TEXT_CHARACTERS},
    "reddit:fast_clock": {"created_at": NOW + timedelta(minutes=59)},
}
BAD = {
    "mastodon:1": ({}, "bad_id"),
    "reddit:": ({}, "bad_id"),
    "reddit:no_native": ({"native_id": None}, "bad_id"),
    "reddit:platform": ({"platform": "mastodon"}, "bad_platform"),
    "reddit:kind": ({"kind": "story"}, "bad_kind"),
    "reddit:no_kind": ({"kind": None}, "bad_kind"),
    "reddit:thread": ({"thread_id": None}, "no_thread"),
    "reddit:no_text": ({"text": None}, "no_text"),
    "reddit:blank": ({"text": " \n\t"}, "no_text"),
    "reddit:long": ({"text": "a" * (LONGEST_TEXT_CHARACTERS + 1)}, "text_too_long"),
    "reddit:no_date": ({"created_at": None}, "no_date"),
    "reddit:future": ({"created_at": NOW + timedelta(minutes=61)}, "impossible_date"),
    "reddit:past": ({"created_at": datetime(1999, 12, 31, tzinfo=UTC)}, "impossible_date"),
    "reddit:script": ({"permalink": "javascript:alert(1)"}, "bad_permalink"),
    "reddit:two_faults": ({"kind": None, "text": None}, "bad_kind"),
}


def test_every_bad_row_is_set_aside_for_its_reason_and_no_good_one_is(tmp_path: Path):
    rows = [GOOD | {"id": id_} | change for id_, change in FINE.items()]
    rows += [GOOD | {"id": id_} | change for id_, (change, _) in BAD.items()]
    checked = check_comments(frame(rows, COMMENT_SCHEMA), tmp_path, NOW)
    assert checked.set_aside == {id_: reason for id_, (_, reason) in BAD.items()}
    assert checked.rows == len(FINE) + len(BAD)
    assert checked.docs and "<html" in checked.docs.read_text(encoding="utf-8").lower()
    pages = list(checked.docs.parent.glob("validations/**/*.html"))
    assert len(pages) == 1 and "reddit:past" in pages[0].read_text(encoding="utf-8")
    for words in REASONS.values():
        assert set(checked.set_aside.values()) <= set(words)

    clean = check_comments(frame(rows[: len(FINE)], COMMENT_SCHEMA), tmp_path, NOW)
    assert (clean.rows, dict(clean.set_aside)) == (len(FINE), {})


def test_an_empty_hour_needs_no_check(tmp_path: Path):
    checked = check_comments(empty(COMMENT_SCHEMA), tmp_path / "checks", NOW)
    assert (checked.rows, checked.set_aside, checked.docs) == (0, {}, None)
    assert not (tmp_path / "checks").exists()

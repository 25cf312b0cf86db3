"""AutoModerator's rules become norms that hit what they hit on Reddit; nothing is dropped in silence."""

import json
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.charter import Charter
from domain.documents import WorkspaceError
from domain.records import COMMENT_SCHEMA
from tasks.moderation.automod import import_automod
from tasks.moderation.cascade import decide

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_LANGUAGE", "en")


def charter_of(text: str) -> Charter:
    return Charter.model_validate({"norms": import_automod(text, "automod.yaml").norms})


def verdicts(charter: Charter, *rows: dict[str, Any]) -> list[dict[str, Any]]:
    full = [
        {
            "id": f"c{at}",
            "kind": "comment",
            "text": "",
            "deleted": False,
            "created_at": NOW,
            **row,
            "raw": json.dumps(row.get("raw", {})),
        }
        for at, row in enumerate(rows)
    ]
    return decide(pl.DataFrame(full, schema=dict(COMMENT_SCHEMA)), charter, {})


def actions(text: str, *rows: dict[str, Any]) -> list[str]:
    return [str(row["action"]) for row in verdicts(charter_of(f"{text}\naction: remove"), *rows)]


def bodies(text: str, *found: str) -> list[bool]:
    return [action != "allow" for action in actions(text, *({"text": one} for one in found))]


def post(title: str, body: str = "", **raw: Any) -> dict[str, Any]:
    return {
        "kind": "post",
        "thread_title": title,
        "text": f"{title}\n\n{body}" if body else title,
        "raw": {"is_self": True, **raw},
    }


@pytest.mark.parametrize(
    ("check", "hit", "missed"),
    [
        ("body: cat", "the cat sat", "concatenate"),
        ("body (includes): cat", "concatenate", "dog"),
        ("body (starts-with): cat", "cats rule", "a cat"),
        ("body (ends-with): cat", "my cat", "cat food"),
        ("body (full-exact): cat", "CAT", "cat!"),
        ("body (full-text): cat", "«cat!»", "my cat"),
        ("body (regex): 'c[ao]t\\d+'", "cot12", "cat"),
        ("body (regex, full-exact): 'c.t'", "cut", "cute"),
        ("body (case-sensitive): CAT", "CAT", "cat"),
        ("body: [dog, crétin]", "quel cretin", "croquette"),
        ("body: c.t", "a c.t here", "a cat here"),
        ("~body: please", "now", "now, please"),
        ("body: cat\n~body#2 (includes): dog", "cat", "cat and dogs"),
        ("body_longer_than: 3", "abcd", "...abc..."),
        ("body_shorter_than: 3", "..ab..", "abc"),
        ("body: cat\nignore_blockquotes: true", "a cat", "> a cat\n\nwho said that?"),
    ],
)
def test_texts_are_searched_as_reddit_does(check: str, hit: str, missed: str) -> None:
    assert bodies(check, hit, missed) == [True, False]


def test_titles_bodies_and_links_belong_to_posts() -> None:
    spam = post("cat", "dog", url="https://www.youtube.com/watch?v=1", is_self=False)
    assert actions("title: cat", spam, {"text": "cat"}) == ["remove", "allow"]
    assert actions("body: cat", spam, {"text": "cat"}) == ["allow", "remove"]
    assert actions("title+body: dog", spam, {"text": "dog"}) == ["remove", "remove"]
    assert actions("domain: youtube.com", spam, post("x", url="https://notyoutube.com", is_self=False)) == [
        "remove",
        "allow",
    ]
    assert actions("type: submission\n~domain: [youtube.com]", spam) == ["allow"]
    assert actions("url: watch?v=", spam) == ["remove"]
    assert actions("type: text submission\ntitle: cat", spam, post("cat")) == ["allow", "remove"]
    assert actions("flair_text: Sale", post("a", link_flair_text="Sale"), post("a")) == ["remove", "allow"]


def test_the_thread_and_the_author_count() -> None:
    inside = {"text": "hi", "thread_title": "Weekly megathread", "author_name": "Ann_99"}
    assert actions("parent_submission:\n  title: megathread", inside, {"text": "hi"}) == ["remove", "allow"]
    assert actions("author: [ann_99]", inside, {"text": "hi", "author_name": "Bob"}) == ["remove", "allow"]
    assert actions("author:\n  name (regex): '\\w+_\\d+'", inside) == ["remove"]
    assert actions("author:\n  is_submitter: true", inside | {"raw": {"is_submitter": True}}, inside) == [
        "remove",
        "allow",
    ]


def test_numbers_hold_only_where_they_are_known() -> None:
    young = {"text": "a", "raw": {"author_created_at": "2026-04-30T12:00:00Z", "author_comment_karma": 50}}
    check = "author:\n  account_age: '< 3 days'"
    assert actions(check, young, {"text": "a"}) == ["remove", "allow"]
    assert actions(f"{check}\n  comment_karma: '< 10'", young) == ["allow"]
    assert actions(f"{check}\n  comment_karma: '< 10'\n  satisfy_any_threshold: true", young) == ["remove"]
    assert actions("reports: 2", *({"text": "a", "raw": {"num_reports": many}} for many in (1, 2, 3))) == [
        "allow",
        "remove",
        "remove",
    ]


def test_what_was_found_is_shown_in_the_original() -> None:
    charter = charter_of("title+body: idiot\naction: filter\naction_reason: Insults\ncomment: Be kind.")
    row = verdicts(charter, post("Hello all", "you 1d10t!"))[0]
    assert [one["text"] for one in row["evidence"]] == ["1d10t"]
    assert (str(row["action"]), row["reason"], str(row["autonomy"])) == ("hold", "Be kind.", "propose")


def test_the_same_text_in_another_place_is_judged_anew() -> None:
    charter = charter_of("type: submission\nbody+title: cat\naction: remove")
    assert [str(row["action"]) for row in verdicts(charter, {"text": "cat"}, post("cat"), {"text": "cat"})] == [
        "allow",
        "remove",
        "allow",
    ]


def test_what_has_no_counterpart_is_told_with_its_line() -> None:
    text = """# first
type: comment
body: a
author:
    is_contributor: false
action: remove
---
body: b
set_flair: x
action: remove
---
body (regex): '(b'
action: remove
---
body: c
action: approve
---
body: d
comment: hello {{author}}
action: spam
---
body: e
media_title: f
action: remove
---
nothing
---
~author:
    comment_karma: '> 10'
action: remove
"""
    imported = import_automod(text, "automod.yaml")
    assert [norm["id"] for norm in imported.norms] == ["automod_8", "automod_18"]
    assert [(note.line, note.key) for note in imported.notes] == [
        (5, "is_contributor"),
        (9, "set_flair"),
        (12, "body (regex)"),
        (16, "action"),
        (19, "comment"),
        (23, "media_title"),
        (26, "nothing"),
        (28, "~author"),
    ]
    assert imported.left_out == 5


def test_what_is_no_yaml_names_the_line() -> None:
    with pytest.raises(WorkspaceError, match=r"automod.yaml:2: .*nothing was imported"):
        import_automod("body: a\n  b: [", "automod.yaml")


def test_a_pattern_that_backtracks_without_end_stops_no_run() -> None:
    evil = charter_of("body (regex): '(a+)+$'\naction: remove\n---\nbody: idiot\naction: remove")
    found = verdicts(evil, *({"text": "a" * 60 + f"!{at}"} for at in range(20)), {"text": "idiot"})
    assert str(found[-1]["action"]) == "remove"


def test_a_large_batch_is_judged_as_each_comment_alone() -> None:
    charter = charter_of(
        "body: [cat, 'b.c', 'é (x)']\naction: remove\n---\n~body: dog\nbody_longer_than: 2\naction: filter"
    )
    texts = ["a cat", "concat", "c a t s", "dog", "dog cat", "ab.cd", "b.c", "É (X) !", "no", "yes!", "c@t"]
    rows = [{"text": f"{text} {at // len(texts)}"} for at, text in enumerate(texts * 30)]
    together = [str(row["action"]) for row in verdicts(charter, *rows)]
    alone = [str(verdicts(charter, row)[0]["action"]) for row in rows[: len(texts)]]
    assert together == alone * 30
    assert set(alone) == {"allow", "hold", "remove"}


KEYS = [
    "body",
    "~title (includes)",
    "author",
    "action",
    "type",
    "standard",
    "reports",
    "priority",
    "author+x",
    "(",
    "é",
]


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.sampled_from(KEYS), st.text("ab1:<[", max_size=5) | st.integers() | st.booleans(), max_size=5)
)
def test_each_rule_is_taken_or_told(rule: dict[str, Any]) -> None:
    imported = import_automod(json.dumps(rule), "automod.yaml")
    assert len(imported.norms) + imported.left_out == 1
    assert imported.norms or imported.notes
    if imported.norms:
        Charter.model_validate({"norms": imported.norms})

"""The summary of a patrol tells what was done, what is late and what waits, in both languages."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.store.comments import Saved
from domain.records import Action, ActionKind, ActionStatus, DecidedBy, Platform, VerdictAction
from tasks.check import Checked
from tasks.collect import Pulled
from tasks.outbox import Done
from tasks.summary import KINDS, NAMES, OUTCOMES, REASONS, WORDS, PatrolResult, patrol_markdown

SOURCE = "reddit:subreddit:lumio"
ACTION = Action("k", Platform.REDDIT, ActionKind.REPLY, "reddit:t1_0", "t1_0")
FULL = PatrolResult(
    pulled=[Pulled(SOURCE, Saved(3, 1, 0), 2, gap="2026-11-01"), Pulled("x:query:a", Saved(1, 0, 0), 1)],
    checked=Checked(4, {"a": "no_text", "b": "no_text", "c": "bad_kind"}, Path("var/index.html")),
    moderation={"hold": 2, "rule": 4, "llm": 0},
    drafts=1,
    handoffs=2,
    done=[Done(ACTION, ActionStatus.DONE)],
    dry_run=True,
    waiting=5,
)
LATE: dict[str, Any] = {"id": SOURCE, "error": "Unavailable: cut", "last_ok_at": None}


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "fr",
            [
                "# Ronde",
                "nouveaux\u00a0: 4, modifiés\u00a0: 1, pages\u00a0: 3",
                "à retenir\u00a0: 2, par les règles\u00a0: 4 |",
                "réponses avec succès\u00a0: 1",
                "personne\u00a0: 5",
                "depuis toujours\u00a0: Unavailable: cut",
                "texte vide\u00a0: 2",
                "n’a été envoyé",
            ],
        ),
        (
            "en",
            [
                "# Patrol",
                "new: 4, changed: 1, pages: 3",
                "to hold: 2, by rules: 4 |",
                "replies done: 1",
                "Waiting for a person: 5",
                "since ever: Unavailable: cut",
                "empty text: 2",
                "neither post nor comment: 1",
                "Dry run",
                f"- `{SOURCE}` 2026-11-01",
                "var/index.html",
            ],
        ),
    ],
)
def test_everything_that_happened_is_told(language: Any, told: list[str]):
    markdown = patrol_markdown(FULL, [LATE], language)
    for words in told:
        assert words in markdown, markdown


def test_a_source_late_for_a_while_says_since_when():
    late = LATE | {"last_ok_at": datetime(2026, 11, 1, 8, 5, tzinfo=UTC)}
    assert "since 2026-11-01 08:05 UTC" in patrol_markdown(FULL, [late], "en")


@pytest.mark.parametrize(("language", "nothing"), [("fr", "rien"), ("en", "nothing")])
def test_an_empty_hour_is_told_without_alarms(language: Any, nothing: str):
    quiet = patrol_markdown(PatrolResult([], Checked(0, {}, None), {}, 0, 0, [], False, 0), [], language)
    assert quiet.count(nothing) == 2
    assert "##" not in quiet and "**" not in quiet


def test_both_languages_have_every_phrase():
    assert WORDS["fr"].keys() == WORDS["en"].keys()
    assert REASONS["fr"].keys() == REASONS["en"].keys()
    for language in ("fr", "en"):
        assert NAMES[language].keys() == {*VerdictAction, *DecidedBy, "model_calls", "unasked"}
        assert KINDS[language].keys() == set(ActionKind)
        sent = set(ActionStatus) - {ActionStatus.WAITING, ActionStatus.SENDING, ActionStatus.CANCELLED}
        assert OUTCOMES[language].keys() == sent

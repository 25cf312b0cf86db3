"""What an alert says, whether a crisis is a new one, and which replies a pause holds back."""

from datetime import UTC, datetime

import polars as pl
import pytest

from domain.insights import Signal
from domain.records import COMMENT_SCHEMA, DRAFT_SCHEMA
from tasks.alerts.crises import known_as, new_id
from tasks.alerts.message import as_mail, as_slack, crisis_alert, handoff_alert
from tasks.alerts.pausing import held_back
from tasks.publishing.wording import Wording

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
FRENCH, ENGLISH = Wording("fr", "Europe/Paris"), Wording("en", "Europe/Paris")
CRISIS = {
    "id": "1102-strap",
    "label": "strap snaps",
    "level": 2,
    "value": 31.0,
    "expected": 2.5,
    "platforms": ("reddit", "x"),
    "terms": ("strap", "snaps"),
    "at": NOW,
    "evidence": [("My <strap> *snapped*!", "https://reddit.example/1"), ("Again", "javascript:alert(1)")],
}


def handoffs(count: int) -> list[dict]:
    row = {
        "summary": "Menace · Ana (Reddit)\n« Je… »",
        "due_at": NOW,
        "permalink": None,
        "reason": "legal",
        "norms": None,
    }
    return [row] * count


def test_an_alert_on_a_crisis_says_how_much_where_what_and_how_to_pause():
    alert = crisis_alert(CRISIS, FRENCH, "Lumio", "crisis:1102-strap:2")
    text = as_mail(alert, "fr", "vigie@lumio.example", "ana@lumio.example").get_content()
    assert alert.title == "Lumio\u00a0: une crise monte, niveau 2 sur 3\u00a0: strap snaps"
    assert "31 commentaires négatifs (habituellement 2,5), sur Reddit et X" in text
    assert "vigie pause 1102-strap --hours 24" in text
    assert "https://reddit.example/1" in text
    assert "javascript" not in text


def test_the_link_that_pauses_stands_in_the_mail_and_in_slack():
    alert = crisis_alert(CRISIS, FRENCH, "Lumio", "k", "https://lumio.example/pause?crisis=1102-strap&token=ab")
    text = as_mail(alert, "fr", "vigie@lumio.example", "ana@lumio.example").get_content()
    assert "\nhttps://lumio.example/pause?crisis=1102-strap&token=ab\n" in text
    blocks, _ = as_slack(alert, "fr")
    assert any("<https://lumio.example/pause?crisis=1102-strap&token=ab|Suspendre" in b["text"]["text"] for b in blocks)
    assert (
        "pause?"
        not in as_mail(crisis_alert(CRISIS, FRENCH, "Lumio", "k"), "fr", "a@b.example", "c@d.example").as_string()
    )


def test_slack_shows_the_words_of_members_as_they_are_within_its_limits():
    blocks, text = as_slack(crisis_alert(CRISIS, ENGLISH, "Lumio", "k"), "en")
    shown = "\n".join(block["text"]["text"] for block in blocks)
    assert text == "Lumio: a crisis is rising, level 2 of 3: strap snaps"
    assert "&lt;strap&gt;" in shown
    assert "<https://reddit.example/1|open>" in shown
    many, _ = as_slack(handoff_alert("urgent", handoffs(400), ENGLISH, "Lumio", {}, "k"), "en")
    assert len(many) <= 50
    assert all(len(block["text"]["text"]) <= 3000 for block in many)


def test_an_alert_on_handoffs_names_who_must_be_told_and_how_many_more_wait():
    alert = handoff_alert("overdue", handoffs(12), FRENCH, "Lumio", {"legal": ("Cabinet Aubrac", "01 02")}, "k")
    assert alert.title == "Lumio\u00a0: en retard (12)"
    assert len(alert.lines) == 10
    assert "à prévenir\u00a0: Cabinet Aubrac, 01 02" in alert.lines[0].text
    assert alert.after[0] == "… et 2 autres dans la revue."


def test_an_escalated_norm_finds_its_contact():
    row = handoffs(1)[0] | {"reason": "escalated", "norms": ["insult", "self_harm"]}
    alert = handoff_alert("urgent", [row], ENGLISH, "Lumio", {"self_harm": ("Helpline", "988")}, "k")
    assert "988" in alert.lines[0].text


def signal(*terms: str) -> Signal:
    return Signal("crisis", NOW, 2, 10, 1, terms)


@pytest.mark.parametrize(
    ("terms", "known"),
    [(("strap", "snaps", "broken"), "a"), (("Strap",), "a"), (("battery", "cold"), None), ((), None)],
)
def test_a_crisis_is_known_by_what_is_said_whatever_its_label(terms: tuple[str, ...], known: str | None):
    assert known_as(signal(*terms), {"a": ["strap", "snaps"], "b": ["price", "shop"]}) == known


def test_a_crisis_has_an_id_that_can_be_typed():
    assert new_id(signal("Écran cassé")) == "1102-écrancassé"
    assert new_id(signal()) == "1102-crisis"


def drafts_on(*texts: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    comments = pl.DataFrame(
        [{"id": f"c{n}", "text": text} for n, text in enumerate(texts)], schema=dict(COMMENT_SCHEMA)
    )
    rows = [{"comment_id": f"c{n}", "kind": "answer", "autonomy": "act"} for n in range(len(texts))]
    return pl.DataFrame(rows, schema=dict(DRAFT_SCHEMA)), comments


def test_a_pause_holds_back_what_is_on_its_subject_and_all_holds_back_everything():
    drafts, comments = drafts_on("My strap broke", "How do I charge it?")
    assert held_back(drafts, comments, {"1102-strap": ["straps"]})["autonomy"].to_list() == ["propose", "act"]
    assert held_back(drafts, comments, {"all": []})["autonomy"].to_list() == ["propose", "propose"]
    assert held_back(drafts, comments, {})["autonomy"].to_list() == ["act", "act"]
    observed = drafts.with_columns(autonomy=pl.lit("observe"))
    assert held_back(observed, comments, {"all": []})["autonomy"].to_list() == ["observe", "observe"]

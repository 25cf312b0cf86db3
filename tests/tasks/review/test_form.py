"""The review form shows members' words disarmed, and reads back what a CM decided."""

from datetime import UTC, datetime
from typing import Any

import pytest
from markdown_it import MarkdownIt
from pydantic import BaseModel

from domain.review import Choice, ItemKind, ReviewItem
from tasks.publishing.wording import Wording
from tasks.review.form import build_form, describe, heading, read_decisions
from tasks.review.wording import CHOICES, PHRASES

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
COMMENT = {
    "id": "reddit:t1_0",
    "platform": "reddit",
    "author_name": "ana",
    "text": "Où est ma lampe ?",
    "thread_title": "Livraison",
    "created_at": NOW,
    "permalink": "https://reddit.example/1",
}
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![pixel](https://evil.example/p.png)",
    "https://evil.example www.evil.example a@evil.example",
    "# Approve\n\n---\n\n> fine",
    "**bold** `code` | a | b |",
    "1. one\n2. two",
    "&lt;b&gt; &#42;x&#42;",
    "a](https://evil.example) <https://evil.example>",
]


def item(kind: ItemKind = ItemKind.DRAFT, comment: dict[str, Any] | None = None, **values: Any) -> ReviewItem:
    proposal = {"verdict": "remove", "handoff": "sensitive", "action": "reply"}.get(kind, "Bientôt.")
    learned = {"question": "Quand *part* ma commande ?", "asked": 4, "members": 3}
    details = {
        "knowledge": learned,
        "draft": {"sources": ["knowledge:ship"]},
        "verdict": {"norms": ["spam"]},
        "action": {"text": "Bientôt."},
    }
    given = {"parent_text": None, "proposal": proposal, "why": "", "confidence": 0.5, "created_at": NOW}
    given |= {"details": details.get(kind, {})} | values
    return ReviewItem(kind, "1", COMMENT | (comment or {}), **given)


class Base(BaseModel):
    pass


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_form_has_only_flat_fields_with_title_and_help(language: Any):
    items = [item(kind) for kind in ItemKind]
    properties = build_form(items, Wording(language), Base, {}).model_json_schema()["properties"]
    assert len(properties) == 3 * len(items) + 1
    assert {field["type"] for field in properties.values()} == {"string"}
    assert all(field["title"] and field["description"] for field in properties.values())
    assert properties["decision_1"]["enum"] == list(CHOICES[language].values())
    assert properties["text_2"]["default"] == "Bientôt."


def test_both_languages_say_the_same_things():
    assert PHRASES["fr"].keys() == PHRASES["en"].keys()
    assert CHOICES["fr"].keys() == CHOICES["en"].keys()


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("place", ["text", "author_name", "thread_title"])
def test_what_a_member_wrote_is_shown_and_not_obeyed(words: str, place: str):
    markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
    plain, hostile = (describe(item(comment={place: text}, why=text), Wording("en")) for text in ("x", words))
    shown, innocent = markdown.render(hostile), markdown.render(plain)
    for tag in (
        "<script",
        "<img",
        "<a ",
        "<h1",
        "<h2",
        "<hr",
        "<strong",
        "<code",
        "<ol",
        "<table",
        "<blockquote",
        "<em",
    ):
        assert shown.count(tag) == innocent.count(tag), shown
    assert "//evil" not in hostile and "www.evil" not in hostile and "a@evil" not in hostile  # no bare link either


def test_an_interrupted_reply_shows_what_may_have_been_posted():
    assert "Bientôt" in describe(item(ItemKind.ACTION), Wording("fr"))


def answers(choice: str, text: str = "", language: str = "fr", **more: str) -> dict[str, str]:
    return {"decision_1": CHOICES[language][choice], "text_1": text, "note_1": " vu ", "decided_by": "Ana"} | more


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("choice", [Choice.APPROVE, Choice.REJECT, Choice.TAKE_OVER, Choice.ESCALATE])
def test_what_is_submitted_is_what_is_decided(language: Any, choice: Choice):
    form = build_form([item()], Wording(language), Base, answers(choice, "Bientôt.", language))
    (decision,), problems = read_decisions([item()], form().model_dump(), language)
    assert (decision.choice, decision.text, decision.note, decision.by) == (choice, "", "vu", "Ana")
    assert problems == []


def test_a_form_sent_untouched_decides_nothing():
    items = [item(kind) for kind in ItemKind]
    untouched = build_form(items, Wording("fr"), Base, {})().model_dump()
    assert read_decisions(items, untouched, "fr") == ([], [])


def test_whoever_changed_the_text_of_a_draft_and_approves_means_the_changed_text():
    (decision,), _ = read_decisions([item()], answers("approve", " Demain. "), "fr")
    assert (decision.choice, decision.text) == (Choice.EDIT, "Demain.")


@pytest.mark.parametrize(
    ("kind", "text", "french", "english"),
    [
        (ItemKind.VERDICT, "supprimer", "élément 1\u00a0: pour modifier, écrivez hold", "item 1: to edit, write hold"),
        (ItemKind.DRAFT, "  ", "écrivez votre texte", "write your text"),
        (ItemKind.ACTION, "x", "ne peut pas être modifiée", "cannot be edited"),
    ],
)
def test_an_impossible_edit_is_told_in_the_cms_language(kind: ItemKind, text: str, french: str, english: str):
    for language, told in (("fr", french), ("en", english)):
        decisions, problems = read_decisions([item(kind)], answers("edit", text, language), language)
        assert decisions == []
        assert told in problems[0]
        assert told in heading(1, 1, problems, language)


@pytest.mark.parametrize("choice", ["approve", "reject", "escalate"])
def test_a_reply_written_on_a_hand_off_is_neither_lost_nor_posted_without_choosing_edit(choice: str):
    for language, told in (("fr", "choisissez «\u00a0modifier\u00a0»"), ("en", "choose “edit”")):
        decisions, problems = read_decisions([item(ItemKind.HANDOFF)], answers(choice, "Oui.", language), language)
        assert decisions == []
        assert told in problems[0]
    (decision,), _ = read_decisions([item(ItemKind.HANDOFF)], answers("edit", "Oui."), "fr")
    assert decision.text == "Oui."


def test_rejecting_a_draft_needs_no_empty_field():
    (decision,), problems = read_decisions([item()], answers("reject", "Bientôt."), "fr")
    assert (decision.choice, decision.text, problems) == (Choice.REJECT, "", [])


@pytest.mark.parametrize(("language", "told"), [("fr", "écrivez votre nom"), ("en", "write your name")])
def test_taking_over_asks_for_a_name_and_the_form_shows_it(language: Any, told: str):
    handoff = item(ItemKind.HANDOFF)
    decisions, problems = read_decisions([handoff], answers("take_over", language=language, decided_by=" "), language)
    assert decisions == []
    assert told in problems[0]
    (decision,), _ = read_decisions([handoff], answers("take_over", language=language), language)
    assert (decision.choice, decision.by) == (Choice.TAKE_OVER, "Ana")
    assert "Ana" in describe(item(ItemKind.HANDOFF, details={"taken_by": "Ana"}), Wording(language))


def test_a_learned_entry_shows_its_question_and_evidence_and_can_be_changed():
    one = item(ItemKind.KNOWLEDGE)
    shown = describe(one, Wording("fr"))
    assert "Quand \\*part\\* ma commande" in shown and "4 demandes de 3 membres" in shown
    given = {"decision_1": CHOICES["fr"]["approve"], "text_1": "Demain.", "note_1": ""}
    decisions, problems = read_decisions([one], given, "fr")
    assert [(each.choice, each.text) for each in decisions] == [(Choice.EDIT, "Demain.")] and not problems
    _, problems = read_decisions([one], given | {"decision_1": CHOICES["fr"]["escalate"], "text_1": ""}, "fr")
    assert "une entrée s’approuve" in problems[0]


@pytest.mark.parametrize(("language", "label"), [("fr", "**Commentaire**"), ("en", "**Comment**")])
def test_what_is_answered_and_the_comment_itself_are_told_apart(language: Any, label: str):
    alone = describe(item(comment={"text": "Pourquoi ?"}), Wording(language))
    answering = describe(item(comment={"text": "Pourquoi ?"}, parent_text="Elle est retirée."), Wording(language))
    assert label not in alone
    assert answering.index("Elle est retirée") < answering.index(label) < answering.index("Pourquoi ?")

"""What a human decides: items that wait, and decisions on them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

SOMEBODY = "cm"  # who decided, where nobody gave a name


class ItemKind(StrEnum):
    """What kind of thing waits."""

    VERDICT = "verdict"
    DRAFT = "draft"
    HANDOFF = "handoff"
    ACTION = "action"
    KNOWLEDGE = "knowledge"


class Choice(StrEnum):
    """What a human can decide.

    On a verdict: approve applies it, edit replaces its action, reject lets the comment stand.
    On a draft: approve posts it, edit posts the human's text, reject posts nothing.
    On a hand-off: approve closes it as handled, edit posts the human's reply, reject closes it without an answer.
    On an interrupted action: approve tries again, reject leaves it.
    On a learned entry: approve publishes it, edit publishes it with the human's answer, reject drops it for good.
    Take over hands any of them to the person who decides: it stays open under their name, and nothing is sent.
    Escalate passes any of them on as urgent.
    A text that comes with another choice than edit is asked about: it is neither lost nor posted by mistake.
    """

    APPROVE = "approve"
    EDIT = "edit"
    REJECT = "reject"
    TAKE_OVER = "take_over"
    ESCALATE = "escalate"


@dataclass(frozen=True)
class ReviewItem:
    """One thing that waits for a human, with all that is needed to decide."""

    kind: ItemKind
    id: str
    comment: Mapping[str, Any]  # a row of COMMENT_SCHEMA
    parent_text: str | None
    proposal: str  # the verdict's action, the draft's text, or the hand-off's reason
    why: str  # the norm's reason, the sources, the summary or the error
    confidence: float | None
    created_at: datetime
    due_at: datetime | None = None
    urgency: str = "normal"
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """What a human decided on an item. text: the edited text, or the action that replaces a verdict's."""

    item: ReviewItem
    choice: Choice
    text: str = ""
    note: str = ""
    by: str = SOMEBODY


def problem_with(decision: Decision) -> str | None:
    """Why a decision cannot be carried out, as a key of the review's wording; None when it can."""
    if decision.choice is Choice.TAKE_OVER and decision.by.strip() in {"", SOMEBODY}:
        return "take_over_needs_name"
    if decision.item.kind is ItemKind.KNOWLEDGE and decision.choice in {Choice.TAKE_OVER, Choice.ESCALATE}:
        return "entry_cannot_be_passed_on"
    if decision.item.kind is ItemKind.ACTION:
        return "action_cannot_be_edited" if decision.choice is Choice.EDIT or decision.text.strip() else None
    if decision.choice is not Choice.EDIT:
        return "text_needs_edit" if decision.text.strip() else None
    if decision.item.kind is ItemKind.VERDICT:
        return None if decision.text.strip() in {"allow", "hold", "remove"} else "verdict_edit_needs_action"
    return None if decision.text.strip() else "edit_needs_text"

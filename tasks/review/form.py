"""The review form: flat fields, one section for each item, that show the comment, its context and the proposal.

Members' words are data: they appear as block quotes with their Markdown and HTML disarmed.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field, create_model

from domain.language import Language, typeset
from domain.records import Platform
from domain.review import SOMEBODY, Choice, Decision, ItemKind, ReviewItem, problem_with
from tasks.publishing.quoting import safe_url, shorten
from tasks.publishing.wording import Wording
from tasks.replies.outgoing import excess, x_price_usd
from tasks.review.wording import CHOICES, LATER, PHRASES

Form = TypeVar("Form", bound=BaseModel)
PREFILLED = (ItemKind.DRAFT, ItemKind.KNOWLEDGE)  # the text is the proposal, for whoever wants to change it
QUOTE_GRAPHEMES = 1200
CONTEXT_GRAPHEMES = 300
SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|<>~&@:/.=-])")  # also what makes bare addresses links, and lists of "1."


def say(language: Language, key: str, **values: object) -> str:
    """A phrase of the form, typeset for its language."""
    return typeset(PHRASES[language][key], language).format(**values)


def build_form(
    items: Sequence[ReviewItem], wording: Wording, base: type[Form], answers: Mapping[str, Any], head: str = ""
) -> type[Form]:
    """A model with `decision_N`, `text_N`, `note_N` for each item, and `decided_by`; `answers` prefill it.

    head: Markdown above the first item. Prefect's own place for it shrinks to nothing above a long form. The rule below it
    is of asterisks: of hyphens, the UI makes the line above a heading.
    """
    fields: dict[str, Any] = {}
    for number, item in enumerate(items, start=1):
        shown = describe(item, wording)
        fields |= _section(
            number, item, wording, f"{head}\n\n***\n\n{shown}" if head and number == 1 else shown, answers
        )
    by = Field(
        default=answers.get("decided_by", ""),
        title=say(wording.language, "by"),
        description=say(wording.language, "by_help"),
    )
    fields["decided_by"] = (str, by)
    return create_model("Review", __base__=base, **fields)


def _section(number: int, item: ReviewItem, wording: Wording, shown: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    language = wording.language
    choices = tuple(CHOICES[language].values())
    decision, text, note = f"decision_{number}", f"text_{number}", f"note_{number}"
    prefilled = item.proposal if item.kind in PREFILLED else ""
    return {
        decision: (
            Literal[choices],
            Field(
                default=answers.get(decision, CHOICES[language][LATER]),
                title=say(language, "decision", number=number),
                description=shown,
            ),
        ),
        text: (
            str,
            Field(
                default=answers.get(text, prefilled),
                title=say(language, "text", number=number),
                description=say(language, f"{item.kind}_help"),
                json_schema_extra={"format": "textarea"},
            ),
        ),
        note: (
            str,
            Field(
                default=answers.get(note, ""),
                title=say(language, "note", number=number),
                description=say(language, "note_help"),
            ),
        ),
    }


def describe(item: ReviewItem, wording: Wording) -> str:
    """The item as Markdown: who, where and when; the comment and what it answers; the proposal and why."""
    language, comment = wording.language, item.comment
    author = disarm(comment["author_name"] or say(language, "deleted_author"))
    url = safe_url(comment["permalink"])
    link = f" · [{say(language, 'open')}]({url})" if url else ""
    when = wording.moment(comment["created_at"]) if comment["created_at"] else ""
    lines = [f"**{say(language, str(item.kind))}** · {author} · {comment['platform']} · {when}{link}"]
    if item.due_at:
        lines.append(f"**{say(language, 'due')}** {wording.moment(item.due_at)}")
    if item.details.get("taken_by"):
        lines.append(f"**{say(language, 'taken_by')}** {disarm(item.details['taken_by'])}")
    if comment["thread_title"]:
        lines.append(f"*{disarm(shorten(comment['thread_title'], CONTEXT_GRAPHEMES))}*")
    if item.parent_text:
        lines.append(f"{say(language, 'in_reply_to')}{quoted(item.parent_text, CONTEXT_GRAPHEMES)}")
    label = f"**{say(language, 'comment')}**" if item.parent_text else ""  # what it answers stands just above
    lines.append(label + quoted(comment["text"] or "", QUOTE_GRAPHEMES))
    lines += _proposal(item, wording)
    return "\n\n".join(lines)


def _proposal(item: ReviewItem, wording: Wording) -> list[str]:
    language = wording.language
    known = PHRASES[language]
    if item.kind is ItemKind.DRAFT:
        lines = [f"**{say(language, 'proposal')}**{quoted(item.proposal, QUOTE_GRAPHEMES)}"]
        sources = ", ".join(_source(source) for source in item.details["sources"])
        if sources:
            lines.append(f"**{say(language, 'sources')}** {sources}")
        if item.comment["platform"] == Platform.X:
            lines.append(say(language, "x_rule", price=wording.number(x_price_usd(item.proposal), 3)))
    elif item.kind is ItemKind.KNOWLEDGE:
        counted = say(language, "learned_from", asked=item.details["asked"], members=item.details["members"])
        lines = [
            f"**{disarm(item.details['question'])}**",
            f"**{say(language, 'proposal')}**{quoted(item.proposal, QUOTE_GRAPHEMES)}",
            counted,
        ]
    else:
        proposal = known.get(item.proposal, item.proposal)
        norms = ", ".join(item.details.get("norms", []))
        lines = [f"**{say(language, 'proposal')}** {proposal}" + (f" ({disarm(norms)})" if norms else "")]
    if item.details.get("text"):
        lines.append(quoted(item.details["text"], QUOTE_GRAPHEMES))
    if item.why:
        lines.append(f"**{say(language, 'because')}** {disarm(shorten(item.why, CONTEXT_GRAPHEMES))}")
    if item.confidence is not None:
        lines.append(f"**{say(language, 'confidence')}** {wording.percent(item.confidence)}")
    return lines


def _source(source: str) -> str:
    url = safe_url(source)
    return f"<{url}>" if url else f"`{source.replace('`', '')}`"


def disarm(text: str) -> str:
    """`text` on one line, whose Markdown and HTML are shown instead of obeyed."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))


def quoted(text: str, graphemes: int) -> str:
    """`text` as a Markdown block quote, shortened and disarmed."""
    return f"\n\n> {disarm(shorten(text, graphemes))}\n"


def read_decisions(
    items: Sequence[ReviewItem], answers: Mapping[str, Any], language: Language
) -> tuple[list[Decision], list[str]]:
    """The decisions in a submitted form, and what is wrong with it in the CM's language.

    Items left for later give no decision; items with a problem give no decision either, only the problem.
    """
    meaning = {label: key for key, label in CHOICES[language].items()}
    by = str(answers.get("decided_by") or "").strip() or SOMEBODY
    decisions, problems = [], []
    for number, item in enumerate(items, start=1):
        choice = meaning.get(str(answers.get(f"decision_{number}")), LATER)
        if choice == LATER:
            continue
        text, note = (str(answers.get(f"{name}_{number}") or "").strip() for name in ("text", "note"))
        if choice == Choice.APPROVE and item.kind in PREFILLED and text and text != item.proposal.strip():
            choice = Choice.EDIT  # whoever changed the text means the changed text to be posted
        if item.kind in PREFILLED and choice != Choice.EDIT:
            text = ""  # the field was filled with the proposal itself
        decision = Decision(item, Choice(choice), text, note, by)
        problem = problem_with(decision)
        over = excess(text, item.comment["platform"]) if item.kind in (ItemKind.DRAFT, ItemKind.HANDOFF) else 0
        if problem:
            problems.append(say(language, problem, number=number))
        elif over:
            problems.append(say(language, "too_long", number=number, over=over, platform=item.comment["platform"]))
        else:
            decisions.append(decision)
    return decisions, problems


def heading(shown: int, total: int, problems: Sequence[str], language: Language) -> str:
    """The Markdown at the head of the form."""
    parts = [f"## {say(language, 'title', shown=shown, total=total)}", say(language, "how")]
    if problems:
        parts.insert(0, say(language, "correct", problems=", ".join(problems)))
    return "\n\n".join(parts)

"""Finds the comments by which a member contests a decision; each one reaches a human, whatever else it says."""

from collections.abc import Collection
from datetime import datetime, timedelta

import polars as pl
import regex

from domain.charter import Charter
from domain.language import Language, typeset
from domain.records import HANDOFF_SCHEMA, Urgency, frame
from tasks.moderation.normalise import fold

DUE_HOURS = 24
REASON = "appeal"
SUMMARY: dict[Language, str] = {
    "fr": "Conteste la décision nº {verdict} ({norms}). Elle est revenue dans la revue, pour être confirmée ou annulée.",
    "en": "Contests decision no. {verdict} ({norms}). It is back in the review, to be confirmed or undone.",
}
NOT_WORD = r"(?<!\w)(?:{})(?!\w)"


def find_appeals(
    comments: pl.DataFrame, restricted: pl.DataFrame, charter: Charter, language: Language, now: datetime
) -> tuple[pl.DataFrame, tuple[int, ...]]:
    """Hand-offs (HANDOFF_SCHEMA) for the comments that contest, and the ids of the verdicts that they contest.

    comments: COMMENT_SCHEMA, new ones. restricted: `verdict_id`, `comment_id`, `author_id`, `thread_id`, `at`,
    `norms`, newest last: what was held or removed. An appeal needs its author to have been restricted before; it
    concerns the newest restriction in its own thread, else the newest of all. language: the CM's.
    """
    by_author = {str(key[0]): group.to_dicts() for key, group in restricted.group_by("author_id", maintain_order=True)}
    candidates = comments.filter(pl.col("author_id").is_in(list(by_author)) & ~pl.col("deleted"))
    pattern = _pattern(charter)
    handoffs, contested = [], []
    for row in candidates.iter_rows(named=True):
        earlier = [one for one in by_author[row["author_id"]] if one["comment_id"] != row["id"]]
        if not earlier or not pattern.search(fold(row["text"] or "")):
            continue
        about = next((one for one in reversed(earlier) if one["thread_id"] == row["thread_id"]), earlier[-1])
        contested.append(int(about["verdict_id"]))
        handoffs.append(
            {
                "comment_id": row["id"],
                "reason": REASON,
                "urgency": Urgency.HIGH,
                "due_at": now + timedelta(hours=DUE_HOURS),
                "summary": _summary(about["verdict_id"], about["norms"], charter, language),
            }
        )
    return frame(handoffs, HANDOFF_SCHEMA), tuple(dict.fromkeys(contested))


def phrase(charter: Charter, language: Language) -> str:
    """The words that a member is told to write; those of the other language where the CM wrote none."""
    phrases = charter.appeals.phrases
    other: Language = "en" if language == "fr" else "fr"
    return next(iter((phrases.get(language) or []) + (phrases.get(other) or [])), "")


def _pattern(charter: Charter) -> regex.Pattern[str]:
    folded = {fold(one) for phrases in charter.appeals.phrases.values() for one in phrases if one.strip()}
    alternatives = "|".join(regex.escape(one) for one in sorted(folded, key=len, reverse=True))
    return regex.compile(NOT_WORD.format(alternatives) if alternatives else r"(?!)")


def _summary(verdict_id: int, norms: Collection[str], charter: Charter, language: Language) -> str:
    titles = {norm.id: norm.title.get(language) or norm.id for norm in charter.norms}
    listed = ", ".join(titles.get(one, one) for one in norms)
    return typeset(SUMMARY[language], language).format(verdict=verdict_id, norms=listed)

"""The language model's opinion of what may wait until night: handed in as one batch, at half the price, and read later.

The same questions, the same checks and the same limits as by day (see second_opinion.py); a verdict that a human has
taken up meanwhile, or whose text or charter has changed, stays as it is.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import polars as pl

from domain.charter import Charter
from domain.records import VERDICT_SCHEMA, VerdictAction
from tasks.moderation.second_opinion import Question, checked, doubtful, with_opinion

Overnight = Literal["nothing", "allowed", "everything"]


def asked_by_day(verdicts: pl.DataFrame, comments: pl.DataFrame, charter: Charter, overnight: Overnight) -> list[int]:
    """The doubtful rows that are asked about at once; both frames as of `doubtful`."""
    actions = verdicts["action"].to_list()
    return [at for at in doubtful(verdicts, comments, charter) if not _waits(actions[at], overnight)]


def asked_by_night(verdicts: pl.DataFrame, comments: pl.DataFrame, charter: Charter, overnight: Overnight) -> list[int]:
    """The doubtful rows that were left for the night."""
    actions = verdicts["action"].to_list()
    return [at for at in doubtful(verdicts, comments, charter) if _waits(actions[at], overnight)]


def _waits(action: str, overnight: Overnight) -> bool:
    return overnight == "everything" or (overnight == "allowed" and action == VerdictAction.ALLOW)


def as_kept(questions: Sequence[Question], verdict_ids: Sequence[int]) -> dict[str, dict[str, list[int]]]:
    """What must be known of the questions when their answers come: by key, which verdicts each id stands for."""
    return {
        str(place): {name: [verdict_ids[at] for at in rows] for name, rows in question.groups.items()}
        for place, question in enumerate(questions)
    }


def changed_by(
    answers: Mapping[str, Any],
    questions: Mapping[str, Mapping[str, list[int]]],
    verdicts: pl.DataFrame,
    comments: pl.DataFrame,
    charter: Charter,
) -> list[dict[str, Any]]:
    """The verdicts (rows with their `id`) that the answers change.

    verdicts: those that still stand open, with `id`. comments: those that they are about, in any order.
    """
    rows = {row["id"]: row for row in verdicts.to_dicts()}
    texts = {row["id"]: row for row in comments.to_dicts()}
    changed = []
    for key, said in answers.items():
        for verdict_ids, opinion in checked(said, questions.get(key, {})) or []:
            for row in (rows[one] for one in verdict_ids if one in rows):
                found = with_opinion(row, texts[row["comment_id"]], opinion, charter)
                if found:
                    changed.append({name: found[name] for name in (*VERDICT_SCHEMA, "id")})
    return changed

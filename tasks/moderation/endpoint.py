"""Asks OpenAI's moderation endpoint, where one is configured, about what rules and local models doubt.

It can only confirm: what it flags under a norm of the charter waits for a human; what it does not flag stays doubtful.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from domain.charter import Charter, Norm
from domain.records import VERDICT_SCHEMA, Autonomy, DecidedBy, VerdictAction
from tasks.moderation.cascade import reason
from tasks.moderation.second_opinion import MOST_CONFIDENCE, doubtful

TEXTS_A_CALL = 32
SURE = 0.8
# omni-moderation's categories; those that are missing (violence, illicit) are also what films and games are about.
NORM_OF_CATEGORY = {
    "hate": "hate",
    "hate/threatening": "threat",
    "harassment": "insult",
    "harassment/threatening": "threat",
    "self-harm": "self_harm",
    "self-harm/intent": "self_harm",
    "self-harm/instructions": "self_harm",
    "sexual": "sexual",
    "sexual/minors": "sexual",
}


@dataclass(frozen=True)
class Confirmed:
    """verdicts: VERDICT_SCHEMA, changed where the endpoint flagged. calls: to it. error: of the last call that failed.

    asked: the rows that it was asked about.
    """

    verdicts: pl.DataFrame
    calls: int = 0
    asked: tuple[int, ...] = ()
    error: str | None = None


def confirmed(
    verdicts: pl.DataFrame,
    comments: pl.DataFrame,
    charter: Charter,
    categories: Callable[[Sequence[str]], list[dict[str, float]]],
    may_call: Callable[[], bool],
    errors: type[Exception],
) -> Confirmed:
    """The verdicts after the endpoint was asked about the doubtful ones. Both frames as of `second_opinions`.

    categories: of each text, the flagged categories with their scores, or one of `errors`.
    """
    rows, texts = verdicts.to_dicts(), comments.select("text", "lang").to_dicts()
    at_stake, calls, error = doubtful(verdicts, comments, charter), 0, None
    asked: list[int] = []
    for start in range(0, len(at_stake), TEXTS_A_CALL):
        part = at_stake[start : start + TEXTS_A_CALL]
        if not may_call():
            break
        calls += 1
        asked += part
        try:
            flagged = categories([texts[at]["text"] for at in part])
        except errors as problem:
            error = f"{type(problem).__name__}: {problem}"
            break
        for at, found in zip(part, flagged, strict=True):
            rows[at] = _confirmed(rows[at], found, charter, texts[at]["lang"])
    return Confirmed(pl.DataFrame(rows, schema=dict(VERDICT_SCHEMA)), calls, tuple(asked), error)


def _confirmed(row: dict[str, Any], flagged: Mapping[str, float], charter: Charter, lang: str | None) -> dict[str, Any]:
    """The verdict under the surest norm that is flagged; as it was where none is."""
    norms = {norm.id: norm for norm in charter.norms}
    named = [(score, NORM_OF_CATEGORY.get(category, "")) for category, score in flagged.items() if score >= SURE]
    found: list[tuple[float, Norm]] = [(score, norms[name]) for score, name in named if name in norms]
    if not found:
        return row
    score, norm = max(found, key=lambda one: one[0])
    action = VerdictAction.HOLD if norm.action == VerdictAction.REMOVE else norm.action
    return row | {
        "action": str(action),
        "norms": [norm.id],
        "scores": json.dumps(json.loads(row["scores"]) | {norm.id: round(score, 4)}),
        "confidence": round(min(score, MOST_CONFIDENCE), 4),
        "decided_by": str(DecidedBy.ENDPOINT),
        "evidence": "[]",
        "reason": reason(norm, lang),
        "autonomy": str(Autonomy.OBSERVE if norm.autonomy == Autonomy.OBSERVE else Autonomy.PROPOSE),
    }

"""Lets what a language model said of a comment stand for a near-identical one that comes later, instead of asking again."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import polars as pl

from domain.charter import Charter
from domain.records import OVERNIGHT_MARK, VERDICT_SCHEMA, DecidedBy
from tasks.moderation.cascade import speaks_for_itself
from tasks.moderation.second_opinion import NONE, doubtful, with_opinion, words_of


class Opinion(NamedTuple):
    """What `with_opinion` reads of a language model's answer."""

    norm: str
    confidence: float
    quote: str


def with_earlier_opinions(
    verdicts: pl.DataFrame, comments: pl.DataFrame, earlier: pl.DataFrame, charter: Charter
) -> pl.DataFrame:
    """The verdicts (VERDICT_SCHEMA, rows of `comments`), where what is doubtful takes over the newest earlier opinion.

    earlier: VERDICT_SCHEMA with text and lang of the comments judged, under the same charter, oldest first. Texts too
    short to be judged outside their conversation take over nothing, nor does anything under other models.
    """
    known = {
        _key(row["text"], row["lang"], row["model_version"]): row
        for row in earlier.iter_rows(named=True)
        if speaks_for_itself(row["text"])
    }
    if not known:
        return verdicts
    rows, texts = verdicts.to_dicts(), comments.select("text", "lang").to_dicts()
    for at in doubtful(verdicts, comments, charter):
        text, lang = texts[at]["text"], texts[at]["lang"]
        said = known.get(_key(text, lang, rows[at]["model_version"])) if speaks_for_itself(text) else None
        changed = with_opinion(rows[at], texts[at], _opinion(said, text), charter) if said else None
        rows[at] = changed | {"decided_by": str(DecidedBy.REUSE)} if changed else rows[at]
    return pl.DataFrame(rows, schema=dict(VERDICT_SCHEMA))


def _key(text: str, lang: str | None, model_version: str | None) -> tuple[str, str, str]:
    return words_of(text), lang or "", (model_version or "").removesuffix(OVERNIGHT_MARK)


def _opinion(said: Mapping[str, Any], text: str) -> Opinion:
    """The earlier verdict as the opinion that it came from; its quote only where this text has it, too."""
    quote = next((one["text"] for one in json.loads(said["evidence"])), "")
    norm = said["norms"][0] if said["norms"] else NONE
    return Opinion(norm, said["confidence"], quote if quote in text else "")

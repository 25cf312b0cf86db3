"""Moderation and training on a file's rows, for `vigie moderate` and `vigie train`: no platform, no store, no Prefect."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from domain.charter import Charter, Norm
from domain.records import COMMENT_SCHEMA
from tasks.moderation.cascade import decide
from tasks.moderation.local_model import NormModel, save
from tasks.moderation.training import TrainingError, TrainingReport, train

POSITIVE_WORDS = frozenset(
    {"1", "true", "yes", "y", "oui", "vrai", "positive", "pos", "bad", "remove", "removed", "hold"}
)
NEGATIVE_WORDS = frozenset(
    {"0", "false", "no", "n", "non", "faux", "negative", "neg", "good", "ok", "allow", "allowed", "approve", "approved"}
    | {"ham", "normal", "none", "neutral", "clean", "benign", "safe", "legit", "acceptable"}
)
NEGATING_STARTS = ("not_", "non_", "no_", "not ", "non ", "no ", "not-", "non-", "no-", "pas_", "pas ")


def moderate_table(rows: pl.DataFrame, charter: Charter, models: Mapping[str, NormModel]) -> list[dict[str, Any]]:
    """Verdicts in the columns of `vigie moderate`, one for each row of `rows`, in the same order.

    rows: `id`, `text` and optionally `lang`, `thread_id`, `author_id`, `author_name`; empty texts and repeated ids
    are fine. Norms that only a model knows are judged too, and held. Raises ValueError when `id` or `text` lacks.
    """
    for name in ("id", "text"):
        if name not in rows.columns:
            raise ValueError(f"column `{name}` is missing; the columns are: {', '.join(rows.columns)}")
    comments = _as_comments(rows)
    verdicts = decide(comments, with_norms_of(charter, models), models)
    return [
        {
            "id": given,
            "action": row["action"],
            "norms": row["norms"],
            "scores": row["scores"],
            "confidence": row["confidence"],
            "decided_by": row["decided_by"],
            "evidence": row["evidence"],
            "reason": row["reason"],
        }
        for given, row in zip(rows["id"], verdicts, strict=True)
    ]


def with_norms_of(charter: Charter, models: Mapping[str, NormModel]) -> Charter:
    """The charter with a plain norm for each model whose norm it does not know."""
    known = {norm.id for norm in charter.norms}
    added = [Norm(id=name, title={"fr": name, "en": name}) for name in models if name not in known]
    return charter.model_copy(update={"norms": [*charter.norms, *added]}) if added else charter


def train_file(
    rows: pl.DataFrame, norm: str, out: Path, wanted_precision: float = 0.95, file: str = "", source: str = ""
) -> TrainingReport:
    """Train a model of `norm` from `text,label` rows, and write it with its report (NORM.report.json) into `out`.

    file: named in errors. Raises TrainingError when a column lacks, a label is not understood (see `read_labels`)
    or the examples are too few; ValueError when `norm` is no valid id.
    """
    for name in ("text", "label"):
        if name not in rows.columns:
            raise TrainingError(f"{file}: column `{name}` is missing; the columns are: {', '.join(rows.columns)}")
    Norm(id=norm)
    truth = read_labels(rows["label"].cast(pl.String).to_list(), norm, file)
    texts = rows["text"].cast(pl.String).fill_null("").to_list()
    model, report = train(texts, truth, norm, wanted_precision, source)
    save(model, out)
    text = json.dumps(asdict(report), indent=1, ensure_ascii=False)
    (out / f"{norm}.report.json").write_text(text + "\n", "utf-8")
    return report


def read_labels(labels: Sequence[str | None], norm: str, file: str = "") -> list[bool]:
    """Which labels mean that the norm is broken.

    1, true, yes, oui ... break it; 0, false, no, ham, normal, ok ... and whatever begins with `not_` or `non_` keep
    it. Of two labels, when one keeps it, the other breaks it (`spam`/`ham`, `hateful`/`normal`); with several other
    labels, the norm's own name breaks it. Raises TrainingError with the line of the first label not understood.
    """
    kinds = [(label or "").strip().casefold() for label in labels]
    distinct = {kind for kind in kinds if kind}
    negative = {kind for kind in distinct if kind in NEGATIVE_WORDS or kind.startswith(NEGATING_STARTS)}
    positive = {kind for kind in distinct - negative if kind in POSITIVE_WORDS or _names(kind, norm)}
    rest = distinct - negative - positive
    if len(rest) == 1 and len(negative) >= 1 and not positive:
        positive, rest = rest, set()
    elif len(rest) == 1 and positive and not negative:
        negative, rest = rest, set()
    for line, kind in enumerate(kinds, start=2):
        if kind not in positive and kind not in negative:
            shown = f"label `{kind}` is not understood" if kind else "the label is empty"
            raise TrainingError(f"{file}:{line}: {shown}; write 1 where the norm `{norm}` is broken and 0 elsewhere")
    return [kind in positive for kind in kinds]


def _names(label: str, norm: str) -> bool:
    """Whether a label is the norm's name, or a form of it: `hateful` for `hate`, `offensive` for `offense`."""
    plain, name = label.replace("-", "_").replace(" ", "_"), norm.casefold()
    return plain == name or (len(name) >= 4 and plain.startswith(name[:-1]))


def _as_comments(rows: pl.DataFrame) -> pl.DataFrame:
    given = [name for name in ("text", "lang", "thread_id", "author_id", "author_name") if name in rows.columns]
    comments = (
        rows.select(pl.col(given).cast(pl.String)).with_row_index("id").with_columns(pl.col("id").cast(pl.String))
    )
    missing = [pl.lit(None, kind).alias(name) for name, kind in COMMENT_SCHEMA.items() if name not in comments.columns]
    return comments.with_columns(missing).select(list(COMMENT_SCHEMA))

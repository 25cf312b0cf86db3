"""Training on a file's rows, for `vigie train`: which labels break a norm, and the model with its report written out."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import polars as pl

from domain.charter import Norm
from tasks.embedding import Sense
from tasks.moderation.local_model import save
from tasks.moderation.measuring import TrainingReport
from tasks.moderation.own_sentences import own_sentences
from tasks.moderation.training import TrainingError, train

POSITIVE_WORDS = frozenset(
    {"1", "true", "yes", "y", "oui", "vrai", "positive", "pos", "bad", "remove", "removed", "hold"}
)
NEGATIVE_WORDS = frozenset(
    {"0", "false", "no", "n", "non", "faux", "negative", "neg", "good", "ok", "allow", "allowed", "approve", "approved"}
    | {"ham", "normal", "none", "neutral", "clean", "benign", "safe", "legit", "acceptable"}
)
NEGATING_STARTS = ("not_", "non_", "no_", "not ", "non ", "no ", "not-", "non-", "no-", "pas_", "pas ")


# Norms of which everybody has the same idea, so that Vigie's own sentences help where the examples are few or of one
# place; hate and insults are drawn differently in each set of labels.
MEANT_THE_SAME = frozenset({"spam", "scam", "self_promotion"})


def train_file(
    rows: pl.DataFrame,
    norm: str,
    out: Path,
    wanted_precision: float = 0.95,
    file: str = "",
    source: str = "",
    sense: Sense | None = None,
) -> TrainingReport:
    """Train a model of `norm` from `text,label` rows, and write it with its report (NORM.report.json) into `out`.

    Vigie's own sentences are learnt from, too, where the norm is one of MEANT_THE_SAME; they are never measured on.
    file: named in errors. sense: an embedding model, which the model then uses where it helps. Raises TrainingError when a column lacks, a label is not understood (see `read_labels`)
    or the examples are too few; ValueError when `norm` is no valid id.
    """
    for name in ("text", "label"):
        if name not in rows.columns:
            raise TrainingError(f"{file}: column `{name}` is missing; the columns are: {', '.join(rows.columns)}")
    Norm(id=norm)
    truth = read_labels(rows["label"].cast(pl.String).to_list(), norm, file)
    texts = rows["text"].cast(pl.String).fill_null("").to_list()
    prior = own_sentences(norm) if norm in MEANT_THE_SAME else None
    known = (prior.texts, prior.labels) if prior else ((), ())
    model, report = train(texts, truth, norm, wanted_precision, source, prior=known, sense=sense)
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

"""Learns from what humans decided: the model in service goes on learning, and its successor must prove itself.

The newest quarter of the decisions is never learnt from: on it the candidate and the model in service are compared,
and only a candidate that errs less, by more than chance (sign test), is better.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from scipy.stats import binomtest

from tasks.embedding import Sense
from tasks.moderation.embedding_models import embedded, usable
from tasks.moderation.features import grams_of
from tasks.moderation.local_model import NormModel
from tasks.moderation.measuring import Truth, macro_f1
from tasks.moderation.training import MIN_EXAMPLES_OF_EACH_KIND, train

HELD_OUT_SHARE = 4  # one in so many
MIN_HELD_OUT = 20
CHANCE = 0.1  # how probable it may be that a candidate looks better by luck


@dataclass(frozen=True)
class Examples:
    """Texts and whether each breaks the norm, oldest decision first; those of files come before."""

    texts: list[str]
    broken: list[bool]
    held_out: list[bool]


@dataclass(frozen=True)
class Outcome:
    """What came of learning a norm. problem: why nothing was learnt. Figures are on held-out examples.

    right, wrong: on how many the candidate is right where the model in service is not, and the other way round.
    """

    norm: str
    examples: int
    held_out: int = 0
    model: NormModel | None = None
    macro_f1: float = 0.0
    macro_f1_before: float | None = None
    right: int = 0
    wrong: int = 0
    better: bool = False
    problem: str = ""


def examples_of(norm: str, decided: pl.DataFrame, labelled: Mapping[str, bool]) -> Examples:
    """What is known of a norm. decided: rows `text`, `norms`, `broken`, oldest first. labelled: texts of a CM's files.

    Held out: the newest quarter of the decisions, and one in four of the labelled texts, always the same ones. The last
    decision on a text counts; a text is never both learnt and held out.
    """
    about = decided.filter(pl.col("norms").list.contains(norm))
    last = {**labelled, **dict(zip(about["text"], about["broken"], strict=True))}
    newest = list(dict.fromkeys(reversed(about["text"].to_list())))
    kept_apart = set(newest[: len(newest) // HELD_OUT_SHARE])
    kept_apart |= {text for text in labelled if text not in set(newest) and _one_in(HELD_OUT_SHARE, text)}
    return Examples(list(last), list(last.values()), [text in kept_apart for text in last])


def _one_in(share: int, text: str) -> bool:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[0] % share == 0


def learn(
    norm: str, examples: Examples, in_service: NormModel | None, wanted_precision: float, sense: Sense | None = None
) -> Outcome:
    """A candidate for the norm, compared with the model in service; or why there is none. sense: as `train` uses it."""
    truth, apart = np.asarray(examples.broken, bool), np.asarray(examples.held_out, bool)
    outcome = Outcome(norm, int((~apart).sum()), int(apart.sum()))
    problem = _too_few(truth, apart)
    if problem:
        return replace(outcome, problem=problem)
    learnt = [text for text, kept in zip(examples.texts, examples.held_out, strict=True) if not kept]
    unseen = [text for text, kept in zip(examples.texts, examples.held_out, strict=True) if kept]
    source = in_service.source if in_service else ""
    base = in_service.by_words if in_service else None
    model, _ = train(learnt, truth[~apart].tolist(), norm, wanted_precision, source, base=base, sense=sense)
    return _compared(outcome, unseen, truth[apart], model, in_service, sense)


def _too_few(truth: Truth, apart: Truth) -> str:
    for broken in (True, False):
        if int((truth[~apart] == broken).sum()) < MIN_EXAMPLES_OF_EACH_KIND:
            return "broken" if broken else "kept"
    if apart.sum() < MIN_HELD_OUT or len(set(truth[apart].tolist())) < 2:
        return "held out"
    return ""


def _compared(
    outcome: Outcome,
    texts: Sequence[str],
    truth: Truth,
    model: NormModel,
    in_service: NormModel | None,
    sense: Sense | None,
) -> Outcome:
    right = _flagged(model, texts, sense) == truth
    f1 = macro_f1(np.where(right, truth, ~truth), truth)
    tried = replace(outcome, model=model, macro_f1=f1)
    if in_service is None:
        return replace(tried, better=f1 > macro_f1(np.zeros(len(truth), bool), truth))
    before = _flagged(in_service, texts, sense) == truth
    f1_before = macro_f1(np.where(before, truth, ~truth), truth)
    won, lost = int((right & ~before).sum()), int((~right & before).sum())
    luck = float(binomtest(won, won + lost, alternative="greater").pvalue) if won + lost else 1.0
    better = f1 > f1_before and luck <= CHANCE
    return replace(tried, macro_f1_before=f1_before, right=won, wrong=lost, better=better)


def _flagged(model: NormModel, texts: Sequence[str], sense: Sense | None) -> Truth:
    """What the model flags as it would in service: by words alone where its embeddings cannot be had."""
    models, vectors = embedded(usable({model.norm: model}, sense), sense, texts)
    serving = models[model.norm]
    return serving.of_grams(grams_of(texts, len(serving.weights)), vectors) >= serving.threshold

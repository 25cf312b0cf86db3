"""Trains the model of a norm from labelled texts, and measures it on held-out folds.

Two linear models over hashed n-grams, logistic regression on TF-IDF and on naive Bayes ratios (Wang and Manning, 2012),
or their mean, whichever held-out folds prefer; Platt's calibration; measuring.py tells how good the result is.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from domain.documents import MendableError
from tasks.embedding import Rows, Sense
from tasks.moderation.features import Floats, Grams, grams_of, places
from tasks.moderation.local_model import BUCKETS, NormModel, decisions, lengths_of, sigmoid
from tasks.moderation.measuring import (
    TrainingReport,
    Truth,
    best_threshold,
    folds_for,
    macro_f1,
    measured,
    precision_bounds,
)

Arrays = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], float]  # weights, idf, intercept
Fold = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]  # rows to learn from, rows to measure on

MIN_EXAMPLES_OF_EACH_KIND = 10
MIN_TEXTS_OF_A_GRAM = 2
PLAIN_C, RATIO_C = 4.0, 2.0
STRENGTHS = (1.0, 0.25)  # of the fit, as a share of both constants above: noisy labels want a weaker one
EMBEDDING_C = 1.0
MIXES = ((0.5, 0.5), (0.0, 1.0))  # shares of the two linear models


class TrainingError(MendableError):
    """The examples cannot make a model; the message says what to add or mend."""


class Recipe(NamedTuple):
    """How strongly the two linear models are fitted, and their shares."""

    strength: float
    mix: tuple[float, float]


def train(
    texts: Sequence[str],
    labels: Sequence[bool],
    norm: str,
    wanted_precision: float = 0.95,
    source: str = "",
    groups: Sequence[str] | None = None,
    base: NormModel | None = None,
    prior: tuple[Sequence[str], Sequence[bool]] = ((), ()),
    sense: Sense | None = None,
) -> tuple[NormModel, TrainingReport]:
    """Fit, calibrate and measure a model of `norm` on texts that break it (True) or not.

    wanted_precision: for acting alone. source: credits, kept in the model's file. groups: texts that belong together,
    such as variants of one sentence, and must not be both learnt and measured; by default only equal texts do.
    base: a model that goes on learning; what it knows stays where the texts say nothing else.
    prior: texts and labels of somebody else's, learnt from but never measured on.
    sense: an embedding model, which the model then uses where held-out texts are judged better with it.
    Raises TrainingError when there are too few examples of either kind.
    """
    truth = np.asarray(labels, dtype=bool)
    _check(truth, norm)
    grams = grams_of([*texts, *prior[0]], BUCKETS)
    learnt = np.concatenate([truth, np.asarray(prior[1], dtype=bool)])
    recipe, held_out = _best_recipe(grams, learnt, groups or texts, base)
    slope, offset = _calibrate(held_out, truth)
    probabilities = sigmoid(slope * held_out + offset)
    weights, idf, intercept = _mixed(_linear_models(grams, learnt, base, recipe.strength), recipe.mix)
    model = NormModel(
        norm,
        weights,
        idf,
        intercept,
        slope,
        offset,
        threshold=best_threshold(probabilities, truth),
        bounds=tuple(precision_bounds(probabilities, truth)),
        source=source,
    )
    vectors = sense.vectors(texts) if sense else None
    if sense and vectors is not None:
        folds = _folds(truth, groups or texts)
        model, probabilities = _with_embeddings(model, held_out, truth, vectors, folds, sense.name or "")
    return model, measured(model, probabilities, truth, wanted_precision)


def _with_embeddings(
    words: NormModel, held_out: Floats, truth: Truth, vectors: Rows, folds: Sequence[Fold], embeds: str
) -> tuple[NormModel, Floats]:
    """The model to which embeddings add what its words miss, and its held-out probabilities; `words` where it is no better.

    held_out: decisions of `words` on texts that it had not seen; the vectors are fitted on what these leave wrong.
    """
    known = words.slope * held_out + words.offset
    decided = np.zeros(len(truth))
    for learnt, unseen in folds:
        direction, intercept = _regressed(csr_array(vectors[learnt]), truth[learnt], EMBEDDING_C, known[learnt])
        decided[unseen] = known[unseen] + vectors[unseen] @ direction + intercept
    slope, offset = _calibrate(decided, truth)
    with_them, without = sigmoid(slope * decided + offset), sigmoid(known)
    threshold = best_threshold(with_them, truth)
    if macro_f1(with_them >= threshold, truth) <= macro_f1(without >= words.threshold, truth):
        return words, without
    direction, intercept = _regressed(csr_array(vectors), truth, EMBEDDING_C, known)
    model = replace(
        words,
        slope=slope * words.slope,
        offset=slope * (words.offset + intercept) + offset,
        threshold=threshold,
        bounds=tuple(precision_bounds(with_them, truth)),
        embeds=embeds,
        direction=np.asarray(slope * direction, np.float32),
        alone=words,
    )
    return model, with_them


def _check(truth: Truth, norm: str) -> None:
    positives = int(truth.sum())
    for kind, count in (("break", positives), ("keep", len(truth) - positives)):
        if count < MIN_EXAMPLES_OF_EACH_KIND:
            raise TrainingError(
                f"only {count} examples that {kind} the norm `{norm}`: "
                f"give at least {MIN_EXAMPLES_OF_EACH_KIND}, better some hundreds"
            )


def _best_recipe(grams: Grams, truth: Truth, groups: Sequence[str], base: NormModel | None) -> tuple[Recipe, Floats]:
    """The recipe with the best macro-F1 on held-out folds, and its held-out decisions.

    truth: of the texts to measure on, one for each of `groups`, then of those that are learnt from in every fold.
    """
    always, truth_measured = np.arange(len(groups), len(truth)), truth[: len(groups)]
    strengths = STRENGTHS if base is None else STRENGTHS[:1]  # a base's successor is drawn to it already
    held_out = {Recipe(strength, mix): np.zeros(len(groups)) for strength in strengths for mix in MIXES}
    for rows, test_rows in _folds(truth_measured, groups):
        train_rows = np.concatenate([rows, always])
        learnt, unseen = grams.of_texts(train_rows), grams.of_texts(test_rows)
        for strength in strengths:
            fitted = _linear_models(learnt, truth[train_rows], base, strength)
            for mix in MIXES:
                weights, idf, intercept = _mixed(fitted, mix)
                held_out[Recipe(strength, mix)][test_rows] = decisions(unseen, weights, idf) + intercept
    chosen = max(held_out, key=lambda recipe: _attainable_f1(held_out[recipe], truth_measured))
    return chosen, held_out[chosen]


def _folds(truth: Truth, groups: Sequence[str]) -> list[Fold]:
    """Rows to learn from and rows to measure on; a group is never in both."""
    _, group_of = np.unique(np.asarray(groups, dtype=object), return_inverse=True)
    first = np.unique(group_of, return_index=True)[1]
    count = folds_for(len(truth))
    split = StratifiedKFold(count, shuffle=True, random_state=0).split(first, truth[first])
    fold_of = np.zeros(len(first), np.int64)
    for fold, (_, test_groups) in enumerate(split):
        fold_of[test_groups] = fold
    folds = fold_of[group_of]
    return [(np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)) for fold in range(count)]


def _attainable_f1(decided: Floats, truth: Truth) -> float:
    return max(macro_f1(decided >= cut, truth) for cut in np.quantile(decided, np.linspace(0.02, 0.98, 49)))


def _linear_models(grams: Grams, truth: Truth, base: NormModel | None, strength: float) -> list[Arrays]:
    """Logistic regression on TF-IDF, and on TF-IDF times the log ratio of how much each class uses an n-gram.

    What is learnt is added to the log odds that `base` gives: the sum is still one linear model over the n-grams.
    """
    counts = grams.counts(BUCKETS)
    idf = _rarity(counts, base)
    used = np.flatnonzero(idf)
    matrix = _weighted(counts[:, used].astype(np.float32), used, grams, idf)
    ratio = _log_ratio(matrix, truth)
    known = None if base is None else base.slope * (decisions(grams, base.weights, idf) + base.intercept) + base.offset
    models = []
    for scale, constant in ((np.ones_like(ratio), PLAIN_C), (ratio, RATIO_C)):
        coefficients, intercept = _regressed(matrix * scale, truth, strength * constant, known)
        weights = np.zeros(BUCKETS, np.float32) if base is None else base.slope * base.weights
        weights[used] += coefficients * scale
        if base is not None:
            intercept += base.slope * base.intercept + base.offset
        models.append((weights, idf, intercept))
    return models


def _rarity(counts: csr_array, base: NormModel | None) -> npt.NDArray[np.float32]:
    """The inverse document frequency of each n-gram, 0 for those too rare to learn; what `base` knows stays."""
    texts, present = counts.shape[0], np.bincount(counts.indices, minlength=BUCKETS)
    used = present >= min(MIN_TEXTS_OF_A_GRAM, texts)
    rarity = np.where(used, (np.log((1 + texts) / (1 + present)) + 1).astype(np.float16), 0).astype(np.float32)
    return rarity if base is None else np.where(base.idf > 0, base.idf, rarity)


def _weighted(matrix: csr_array, used: npt.NDArray[np.int64], grams: Grams, idf: npt.NDArray[np.float32]) -> csr_array:
    lengths = np.stack(lengths_of(grams, idf))
    rows = np.repeat(np.arange(len(grams)), np.diff(matrix.indptr))
    columns = used[matrix.indices]
    matrix.data *= idf[columns] / lengths[places(columns.astype(np.int32), BUCKETS), rows]
    return matrix


def _regressed(columns: csr_array, truth: Truth, strength: float, known: Floats | None) -> tuple[Floats, float]:
    """Coefficients and intercept of a logistic regression. known: log odds to which it adds, None for none."""
    if known is None:
        fitted = LogisticRegression(C=strength, solver="liblinear", tol=1e-3, random_state=0).fit(columns, truth)
        return np.asarray(fitted.coef_[0]), float(fitted.intercept_[0])
    signs = np.where(truth, 1.0, -1.0)

    def loss(point: Floats) -> tuple[float, Floats]:
        margins = signs * (columns @ point[:-1] + point[-1] + known)
        pull = -strength * signs * sigmoid(-margins)
        value = strength * float(np.logaddexp(0, -margins).sum()) + float(point @ point) / 2
        return value, np.append(columns.T @ pull, pull.sum()) + point

    found = minimize(loss, np.zeros(columns.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return found.x[:-1], float(found.x[-1])


def _log_ratio(matrix: csr_array, truth: Truth) -> npt.NDArray[np.float32]:
    breaking, keeping = 1 + matrix[truth].sum(axis=0), 1 + matrix[~truth].sum(axis=0)
    return np.asarray(np.log((breaking / breaking.sum()) / (keeping / keeping.sum())), dtype=np.float32)


def _mixed(models: list[Arrays], mix: tuple[float, float]) -> Arrays:
    """The models' weighted sum, which is a linear model too; weights are kept as they will be stored."""
    weights = sum(share * model[0] for share, model in zip(mix, models, strict=True))
    intercept = sum(share * model[2] for share, model in zip(mix, models, strict=True))
    return np.asarray(weights, np.float16).astype(np.float32), models[0][1], float(intercept)


def _calibrate(held_out: Floats, truth: Truth) -> tuple[float, float]:
    """Platt (1999): slope and offset of a sigmoid over held-out decisions."""
    fitted = LogisticRegression(C=1e3).fit(held_out.reshape(-1, 1), truth)
    return max(float(fitted.coef_[0][0]), 1e-3), float(fitted.intercept_[0])

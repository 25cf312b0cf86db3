"""Trains the model of a norm from labelled texts, and measures it on held-out folds.

Two linear models over hashed n-grams, logistic regression on TF-IDF and on naive Bayes ratios (Wang and Manning, 2012),
or their mean, whichever held-out folds prefer; Platt's calibration; Wilson's bounds for the thresholds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import StratifiedKFold

from domain.documents import MendableError
from tasks.moderation.features import Floats, Grams, grams_of, places
from tasks.moderation.local_model import BUCKETS, Bound, NormModel, decisions, lengths_of, sigmoid

Arrays = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], float]  # weights, idf, intercept
Truth = npt.NDArray[np.bool_]

FOLDS = 5
MIN_EXAMPLES_OF_EACH_KIND = 10
LARGE_FOLDS, LARGE_EXAMPLES = 3, 5_000
MIN_TEXTS_OF_A_GRAM = 2
PLAIN_C, RATIO_C = 4.0, 2.0
STRENGTHS = (1.0, 0.25)  # of the fit, as a share of both constants above: noisy labels want a weaker one
MIXES = ((0.5, 0.5), (0.0, 1.0))  # shares of the two linear models
Z_95 = 1.96
CALIBRATION_BINS = 10


class TrainingError(MendableError):
    """The examples cannot make a model; the message says what to add or mend."""


class Recipe(NamedTuple):
    """How strongly the two linear models are fitted, and their shares."""

    strength: float
    mix: tuple[float, float]


@dataclass(frozen=True)
class TrainingReport:
    """What held-out folds tell. Every figure is of held-out examples.

    threshold: the probability from which on a comment is flagged. act_threshold: from there on the wanted precision
    holds with 95 % confidence; None where no probability reaches it. act_recall: the share that is then caught.
    """

    norm: str
    examples: int
    positives: int
    folds: int
    accuracy: float
    precision: float
    recall: float
    macro_f1: float
    average_precision: float
    brier: float
    calibration_error: float
    threshold: float
    wanted_precision: float
    act_threshold: float | None
    act_recall: float
    version: str
    calibration: list[dict[str, float]]
    bounds: list[Bound]


def train(
    texts: Sequence[str],
    labels: Sequence[bool],
    norm: str,
    wanted_precision: float = 0.95,
    source: str = "",
    groups: Sequence[str] | None = None,
    base: NormModel | None = None,
    prior: tuple[Sequence[str], Sequence[bool]] = ((), ()),
) -> tuple[NormModel, TrainingReport]:
    """Fit, calibrate and measure a model of `norm` on texts that break it (True) or not.

    wanted_precision: for acting alone. source: credits, kept in the model's file. groups: texts that belong together,
    such as variants of one sentence, and must not be both learnt and measured; by default only equal texts do.
    base: a model that goes on learning; what it knows stays where the texts say nothing else.
    prior: texts and labels of somebody else's, learnt from but never measured on.
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
    return model, measured(model, probabilities, truth, wanted_precision)


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
    held_out = {Recipe(strength, mix): np.zeros(len(groups)) for strength in STRENGTHS for mix in MIXES}
    for rows, test_rows in _folds(truth_measured, groups):
        train_rows = np.concatenate([rows, always])
        learnt, unseen = grams.of_texts(train_rows), grams.of_texts(test_rows)
        for strength in STRENGTHS:
            fitted = _linear_models(learnt, truth[train_rows], base, strength)
            for mix in MIXES:
                weights, idf, intercept = _mixed(fitted, mix)
                held_out[Recipe(strength, mix)][test_rows] = decisions(unseen, weights, idf) + intercept
    chosen = max(held_out, key=lambda recipe: _attainable_f1(held_out[recipe], truth_measured))
    return chosen, held_out[chosen]


def _folds(truth: Truth, groups: Sequence[str]) -> list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Rows to learn from and rows to measure on; a group is never in both."""
    _, group_of = np.unique(np.asarray(groups, dtype=object), return_inverse=True)
    first = np.unique(group_of, return_index=True)[1]
    count = LARGE_FOLDS if len(truth) > LARGE_EXAMPLES else FOLDS
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


def wilson_lower_bound(right: int, total: int) -> float:
    """Lower end of the 95 % interval of a share (Wilson, 1927)."""
    if total == 0:
        return 0.0
    share, z2 = right / total, Z_95 * Z_95
    centre = share + z2 / (2 * total)
    spread = Z_95 * float(np.sqrt(share * (1 - share) / total + z2 / (4 * total * total)))
    return max(0.0, (centre - spread) / (1 + z2 / total))  # rounding may pass zero


def precision_bounds(probabilities: Floats, truth: Truth) -> list[Bound]:
    """How precise flags are from each of a grid of probabilities on."""
    grid = np.unique(np.concatenate([np.arange(0.05, 1, 0.05), [0.97, 0.98, 0.99, 0.995]]).round(3))
    bounds = []
    for probability in grid:
        flagged = probabilities >= probability
        total, right = int(flagged.sum()), int(truth[flagged].sum())
        if total:
            bounds.append(Bound(float(probability), right / total, wilson_lower_bound(right, total), total))
    return bounds


def macro_f1(flagged: Truth, truth: Truth) -> float:
    """Mean of the F1 of both kinds, 0..1."""
    return float(np.mean([_f1(flagged, truth), _f1(~flagged, ~truth)]))


def _f1(flagged: Truth, truth: Truth) -> float:
    both = int((flagged & truth).sum())
    return 2 * both / max(int(flagged.sum() + truth.sum()), 1)


def best_threshold(probabilities: Floats, truth: Truth) -> float:
    """The probability from which on flags give a macro-F1 within chance of the best one, nearest to one half."""
    grid = np.linspace(0.05, 0.95, 91)
    scores = np.array([macro_f1(probabilities >= threshold, truth) for threshold in grid])
    smooth = np.convolve(np.pad(scores, 3, mode="edge"), np.ones(7) / 7, mode="valid")
    chance = 0.5 / np.sqrt(len(truth)) * np.sqrt(max(smooth.max() * (1 - smooth.max()), 0.0))
    good = grid[smooth >= smooth.max() - chance]
    return float(round(good[int(np.argmin(np.abs(good - 0.5)))], 3))


def measured(model: NormModel, probabilities: Floats, truth: Truth, wanted_precision: float) -> TrainingReport:
    """The report of a model on held-out probabilities."""
    flagged = probabilities >= model.threshold
    right = int((flagged & truth).sum())
    sure = [bound for bound in model.bounds if bound.lower_bound >= wanted_precision]
    act_threshold = min((bound.probability for bound in sure), default=None)
    acting = probabilities >= (act_threshold if act_threshold is not None else 2)
    bins = calibration_bins(probabilities, truth)
    return TrainingReport(
        norm=model.norm,
        examples=len(truth),
        positives=int(truth.sum()),
        folds=LARGE_FOLDS if len(truth) > LARGE_EXAMPLES else FOLDS,
        accuracy=float((flagged == truth).mean()),
        precision=right / max(int(flagged.sum()), 1),
        recall=right / max(int(truth.sum()), 1),
        macro_f1=macro_f1(flagged, truth),
        average_precision=float(average_precision_score(truth, probabilities)),
        brier=float(np.mean((probabilities - truth) ** 2)),
        calibration_error=sum(abs(one["predicted"] - one["observed"]) * one["examples"] for one in bins) / len(truth),
        threshold=model.threshold,
        wanted_precision=wanted_precision,
        act_threshold=act_threshold,
        act_recall=int((acting & truth).sum()) / max(int(truth.sum()), 1),
        version=model.version,
        calibration=bins,
        bounds=list(model.bounds),
    )


def calibration_bins(probabilities: Floats, truth: Truth) -> list[dict[str, float]]:
    """In ten bins of probability: examples, mean predicted probability, observed share."""
    place = np.minimum((probabilities * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    return [
        {
            "examples": int((place == one).sum()),
            "predicted": round(float(probabilities[place == one].mean()), 4),
            "observed": round(float(truth[place == one].mean()), 4),
        }
        for one in range(CALIBRATION_BINS)
        if (place == one).any()
    ]

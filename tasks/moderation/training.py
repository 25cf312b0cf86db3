"""Trains the model of a norm from labelled texts, and measures it on held-out folds.

TF-IDF over hashed n-grams with logistic regression; Platt's calibration; Wilson's bounds for the thresholds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import StratifiedKFold

from domain.documents import MendableError
from tasks.moderation.features import Counts, counted
from tasks.moderation.local_model import BUCKETS, Bound, Floats, NormModel, decisions, sigmoid, tf_idf

Arrays = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], float]  # weights, idf, intercept
Truth = npt.NDArray[np.bool_]

FOLDS = 5
MIN_EXAMPLES_OF_EACH_KIND = 10
REGULARISATION_C = 8.0
Z_95 = 1.96
CALIBRATION_BINS = 10


class TrainingError(MendableError):
    """The examples cannot make a model; the message says what to add or mend."""


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
    texts: Sequence[str], labels: Sequence[bool], norm: str, wanted_precision: float = 0.95, source: str = ""
) -> tuple[NormModel, TrainingReport]:
    """Fit, calibrate and measure a model of `norm` on texts that break it (True) or not.

    wanted_precision: for acting alone. source: credits, kept in the model's file. Raises TrainingError when there
    are too few examples of either kind.
    """
    truth = np.asarray(labels, dtype=bool)
    _check(truth, norm)
    counts = counted(texts, BUCKETS)
    held_out = _held_out_decisions(counts, truth)
    slope, offset = _calibrate(held_out, truth)
    probabilities = sigmoid(slope * held_out + offset)
    weights, idf, intercept = _fit(counts, truth)
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


def rows_of(counts: Counts, rows: npt.NDArray[np.int64]) -> Counts:
    """The counts of some of the texts, in the order of `rows`."""
    lengths = counts.starts[rows + 1] - counts.starts[rows]
    starts = np.concatenate([[0], np.cumsum(lengths)])
    taken = np.arange(starts[-1]) + np.repeat(counts.starts[rows] - starts[:-1], lengths)
    return Counts(starts, counts.columns[taken], counts.counts[taken])


def _held_out_decisions(counts: Counts, truth: Truth) -> Floats:
    held_out = np.zeros(len(truth))
    for train_rows, test_rows in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(truth, truth):
        weights, idf, intercept = _fit(rows_of(counts, train_rows), truth[train_rows])
        held_out[test_rows] = decisions(rows_of(counts, test_rows), weights, idf) + intercept
    return held_out


def _fit(counts: Counts, truth: Truth) -> Arrays:
    present = np.bincount(counts.columns, minlength=BUCKETS)
    idf = np.where(present > 0, np.log((1 + len(truth)) / (1 + present)) + 1, 0).astype(np.float16).astype(np.float32)
    values, lengths = tf_idf(counts, idf)
    values /= np.repeat(lengths, np.diff(counts.starts))
    used = np.flatnonzero(present)
    columns = np.searchsorted(used, counts.columns).astype(np.int32)
    matrix = csr_array((values, columns, counts.starts.astype(np.int32)), shape=(len(truth), len(used)))
    fitted = LogisticRegression(C=REGULARISATION_C, solver="liblinear", random_state=0).fit(matrix, truth)
    weights = np.zeros(BUCKETS, np.float32)
    weights[used] = fitted.coef_[0].astype(np.float16)
    return weights, idf, float(fitted.intercept_[0])


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
    return (centre - spread) / (1 + z2 / total)


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
    """The probability from which on flags give the best macro-F1, smoothed over its neighbours against chance."""
    grid = np.linspace(0.05, 0.95, 91)
    scores = np.array([macro_f1(probabilities >= threshold, truth) for threshold in grid])
    smooth = np.convolve(np.pad(scores, 3, mode="edge"), np.ones(7) / 7, mode="valid")
    return float(round(grid[int(np.argmax(smooth))], 3))


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
        folds=FOLDS,
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

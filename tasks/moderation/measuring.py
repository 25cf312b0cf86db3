"""What held-out examples tell of a model: thresholds, precision with its lower bounds, calibration, and the report.

Wilson's bounds (1927) for precision; the threshold is the one nearest to one half whose macro-F1 is within chance of the best.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score

from tasks.moderation.features import Floats
from tasks.moderation.local_model import Bound, NormModel

Truth = npt.NDArray[np.bool_]

Z_95 = 1.96
CALIBRATION_BINS = 10
FOLDS = 5
LARGE_FOLDS, LARGE_EXAMPLES = 3, 5_000


@dataclass(frozen=True)
class TrainingReport:
    """What held-out folds tell. Every figure is of held-out examples.

    threshold: the probability from which on a comment is flagged. act_threshold: from there on the wanted precision
    holds with 95 % confidence; None where no probability reaches it. act_recall: the share that is then caught.
    embeds: the embedding model that the model uses; empty: none.
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
    embeds: str
    calibration: list[dict[str, float]]
    bounds: list[Bound]


def folds_for(examples: int) -> int:
    """How many held-out folds so many examples are measured on."""
    return LARGE_FOLDS if examples > LARGE_EXAMPLES else FOLDS


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
        folds=folds_for(len(truth)),
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
        embeds=model.embeds,
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

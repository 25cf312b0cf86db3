"""How near a question's meaning is to each entry's own questions, by sentence embeddings; a matcher adds it to its scores.

Embedding models differ in how alike they find what has nothing in common, and in how well they tell the entries of this
knowledge base apart: both are measured on the knowledge base itself, so that one setting fits them all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.embedding import Rows, Sense

FILE = "nearest.npz"
# Set on the training and validation parts of CLINC150 and banking77, and on small bases drawn from them, with two
# models of very different strength: all-MiniLM-L6-v2, and the mean of its word vectors before any attention.
WEIGHT_OF_ODDS = 0.08  # in units of a matcher's scores, for each time that the nearest is rather of the own entry
MOST_WEIGHT = 1.0
NEAR = 0.6  # on the way from unrelated (0) to alike (1): what nearness an answer must exceed
MEASURED_TEXTS = 1_500  # at most: the measure is quadratic
FEWEST_MEASURED = 10
UNMEASURED_SHARE = 0.75  # taken for granted where entries have no variants to measure on
TEXTS_AT_ONCE = 256


@dataclass(frozen=True)
class Nearest:
    """The vectors of a knowledge base's questions, kept with its matcher.

    model: who made the vectors. fingerprint: of the matcher. vectors: shape (texts, dimensions), sorted by class.
    starts: where each class begins, 0 for humans, then the entries. unrelated, alike: similarity (cosine) of texts of
    different entries, and of a text with the nearest other one of its entry. weight: of nearness in a score.
    """

    model: str
    fingerprint: str
    vectors: Rows
    starts: NDArray[np.int64]
    unrelated: float
    alike: float
    weight: float

    @staticmethod
    def fit(vectors: Rows, labels: NDArray[np.int64], model: str, fingerprint: str) -> "Nearest":
        """vectors: one row of length 1 (or 0) for each text. labels: its class; every class has a text."""
        order = np.argsort(labels, kind="stable")
        stored, sorted_labels = vectors[order].astype(np.float16).astype(np.float32), labels[order]
        starts = np.searchsorted(sorted_labels, np.arange(sorted_labels[-1] + 1))
        entries = sorted_labels > 0
        return Nearest(model, fingerprint, stored, starts, *_measured(stored[entries], sorted_labels[entries]))

    def add_to(self, scores: NDArray[np.float32], floor: float, vectors: Rows) -> tuple[NDArray[np.float32], Rows]:
        """The scores (texts, classes) with nearness added, and for each text the floor of the class for humans.

        A text whose vector says nothing (0) keeps its scores and floor.
        """
        says = np.abs(vectors).sum(axis=1) > 0
        added = np.where(says[:, None], self.weight * self._nearness(vectors), 0)
        floors = np.where(says, floor + self.weight * NEAR, floor)
        return (scores + added).astype(np.float32), floors.astype(np.float32)

    def fits(self, vectors: Rows) -> bool:
        """Whether these vectors can be of the same model: they are as long."""
        return bool(vectors.shape[1] == self.vectors.shape[1])

    def _nearness(self, vectors: Rows) -> Rows:
        parts = [vectors[at : at + TEXTS_AT_ONCE] for at in range(0, len(vectors), TEXTS_AT_ONCE)]
        best = np.concatenate([np.maximum.reduceat(part @ self.vectors.T, self.starts, axis=1) for part in parts])
        return np.asarray((best - self.unrelated) / (self.alike - self.unrelated), np.float32)

    def save(self, directory: Path) -> None:
        """Write `nearest.npz`."""
        np.savez(
            directory / FILE,
            about=np.array([self.model, self.fingerprint]),
            vectors=self.vectors.astype(np.float16),
            starts=self.starts,
            numbers=np.array([self.unrelated, self.alike, self.weight]),
        )

    @staticmethod
    def load(directory: Path) -> "Nearest":
        """What `save` wrote. Raises OSError, KeyError or ValueError when the file is missing or broken."""
        with np.load(directory / FILE, allow_pickle=False) as arrays:
            model, fingerprint = arrays["about"].tolist()
            vectors, starts = arrays["vectors"].astype(np.float32), arrays["starts"]
            unrelated, alike, weight = arrays["numbers"].tolist()
        return Nearest(model, fingerprint, vectors, starts, unrelated, alike, weight)


def fit_nearest(sense: Sense, texts: Sequence[str], labels: Sequence[int], fingerprint: str) -> Nearest | None:
    """Embed the knowledge base's texts; None where the model fails, which `sense` has said."""
    name = sense.name
    vectors = sense.vectors(texts) if name else None
    if name is None or vectors is None:
        return None
    return Nearest.fit(vectors, np.asarray(labels, np.int64), name, fingerprint)


def _measured(vectors: Rows, labels: NDArray[np.int64]) -> tuple[float, float, float]:
    """unrelated, alike and weight of a knowledge base (see Nearest), each text against all others."""
    some = np.unique(np.linspace(0, len(labels) - 1, min(MEASURED_TEXTS, len(labels))).astype(int))
    similar = vectors[some] @ vectors.T
    own = labels[some][:, None] == labels[None, :]
    unrelated = float(np.median(similar[~own])) if not own.all() else 0.0
    similar[np.arange(len(some)), some] = -np.inf
    nearest_own = np.where(own, similar, -np.inf).max(axis=1, initial=-np.inf)
    nearest_other = np.where(own, -np.inf, similar).max(axis=1, initial=-np.inf)
    measurable = np.isfinite(nearest_own)
    alike, share = (1 + unrelated) / 2, UNMEASURED_SHARE
    if measurable.sum() >= FEWEST_MEASURED:
        alike = float(np.median(nearest_own[measurable]))
        share = float((nearest_own >= nearest_other)[measurable].mean())
    weight = WEIGHT_OF_ODDS * share / max(1 - share, WEIGHT_OF_ODDS)
    return unrelated, max(alike, unrelated + 0.01), min(MOST_WEIGHT, weight)

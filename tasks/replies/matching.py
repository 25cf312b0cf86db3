"""Finds the knowledge entry that answers a question, and knows when none does.

One linear model of all entries at once, with the examples for humans as a class of their own (Crammer and Singer, "On
the algorithmic implementation of multiclass kernel-based vector machines", 2001, as in LIBLINEAR), over n-grams; where an
embedding model is configured, nearness in meaning is added to its scores (see nearest.py).
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from domain.knowledge import Knowledge
from tasks.embedding import Sense, without
from tasks.replies.features import Weights, count
from tasks.replies.nearest import Nearest, fit_nearest

MODEL_VERSION = 5
MATCH_SCHEMA: dict[str, pl.DataType] = {
    "entry_id": pl.String(),  # the entry that answers; null: a human must
    "confidence": pl.Float64(),  # 0..1, that `best` is the answer; below 0.5 where a human must
    "best": pl.String(),  # the nearest entry in any case; null only when there are no entries
    "runner_up": pl.String(),  # the second nearest; null when there is none
    "runner_up_confidence": pl.Float64(),
}

# Set on the training and validation parts of CLINC150 and banking77, and on small bases drawn from them.
PENALTY = 1.5
TOLERANCE = 0.3
MAX_ROUNDS = 20
LARGE_BASE_TEXTS = 2_000  # from here on, an n-gram must stand in two texts
LEAST_LEAD = 0.21  # over the class for humans, for a well-described entry
WELL_DESCRIBED_TEXTS = 8  # fewer texts for each entry give lower scores, so that less must do
HUMAN_FLOOR = 0.4  # of the least lead: what the class for humans scores at least
SURENESS = (-1.6, 1.85)  # of the logistic: constant, and weight of the margin over the runner-up


def fingerprint(knowledge: Knowledge) -> str:
    """What a fitted matcher depends on: it changes exactly when the matcher must be fitted again."""
    questions = [(e.id, e.lang, e.question, *e.variants) for e in knowledge.entries if e.status == "approved"]
    content = json.dumps([MODEL_VERSION, sorted(questions), sorted(knowledge.for_humans)], ensure_ascii=False)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True)
class Matcher:
    """A fitted model. planes: shape (n-grams, 1 + entries), column 0 for humans, then in the order of `ids`.

    nearest, sense: the entries' vectors and what embeds a question, where an embedding model is configured.
    """

    fingerprint: str
    ids: tuple[str, ...]
    least_lead: float
    weights: Weights
    planes: NDArray[np.float32]
    nearest: Nearest | None = None
    sense: Sense | None = None

    @staticmethod
    def fit(knowledge: Knowledge, sense: Sense | None = None) -> "Matcher":
        """Learn the approved entries' questions and variants, whatever their language."""
        ids, texts, labels = _labelled(knowledge)
        counts = count(texts)
        weights = Weights.learn(counts, min_texts=2 if len(texts) >= LARGE_BASE_TEXTS else 1)
        features = weights.apply(counts.only(weights.codes))
        planes = _planes(features, np.array(labels), 1 + len(ids))
        described = (len(texts) - 1 - len(knowledge.for_humans)) / max(1, len(ids))
        least_lead = LEAST_LEAD * min(1.0, max(2.0, described) / WELL_DESCRIBED_TEXTS) ** 0.75
        matcher = Matcher(fingerprint(knowledge), ids, least_lead, weights, planes)
        nearest = fit_nearest(sense, texts, labels, matcher.fingerprint) if sense and ids else None
        return replace(matcher, nearest=nearest, sense=sense)

    @staticmethod
    def load_or_fit(knowledge: Knowledge, directory: Path, sense: Sense | None = None) -> "Matcher":
        """The matcher of this knowledge: as stored in `directory` when nothing changed, else fitted and stored.

        Another embedding model has the knowledge base embedded again; the lexical model stays.
        """
        try:
            matcher = Matcher.load(directory)
        except (OSError, ValueError, KeyError):
            matcher = None
        if matcher is None or matcher.fingerprint != fingerprint(knowledge):
            matcher = Matcher.fit(knowledge)
            matcher.save(directory)
        if sense is None or not matcher.ids:
            return matcher
        return replace(matcher, nearest=_load_or_fit_nearest(matcher, knowledge, directory, sense), sense=sense)

    def match(self, texts: Sequence[str]) -> pl.DataFrame:
        """One row of MATCH_SCHEMA for each text, in the same order."""
        if not texts:
            return pl.DataFrame(schema=MATCH_SCHEMA)
        scores = self.weights.apply(count(texts)) @ self.planes
        scores, floor = self._with_nearness(texts, scores, HUMAN_FLOOR * self.least_lead)
        missing = max(0, 2 - len(self.ids))
        entries = np.hstack([scores[:, 1:], np.repeat(floor[:, None], missing, axis=1)])
        order = np.argsort(-entries, axis=1, kind="stable")[:, :2]
        first, second = np.take_along_axis(entries, order, axis=1).T
        lead = (first - np.maximum(scores[:, 0], floor)) / self.least_lead
        margin = (first - second) / self.least_lead
        sure = np.where(lead >= 1, _logistic(margin), np.minimum(_logistic(margin), np.clip(lead, 0, 1) * 0.5))
        names = [*self.ids, None, None]
        best = [names[at] for at in order[:, 0]]
        rows = {
            "entry_id": [name if enough else None for name, enough in zip(best, lead >= 1, strict=True)],
            "confidence": sure,
            "best": best,
            "runner_up": [names[at] for at in order[:, 1]],
            "runner_up_confidence": np.minimum(_logistic(-margin), 1 - sure).clip(max=sure),
        }
        return pl.DataFrame(rows, schema=MATCH_SCHEMA)

    def _with_nearness(
        self, texts: Sequence[str], scores: NDArray[np.float32], floor: float
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Scores and each text's floor of the class for humans; as they were where no embedding model answers."""
        alone = scores, np.full(len(texts), floor, np.float32)
        vectors = self.sense.vectors(texts) if self.sense and self.nearest else None
        if self.sense is None or self.nearest is None or vectors is None:
            return alone
        if not self.nearest.fits(vectors):
            problem = f"the vectors of {self.nearest.model} are not as long as those of the knowledge base"
            self.sense.warn(without(problem))
            return alone
        return self.nearest.add_to(scores, floor, vectors)

    def save(self, directory: Path) -> None:
        """Write `matcher.npz` and `matcher.json`."""
        directory.mkdir(parents=True, exist_ok=True)
        np.savez(
            directory / "matcher.npz",
            codes=self.weights.codes,
            weight=self.weights.weight,
            planes=self.planes.astype(np.float16),
        )
        about = {
            "fingerprint": self.fingerprint,
            "ids": self.ids,
            "least_lead": self.least_lead,
            "unseen": self.weights.unseen,
        }
        (directory / "matcher.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")

    @staticmethod
    def load(directory: Path) -> "Matcher":
        """What `save` wrote. Raises OSError, KeyError or ValueError when the files are missing or broken."""
        about = json.loads((directory / "matcher.json").read_text(encoding="utf-8"))
        with np.load(directory / "matcher.npz", allow_pickle=False) as arrays:
            weights = Weights(arrays["codes"], arrays["weight"], float(about["unseen"]))
            planes = arrays["planes"].astype(np.float32)
        return Matcher(about["fingerprint"], tuple(about["ids"]), float(about["least_lead"]), weights, planes)


def _labelled(knowledge: Knowledge) -> tuple[tuple[str, ...], list[str], list[int]]:
    """The approved entries' ids, and texts with their class: 0 for humans, then in the order of the ids."""
    approved = [entry for entry in knowledge.entries if entry.status == "approved"]
    ids = tuple(dict.fromkeys(entry.id for entry in approved))
    number = {entry_id: at for at, entry_id in enumerate(ids, 1)}
    labelled = [(text, number[e.id]) for e in approved for text in (e.question, *e.variants)]
    # The empty text is for humans in any case: so there are two classes even for a single entry.
    labelled += [(text, 0) for text in ("", *knowledge.for_humans)]
    return ids, [text for text, _ in labelled], [label for _, label in labelled]


def _load_or_fit_nearest(matcher: Matcher, knowledge: Knowledge, directory: Path, sense: Sense) -> Nearest | None:
    name = sense.name
    if name is None:
        return None
    try:
        stored = Nearest.load(directory)
    except (OSError, ValueError, KeyError):
        stored = None
    if stored and (stored.model, stored.fingerprint) == (name, matcher.fingerprint):
        return stored
    _, texts, labels = _labelled(knowledge)
    fitted = fit_nearest(sense, texts, labels, matcher.fingerprint)
    if fitted:
        fitted.save(directory)
    return fitted


def _logistic(margin: NDArray[np.float32]) -> NDArray[np.float64]:
    constant, weight = SURENESS
    return 1 / (1 + np.exp(-np.clip(constant + weight * margin.astype(np.float64), -50, 50)))


def _planes(features: csr_matrix, labels: NDArray[np.int64], classes: int) -> NDArray[np.float32]:
    """The hyperplane of each class, rounded to what is stored."""
    planes = np.zeros((classes, features.shape[1]), dtype=np.float32)
    if classes > 1:
        from sklearn.svm import LinearSVC  # slow to load, and a stored matcher does without it

        svm = LinearSVC(
            C=PENALTY,
            tol=TOLERANCE,
            max_iter=MAX_ROUNDS,
            multi_class="crammer_singer",
            fit_intercept=False,
            random_state=0,
        )
        svm.fit(features, labels)
        # Of two classes scikit-learn keeps the difference only.
        planes[:] = svm.coef_ if classes > 2 else np.vstack([-svm.coef_, svm.coef_]) / 2
    return np.ascontiguousarray(planes.T.astype(np.float16).astype(np.float32))

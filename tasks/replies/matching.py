"""Finds the knowledge entry that answers a question, and knows when none does."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from domain.knowledge import Knowledge
from tasks.replies.features import Weights, count

MODEL_VERSION = 1
MATCH_SCHEMA: dict[str, pl.DataType] = {
    "entry_id": pl.String(),  # the entry that answers; null: a human must
    "confidence": pl.Float64(),  # 0..1, that `best` is the answer; entry_id is null below 0.5
    "best": pl.String(),  # the nearest entry in any case; null only when there are no entries
    "runner_up": pl.String(),  # the second nearest; null when there is none
    "runner_up_confidence": pl.Float64(),
}

_STEEPNESS = 14.0
_HALF_SURE = 0.42


def fingerprint(knowledge: Knowledge) -> str:
    """What a fitted matcher depends on: it changes exactly when the matcher must be fitted again."""
    questions = [(e.id, e.lang, e.question, *e.variants) for e in knowledge.entries if e.status == "approved"]
    content = json.dumps([MODEL_VERSION, sorted(questions), sorted(knowledge.for_humans)], ensure_ascii=False)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True)
class Matcher:
    """A fitted model of the approved entries. Entries are numbered as in `ids`; -1 stands for the examples for humans."""

    fingerprint: str
    ids: tuple[str, ...]
    weights: Weights
    variants: csr_matrix
    entry_of: NDArray[np.int32]

    @staticmethod
    def fit(knowledge: Knowledge) -> "Matcher":
        """Learn the approved entries' questions and variants, whatever their language."""
        approved = [entry for entry in knowledge.entries if entry.status == "approved"]
        ids = tuple(dict.fromkeys(entry.id for entry in approved))
        number = {entry_id: at for at, entry_id in enumerate(ids)}
        texts = [(text, number[e.id]) for e in approved for text in (e.question, *e.variants)]
        texts += [(text, -1) for text in knowledge.for_humans]
        counts = count([text for text, _ in texts] or [""])
        weights = Weights.learn(counts)
        entry_of = np.array([entry for _, entry in texts] or [-1], dtype=np.int32)
        return Matcher(fingerprint(knowledge), ids, weights, weights.apply(counts), entry_of)

    @staticmethod
    def load_or_fit(knowledge: Knowledge, directory: Path) -> "Matcher":
        """The matcher of this knowledge: as stored in `directory` when nothing changed, else fitted and stored."""
        try:
            stored = Matcher.load(directory)
        except (OSError, ValueError, KeyError):
            stored = None
        if stored and stored.fingerprint == fingerprint(knowledge):
            return stored
        matcher = Matcher.fit(knowledge)
        matcher.save(directory)
        return matcher

    def match(self, texts: Sequence[str]) -> pl.DataFrame:
        """One row of MATCH_SCHEMA for each text, in the same order."""
        if not texts:
            return pl.DataFrame(schema=MATCH_SCHEMA)
        likeness = self._likeness(texts)
        chance = 1 / (1 + np.exp(-_STEEPNESS * (likeness - _HALF_SURE)))
        human = chance[:, -1]
        chance = np.pad(chance[:, :-1], ((0, 0), (0, max(0, 2 - len(self.ids)))))
        names = np.array([*self.ids, None, None], dtype=object)
        order = np.argsort(-chance, axis=1, kind="stable")[:, :2]
        first, second = np.take_along_axis(chance, order, axis=1).T
        first = first * (1 - np.where(human >= first, human, 0) / 2)
        best = names[order[:, 0]]
        rows = {
            "entry_id": [name if sure >= 0.5 else None for name, sure in zip(best, first, strict=True)],
            "confidence": first.astype(float),
            "best": best.tolist(),
            "runner_up": names[order[:, 1]].tolist(),
            "runner_up_confidence": second.astype(float),
        }
        return pl.DataFrame(rows, schema=MATCH_SCHEMA)

    def save(self, directory: Path) -> None:
        """Write `matcher.npz` and `matcher.json`."""
        directory.mkdir(parents=True, exist_ok=True)
        matrix = self.variants
        np.savez(
            directory / "matcher.npz",
            buckets=self.weights.buckets,
            weight=self.weights.weight,
            data=matrix.data,
            indices=matrix.indices,
            indptr=matrix.indptr,
            entry_of=self.entry_of,
        )
        about = {"fingerprint": self.fingerprint, "ids": self.ids, "unseen": self.weights.unseen}
        (directory / "matcher.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")

    @staticmethod
    def load(directory: Path) -> "Matcher":
        """What `save` wrote. Raises FileNotFoundError, or ValueError when the files are broken."""
        about = json.loads((directory / "matcher.json").read_text(encoding="utf-8"))
        with np.load(directory / "matcher.npz", allow_pickle=False) as arrays:
            weights = Weights(arrays["buckets"], arrays["weight"], float(about["unseen"]))
            parts = (arrays["data"], arrays["indices"], arrays["indptr"])
            shape = (len(parts[2]) - 1, len(weights.buckets))
            return Matcher(
                about["fingerprint"], tuple(about["ids"]), weights, csr_matrix(parts, shape=shape), arrays["entry_of"]
            )

    def _likeness(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Shape (texts, entries + 1): likeness of the nearest variant; last column: of the nearest example for humans."""
        cosines = (self.weights.apply(count(texts)) @ self.variants.T).toarray()
        likeness = np.zeros((len(texts), len(self.ids) + 1))
        for column, entry in enumerate(self.entry_of):
            np.maximum(likeness[:, entry], cosines[:, column], out=likeness[:, entry])
        return likeness

"""A small linear model of one norm over hashed n-grams, calibrated, kept as plain arrays without pickle.

It knows its own limits: from held-out examples it keeps how precise it is above each probability, with a lower bound.
Sentence embeddings may add to it; without them the model of words judges alone, by its own calibration.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from domain.documents import MendableError
from tasks.embedding import Rows
from tasks.moderation.features import Floats, Grams, grams_of

BUCKETS = 1 << 20
FORMAT = 3
SHIPPED = Path(__file__).parent / "models"


class ModelFileError(MendableError):
    """A model's files are missing or damaged; the message names the file and the mend."""


@dataclass(frozen=True)
class Bound:
    """Among held-out examples with at least this probability, the precision and its lower 95 % bound (Wilson)."""

    probability: float
    precision: float
    lower_bound: float
    examples: int


@dataclass(frozen=True)
class NormModel:
    """A trained model. `probabilities` gives, for each text, how likely it breaks the norm."""

    norm: str
    weights: npt.NDArray[np.float32]  # one for each bucket
    idf: npt.NDArray[np.float32]  # one for each bucket
    intercept: float
    slope: float  # calibration: probability = sigmoid(slope * decision + offset)
    offset: float
    threshold: float
    bounds: tuple[Bound, ...]
    source: str = ""
    embeds: str = ""  # the embedding model that `direction` belongs to
    direction: npt.NDArray[np.float32] | None = None  # what each dimension of a text's vector adds to its log odds
    alone: "NormModel | None" = None  # the same without embeddings, calibrated on its own

    @cached_property
    def version(self) -> str:
        """A fingerprint of everything that can change a probability or a decision."""
        digest = hashlib.sha256(self.weights.tobytes() + self.idf.tobytes())
        digest.update(repr((self.intercept, self.slope, self.offset, self.threshold, self.bounds)).encode())
        if self.direction is not None:
            digest.update(self.embeds.encode() + self.direction.tobytes())
        return f"{self.norm}@{digest.hexdigest()[:10]}"

    @property
    def by_words(self) -> "NormModel":
        """The model as it judges without embeddings."""
        return self.alone or self

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """How likely each text breaks the norm by its words, 0..1."""
        return self.by_words.of_grams(grams_of(texts, len(self.weights)))

    def of_grams(self, grams: Grams, vectors: Rows | None = None) -> Floats:
        """How likely each text breaks the norm, its n-grams hashed once for several models.

        vectors: the texts' embeddings, which a model with a `direction` needs.
        """
        log_odds = self.slope * (decisions(grams, self.weights, self.idf) + self.intercept) + self.offset
        if self.direction is not None:
            if vectors is None:
                raise ValueError(f"the model {self.version} needs vectors of {self.embeds}")
            log_odds = log_odds + vectors @ self.direction
        return sigmoid(log_odds)

    def scores(self, probabilities: Floats) -> Floats:
        """The probabilities on a scale on which the threshold lies at one half, so that scores of norms compare."""
        below = np.minimum(probabilities / self.threshold / 2, 0.4999)
        above = 0.5 + (probabilities - self.threshold) / max(1 - self.threshold, 1e-9) / 2
        return np.where(probabilities < self.threshold, below, above)

    def sureness(self, probability: float) -> float:
        """How often a flag at this probability is right, at least (lower bound on held-out examples)."""
        return max((bound.lower_bound for bound in self.bounds if probability >= bound.probability), default=0.0)


def sigmoid(values: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -30, 30))))


def lengths_of(grams: Grams, idf: npt.NDArray[np.float32]) -> list[Floats]:
    """The Euclidean length of each text's rarities, in each block: characters, words, frames."""
    return [np.sqrt(sums) + 1e-9 for sums in grams.sums(idf * idf)]


def decisions(grams: Grams, weights: npt.NDArray[np.float32], idf: npt.NDArray[np.float32]) -> Floats:
    """For each text, the weighted rarities of each block, divided by their length."""
    blocks = zip(grams.sums(weights * idf), lengths_of(grams, idf), strict=True)
    return np.asarray(sum(sums / length for sums, length in blocks))


def save(model: NormModel, folder: Path) -> None:
    """Write NORM.npz (arrays) and NORM.json (everything else) into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    words = model.by_words
    arrays: dict[str, Any] = {"weights": words.weights.astype(np.float16), "idf": words.idf.astype(np.float16)}
    if model.direction is not None:
        arrays["direction"] = model.direction
    np.savez_compressed(folder / f"{model.norm}.npz", **arrays)
    numbers = {
        "format": FORMAT,
        "norm": model.norm,
        "version": model.version,
        "source": model.source,
        "intercept": words.intercept,
        **_calibration(words),
    }
    if model.direction is not None:
        numbers["with_embeddings"] = {"embeds": model.embeds, **_calibration(model)}
    (folder / f"{model.norm}.json").write_text(json.dumps(numbers, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _calibration(model: NormModel) -> dict[str, Any]:
    numbers = {name: getattr(model, name) for name in ("slope", "offset", "threshold")}
    return {**numbers, "bounds": [asdict(bound) for bound in model.bounds]}


def _calibrated(numbers: Mapping[str, Any]) -> dict[str, Any]:
    """What `_calibration` wrote."""
    found: dict[str, Any] = {name: float(numbers[name]) for name in ("slope", "offset", "threshold")}
    return {**found, "bounds": tuple(Bound(**bound) for bound in numbers["bounds"])}


def load(path: Path) -> NormModel:
    """The model whose NORM.json is at `path`. Raises ModelFileError when it cannot be used."""
    try:
        numbers = json.loads(path.read_text("utf-8"))
        if numbers["format"] != FORMAT:
            raise ModelFileError(f"{path}: made by another version of Vigie; train it again with `vigie train`")
        with np.load(path.with_suffix(".npz"), allow_pickle=False) as arrays:
            weights, idf = arrays["weights"].astype(np.float32), arrays["idf"].astype(np.float32)
            direction = arrays["direction"].astype(np.float32) if "with_embeddings" in numbers else None
        model = NormModel(
            norm=numbers["norm"],
            weights=weights,
            idf=idf,
            intercept=float(numbers["intercept"]),
            source=str(numbers["source"]),
            **_calibrated(numbers),
        )
        if direction is not None:
            more = numbers["with_embeddings"]
            fields = {"embeds": str(more["embeds"]), "direction": direction, "alone": model, **_calibrated(more)}
            model = replace(model, **fields)
    except (OSError, ValueError, KeyError, TypeError, BadZipFile) as error:
        if isinstance(error, ModelFileError):
            raise
        raise ModelFileError(f"{path}: not a usable model ({error}); train it again with `vigie train`") from error
    if weights.shape != idf.shape or weights.ndim != 1 or len(weights) & (len(weights) - 1):
        raise ModelFileError(f"{path}: its arrays do not fit together; train it again with `vigie train`")
    return model


def load_models(folder: Path | None = None) -> dict[str, NormModel]:
    """The models that come with Vigie, French and English, by norm; those of `folder` take their place or are added.

    Raises ModelFileError when `folder` holds no model, or one that cannot be used.
    """
    models = {path.stem: load(path) for path in sorted(SHIPPED.glob("*.json"))}
    if folder is None:
        return models
    own = [load(path) for path in sorted(folder.glob("*.json")) if path.with_suffix(".npz").exists()]
    if not own:
        raise ModelFileError(f"{folder}: holds no model; `vigie train FILE.csv --norm NAME --out {folder}` makes one")
    return models | {model.norm: model for model in own}

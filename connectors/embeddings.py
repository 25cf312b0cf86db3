"""Sentence embeddings, optional: a model in a local folder (`pip install vigie[embeddings]`) or an OpenAI-compatible endpoint.

Both give one row of length 1 for each text (0 where it says nothing), float32, and a name: vectors of two names never
compare. Nothing in Vigie needs them, and none is loaded unless it is named.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import openai

from connectors.contract import ConnectorError, Rejected, Unauthorized
from connectors.models import NO_KEY, PRESETS, RETRIES, TIMEOUT_SECONDS, typed
from domain.language import say
from domain.settings import EmbeddingCredentials

Rows = npt.NDArray[np.float32]
TEXTS_A_CALL = 256  # endpoints accept some hundreds to 2,048
MAX_CHARS = 8_000  # of a text, below the 8,192 tokens that embedding models accept at most
EXTRA = "pip install 'vigie[embeddings]'"


def embedder(timeout_seconds: float | None = None) -> "LocalEmbeddings | EndpointEmbeddings | None":
    """The embedding model of the environment, None where none is named. Raises Unauthorized naming what is missing.

    timeout_seconds: what a call to an endpoint may take, without a second try; by default a minute, and one more.
    """
    given = EmbeddingCredentials()
    if given.folder:
        return LocalEmbeddings(given.folder)
    if not given.name:
        return None
    preset = PRESETS.get(given.preset)
    if preset is None or not preset.embeds:
        able = ", ".join(name for name, one in PRESETS.items() if one.embeds)
        raise Unauthorized(
            say(
                fr="VIGIE_EMBEDDING_PRESET vaut {preset!r}, qui n'a pas de plongements : choisissez parmi {able}",
                en="VIGIE_EMBEDDING_PRESET is {preset!r}, which has no embeddings: choose one of {able}",
                preset=given.preset,
                able=able,
            )
        )
    key = given.api_key.get_secret_value()
    if preset.needs_key and not key and not given.url:
        raise Unauthorized(
            say(
                fr="les plongements de {preset} demandent VIGIE_EMBEDDING_API_KEY",
                en="embeddings by {preset} need VIGIE_EMBEDDING_API_KEY",
                preset=given.preset,
            )
        )
    timeout, retries = (TIMEOUT_SECONDS, RETRIES) if timeout_seconds is None else (timeout_seconds, 0)
    client = openai.OpenAI(
        api_key=key or NO_KEY, base_url=given.url or preset.url, timeout=timeout, max_retries=retries
    )
    return EndpointEmbeddings(client, given.name)


@dataclass(frozen=True)
class LocalEmbeddings:
    """A static model (model2vec) in a folder: a few MB, no GPU, some 10,000 texts a second. Nothing is downloaded."""

    folder: Path

    @cached_property
    def name(self) -> str:
        """The folder's name with a fingerprint of the model's files: another model in the same folder is another."""
        digest = hashlib.sha256()
        for file in sorted([*self._found.glob("*.json"), *self._found.glob("*.safetensors")]):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
        return f"local/{self._found.name}@{digest.hexdigest()[:10]}"

    def vectors(self, texts: Sequence[str]) -> Rows:
        """Shape (texts, dimensions). Raises Rejected."""
        if not texts:
            return np.zeros((0, self._model.dim), np.float32)
        found = self._model.encode([text[:MAX_CHARS] for text in texts], use_multiprocessing=False)
        return unit_rows(found)

    @property
    def _found(self) -> Path:
        if not self.folder.is_dir():
            raise Rejected(
                say(
                    fr="{folder} : dossier introuvable ; VIGIE_EMBEDDING_FOLDER nomme celui d'un modèle model2vec",
                    en="{folder}: no such folder; VIGIE_EMBEDDING_FOLDER names that of a model2vec model",
                    folder=self.folder,
                )
            )
        return self.folder

    @cached_property
    def _model(self) -> Any:
        folder = self._found
        try:
            from model2vec import StaticModel
        except ImportError as error:
            raise Rejected(
                say(
                    fr="un modèle de plongements demande une bibliothèque de plus : {extra}",
                    en="an embedding model needs one more library: {extra}",
                    extra=EXTRA,
                )
            ) from error
        try:
            return StaticModel.from_pretrained(folder)
        except Exception as error:  # whatever the library makes of a damaged or foreign folder
            raise Rejected(
                say(
                    fr="{folder} : pas un modèle que model2vec sait lire ({kind})",
                    en="{folder}: not a model that model2vec can read ({kind})",
                    folder=self.folder,
                    kind=type(error).__name__,
                )
            ) from error


@dataclass(frozen=True)
class EndpointEmbeddings:
    """A model behind `/embeddings`. used: the tokens of each call, in order."""

    client: openai.OpenAI
    name: str
    used: list[int] = field(default_factory=list)

    def vectors(self, texts: Sequence[str]) -> Rows:
        """Shape (texts, dimensions). Raises ConnectorError."""
        parts = [texts[at : at + TEXTS_A_CALL] for at in range(0, len(texts), TEXTS_A_CALL)]
        found = [self._asked([text[:MAX_CHARS] or " " for text in part]) for part in parts]
        if len({part.shape[1] for part in found}) > 1:
            raise Rejected(
                say(
                    fr="le modèle {name} a donné des vecteurs de longueurs différentes",
                    en="the model {name} gave vectors of different lengths",
                    name=self.name,
                )
            )
        return unit_rows(np.concatenate(found)) if found else np.zeros((0, 0), np.float32)

    def _asked(self, texts: list[str]) -> Rows:
        try:
            done = self.client.embeddings.create(model=self.name, input=texts)
            self.used.append(done.usage.prompt_tokens if done.usage else 0)
            by_place = {one.index: one.embedding for one in done.data}
            rows = np.asarray([by_place[place] for place in range(len(texts))], np.float32)
        except (openai.OpenAIError, ValueError, TypeError, AttributeError, KeyError) as error:
            problem: ConnectorError = typed(error, self.name)
        else:
            if rows.ndim == 2 and np.isfinite(rows).all():
                return rows
            problem = Rejected(f"the model {self.name} did not give a vector for each text")
        raise problem


def unit_rows(rows: npt.NDArray[np.floating]) -> Rows:
    """Each row divided by its length; rows of zeros stay."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1), np.float32)

"""The embedding model of the environment, as a step uses it: where it lacks or fails, the step is told and does without."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from connectors.contract import ConnectorError
from domain.language import say
from domain.settings import EmbeddingCredentials

Rows = NDArray[np.float32]


class Embeds(Protocol):
    """What gives each text its place: one row of length 1 for each text (0 where it says nothing)."""

    @property
    def name(self) -> str:
        """What tells this model from another: vectors of two names never compare. Raises ConnectorError."""
        ...

    def vectors(self, texts: Sequence[str]) -> Rows:
        """Shape (texts, dimensions). Raises ConnectorError."""
        ...


@dataclass(frozen=True)
class Sense:
    """An embedding model that never stops its step. warn: takes the sentence that says what was done without."""

    embeds: Embeds
    warn: Callable[[str], object]

    @property
    def name(self) -> str | None:
        """The model's name; None, said by `warn`, where the model is not there."""
        try:
            return self.embeds.name
        except ConnectorError as error:
            self.warn(without(str(error)))
        return None

    def vectors(self, texts: Sequence[str]) -> Rows | None:
        """As `Embeds.vectors`; None, said by `warn`, where the model fails."""
        try:
            return self.embeds.vectors(texts)
        except ConnectorError as error:
            self.warn(without(str(error)))
        return None


def sense_of_the_environment(warn: Callable[[str], object], timeout_seconds: float | None = None) -> Sense | None:
    """The configured embedding model; None where none is named, or, said by `warn`, where a setting is wrong.

    timeout_seconds: what a call may take, where somebody waits for it.
    """
    given = EmbeddingCredentials()
    if not given.folder and not given.name:
        return None
    from connectors.embeddings import embedder  # loads the openai client

    try:
        found = embedder(timeout_seconds)
    except ConnectorError as error:
        warn(without(str(error)))
        return None
    return Sense(found, warn) if found else None


def sense_of_the_run() -> Sense | None:
    """As `sense_of_the_environment`; what was done without it stands in the log of the run."""
    from prefect import get_run_logger  # commands that read files do without Prefect

    return sense_of_the_environment(lambda problem: get_run_logger().warning(problem))


def without(reason: str) -> str:
    """That a step does without embeddings, and why."""
    return say(fr="sans plongements de phrases : {reason}", en="without sentence embeddings: {reason}", reason=reason)

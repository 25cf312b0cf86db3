"""Which models may judge with embeddings now: those whose own embedding model is configured and answers.

The others judge by words alone, by their own calibration, and it is said; nothing waits for an embedding model.
"""

import logging
from collections.abc import Mapping, Sequence

from domain.language import say
from tasks.embedding import Rows, Sense
from tasks.moderation.local_model import NormModel

logger = logging.getLogger(__name__)


def usable(models: Mapping[str, NormModel], sense: Sense | None) -> Mapping[str, NormModel]:
    """The models, by norm; by words alone where another embedding model is configured than they were trained with."""
    if not any(model.embeds for model in models.values()):
        return models
    name = sense.name if sense else None
    for norm, model in models.items():
        if model.embeds and model.embeds != name:
            text = say(
                fr="{norm} : le modèle a été entraîné avec les plongements de {embeds}, qui ne sont pas configurés ; il juge "
                "d'après les mots seuls",
                en="{norm}: the model was trained with the embeddings of {embeds}, which are not configured; it judges by "
                "words alone",
                norm=norm,
                embeds=model.embeds,
            )
            (sense.warn if sense else logger.warning)(text)
    return {norm: model if model.embeds == name else model.by_words for norm, model in models.items()}


def embedded(
    models: Mapping[str, NormModel], sense: Sense | None, texts: Sequence[str]
) -> tuple[Mapping[str, NormModel], Rows | None]:
    """The usable models with the texts' vectors; where these cannot be had, the models by words alone."""
    needed = sense is not None and any(model.embeds for model in models.values())
    vectors = sense.vectors(texts) if sense and needed and texts else None
    if vectors is None:
        return {norm: model.by_words for norm, model in models.items()}, None
    return models, vectors

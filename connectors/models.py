"""Language models through the openai client: ChatGPT, Gemini, Claude, Perplexity, Ollama, vLLM and llama.cpp.

A model's answer is validated, asked for again once, and then given up: a human takes over.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import openai
from pydantic import BaseModel, ValidationError

from connectors.contract import ConnectorError, RateLimited, Rejected, Unauthorized, Unavailable
from domain.language import say
from domain.settings import ModelCredentials

TIMEOUT_SECONDS = 60.0
RETRIES = 1
NO_KEY = "none"


@dataclass(frozen=True)
class Preset:
    """A known endpoint. follows_schema: whether it can be held to a JSON schema. moderates: OpenAI's moderation API.

    embeds: whether it gives embeddings. batches: OpenAI's Batch API, answers within a day at half the price.
    """

    url: str
    needs_key: bool = True
    follows_schema: bool = True
    moderates: bool = False
    embeds: bool = True
    batches: bool = False


PRESETS = {
    "openai": Preset("https://api.openai.com/v1", moderates=True, batches=True),
    "gemini": Preset("https://generativelanguage.googleapis.com/v1beta/openai/"),
    # Anthropic's documentation: `response_format` and `strict` are ignored by its OpenAI compatibility.
    "claude": Preset("https://api.anthropic.com/v1/", follows_schema=False, embeds=False),
    "perplexity": Preset("https://api.perplexity.ai", embeds=False),
    "ollama": Preset("http://127.0.0.1:11434/v1", needs_key=False),
    "vllm": Preset("http://127.0.0.1:8000/v1", needs_key=False),
    "llamacpp": Preset("http://127.0.0.1:8080/v1", needs_key=False),
}

Answer = TypeVar("Answer", bound=BaseModel)


def connect() -> "Model":
    """The model of the environment. Raises Unauthorized naming what is missing."""
    given = ModelCredentials()
    preset = PRESETS.get(given.preset)
    if preset is None:
        raise Unauthorized(
            say(
                fr="VIGIE_MODEL_PRESET vaut {preset!r} : choisissez parmi {known}",
                en="VIGIE_MODEL_PRESET is {preset!r}: choose one of {known}",
                preset=given.preset,
                known=", ".join(PRESETS),
            )
        )
    if not given.name:
        raise Unauthorized(
            say(
                fr="un modèle demande VIGIE_MODEL_NAME : le nom sous lequel le fournisseur le connaît",
                en="a model needs VIGIE_MODEL_NAME: the name that the endpoint knows it by",
            )
        )
    key = given.api_key.get_secret_value()
    if preset.needs_key and not key and not given.url:
        raise Unauthorized(
            say(
                fr="le préréglage {preset} demande VIGIE_MODEL_API_KEY",
                en="the preset {preset} needs VIGIE_MODEL_API_KEY",
                preset=given.preset,
            )
        )
    if given.moderation and not preset.moderates:
        raise Unauthorized(
            say(
                fr="le préréglage {preset} n'a pas d'API de modération : laissez VIGIE_MODEL_MODERATION vide",
                en="the preset {preset} has no moderation endpoint: leave VIGIE_MODEL_MODERATION empty",
                preset=given.preset,
            )
        )
    client = openai.OpenAI(
        api_key=key or NO_KEY, base_url=given.url or preset.url, timeout=TIMEOUT_SECONDS, max_retries=RETRIES
    )
    return Model(client, given.name, preset.follows_schema, moderation=given.moderation, batches=preset.batches)


@dataclass(frozen=True)
class Usage:
    """The tokens that one answer cost, as the endpoint counts them; 0 where it does not tell. share: of the full price."""

    input: int = 0
    output: int = 0
    share: float = 1.0


@dataclass(frozen=True)
class Model:
    """A chat model behind an OpenAI-compatible endpoint."""

    client: openai.OpenAI
    name: str
    follows_schema: bool = True
    used: list["Usage"] = field(default_factory=list)  # one for each answer of the endpoint, in order
    moderation: str = ""  # the moderation endpoint's model; empty: not used
    batches: bool = False  # whether the endpoint has OpenAI's Batch API, see model_batches.py

    def ask(self, instructions: str, text: str, shape: type[Answer]) -> Answer:
        """The model's answer to `text` under `instructions`, as a `shape`.

        Raises Rejected when it refuses, or twice answers something else; else the typed errors of the contract.
        """
        messages = messages_of(instructions, text, shape)
        said = self._say(messages, shape)
        try:
            return read_as(said, shape)
        except ValidationError as error:
            complaint = f"That does not fit: {_brief(error)}. Answer again with the JSON object only."
        messages += [{"role": "assistant", "content": said}, {"role": "user", "content": complaint}]
        try:
            return read_as(self._say(messages, shape), shape)
        except ValidationError as error:
            problem = Rejected(f"the model {self.name} answered twice what does not fit: {_brief(error)}")
        raise problem

    def categories(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """Of each text, the score (0..1) of each category that the moderation endpoint flags; it is free of charge.

        Raises Rejected when the answer is not one result for each text; else the typed errors of the contract.
        """
        try:
            done = self.client.moderations.create(model=self.moderation, input=list(texts))
            self.used.append(Usage())
            results = [(one.categories.model_dump(by_alias=True), one.category_scores) for one in done.results]
            found = [
                {name: float(scores.model_dump(by_alias=True)[name]) for name, flagged in flags.items() if flagged}
                for flags, scores in results
            ]
        except (openai.OpenAIError, ValueError, TypeError, AttributeError, KeyError) as error:
            problem = typed(error, self.moderation)
        else:
            if len(found) == len(texts):
                return found
            problem = Rejected("the moderation endpoint did not answer for exactly the texts that it was given")
        raise problem

    def options(self, messages: list[dict[str, str]], shape: type[BaseModel]) -> dict[str, Any]:
        """The body of a request."""
        found: dict[str, Any] = {"model": self.name, "messages": messages}
        if self.follows_schema:
            schema = {"name": shape.__name__, "schema": shape.model_json_schema()}
            found["response_format"] = {"type": "json_schema", "json_schema": schema}
        return found

    def _say(self, messages: list[dict[str, str]], shape: type[BaseModel]) -> str:
        try:
            done = self.client.chat.completions.create(**self.options(messages, shape))
            counted = done.usage
            self.used.append(Usage(counted.prompt_tokens, counted.completion_tokens) if counted else Usage())
            message = done.choices[0].message
            refusal, content = message.refusal, message.content
        except (openai.OpenAIError, ValueError, TypeError, AttributeError, IndexError) as error:
            problem = typed(error, self.name)
        else:
            if content and not refusal:
                return str(content)
            problem = Rejected(f"the model {self.name} refused to answer")
        raise problem


def messages_of(instructions: str, text: str, shape: type[BaseModel]) -> list[dict[str, str]]:
    """What never changes comes first, so that an endpoint can keep it at hand: instructions and schema, then the text."""
    schema = json.dumps(shape.model_json_schema(), ensure_ascii=False)
    return [
        {"role": "system", "content": f"{instructions}\n\nAnswer with one JSON object of this schema:\n{schema}"},
        {"role": "user", "content": text},
    ]


def read_as(said: str, shape: type[Answer]) -> Answer:
    """The object in `said`, with or without a code fence around it. Raises ValidationError."""
    fenced = re.search(r"```(?:json)?\s*(\{.*\})\s*```", said, re.DOTALL)
    return shape.model_validate_json(fenced[1] if fenced else said.strip())


def _brief(error: ValidationError) -> str:
    """Where and what, without what the model or a member wrote."""
    found = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, one['loc'])) or 'the answer'}: {one['type']}" for one in found[:5])


def typed(error: Exception, name: str) -> ConnectorError:
    """The typed error of one from the openai client. Messages leave out what the endpoint said: it may quote the key."""
    problem: ConnectorError = Unavailable(f"the model's answer made no sense: {type(error).__name__}")
    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
        problem = Unauthorized(f"the endpoint refused VIGIE_MODEL_API_KEY for {name} (status {error.status_code})")
    elif isinstance(error, openai.RateLimitError):
        problem = RateLimited("the model's endpoint answered 429: too many requests, or no credit", _pause(error))
    elif isinstance(error, openai.NotFoundError):
        problem = Rejected(f"the endpoint has no model {name}: check VIGIE_MODEL_NAME and VIGIE_MODEL_URL")
    elif isinstance(error, openai.InternalServerError):
        problem = Unavailable(f"the model's endpoint is not well: status {error.status_code}")
    elif isinstance(error, openai.APIStatusError):
        problem = Rejected(f"the endpoint refused the request: status {error.status_code}")
    elif isinstance(error, openai.APIConnectionError):
        problem = Unavailable(f"the model could not be reached: {type(error).__name__}")
    return problem


def _pause(error: openai.RateLimitError) -> float | None:
    try:
        return float(error.response.headers["retry-after"])
    except (KeyError, ValueError):
        return None

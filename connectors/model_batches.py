"""OpenAI's Batch API: questions that may wait until night, answered within a day at half the price.

A batch outlives the run that sent it: its id is kept, and a later run asks whether it is done.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic

import openai
from pydantic import ValidationError

from connectors.contract import ConnectorError, Rejected
from connectors.models import Answer, Model, Usage, messages_of, read_as, typed

PRICE_SHARE = 0.5
OVER = frozenset({"completed", "failed", "expired", "cancelled"})


@dataclass(frozen=True)
class Answers(Generic[Answer]):
    """What came of a batch: the answers that fit, by the keys of the questions; the others are not there."""

    by_key: Mapping[str, Answer]
    status: str


def send(model: Model, instructions: str, texts: Mapping[str, str], shape: type[Answer]) -> str:
    """Hand in a question for each key, all under the same instructions. Gives the batch's id. Raises ConnectorError."""
    lines = [
        {
            "custom_id": key,
            "method": "POST",
            "url": "/v1/chat/completions",
            "body": model.options(messages_of(instructions, text, shape), shape),
        }
        for key, text in texts.items()
    ]
    content = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode()
    try:
        file = model.client.files.create(file=("questions.jsonl", content), purpose="batch")
        batch = model.client.batches.create(
            input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h"
        )
        identifier = str(batch.id)
    except (openai.OpenAIError, ValueError, TypeError, AttributeError) as error:
        problem: ConnectorError = typed(error, model.name)
    else:
        return identifier
    raise problem


def fetch(model: Model, batch_id: str, shape: type[Answer]) -> Answers[Answer] | None:
    """The answers of a batch that is over, None while it runs; what they cost is added to `model.used`.

    Raises ConnectorError; Rejected where the endpoint knows no such batch.
    """
    try:
        batch = model.client.batches.retrieve(batch_id)
        if batch.status not in OVER:
            return None
        content = model.client.files.content(batch.output_file_id).text if batch.output_file_id else ""
    except (openai.OpenAIError, ValueError, TypeError, AttributeError) as error:
        problem: ConnectorError = typed(error, model.name)
        if isinstance(error, openai.NotFoundError):
            problem = Rejected(f"the endpoint knows no batch {batch_id}: its answers are gone")
    else:
        read = (_answered(line, model, shape) for line in content.splitlines() if line.strip())
        return Answers(dict(one for one in read if one), batch.status)
    raise problem


def _answered(line: str, model: Model, shape: type[Answer]) -> tuple[str, Answer] | None:
    """The key and the answer of a line of the output, None for one that failed, refused or does not fit."""
    try:
        found: dict[str, Any] = json.loads(line)
        key, body = str(found["custom_id"]), found["response"]["body"]
        usage = body.get("usage") or {}
        model.used.append(Usage(usage.get("prompt_tokens", 0), usage.get("completion_tokens", 0), PRICE_SHARE))
        return key, read_as(str(body["choices"][0]["message"]["content"]), shape)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, ValidationError):
        return None

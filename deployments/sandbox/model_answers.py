"""What the model's stand-in says: values that fit a JSON schema, taken from the words of the question and a word list."""

import base64
import json
import math
import re
import struct
from collections.abc import Sequence
from typing import Any

from deployments.sandbox import ids

CHARACTERS_A_TOKEN = 4
WORD = re.compile(r"\w+")
Turns = Sequence[tuple[str, str]]

# Enough to make a rehearsal credible; Vigie's own rules and models judge by far more.
HOSTILE = {
    "hate": r"\b(vermin|subhuman|go back to|sale race|sous-?hommes?)\b",
    "harassment": r"\b(idiots?|morons?|stupid|loser|shut up|imbéciles?|connards?|abrutis?|débiles?|ta gueule)\b",
    "harassment/threatening": r"\b((kill|find|hurt) you|where you live|te (tuer|retrouver|casser)|tu vas le payer)\b",
    "sexual": r"\b(porn|nudes?|onlyfans|xxx)\b",
    "self-harm": r"\b(kill myself|suicide|me tuer|me suicider)\b",
    "violence": r"\b(kill|shoot|bomb|tuer|massacre)\b",
    "illicit": r"\b(buy weed|cocaine|fake id)\b",
}
CATEGORIES = (
    "harassment", "harassment/threatening", "hate", "hate/threatening", "illicit", "illicit/violent", "self-harm",
    "self-harm/instructions", "self-harm/intent", "sexual", "sexual/minors", "violence", "violence/graphic",
)  # fmt: skip
UNWANTED = re.compile(
    "|".join(
        [*HOSTILE.values(), r"\b(free (followers|gift|crypto|money)|subscribe to my|click here|abonnez-vous à ma)\b"]
    ),
    re.IGNORECASE,
)
HARSH = ("escalate", "remove", "hold", "flag", "block", "toxic", "spam", "negative")
GENTLE = ("allow", "none", "ok", "keep", "neutral", "answer", "positive", "low")


def reply_to(turns: Turns, schema: dict[str, Any] | None, *, as_json: bool) -> str:
    """An answer to the last thing that a user said; JSON that fits `schema` when there is one."""
    said = next((text for role, text in reversed(turns) if role == "user"), turns[-1][1])
    if schema is not None:
        return json.dumps(fitting(schema, said, schema), ensure_ascii=False)
    return json.dumps({"answer": gist(said)}, ensure_ascii=False) if as_json else gist(said)


def fitting(schema: dict[str, Any], said: str, root: dict[str, Any], name: str = "") -> Any:
    """A value of a JSON schema, as sensible as `said` and the property's name allow."""
    if "$ref" in schema:
        return fitting(_referred(root, schema["$ref"]), said, root, name)
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return fitting(choices[0], said, root, name)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return _choice(schema["enum"], said)
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object" or "properties" in schema:
        fields = schema.get("properties", {})
        return {field: fitting(inner, said, root, field) for field, inner in fields.items()}
    if kind == "array":
        return _list(schema, said, root, name)
    return _scalar(kind, schema, said, name)


def _referred(root: dict[str, Any], reference: str) -> dict[str, Any]:
    found = root
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def _list(schema: dict[str, Any], said: str, root: dict[str, Any], name: str) -> list[Any]:
    return [fitting(schema.get("items", {}), said, root, name)] * max(schema.get("minItems", 0), 1)


def _scalar(kind: str | None, schema: dict[str, Any], said: str, name: str) -> Any:
    if kind == "boolean":
        return UNWANTED.search(said) is not None
    if kind in ("number", "integer"):
        low, high = schema.get("minimum", 0), schema.get("maximum", 1)
        value = low + (high - low) * (0.9 if UNWANTED.search(said) else 0.6)
        return round(value) if kind == "integer" else value
    return None if kind == "null" else gist(said)


def _choice(choices: list[Any], said: str) -> Any:
    wanted = HARSH if UNWANTED.search(said) else GENTLE
    return next((choice for word in wanted for choice in choices if choice == word), choices[0])


def gist(text: str, most: int = 200) -> str:
    """The first sentence of a text."""
    first = re.split(r"(?<=[.!?…])\s", " ".join(text.split()), maxsplit=1)[0]
    return first if len(first) <= most else first[: most - 1].rstrip() + "…"


def moderation(text: str) -> dict[str, Any]:
    """A result in the form of omni-moderation."""
    hit = {name: re.search(pattern, text, re.IGNORECASE) is not None for name, pattern in HOSTILE.items()}
    found = {name: hit.get(name, False) for name in CATEGORIES}
    return {
        "flagged": any(found.values()),
        "categories": found,
        "category_scores": {name: 0.93 if flagged else 0.001 for name, flagged in found.items()},
        "category_applied_input_types": {name: ["text"] for name in CATEGORIES},
    }


def embedding(text: str, size: int, *, as_base64: bool) -> list[float] | str:
    """A unit vector of hashed words: texts that share words are near each other."""
    vector = [0.0] * size
    for word in WORD.findall(text.lower()):
        place = int.from_bytes(ids.opaque("word", word, length=8).encode(), "big")
        vector[place % size] += 1.0 if place >> 63 else -1.0
    length = math.sqrt(sum(value * value for value in vector)) or 1.0
    unit = [value / length for value in vector]
    return base64.b64encode(struct.pack(f"<{size}f", *unit)).decode() if as_base64 else unit


def estimated_tokens(text: str) -> int:
    return max(len(text) // CHARACTERS_A_TOKEN, 1)

"""What the model's stand-in says: values that fit a JSON schema, taken from the words of the question and a word list."""

import base64
import json
import math
import re
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import getitem
from typing import Any

from deployments.sandbox import ids

CHARACTERS_A_TOKEN = 4
GIST_CHARACTERS = 200
SURE, LIKELY = 0.95, 0.6  # as a share of a number's range
WORD = re.compile(r"\w+")
Turns = Sequence[tuple[str, str]]
Make = Callable[[dict[str, Any]], Any]

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
        return json.dumps(Filler(schema, said, _json_in(said)).value(schema), ensure_ascii=False)
    return json.dumps({"answer": gist(said)}, ensure_ascii=False) if as_json else gist(said)


@dataclass(frozen=True)
class Filler:
    """Fills a JSON schema from what was said. root: where `$ref` points; given: JSON objects in the question."""

    root: dict[str, Any]
    said: str
    given: list[dict[str, Any]]

    def value(self, schema: dict[str, Any], name: str = "") -> Any:
        """A value of `schema`, as sensible as the words and the property's name allow."""
        schema = self._resolved(schema)
        if len(self.given) == 1 and name in self.given[0]:
            return self.given[0][name]
        if "const" in schema or "enum" in schema:
            return _choice(schema.get("enum") or [schema["const"]], self.said)
        kind = schema.get("type", "object" if "properties" in schema else "string")
        makers: dict[str, Make] = {
            "object": self._object,
            "array": self._list,
            "null": self._nothing,
            "boolean": self._boolean,
            "number": self._number,
            "integer": self._number,
        }
        make: Make = makers.get(kind[0] if isinstance(kind, list) else kind, self._text)
        return make(schema)

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Past references, and on the first branch of alternatives."""
        while True:
            if "$ref" in schema:
                schema = reduce(getitem, schema["$ref"].removeprefix("#/").split("/"), self.root)
            elif branches := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
                schema = branches[0]
            else:
                return schema

    def _object(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {name: self.value(inner, name) for name, inner in schema.get("properties", {}).items()}

    def _list(self, schema: dict[str, Any]) -> list[Any]:
        """An entry for each object of the question that shares a property with the entries, else as few as may be."""
        entry = self._resolved(schema.get("items", {}))
        shared = [one for one in self.given if one.keys() & entry.get("properties", {}).keys()]
        if shared:
            return [Filler(self.root, _words_of(one), [one]).value(entry) for one in shared][: schema.get("maxItems")]
        return [self.value(entry) for _ in range(schema.get("minItems", 0))]

    def _nothing(self, schema: dict[str, Any]) -> None:
        return None

    def _boolean(self, schema: dict[str, Any]) -> bool:
        return UNWANTED.search(self.said) is not None

    def _number(self, schema: dict[str, Any]) -> float | int:
        low, high = float(schema.get("minimum", 0)), float(schema.get("maximum", 1))
        value = low + (high - low) * (SURE if UNWANTED.search(self.said) else LIKELY)
        return round(value) if schema["type"] == "integer" else round(value, 3)

    def _text(self, schema: dict[str, Any]) -> str:
        return gist(self.said, schema.get("maxLength", GIST_CHARACTERS))


def _json_in(said: str) -> list[dict[str, Any]]:
    """The JSON objects that a question holds: alone, in a list, one a line, or listed in an object around them."""
    found: list[Any] = []
    start = min((place for place in (said.find("{"), said.find("[")) if place >= 0), default=len(said))
    while start < len(said):
        try:
            value, end = json.JSONDecoder().raw_decode(said, start)
        except ValueError:
            break
        found += value if isinstance(value, list) else [value]
        rest = len(said[end:]) - len(said[end:].lstrip(" \r\n\t,"))
        start = end + rest
    return [inner for one in found if isinstance(one, dict) for inner in _listed_in(one)]


def _listed_in(given: dict[str, Any]) -> list[dict[str, Any]]:
    """The objects in the lists of an object, or itself where it has none."""
    lists = [value for value in given.values() if isinstance(value, list)]
    return [one for value in lists for one in value if isinstance(one, dict)] or [given]


def _words_of(given: dict[str, Any]) -> str:
    return str(given.get("text") or " ".join(value for value in given.values() if isinstance(value, str)))


def _choice(choices: list[Any], said: str) -> Any:
    wanted = HARSH if UNWANTED.search(said) else GENTLE
    return next((choice for word in wanted for choice in choices if choice == word), choices[0])


def gist(text: str, most: int = GIST_CHARACTERS) -> str:
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

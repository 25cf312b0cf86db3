"""Vigie's own sentences about each norm, in French and English, and those that break none: what models learn first.

They are in sentences.csv; each `{slot}` in them is filled in several ways from slots.yaml.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import polars as pl

from domain.documents import load_tree

SENTENCES_FILE = Path(__file__).with_name("sentences.csv")
SLOTS_FILE = Path(__file__).with_name("slots.yaml")
VARIANTS_OF_A_SENTENCE = 8
HARMLESS = "any"  # the mark of sentences that break no norm
AROUND = ("before", "after")
SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Examples:
    """Texts, whether each breaks the norm, and which belong together: a fold never splits a group."""

    texts: list[str]
    labels: list[bool]
    groups: list[str]

    def __add__(self, other: "Examples") -> "Examples":
        return Examples(self.texts + other.texts, self.labels + other.labels, self.groups + other.groups)


def own_sentences(norm: str) -> Examples:
    """Vigie's own sentences about a norm, and those that break none; each `{slot}` is filled in several ways."""
    rows = pl.read_csv(SENTENCES_FILE, infer_schema_length=0).filter(pl.col("norm").is_in([norm, HARMLESS]))
    examples = Examples([], [], [])
    for place, row in enumerate(rows.iter_rows(named=True)):
        texts = variants(row["text"], row["lang"])
        examples += Examples(texts, [row["label"] == "1"] * len(texts), [f"own {place}"] * len(texts))
    return examples


def variants(sentence: str, lang: str) -> list[str]:
    """The sentence with its slots filled from slots.yaml, in several ways, the same ones every time."""
    if "{" not in sentence:
        return [sentence]
    found = []
    for step in range(VARIANTS_OF_A_SENTENCE):
        chance = Random(f"{lang} {sentence} {step}")
        text = SLOT.sub(lambda match: chance.choice(slots()[lang][match.group(1)]), sentence)  # noqa: B023
        found.append(_in_passing(text, lang, chance) if step % 2 else text)
    return list(dict.fromkeys(found))


def _in_passing(sentence: str, lang: str, chance: Random) -> str:
    """The sentence after a few words, or with some more behind it, that tell nothing about the norm."""
    if chance.random() < 0.5:
        return f"{chance.choice(slots()[lang]['before'])} {sentence}"
    more = chance.choice(slots()[lang]["after"])
    return sentence.rstrip(".!") + ("" if more[0] in ".,!" else " ") + more


@cache
def slots() -> dict[str, dict[str, list[str]]]:
    """What may stand for each `{slot}`, by language."""
    lists = load_tree(SLOTS_FILE.read_text("utf-8"), SLOTS_FILE.name)
    return {
        lang: {
            slot: [one.strip() for one in words.split(";" if slot in AROUND else ",")] for slot, words in given.items()
        }
        for lang, given in lists.items()
    }

"""Turns the hand-written lines of `texts/` into what members type. A line may hold choices, numbers and human slips."""

import re
import unicodedata
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from ruamel.yaml import YAML

TEXTS = Path(__file__).parent / "texts"
X_POST_CHARACTERS = 280
HUGE_LOG_LINES = 420

_INNERMOST = re.compile(r"\{([^{}]*)\}")
_RANGE = re.compile(r"(-?\d+)\.\.(-?\d+)")
_UPSET_EMOJI = ["😤", "😡", "🤦", "😬", "😕", "🙄"]
_UPSET = {"complaint", "crisis", "insult", "hate", "threat", "handoff", "counter_speech"}
_EMOJI = ["😅", "🙏", "🚲", "👍", "🙂", "💡", "🤔", "❤️", "🌧️", "😬", "🔦", "👋"]
_CLEAN = {"thanks", "protest", "team", "spam", "scam", "answer", "huge_text"}


@cache
def load(name: str) -> Any:
    """The parsed file `texts/name`."""
    return YAML(typ="safe").load((TEXTS / name).read_text(encoding="utf-8"))


@cache
def pool(lang: str, name: str) -> tuple[str, ...]:
    """The lines of a named pool of `talk.yaml` or `trouble.yaml`, or of `crisis:STAGE`."""
    if name.startswith("crisis:"):
        block = load(f"{lang}/crisis.yaml")[name.removeprefix("crisis:")]
    else:
        talk = load(f"{lang}/talk.yaml")
        block = talk[name] if name in talk else load(f"{lang}/trouble.yaml")[name]
    return tuple(str(block).splitlines())


@cache
def entries(lang: str) -> dict[str, dict[str, tuple[str, ...]]]:
    """Question lines by knowledge entry: `ask`, `peer` and the one-line `title`."""
    return {
        entry: {key: tuple(value.splitlines()) for key, value in texts.items()}
        for entry, texts in load(f"{lang}/questions.yaml").items()
    }


def expand(rng: Random, line: str) -> str:
    """Choose every `{a|b}` and draw every `{20..90}`, innermost first."""

    def choose(match: re.Match[str]) -> str:
        inside: str = match[1]
        bounds = _RANGE.fullmatch(inside)
        if bounds:
            return str(rng.randint(int(bounds[1]), int(bounds[2])))
        return rng.choice(inside.split("|"))

    while _INNERMOST.search(line):
        line = _INNERMOST.sub(choose, line)
    return re.sub(r" +", " ", line).replace(" ,", ",").strip()


class Writer:
    """Writes comments and remembers them, so that members seldom say the same thing to the letter."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.seen: set[str] = set()

    def write(self, label: str, lang: str, platform: str) -> str:
        """A new text for a label such as `question:pairing+reset`, `praise`, `crisis:peak` or `answer:pairing`."""
        text = self._compose(label, lang, platform)
        for _ in range(40):
            if text not in self.seen:
                break
            text = self._compose(label, lang, platform)
        self.seen.add(text)
        return text

    def _compose(self, label: str, lang: str, platform: str) -> str:
        if label == "huge_text":
            return self._log()
        text = " ".join(self._parts(label, lang, brief=platform == "x"))
        kind = label.split(":", maxsplit=1)[0]
        if kind not in _CLEAN:
            text = self._slip(text, lang, _UPSET_EMOJI if kind in _UPSET else _EMOJI)
        if lang == "en":
            text = re.sub(r" +([?!:;])(?=\s|$)", r"\1", text)
        return _within_x(text) if platform == "x" else text

    def _parts(self, label: str, lang: str, brief: bool) -> list[str]:
        kind, _, detail = label.partition(":")
        if kind == "answer":
            return [self._pick(entries(lang)[detail]["peer"])]
        if kind == "question":
            return self._question(detail, lang, brief)
        first, second = self.rng.sample(pool(lang, "human_wish" if label == "handoff:human" else label) * 2, 2)
        parts = [expand(self.rng, first)]
        if kind in {"praise", "complaint", "feature_request", "chitchat"} and not brief:
            if self._chance(0.12):
                parts.insert(0, self._pick(pool(lang, "greeting")))
            if self._chance(0.3) and second != first:
                parts.append(expand(self.rng, second))
        if kind == "crisis" and not brief and detail not in {"echo", "odd"} and second != first and self._chance(0.25):
            parts.append(expand(self.rng, second))
        return parts

    def _question(self, detail: str, lang: str, brief: bool) -> list[str]:
        if detail == "none":
            asked = [self._pick(pool(lang, "unanswered"))]
        else:
            asked = [self._pick(entries(lang)[entry]["ask"]) for entry in detail.split("+")]
        parts = [" ".join(asked)]
        if self._chance(0.45):
            parts.insert(0, self._pick(pool(lang, "greeting")))
        if self._chance(0.5) and not brief:
            parts.insert(self.rng.choice([len(parts), len(parts) - 1]), self._pick(pool(lang, "context")))
        if self._chance(0.4):
            parts.append(self._pick(pool(lang, "closing")))
        return parts

    def _slip(self, text: str, lang: str, emoji: list[str]) -> str:
        """Missing accents, capitals and question marks, a swapped letter, an emoji: as people type."""
        if lang == "fr" and self._chance(0.13):
            text = _unaccented(text)
        if self._chance(0.12):
            text = text.lower()
        if self._chance(0.14):
            text = re.sub(r"[ \u00a0]*\?", "", text)
        if self._chance(0.1):
            text = self._typo(text)
        if self._chance(0.12):
            text = f"{text} {self.rng.choice(emoji)}"
        return text

    def _typo(self, text: str) -> str:
        words = text.split(" ")
        long = [i for i, word in enumerate(words) if len(word) > 5 and word.isalpha()]
        if long:
            i = self.rng.choice(long)
            at = self.rng.randint(1, len(words[i]) - 3)
            words[i] = words[i][:at] + words[i][at + 1] + words[i][at] + words[i][at + 2 :]
        return " ".join(words)

    def _log(self) -> str:
        lines = ["App log of my last ride, support asked me to paste it whole. It freezes near the end:"]
        for second in range(HUGE_LOG_LINES):
            state = self.rng.choice(["auto", "steady", "pulse", "eco"])
            lines.append(
                f"[+{second * 7:05d}s] ble rssi=-{self.rng.randint(48, 92)} mode={state} "
                f"lm={self.rng.choice([150, 400, 800])} batt={max(4, 97 - second // 5)}% t={self.rng.randint(9, 41)}C"
            )
        return "\n".join(lines)

    def _pick(self, lines: tuple[str, ...]) -> str:
        return expand(self.rng, self.rng.choice(lines))

    def _chance(self, share: float) -> bool:
        return self.rng.random() < share


def without_greeting(text: str, lang: str) -> str:
    """The text from its first useful word on."""
    plain = _unaccented(text).lower()
    for greeting in pool(lang, "greeting") if lang in {"fr", "en"} else ():
        if plain.startswith(f"{_unaccented(greeting).lower()} "):
            return text[len(greeting) + 1 :]
    return text


def _unaccented(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _within_x(text: str) -> str:
    """The whole sentences, or else words, that fit a post on X beside a mention."""
    room = X_POST_CHARACTERS - 20
    if len(text) <= room:
        return text
    cut = text[:room]
    stop = max(cut.rfind(mark) for mark in (". ", "? ", "! "))
    return cut[: stop + 1] if stop > 0 else cut[: cut.rfind(" ")]

"""Reads through disguises: case, accents, look-alike letters, invisible characters, leetspeak, s p a c e d letters.

Every view of a text keeps the way back, so that what was found can be shown in the author's own characters.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

MAX_TEXT_CHARS = 50_000  # beyond every platform's own limit; the rest of a longer text is not judged

# Letters of other scripts that look like Latin ones (after Unicode's confusables.txt, the common ones).
_LOOK_ALIKES = dict(
    zip(
        "авекмнорстухіјѕԁһӏԛԝӓёєїўғґ" + "αβεζηικνορτυχωγσϲϳ" + "ɑɡıʟʀɴʜᴀʙᴄᴅᴇɢᴊᴋᴍᴏᴘᴛᴜᴠᴡʏᴢ" + "øđłħŧ",
        "abekmhopctyxijsdhlqwaeeiyfr" + "abeznikvoptuxwyocj" + "agilrnhabcdegjkmoptuvwyz" + "odlht",
        strict=True,
    )
)
_EXTRA = {
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "´": "'",
    "`": "'",
    "“": '"',
    "”": '"',
    "«": '"',
    "»": '"',
    "œ": "oe",
    "æ": "ae",
}


class _Folds(dict[int, str]):
    """What each character becomes, computed once for each character that is met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold(chr(code))
        return folded


def _fold(char: str) -> str:
    if char in _EXTRA:
        return _EXTRA[char]
    if char.isspace():
        return " "
    if 0x1F150 <= ord(char) <= 0x1F189:  # letters in black circles and squares
        return chr(ord("a") + (ord(char) - 0x1F150) % 32 % 26)
    if 0x1F1E6 <= ord(char) <= 0x1F1FF:  # regional indicators
        return chr(ord("a") + ord(char) - 0x1F1E6)
    category = unicodedata.category(char)
    if category in {"Cf", "Mn", "Me", "Cc"} or 0xFE00 <= ord(char) <= 0xFE0F:
        return ""
    decomposed = unicodedata.normalize("NFKD", char)
    kept = "".join(part for part in decomposed if not unicodedata.combining(part)).casefold()
    return "".join(_LOOK_ALIKES.get(part, _EXTRA.get(part, part)) for part in kept)


_FOLDS = _Folds()


@dataclass(frozen=True)
class View:
    """A text as the rules read it. offsets[i] is where character i began in the original; one more marks the end."""

    text: str
    offsets: tuple[int, ...]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters [start, end) of the view stood in the original text."""
        return self.offsets[start], self.offsets[end - 1] + 1 if end > start else self.offsets[start]


def fold(text: str) -> str:
    """`text` without case, accents, look-alikes or invisible characters. Each character folds on its own."""
    return text[:MAX_TEXT_CHARS].translate(_FOLDS)


def folded_view(text: str) -> View:
    """The folded text with its way back."""
    text = text[:MAX_TEXT_CHARS]
    offsets = [at for at, char in enumerate(text) for _ in _FOLDS[ord(char)]]
    return View(text.translate(_FOLDS), (*offsets, len(text)))


_LEET = str.maketrans("013457@$!|€+", "oieastasiiet")
_SPACED = re.compile(r"(?<!\w)\w(?:([ .\-_*/|])\w)(?:\1\w){2,}(?!\w)")
_LEET_WORD = re.compile(r"(?<![\w@#/.])(?=[0-9$€]*[a-z])[a-z0-9$€]+(?:[@!|+$€]+[a-z0-9$€]+)*(?![\w@./])")
_LEET_SIGN = re.compile(r"[0-9@$!|€+]")
_LONG_RUN = re.compile(r"([a-z])\1{2,}")
# In Rust's syntax, for whole batches: holds wherever `is_masked` does, and sometimes elsewhere.
SIGNS_OF_A_MASK = "|".join(
    [r"[a-z][0-9@$!|€+]+[a-z]", r"(?:^|[^a-z])[0-9$€]+[a-z]{2}", r"(?:\w[ .\-_*/|]){3}"]
    + [char * 3 for char in "abcdefghijklmnopqrstuvwxyz"]
)
_MASKED = re.compile(r"[a-z][0-9@$!|€+]+[a-z]|(?<![\w@#/.])[0-9$€]+[a-z]{2}|([a-z])\1\1|(?:(?<!\w)\w[ .\-_*/|]){3}")


def is_masked(folded: str) -> bool:
    """Whether a folded text shows signs of leetspeak, spaced letters or long runs of one letter."""
    return _MASKED.search(folded) is not None


def unmask(folded: str) -> str:
    """The folded text with spaced letters joined, leetspeak read and runs of three letters or more made one."""
    return _unmasked(folded)[0]


def unmasked_view(folded: View) -> View:
    """The unmasked text with its way back to the original."""
    text, kept = _unmasked(folded.text)
    return View(text, (*(folded.offsets[at] for at in kept), folded.offsets[-1]))


def _unmasked(folded: str) -> tuple[str, list[int]]:
    text, kept = _drop(folded, list(range(len(folded))), _SPACED, lambda m: range(m.start() + 1, m.end(), 2))
    text = _LEET_WORD.sub(lambda m: _read_leet(m.group()), text)
    return _drop(text, kept, _LONG_RUN, lambda m: range(m.start() + 1, m.end()))


def _read_leet(word: str) -> str:
    if not _LEET_SIGN.search(word) or sum(char.isdigit() for char in word) * 2 > len(word) + 1:
        return word
    return word.translate(_LEET)


def _drop(
    text: str, kept: list[int], pattern: re.Pattern[str], places: Callable[[re.Match[str]], range]
) -> tuple[str, list[int]]:
    """`text` and its positions without the places that each match names."""
    dropped = {at for match in pattern.finditer(text) for at in places(match)}
    if not dropped:
        return text, kept
    left = [at for at in range(len(text)) if at not in dropped]
    return "".join(text[at] for at in left), [kept[at] for at in left]


def text_hash(text: str, *context: str) -> str:
    """A fingerprint of a text and of whatever else its judgement rests on (language, exceptions)."""
    return hashlib.sha256("\x1f".join((*context, text)).encode("utf-8", "surrogatepass")).hexdigest()[:32]

"""Native ids in each platform's true form, derived from a row's key and time so that a seed always gives the same ones.

Reddit's grow with time in base 36, X's carry their millisecond, YouTube's are opaque.
"""

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
REDDIT_EPOCH = datetime(2005, 1, 1, tzinfo=UTC)
REDDIT_IDS_A_SECOND = 90  # keeps seven characters until the 2030s, as Reddit's own
X_EPOCH_MS = 1_288_834_974_657
X_LOW_BITS = 22
NAMES_REMEMBERED = 100_000

REDDIT_FULLNAME = re.compile(r"t[13]_[0-9a-z]{4,8}")
YOUTUBE_VIDEO = re.compile(r"[\w-]{11}")
YOUTUBE_CHANNEL = re.compile(r"UC[\w-]{22}")
YOUTUBE_COMMENT = re.compile(r"Ug[\w-]{18}(AaABAg|4AaABAg)|z1[0-9a-z]{20,36}|LZQPQhLyRh[\w-]{33}")
YOUTUBE_REPLY = re.compile(r"[\w-]{26,43}\.[\w-]{22}")
X_POST = re.compile(r"\d{15,20}")


class Ids:
    """Gives every row an id that nothing else has."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._next: dict[int, int] = {}

    def reddit(self, prefix: str, key: str, at: datetime) -> str:
        """`t1_...` or `t3_...`; a key that is one already is kept."""
        if REDDIT_FULLNAME.fullmatch(key) and key.startswith(prefix) and self._take(key):
            return key
        first = max(int((at - REDDIT_EPOCH).total_seconds()), 1) * REDDIT_IDS_A_SECOND
        return self._first_free(first, lambda number: prefix + base36(number))

    def x(self, key: str, at: datetime) -> str:
        """A snowflake; a key that is one already is kept."""
        if X_POST.fullmatch(key) and self._take(key):
            return key
        first = max(snowflake(at), 20)
        return self._first_free(first, str)

    def youtube_video(self, key: str) -> str:
        """Eleven characters; a key that is one already is kept."""
        return key if YOUTUBE_VIDEO.fullmatch(key) else opaque("video", key, length=11)

    def youtube_comment(self, key: str, parent: str | None) -> str:
        """`Ug...AaABAg`, and `parent.child` for a reply; a key that is one already is kept."""
        is_native = YOUTUBE_REPLY.fullmatch(key) if parent else YOUTUBE_COMMENT.fullmatch(key)
        if is_native and key.startswith(parent or "") and self._take(key):
            return key
        if parent:
            return self._unlike_others(lambda salt: f"{parent}.9{opaque('reply', parent, key, salt, length=21)}")
        return self._unlike_others(lambda salt: f"Ug{opaque('comment', key, salt, length=17)}4AaABAg")

    def _unlike_others(self, make: Callable[[str], str]) -> str:
        salt = 0
        while not self._take(found := make(str(salt))):
            salt += 1
        return found

    def _first_free(self, first: int, write: Callable[[int], str]) -> str:
        number = self._next.get(first, first)
        while not self._take(write(number)):
            number += 1
        self._next[first] = number + 1
        return write(number)

    def _take(self, native: str) -> bool:
        if native in self._taken:
            return False
        self._taken.add(native)
        return True


def base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = BASE36[digit] + digits
    return digits or "0"


def snowflake(at: datetime) -> int:
    """The smallest X id of an instant; 0 or less before November 2010, when ids did not carry the time."""
    return (round(at.timestamp() * 1000) - X_EPOCH_MS) << X_LOW_BITS


def opaque(*parts: str, length: int) -> str:
    """Characters of URL-safe base 64 that depend on the parts alone."""
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")[:length]


@lru_cache(NAMES_REMEMBERED)
def youtube_channel(name: str) -> str:
    """The channel id of a person or source; one that is in YouTube's form is kept."""
    return name if YOUTUBE_CHANNEL.fullmatch(name) else "UC" + opaque("channel", name, length=22)


@lru_cache(NAMES_REMEMBERED)
def reddit_account(name: str) -> str:
    """`t2_...` of an account."""
    return "t2_" + base36(int(hashlib.sha256(name.lower().encode()).hexdigest()[:9], 16))


@lru_cache(NAMES_REMEMBERED)
def reddit_subreddit(name: str) -> str:
    """`t5_...` of a subreddit."""
    return "t5_" + base36(int(hashlib.sha256(name.lower().encode()).hexdigest()[:7], 16))


@lru_cache(NAMES_REMEMBERED)
def x_account(name: str) -> str:
    """The numeric id of an account."""
    return str(int(hashlib.sha256(name.lower().encode()).hexdigest()[:15], 16) + 10**17)

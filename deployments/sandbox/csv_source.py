"""Any CSV of real comments as a community that the sandbox can serve.

Ids that are in the platform's own form are kept, so that what comes out can be matched with the file.
"""

import csv
import html
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path

import polars as pl

from connectors.columns import matched, without
from connectors.files import UnreadableTable, separator_of
from connectors.instants import read_instant, writes_day_first
from deployments.sandbox.seed import SEED_SCHEMA
from domain.records import Platform, frame

log = logging.getLogger(__name__)

OURS = ("id", "author", "text", "created_at", "score", "thread", "title", "parent")
NEEDED = ("text", "created_at")
NO_AUTHOR = {"", "[deleted]", "[removed]", "null", "none", "nan"}
LARGEST_FIELD_CHARACTERS = 10_000_000
REDDIT_ID = re.compile(r"[0-9a-z]{4,8}")
ENTITY = re.compile(r"&(amp|lt|gt);")
BARE_AMPERSAND = re.compile(r"&(?!(amp|lt|gt);)")

Row = dict[str, str]


@dataclass(frozen=True)
class Table:
    """A CSV as text. columns: our names and the file's; lines: where each row begins."""

    path: Path
    columns: Mapping[str, str]
    rows: list[Row]
    lines: list[int]

    def bad(self, index: int, name: str, what: str, mend: str) -> UnreadableTable:
        return UnreadableTable(f"{self.path}:{self.lines[index]}: column {self.columns[name]}: {what}; {mend}")

    def values(self, name: str) -> list[str]:
        """A column by our name; empty texts when the file has none."""
        header = self.columns.get(name)
        return [row[header].strip() if header else "" for row in self.rows]


def seed_from_csv(
    path: Path, platform: str, columns: Mapping[str, str] | None, source: str | None = None
) -> pl.DataFrame:
    """A frame of SEED_SCHEMA from a CSV (comma, semicolon or tab; UTF-8).

    columns: our names (id, author, text, created_at, score, thread, title, parent) to the file's headers; those not
    given are recognised by common headers. source: the subreddit, channel or account; by default the file's
    `subreddit` column or its name. On Reddit rows with a title and no thread are posts, all others are comments.
    Times without a zone are UTC, and rows without a time take that of the row before.
    Raises UnreadableTable naming file, line, column and the mend.
    """
    if platform not in set(Platform):
        raise UnreadableTable(f"{path}: no platform {platform!r}; choose one of {', '.join(Platform)}")
    table = _read(path, columns or {})
    keys = _keys(table, platform)
    texts = _as_typed([row[table.columns["text"]] for row in table.rows], platform)
    authors = [None if name.lower() in NO_AUTHOR else name for name in table.values("author")]
    threads, parents = _threads(table, platform, keys)
    titles = [title or None for title in _as_typed(table.values("title"), platform)]
    kind = "post" if _holds_posts(table, platform) else "comment"
    rows = [
        {
            "key": key,
            "platform": platform,
            "source": source or _source(table, index, platform),
            "thread": thread,
            "thread_title": title if platform != Platform.X else None,
            "kind": kind,
            "parent": parent,
            "author": author,
            "text": text,
            "created_at": at,
            "score": score,
        }
        for index, (key, thread, parent, title, author, text, at, score) in enumerate(
            zip(keys, threads, parents, titles, authors, texts, _times(table), _scores(table), strict=True)
        )
    ]
    return frame(rows, SEED_SCHEMA)


def _as_typed(texts: list[str], platform: str) -> list[str]:
    """Texts without the three entities that Reddit's exports hold; a single bare `&` shows that a file is no such export.

    What YouTube displays is kept, since its stand-in serves both that and the plain text.
    """
    escaped = any(ENTITY.search(text) for text in texts) and not any(BARE_AMPERSAND.search(text) for text in texts)
    if platform != Platform.REDDIT or not escaped:
        return texts
    return [ENTITY.sub(lambda found: html.unescape(found[0]), text) for text in texts]


def _read(path: Path, given: Mapping[str, str]) -> Table:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UnreadableTable(f"{path}: {error.strerror}; give the path of a CSV") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise UnreadableTable(
            f"{path}:{line}: not UTF-8 (byte {error.object[error.start]:#x}); save it as UTF-8"
        ) from None
    delimiter = separator_of(text.partition("\n")[0])
    with _large_fields():
        rows, lines, headers = _records(path, text, delimiter)
    if not rows:
        raise UnreadableTable(f"{path}:1: there is no row below the header; expected comments")
    return Table(path, _columns(path, headers, given), rows, lines)


def _records(path: Path, text: str, delimiter: str) -> tuple[list[Row], list[int], list[str]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    lines: list[int] = []
    begins = 1
    headers: list[str] = []
    try:
        for record in reader:
            if not headers:
                headers = [header.strip() for header in record]
            elif record:
                if len(record) != len(headers):
                    mend = "put texts that hold the separator or a line break in double quotes"
                    found = f"{len(record)} values for {len(headers)} columns"
                    raise UnreadableTable(f"{path}:{begins}: {found}; {mend}")
                rows.append(dict(zip(headers, record, strict=True)))
                lines.append(begins)
            begins = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableTable(f"{path}:{begins}: {error}; check the double quotes of this row") from None
    return rows, lines, headers


@contextmanager
def _large_fields() -> Iterator[None]:
    before = csv.field_size_limit(LARGEST_FIELD_CHARACTERS)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _columns(path: Path, headers: list[str], given: Mapping[str, str]) -> dict[str, str]:
    found = matched(path, headers, given, OURS)
    for ours in NEEDED:
        if ours not in found:
            raise without(path, ours, headers)
    return found


def _holds_posts(table: Table, platform: str) -> bool:
    return platform == Platform.REDDIT and "title" in table.columns and "thread" not in table.columns


def _keys(table: Table, platform: str) -> list[str]:
    """The file's ids, on Reddit with their prefix; made from the line where the file has none."""
    if "id" not in table.columns:
        return [f"{table.path.stem}:{line}" for line in table.lines]
    found = table.values("id")
    first_seen: dict[str, int] = {}
    for index, native in enumerate(found):
        if not native:
            raise table.bad(index, "id", "is empty", "give every row an id, or leave the column out")
        if native in first_seen:
            where = f"{native!r} is also on line {table.lines[first_seen[native]]}"
            raise table.bad(index, "id", where, "give every row an id of its own")
        first_seen[native] = index
    if platform == Platform.REDDIT and all(REDDIT_ID.fullmatch(native) for native in found):
        prefix = "t3_" if _holds_posts(table, platform) else "t1_"
        return [prefix + native for native in found]
    return found


def _threads(table: Table, platform: str, keys: list[str]) -> tuple[list[str], list[str | None]]:
    """The thread and the parent of each row; a comment without a known thread belongs to one for the whole file."""
    given, known = table.values("thread"), {key.removeprefix("t1_"): key for key in keys}
    parents = [known.get(parent.removeprefix("t1_")) for parent in table.values("parent")]
    if platform == Platform.YOUTUBE and "parent" not in table.columns:
        parents = [known.get(key.partition(".")[0]) if "." in key else None for key in keys]
    alone = platform == Platform.X or _holds_posts(table, platform)
    if platform == Platform.REDDIT:
        given = [f"t3_{thread}" if REDDIT_ID.fullmatch(thread) else thread for thread in given]
    threads = [thread or (key if alone else table.path.stem) for thread, key in zip(given, keys, strict=True)]
    return threads, [None if parent == key else parent for parent, key in zip(parents, keys, strict=True)]


def _source(table: Table, index: int, platform: str) -> str:
    """The file's subreddit, or its name with nothing that such a name cannot hold."""
    named = table.rows[index].get("subreddit", "").strip()
    longest = 15 if platform == Platform.X else 21
    return named or re.sub(r"\W+", "_", table.path.stem, flags=re.ASCII).strip("_")[:longest] or "community"


def _scores(table: Table) -> list[int | None]:
    scores: list[int | None] = []
    for index, text in enumerate(table.values("score")):
        try:
            scores.append(int(float(text)) if text else None)
        except (ValueError, OverflowError):
            raise table.bad(
                index, "score", f"{text!r} is not a number", "write a whole number or leave it empty"
            ) from None
    return scores


def _times(table: Table) -> list[datetime]:
    """The instant of each row; one without takes that of the row before, or of the first that has one."""
    texts = table.values("created_at")
    day_first = writes_day_first(texts)
    found = [_time(table, index, text, day_first) if text else None for index, text in enumerate(texts)]
    known = next((at for at in found if at is not None), None)
    if known is None:
        raise table.bad(0, "created_at", "no row has a time", "fill the column, or name another one")
    if missing := sum(at is None for at in found):
        log.warning("%s: %d rows without a time take that of the row before", table.path, missing)
    times = []
    for at in found:
        known = at or known
        times.append(known)
    return times


def _time(table: Table, index: int, text: str, day_first: bool | None) -> datetime:
    at = read_instant(text, day_first)
    if at is None:
        mend = "write it as 2026-03-29T14:05:00Z, or as seconds since 1970"
        raise table.bad(index, "created_at", f"{text!r} is not a time that can be read without doubt", mend)
    return at

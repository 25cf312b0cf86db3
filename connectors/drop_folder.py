"""A folder of the workspace as a source: each CSV, JSON lines or Parquet file that is put there is read once.

For exports of other tools. A file with a mistake is told with line and mend, is left as it is, and brings nothing until
it is mended; the other files of the folder are read all the same.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from connectors.contract import Rejected
from connectors.file_dates import Unclear, instants
from connectors.files import UnreadableTable, at_row, read_table
from connectors.memory import Memory
from connectors.workspace import read_file
from domain.community import Community
from domain.documents import parse
from domain.language import say
from domain.records import COMMENT_SCHEMA, Action, Limit, Page, Platform, Receipt, Source, SourceKind, Watermark
from domain.settings import Settings

ROWS_A_PAGE = 1_000
HASHED_BYTES = 1 << 20
NUMBER_OF_A_ROW = r"^\s*\d{1,6}\s*$"
COLUMNS = {
    "text": ("text", "texte", "comment", "commentaire", "body", "content", "contenu", "message"),
    "created_at": ("created_at", "date", "timestamp", "published_at", "created", "created_utc", "datetime"),
    "id": ("id", "comment_id", "identifiant"),
    "author": ("author", "auteur", "username", "user", "member", "membre", "name"),
    "thread": ("thread", "fil", "thread_id", "post_id", "video_id", "conversation_id"),
    "title": ("title", "titre", "thread_title", "subject", "sujet"),
    "parent": ("parent", "parent_id", "in_reply_to"),
    "score": ("score", "likes", "like_count", "upvotes"),
    "lang": ("lang", "langue", "language"),
    "permalink": ("permalink", "url", "link", "lien"),
}
"""Our columns, and the headers by which they are recognised, whatever their case. `text` and `created_at` are needed."""


def connect(memory: Memory | None = None) -> "DropFolder":
    """The drop folders of the workspace of the environment; dates without a zone are in the community's time zone."""
    workspace = Settings().workspace
    community = parse(read_file(workspace, "community.yaml").text, Community, "community.yaml")
    return DropFolder(workspace, community.zone, community.languages[0] == "fr", memory or Memory())


@dataclass(frozen=True)
class DropFolder:
    """Folders of files. day_first: how 03/04/2026 is read where a file's other dates leave it open."""

    workspace: Path
    zone: ZoneInfo
    day_first: bool
    memory: Memory
    platform: Platform = Platform.FILE

    def identity(self) -> str:
        """Nobody: Vigie writes no comment into a file."""
        return ""

    def pull(self, source: Source, since: Watermark | None) -> Iterator[Page]:
        """The comments of every file whose content was not read before, in the order of their names.

        Raises Rejected at the end, with what is wrong with each file that could not be read.
        """
        if source.kind is not SourceKind.FOLDER:
            raise Rejected(
                say(
                    fr="un fichier n'a pas de source du type {kind} : nommez un dossier (`folder`)",
                    en="files have no source of the kind {kind}: name a `folder`",
                    kind=source.kind,
                )
            )
        folder = self.workspace / source.name
        folder.mkdir(parents=True, exist_ok=True)
        mistakes: list[str] = []
        for path in sorted(folder.iterdir()):
            if path.is_file() and not path.name.startswith((".", "~")):
                yield from self._new_pages(source, path, mistakes)
        if mistakes:
            raise Rejected("\n".join(mistakes))

    def refresh(self, source: Source, native_ids: Sequence[str]) -> Iterator[Page]:
        """Nothing: a file does not say what became of its comments."""
        return iter(())

    def act(self, action: Action) -> Receipt:
        """Raises Rejected: there is nobody to answer in a file."""
        raise Rejected(
            say(
                fr="ce commentaire vient d'un fichier : agissez à la main, là où il a été écrit",
                en="this comment came from a file: act by hand, where it was written",
            )
        )

    def done(self, action: Action) -> Receipt | None:
        """Raises Rejected, as `act` does."""
        return self.act(action)

    def grants(self) -> dict[str, str]:
        """A file is read, and no more."""
        return {"read": ""}

    def limits(self) -> list[Limit]:
        """None."""
        return []

    def _new_pages(self, source: Source, path: Path, mistakes: list[str]) -> Iterator[Page]:
        digest = _digest(path)
        if self.memory.was_read(source, digest):
            return
        try:
            table = self._table(path)
        except UnreadableTable as error:
            mistakes.append(str(error).removeprefix(f"{self.workspace}/"))
            return
        prefix = _prefix(table, path)
        for part in table.iter_slices(ROWS_A_PAGE):
            yield Page(_framed(part, source, prefix))
        self.memory.keep_read(source, digest, path.name)

    def _table(self, path: Path) -> pl.DataFrame:
        """The file under our names, its dates read. Raises UnreadableTable."""
        table = _known_columns(read_table(path, ()), path)
        try:
            created = instants(table["created_at"].to_list(), self.zone, self.day_first)
        except Unclear as error:
            raise UnreadableTable(at_row(path, error.row, str(error))) from None
        return table.with_columns(pl.Series("created_at", created, dtype=COMMENT_SCHEMA["created_at"]))


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as opened:
        while part := opened.read(HASHED_BYTES):
            found.update(part)
    return found.hexdigest()


def _known_columns(table: pl.DataFrame, path: Path) -> pl.DataFrame:
    """The table under our names, text columns as text. Raises UnreadableTable naming the columns that are needed."""
    present = {name.strip().lower(): name for name in reversed(table.columns)}
    found = {
        ours: present[theirs]
        for ours, names in COLUMNS.items()
        if (theirs := next((name for name in names if name in present), None))
    }
    missing = [name for name in ("text", "created_at") if name not in found]
    if missing:
        message = say(
            fr="il manque {missing} ; attendu : une colonne {expected} ; les colonnes sont {columns}",
            en="{missing} is missing; expected a column {expected}; the columns are {columns}",
            missing=", ".join(missing),
            expected="; ".join(" | ".join(COLUMNS[name]) for name in missing),
            columns=", ".join(table.columns),
        )
        raise UnreadableTable(f"{path}:1: {message}")
    kept = table.select(pl.col(theirs).alias(ours) for ours, theirs in found.items())
    texts = [name for name in kept.columns if name not in ("created_at", "score")]
    nothing = [pl.lit(None, pl.String).alias(name) for name in COLUMNS if name not in found]
    return kept.with_columns(pl.col(texts).cast(pl.String)).with_columns(nothing)


def _prefix(table: pl.DataFrame, path: Path) -> str:
    """What makes the ids of a file ours alone: its name where they are mere numbers, which every export begins anew."""
    ids = table["id"].drop_nulls()
    return f"{'_'.join(path.stem.split())}." if ids.str.contains(NUMBER_OF_A_ROW).any() else ""


def _framed(table: pl.DataFrame, source: Source, prefix: str) -> pl.DataFrame:
    """COMMENT_SCHEMA from a table under our names. A row without an id has one made of its author, time and text."""
    text = pl.col("text").fill_null("").str.replace_all("\x00", "\ufffd", literal=True)
    made = pl.concat_str(pl.col("author").fill_null(""), pl.col("created_at").cast(pl.String), text, separator="\x1f")
    native = pl.coalesce(_named("id", prefix), made.map_elements(_fingerprint, pl.String))
    thread = pl.coalesce(_named("thread", prefix), pl.lit(source.name))
    author = pl.col("author").str.strip_chars()
    author = pl.when(author != "").then(author)
    values = {
        "id": _ours(native),
        "platform": pl.lit(Platform.FILE.value),
        "source_id": pl.lit(source.id),
        "native_id": native,
        "kind": pl.lit("comment"),
        "thread_id": _ours(thread),
        "thread_title": pl.col("title"),
        "parent_id": _ours(_named("parent", prefix)),
        "author_id": _ours(author),
        "author_name": author,
        "text": text,
        "lang": pl.col("lang").str.to_lowercase().str.slice(0, 2),
        "created_at": pl.col("created_at"),
        "deleted": pl.lit(value=False),
        "score": pl.col("score")
        .cast(pl.String)
        .str.strip_chars()
        .cast(pl.Float64, strict=False)
        .cast(pl.Int64, strict=False),
        "permalink": pl.when(pl.col("permalink").str.contains(r"^https?://\S+$")).then(pl.col("permalink")),
        "raw": pl.lit("{}"),
    }
    return table.select(
        values.get(name, pl.lit(None)).cast(dtype).alias(name) for name, dtype in COMMENT_SCHEMA.items()
    )


def _named(column: str, prefix: str) -> pl.Expr:
    """An id of the file, prefixed and without white space, null where it is empty."""
    found = pl.col(column).str.strip_chars().str.replace_all(r"\s+", "_")
    return pl.when(found != "").then(pl.concat_str(pl.lit(prefix), found))


def _ours(native: pl.Expr) -> pl.Expr:
    return pl.concat_str(pl.lit(f"{Platform.FILE.value}:"), native)


def _fingerprint(made: str) -> str:
    return hashlib.sha256(made.encode()).hexdigest()[:20]

"""Comments that somebody exported from Reddit, YouTube, X or a spreadsheet, as rows of COMMENT_SCHEMA.

What a file does not hold stays null; what cannot be used is counted and told, never guessed and never fatal.
"""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import polars as pl

from connectors.columns import matched, plain, without
from connectors.files import UnreadableTable, read_table
from connectors.instants import read_instant, writes_day_first
from connectors.rows.reddit import GONE_TEXTS, with_title
from connectors.rows.youtube import plain_text
from domain.language import say
from domain.records import COMMENT_SCHEMA

NO_AUTHOR = ("", "[deleted]", "[removed]", "null", "none", "nan", "n/a")
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)  # before the web had communities: a date of a broken row
REDDIT_ID = r"^[0-9a-z]{4,8}$"
TITLES_OF_POSTS = 0.5  # share of titles that differ beyond which each row is a post of its own
PLATFORM_NAMES = {"twitter": "x", "x.com": "x", "yt": "youtube", "you tube": "youtube"}
PLATFORM_HEADERS = {
    "reddit": ("subreddit", "selftext", "linkid", "createdutc", "subredditid", "authorfullname", "linkflairtext"),
    "youtube": ("videoid", "textdisplay", "textoriginal", "authordisplayname", "authorchannelid", "videotitle"),
    "x": ("tweetid", "tweet", "tweettext", "screenname", "inreplytostatusid", "retweetcount", "inreplytouserid"),
}
PLATFORM_SITES = {"reddit": r"reddit\.com|redd\.it", "youtube": r"youtube\.com|youtu\.be", "x": r"//(?:x|twitter)\.com"}
YOUTUBE_ID = r"^(?:Ug[\w-]{18,}|z[\w-]{20,}|LZQPQ[\w-]{20,})(?:\.[\w-]+)?$"
OTHER_PLATFORM = "file"


@dataclass(frozen=True)
class Left:
    """Rows that were left out and why: `no_date` (empty or unreadable), `repeated` (an id that came before), `empty`.

    first_row: the first such row of the file, the one below the header being 1.
    """

    why: Literal["no_date", "repeated", "empty"]
    rows: int
    first_row: int


@dataclass(frozen=True)
class Export:
    """comments: COMMENT_SCHEMA, oldest first, `created_at` null in all of them where the file has no usable dates.

    columns: our names to the file's headers. ambiguous_dates: 03/04 was read by the habit of the language alone.
    """

    comments: pl.DataFrame
    columns: Mapping[str, str]
    left: tuple[Left, ...]
    rows: int
    ambiguous_dates: bool = False

    @property
    def dated(self) -> bool:
        return self.comments["created_at"].null_count() < self.comments.height or not self.comments.height


def read_export(path: Path, columns: Mapping[str, str] | None = None, day_first: bool = True) -> Export:
    """The comments of a CSV, TSV, JSON lines or Parquet file.

    columns: our names (those of `connectors.columns`) to the file's headers, for those that are not recognised.
    day_first: how to read 03/04/2026 where no row of the file tells. Raises UnreadableTable naming file, line and mend
    for a file that cannot be read, and one without texts.
    """
    table = _flat(read_table(path, []))
    found = matched(path, table.columns, columns or {})
    if "text" not in found and "title" not in found:
        raise without(path, "text", table.columns)
    values = {name: _text(table, header) for name, header in found.items()}
    own = pl.DataFrame(values) if values else pl.DataFrame()
    own = own.with_columns([pl.lit(None, pl.String).alias(name) for name in _ALL if name not in own.columns])
    own = own.with_row_index("row", offset=1).with_columns(platform=_platform(own, table.columns, path))
    own = own.with_columns(posts=pl.lit(_holds_posts(own, found)))
    own = own.with_columns(text=_texts(own, found))
    own, ambiguous = _with_instants(own, day_first)
    if found.get("created_at") in (columns or {}).values() and own.height and own["created_at"].is_null().all():
        raise _no_dates(path, found["created_at"], table)
    left: list[Left] = []
    own = _drop(own, pl.col("text").is_null() & ~pl.col("gone"), "empty", left)
    if own["created_at"].is_not_null().any():
        own = _drop(own, pl.col("created_at").is_null(), "no_date", left)
    own = _drop(own, ~pl.col("id").is_first_distinct() & pl.col("id").is_not_null(), "repeated", left)
    return Export(_comments(own, path), found, tuple(left), table.height, ambiguous)


_ALL = ("id", "author", "text", "created_at", "score", "thread", "title", "parent", "platform", "permalink", "source")


def _flat(table: pl.DataFrame) -> pl.DataFrame:
    """Nested fields as columns of their own, `snippet.likeCount`; lists are left out."""
    while nested := [name for name, kind in table.schema.items() if isinstance(kind, pl.Struct)]:
        for name in nested:
            fields = [field.name for field in table.schema[name].fields]  # type: ignore[attr-defined]
            parts = [pl.col(name).struct.field(field).alias(f"{name}.{field}") for field in fields]
            table = table.with_columns(parts).drop(name)
    return table.drop([name for name, kind in table.schema.items() if isinstance(kind, pl.List)])


def _text(table: pl.DataFrame, header: str) -> pl.Series:
    """A column as text; empty values are null, instants keep their zone."""
    own = table[header]
    if isinstance(own.dtype, pl.Datetime):
        own = own.dt.replace_time_zone("UTC") if own.dtype.time_zone is None else own.dt.convert_time_zone("UTC")
        own = own.dt.strftime("%Y-%m-%dT%H:%M:%S%.6f+00:00")
    own = own.cast(pl.String, strict=False).str.strip_chars(" \t\r\n\ufeff\u200b")
    return own.replace("", None)


def _platform(own: pl.DataFrame, headers: Sequence[str], path: Path) -> pl.Series:
    """The column's own word for each row, else that of the whole file: by its headers, addresses, ids or name."""
    whole = _platform_of_file(own, headers, path)
    said = own["platform"].str.to_lowercase()
    return said.replace(PLATFORM_NAMES).fill_null(whole)


def _platform_of_file(own: pl.DataFrame, headers: Sequence[str], path: Path) -> str:
    names = {plain(header.rpartition(".")[2]) for header in headers}
    hits = {platform: len(names & set(known)) for platform, known in PLATFORM_HEADERS.items()}
    if max(hits.values()):
        return max(hits, key=lambda platform: hits[platform])
    addresses, ids = own["permalink"].drop_nulls(), own["id"].drop_nulls()
    for platform, site in PLATFORM_SITES.items():
        if len(addresses) and addresses.str.contains(site).mean() > 0.5:  # type: ignore[operator]
            return platform
    if len(ids) and ids.str.contains(YOUTUBE_ID).mean() > 0.5:  # type: ignore[operator]
        return "youtube"
    stem = path.stem.lower()
    return (
        next((name for name in ("reddit", "youtube", "tweet", "twitter") if name in stem), OTHER_PLATFORM)
        .replace("tweet", "x")
        .replace("twitter", "x")
    )


def _texts(own: pl.DataFrame, found: Mapping[str, str]) -> pl.Series:
    """What was written, as plain text; the title belongs to a post's text."""
    given = own["text"].to_list()
    if (
        plain(found.get("text", "").rpartition(".")[2]) == "textdisplay"
        or own["text"].str.contains("<br", literal=True).any()
    ):
        given = [plain_text(text) if text else None for text in given]
    elif _escaped(own["text"]):
        given = [html.unescape(text) if text else None for text in given]
    if own["posts"].any():
        titles = [html.unescape(title) if title else None for title in own["title"]]
        given = [with_title(title, text) for title, text in zip(titles, given, strict=True)]
    return pl.Series("text", given, dtype=pl.String)


def _escaped(texts: pl.Series) -> bool:
    """Whether the file writes `&amp;`; a single bare `&` shows that it does not."""
    bare = texts.str.replace_all(r"&(?:amp|lt|gt|quot|#39|#x27);", "").str.contains("&", literal=True)
    return bool(texts.str.contains(r"&(?:amp|lt|gt|quot|#39|#x27);").any()) and not bool(bare.any())


def _holds_posts(own: pl.DataFrame, found: Mapping[str, str]) -> bool:
    """Whether each row is a post with a title of its own, not a comment under a post or a video."""
    if "title" not in found or "thread" in found:
        return False
    titles = own["title"].drop_nulls()
    return "text" not in found or titles.n_unique() > TITLES_OF_POSTS * max(1, len(titles))


def _with_instants(own: pl.DataFrame, day_first: bool) -> tuple[pl.DataFrame, bool]:
    """The table with `created_at` as instants, null where unreadable, and whether they were read by habit alone."""
    texts = own["created_at"].to_list()
    told = writes_day_first(text for text in texts if text)
    latest = datetime.now(UTC) + timedelta(days=2)
    known: dict[str, datetime | None] = {}
    for text in texts:
        if text and text not in known:
            at = read_instant(text, day_first if told is None else told)
            known[text] = at if at and EARLIEST <= at <= latest else None
    instants = pl.Series("created_at", [known[t] if t else None for t in texts], dtype=COMMENT_SCHEMA["created_at"])
    ambiguous = told is None and any(at and read_instant(text) is None for text, at in known.items())
    gone = pl.col("text").str.to_lowercase().is_in(list(GONE_TEXTS)).fill_null(False)
    return own.with_columns(instants).with_columns(gone=gone), ambiguous


def _no_dates(path: Path, header: str, table: pl.DataFrame) -> UnreadableTable:
    values = table[header].drop_nulls()
    message = say(
        fr="colonne {header} : aucune date lisible, telle {value!r} ; écrivez-les comme 2026-03-29T14:05:00Z, ou nommez une "
        "autre colonne",
        en="column {header}: no date can be read, such as {value!r}; write them as 2026-03-29T14:05:00Z, or name another "
        "column",
        header=header,
        value=str(values[0]) if len(values) else "",
    )
    return UnreadableTable(f"{path}:2: {message}")


def _drop(
    own: pl.DataFrame, rule: pl.Expr, why: Literal["no_date", "repeated", "empty"], left: list[Left]
) -> pl.DataFrame:
    out = own.filter(rule)
    if out.height:
        left.append(Left(why, out.height, int(out["row"][0])))
    return own.filter(~rule)


def _comments(own: pl.DataFrame, path: Path) -> pl.DataFrame:
    """COMMENT_SCHEMA; ids are those of the file, or the number of the row."""
    posts = pl.col("posts") & pl.col("title").is_not_null()
    prefix = (
        pl.when(pl.col("platform") != "reddit")
        .then(pl.lit(""))
        .when(posts)
        .then(pl.lit("t3_"))
        .otherwise(pl.lit("t1_"))
    )
    bare = pl.col("id").str.contains(REDDIT_ID) & (pl.col("platform") == "reddit")
    native = pl.coalesce(pl.when(bare).then(prefix + pl.col("id")).otherwise("id"), pl.format("row-{}", "row"))
    thread = (
        pl.when((pl.col("platform") == "reddit") & pl.col("thread").str.contains(REDDIT_ID))
        .then(pl.lit("t3_") + pl.col("thread"))
        .otherwise("thread")
    )
    author = pl.when(~pl.col("author").str.to_lowercase().is_in(NO_AUTHOR)).then("author")
    made = own.with_columns(native=native, thread=thread, author=author, posts=posts).with_columns(
        parent=_parents(pl.col("platform") == "reddit")
    )
    made = made.select(
        id=pl.col("platform") + ":" + pl.col("native"),
        platform="platform",
        source_id=pl.format("{}:export:{}", "platform", pl.col("source").fill_null(path.stem)),
        native_id="native",
        kind=pl.when("posts").then(pl.lit("post")).otherwise(pl.lit("comment")),
        thread_id=pl.col("platform") + ":" + pl.coalesce("thread", pl.when("posts").then("native"), pl.lit(path.stem)),
        thread_title="title",
        parent_id=pl.col("platform") + ":" + pl.col("parent"),
        author_id=pl.col("platform") + ":" + pl.col("author"),
        author_name="author",
        text=pl.when(~pl.col("gone")).then("text"),
        lang=pl.lit(None, pl.String),
        created_at="created_at",
        edited_at=pl.lit(None, COMMENT_SCHEMA["edited_at"]),
        deleted="gone",
        score=_scores(),
        permalink=_permalinks(),
        raw=pl.lit("{}"),
    )
    return made.cast(pl.Schema(COMMENT_SCHEMA)).sort("created_at", maintain_order=True, nulls_last=True)


def _parents(reddit: pl.Expr) -> pl.Expr:
    """Native ids; YouTube's replies carry their parent's id before a dot; X says `false` or nothing for no parent."""
    bare = pl.col("parent").str.contains(REDDIT_ID) & reddit
    told = pl.when(bare).then(pl.lit("t1_") + pl.col("parent")).otherwise("parent")
    of_reply = pl.when((pl.col("platform") == "youtube") & pl.col("native").str.contains(r"^Ug.+\.")).then(
        pl.col("native").str.extract(r"^(.+?)\.")
    )
    found = pl.coalesce(told, of_reply)
    return pl.when(
        ~found.str.to_lowercase().is_in(["false", "none", "null", "nan", "0"]) & (found != pl.col("native"))
    ).then(found)


def _scores() -> pl.Expr:
    """Whole numbers from `12`, `12.0`, `1,234`, `1 234`, `1.2K` or `3M`; anything else is unknown."""
    said = pl.col("score").str.replace_all(r"[\s,\u00a0\u202f]", "")
    number = said.str.replace(r"(?i)[km]$", "").cast(pl.Float64, strict=False)
    times = (
        pl.when(said.str.contains(r"(?i)k$"))
        .then(1_000)
        .when(said.str.contains(r"(?i)m$"))
        .then(1_000_000)
        .otherwise(1)
    )
    value = number * times
    return pl.when(value.is_finite() & (value.abs() < 1e15)).then(value).cast(pl.Int64, strict=False)


def _permalinks() -> pl.Expr:
    """The address told, or the one that the platform gives to these ids."""
    told = pl.when(pl.col("permalink").str.starts_with("/r/")).then(
        pl.lit("https://www.reddit.com") + pl.col("permalink")
    )
    whole = pl.when(pl.col("permalink").str.contains(r"^https?://")).then("permalink")
    bare = pl.col("native").str.replace(r"^t\d_", "")
    reddit = (
        pl.when("posts")
        .then(pl.format("https://www.reddit.com/comments/{}/", bare))
        .otherwise(
            pl.format("https://www.reddit.com/comments/{}/_/{}/", pl.col("thread").str.replace(r"^t\d_", ""), bare)
        )
    )
    built = (
        pl.when(pl.col("id").is_null())
        .then(None)
        .when(pl.col("platform") == "reddit")
        .then(reddit)
        .when((pl.col("platform") == "youtube") & pl.col("thread").str.contains(r"^[\w-]{11}$"))
        .then(pl.format("https://www.youtube.com/watch?v={}&lc={}", "thread", "native"))
        .when((pl.col("platform") == "x") & pl.col("native").str.contains(r"^\d{5,}$"))
        .then(pl.format("https://x.com/i/web/status/{}", "native"))
    )
    return pl.coalesce(told, whole, built)

"""How patterns read a comment: folded, without links and quotations, apostrophes and hyphens as spaces."""

from collections.abc import Sequence

import polars as pl

from tasks.moderation.normalise import fold

LINK = r"(?i)https?://\S+|www\.\S+"


def flat(texts: Sequence[str | None] | pl.Series) -> pl.Series:
    """The texts as patterns read them: lower case, no accents, no links, sentences parted by `.`, `!`, `?` or `,`."""
    series = pl.Series("text", texts, dtype=pl.String).fill_null("")
    unquoted = series.str.replace_all(r"(?m)^\s*>.*$", " ").str.replace_all(LINK, " ").str.replace_all(r"\n+", " . ")
    folded = pl.Series("text", [fold(text) for text in unquoted], dtype=pl.String)
    return (
        folded.str.replace_all(r"[^\w.!?,;:@+]+", " ")
        .str.replace_all(r"[;:]", ",")
        .str.replace_all(r"\s+", " ")
        .str.strip_chars()
    )

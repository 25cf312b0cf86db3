"""Tables that a CM exported (CSV, JSON lines, Parquet) and results written back, without surprise."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from domain.documents import MendableError

READABLE = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")


class UnreadableTable(MendableError):
    """A table that cannot be used; the message names the file, where possible the line, and the mend."""


def read_table(path: Path, required: Iterable[str]) -> pl.DataFrame:
    """The rows of a CSV, TSV, JSON lines or Parquet file; CSV values stay text, empty ones become nulls.

    Raises UnreadableTable for a missing file or column, another encoding than UTF-8, or a broken row.
    """
    if not path.exists():
        raise UnreadableTable(f"{path}: there is no such file")
    if path.suffix not in READABLE:
        raise UnreadableTable(f"{path}: expected one of {', '.join(READABLE)}")
    try:
        table = _read(path)
    except pl.exceptions.NoDataError:
        raise UnreadableTable(f"{path}:1: the file is empty; expected a header with {', '.join(required)}") from None
    except (pl.exceptions.ComputeError, pl.exceptions.PolarsError) as error:
        raise UnreadableTable(f"{path}{_bad_encoding(path)}: {str(error).splitlines()[0]}") from None
    missing = [name for name in required if name not in table.columns]
    if missing:
        found = ", ".join(table.columns)
        raise UnreadableTable(f"{path}:1: no column {', '.join(missing)}; the columns are {found}; rename one")
    return table


def _read(path: Path) -> pl.DataFrame:
    if path.suffix == ".parquet":
        return pl.read_parquet(path)
    if path.suffix in {".jsonl", ".ndjson"}:
        return pl.read_ndjson(path, infer_schema_length=None)
    separator = "\t" if path.suffix == ".tsv" else ","
    table = pl.read_csv(path, separator=separator, infer_schema=False, encoding="utf8")
    return table.rename({name: name.removeprefix("\ufeff").strip() for name in table.columns})


def _bad_encoding(path: Path) -> str:
    """`:LINE: not UTF-8` where that is what is wrong, else nothing."""
    if path.suffix == ".parquet":
        return ""
    data = path.read_bytes()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return f":{data[: error.start].count(bytes([10])) + 1}: not UTF-8, save it as UTF-8"
    return ""


def write_jsonl(path: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write one JSON object a line, all or nothing. Gives the number of rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    count = 0
    with partial.open("w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    partial.replace(path)
    return count


def write_text(path: Path, text: str) -> None:
    """Replace a published file at once, so that nobody reads half a page."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)

"""Tables that a CM exported (CSV, JSON lines, Parquet) and results written back, without surprise."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any

import polars as pl

from domain.documents import MendableError
from domain.language import say

READABLE = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")
JSON_LINES = (".jsonl", ".ndjson")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class UnreadableTable(MendableError):
    """A table that cannot be used; the message names the file, where possible the line, and the mend."""


def read_table(path: Path, required: Iterable[str]) -> pl.DataFrame:
    """The rows of a CSV, TSV, JSON lines or Parquet file; CSV values stay text, empty ones become nulls.

    Raises UnreadableTable for a missing file or column, another encoding than UTF-8, or a broken row.
    """
    wanted = list(required)
    if not path.is_file():
        raise UnreadableTable(_at(path, 0, say(fr="ce fichier n'existe pas", en="there is no such file")))
    if path.suffix.lower() not in READABLE:
        kinds = ", ".join(READABLE)
        message = say(fr="type de fichier inconnu ; attendu : {kinds}", en="expected one of {kinds}", kinds=kinds)
        raise UnreadableTable(_at(path, 0, message))
    _check_text(path)
    try:
        table = _read(path)
    except pl.exceptions.NoDataError:
        message = say(
            fr="le fichier est vide ; attendu : un en-tête avec {columns}",
            en="the file is empty; expected a header with {columns}",
            columns=", ".join(wanted),
        )
        raise UnreadableTable(_at(path, 1, message)) from None
    except pl.exceptions.PolarsError as error:
        raise UnreadableTable(_broken_row(path) or _at(path, 0, str(error).splitlines()[0])) from None
    missing = [name for name in wanted if name not in table.columns]
    if missing:
        message = say(
            fr="il n'y a pas de colonne {missing} ; les colonnes sont {columns} ; renommez-en une",
            en="no column {missing}; the columns are {columns}; rename one",
            missing=", ".join(missing),
            columns=", ".join(table.columns),
        )
        raise UnreadableTable(_at(path, 1, message))
    return table


def _at(path: Path, line: int, message: str) -> str:
    """The message with its place; line is 0 where no line applies."""
    return f"{path}:{line}: {message}" if line else f"{path}: {message}"


def at_row(path: Path, row: int, message: str) -> str:
    """The message with the line on which a row (its index, from 0) begins; of a Parquet file, with the row's number."""
    kind = path.suffix.lower()
    if kind == ".parquet":
        return f"{path}, {say(fr='ligne', en='row')} {row + 1}: {message}"
    with path.open(encoding="utf-8-sig", newline="") as opened:
        if kind in JSON_LINES:
            written = (number for number, line in enumerate(opened, start=1) if line.strip())
            return _at(path, next(islice(written, row, None), 0), message)
        rows = csv.reader(opened, delimiter=_separator(path))
        begins = [1]
        begins += [rows.line_num + 1 for _ in islice(rows, row + 1)]
    return _at(path, begins[-1], message)


def _read(path: Path) -> pl.DataFrame:
    kind = path.suffix.lower()
    if kind == ".parquet":
        return pl.read_parquet(path)
    if kind in JSON_LINES:
        return pl.read_ndjson(path.read_bytes().removeprefix(BYTE_ORDER_MARK), infer_schema_length=None)
    table = pl.read_csv(path, separator=_separator(path), infer_schema=False, encoding="utf8")
    return table.rename({name: name.removeprefix("\ufeff").strip() for name in table.columns})


def _separator(path: Path) -> str:
    """The tab of a TSV; else whatever the header separates with: a comma, a spreadsheet's semicolon, a tab."""
    if path.suffix.lower() == ".tsv":
        return "\t"
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        return separator_of(lines.readline())


def separator_of(header: str) -> str:
    """The commonest of comma, semicolon and tab in the first line of a table."""
    return max(",;\t", key=header.count)


def _check_text(path: Path) -> None:
    """Raises UnreadableTable for a text file that is empty or not UTF-8."""
    if path.suffix.lower() == ".parquet":
        return
    data = path.read_bytes().removeprefix(BYTE_ORDER_MARK)
    if not data.strip():
        message = say(
            fr="le fichier est vide ; attendu : au moins un en-tête ou une ligne",
            en="the file is empty; expected at least a header or a row",
        )
        raise UnreadableTable(_at(path, 1, message))
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = say(fr="ce n'est pas de l'UTF-8 ; enregistrez le fichier en UTF-8", en="not UTF-8, save it as UTF-8")
        raise UnreadableTable(_at(path, line, message)) from None


def _broken_row(path: Path) -> str | None:
    """Where a text file breaks and how to mend it; None where nothing plain is found."""
    kind = path.suffix.lower()
    if kind == ".parquet":
        message = say(
            fr="ce n'est pas un fichier Parquet ; refaites l'export", en="not a Parquet file; export it again"
        )
        return _at(path, 0, message)
    with path.open(encoding="utf-8-sig", newline="") as opened:
        return _broken_json(path, opened) if kind in JSON_LINES else _broken_csv(path, opened)


def _broken_json(path: Path, lines: Iterable[str]) -> str | None:
    for number, line in enumerate(lines, start=1):
        try:
            fine = not line.strip() or isinstance(json.loads(line), dict)
        except ValueError:
            fine = False
        if not fine:
            message = say(
                fr="ce n'est pas un objet JSON ; écrivez un objet `{{...}}` par ligne",
                en="not a JSON object; write one object `{{...}}` on each line",
            )
            return _at(path, number, message)
    return None


def _broken_csv(path: Path, lines: Iterable[str]) -> str | None:
    rows = csv.reader(lines, delimiter=_separator(path), strict=True)
    start = 1
    try:
        header = len(next(rows, []))
        start = rows.line_num + 1
        for row in rows:
            if len(row) > header:
                message = say(
                    fr="{values} valeurs pour {columns} colonnes ; mettez entre guillemets droits les textes à virgules",
                    en="{values} values under {columns} columns; put quotes around texts with commas",
                    values=len(row),
                    columns=header,
                )
                return _at(path, start, message)
            start = rows.line_num + 1
    except csv.Error:
        message = say(
            fr="un guillemet n'est pas fermé ; à l'intérieur d'un texte, doublez les guillemets",
            en="a quote that is not closed; write quotes inside a text twice",
        )
        return _at(path, start, message)
    return None


def write_jsonl(path: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write one JSON object a line, all or nothing. Gives the number of rows."""
    count = 0
    with _replacing(path) as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count


def write_text(path: Path, text: str) -> None:
    """Replace a published file at once, so that nobody reads half a page."""
    with _replacing(path) as out:
        out.write(text)


def write_bytes(path: Path, content: bytes) -> None:
    """Replace a picture or another binary file at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def _replacing(path: Path) -> Iterator[IO[str]]:
    """A file that takes the place of `path` once it is written whole, and leaves nothing behind when it is not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as out:
            yield out
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)

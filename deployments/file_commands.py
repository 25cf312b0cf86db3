"""The commands that work on a file alone, without Prefect, a server or an account."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl
import typer

from connectors.files import read_table, write_jsonl, write_text
from connectors.workspace import knowledge_files, read_file
from domain.knowledge import Knowledge
from domain.language import say
from tasks.language import detect_languages


def moderate_file(table: Path, out: Path, charter: Path | None, models: Iterable[Path]) -> str:
    """Judge the rows of `table` into `out`. Raises UnreadableTable, WorkspaceError."""
    from tasks.embedding import sense_of_the_environment
    from tasks.moderation.charter_file import default_charter, load_charter
    from tasks.moderation.files import moderate_table
    from tasks.moderation.local_model import load_models

    rows = _with_language(read_table(table, ["id", "text"]))
    rules = load_charter(charter.read_text(encoding="utf-8"), str(charter)) if charter else default_charter()
    judges = load_models()
    for folder in models:
        judges = {**judges, **load_models(folder)}
    count = write_jsonl(out, moderate_table(rows, rules, judges, sense_of_the_environment(warn)))
    return say(fr="lignes jugées : {count} → {out}", en="{count} rows judged: {out}", count=count, out=out)


def _with_language(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with a column `lang`; what the file leaves empty is detected, since a reason is written to its member."""
    given = rows["lang"] if "lang" in rows.columns else pl.Series([None] * rows.height, dtype=pl.String)
    detected = pl.Series(detect_languages(rows["text"].to_list(), ["fr", "en"]), dtype=pl.String)
    return rows.with_columns(lang=pl.coalesce(given.replace("", None), detected))


def answer_file(table: Path, out: Path, knowledge: Path, store: Path | None = None) -> str:
    """Answer the questions of `table` into `out`; what was learned is kept in `store` for the next time. Raises UnreadableTable, WorkspaceError."""
    from tasks.embedding import sense_of_the_environment
    from tasks.replies.matching import Matcher
    from tasks.replies.reply import answer_table

    rows = read_table(table, ["id"])
    entries = read_knowledge(knowledge)
    sense = sense_of_the_environment(warn)
    matcher = Matcher.load_or_fit(entries, store, sense) if store else Matcher.fit(entries, sense)
    count = write_jsonl(out, answer_table(rows, entries, matcher))
    return say(fr="questions traitées : {count} → {out}", en="{count} questions answered: {out}", count=count, out=out)


def warn(text: str) -> None:
    """Say on standard error what a command does without."""
    typer.echo(text, err=True)


def read_knowledge(path: Path) -> Knowledge:
    """A CSV, or a folder that holds knowledge files itself or in `knowledge/`."""
    from tasks.knowledge.csv_file import parse_csv
    from tasks.knowledge.markdown_file import parse_markdown
    from tasks.knowledge.merging import merge

    if path.is_dir():
        inside = path if (path / "knowledge").exists() else path.parent
        found = knowledge_files(path) if inside == path else [read_file(path, p.name) for p in sorted(path.glob("*.*"))]
    else:
        found = [read_file(path.parent, path.name)]
    return merge(
        [(parse_csv if file.path.endswith(".csv") else parse_markdown)(file.text, file.path) for file in found]
    )


def mood_file(table: Path, out: Path, columns: Mapping[str, str]) -> str:
    """Tell the mood of each row of `table` into `out`, in order: `id, mood, score, confidence`.

    columns: our names (`id`, `text`, `title`) to the file's headers where these are not recognised; a file without ids
    gets row numbers, from 1 on. A post's title is read with its text. Raises UnreadableTable.
    """
    from connectors.columns import matched, without
    from tasks.insights.mood import mood

    rows = read_table(table, [])
    found = matched(table, rows.columns, columns, ("id", "text", "title"))
    said = [pl.col(found[name]).cast(pl.String) for name in ("title", "text") if name in found]
    if not said:
        raise without(table, "text", rows.columns)
    texts = rows.select(text=pl.concat_str(said, separator="\n", ignore_nulls=True).fill_null(""))["text"]
    given = rows["lang"].cast(pl.String) if "lang" in rows.columns else pl.Series([None] * rows.height, dtype=pl.String)
    ids = rows[found["id"]] if "id" in found else pl.Series(range(1, rows.height + 1))
    judged = mood(texts, given).with_columns(pl.col("score", "confidence").round(4))
    count = write_jsonl(out, ({"id": id_} | row for id_, row in zip(ids, judged.to_dicts(), strict=True)))
    return say(fr="humeurs : {count} → {out}", en="{count} moods: {out}", count=count, out=out)


def detect_file(table: Path, out: Path) -> str:
    """Find peaks in `table` into `out`. Raises UnreadableTable."""
    from tasks.insights.peaks import detect

    found = detect(read_table(table, ["timestamp", "value"]).select("timestamp", "value"))
    write_text(out, found.with_columns(pl.col("flagged").cast(pl.Int8)).write_csv())
    return say(
        fr="lignes signalées : {flagged} sur {rows} → {out}",
        en="{flagged} of {rows} rows flagged: {out}",
        flagged=found["flagged"].sum(),
        rows=found.height,
        out=out,
    )


def train_model(table: Path, out: Path, norm: str) -> str:
    """Train on `table` into the folder `out`. Raises UnreadableTable."""
    from tasks.embedding import sense_of_the_environment
    from tasks.moderation.training_file import train_file

    report = train_file(
        read_table(table, ["text", "label"]), norm, out, file=str(table), sense=sense_of_the_environment(warn)
    )
    return say(
        fr="{norm} : exemples {examples}, précision {precision:.3f}, rappel {recall:.3f}, erreur de calibration "
        "{calibration_error:.3f}, seuil {threshold} (validation croisée) ; rapport entier : {file}",
        en="{norm}: examples {examples}, precision {precision:.3f}, recall {recall:.3f}, calibration error "
        "{calibration_error:.3f}, threshold {threshold} (cross-validated); the whole report: {file}",
        norm=norm,
        examples=report.examples,
        precision=report.precision,
        recall=report.recall,
        calibration_error=report.calibration_error,
        threshold=report.threshold,
        file=out / f"{norm}.report.json",
    )

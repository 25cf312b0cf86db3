"""Files that a CM drops into a folder arrive once, whatever tool wrote them; a mistake is told with line and mend."""

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

from connectors import contract
from connectors.contract import Rejected
from connectors.drop_folder import DropFolder
from connectors.file_dates import Unclear, instants
from connectors.memory import Memory
from connectors.store import schema
from connectors.store.comments import register_sources
from connectors.store.memory import StoredMemory
from domain.records import COMMENT_SCHEMA, Action, ActionKind, Platform, Source, SourceKind
from tasks.collect import pull_source

DROP = Source(Platform.FILE, SourceKind.FOLDER, "drop")
PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 24, 18, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "drop"
    made.mkdir()
    return made


def reader(folder: Path, memory: Memory | None = None) -> DropFolder:
    return DropFolder(folder.parent, PARIS, True, memory or Memory())


def rows(connector: DropFolder) -> list[dict[str, object]]:
    return [row for page in connector.pull(DROP, None) for row in page.comments.to_dicts()]


def test_a_spreadsheet_in_french_is_read(folder: Path):
    (folder / "export.csv").write_text(
        'Date;Auteur;Commentaire;Likes;Lien\n24/11/2026 14:05;Zoé;"Bonjour\nà tous 🎉";3;https://forum.example/1\n'
        "03/12/2026 09h30;;مرحبا;;-\n",
        encoding="utf-8-sig",
    )
    first, second = rows(reader(folder))
    assert first["text"] == "Bonjour\nà tous 🎉"
    assert (first["author_name"], first["author_id"], first["score"]) == ("Zoé", "file:Zoé", 3)
    assert first["created_at"] == datetime(2026, 11, 24, 13, 5, tzinfo=UTC)
    assert first["permalink"] == "https://forum.example/1"
    assert second["created_at"] == datetime(2026, 12, 3, 8, 30, tzinfo=UTC)
    assert (second["author_id"], second["score"], second["permalink"]) == (None, None, None)


def test_every_format_brings_the_same_comments(folder: Path):
    table = pl.DataFrame({"id": ["abcdef-1", "abcdef-2"], "text": ["a", "b"], "date": ["2026-11-24T10:00:00Z"] * 2})
    table.write_parquet(folder / "a.parquet")
    typed = table.with_columns(pl.col("date").str.to_datetime(time_zone="UTC"))
    found = []
    for name, write in (
        ("a.parquet", typed.write_parquet),
        ("b.csv", table.write_csv),
        ("c.jsonl", table.write_ndjson),
    ):
        for path in folder.iterdir():
            path.unlink()
        write(folder / name)
        pages = list(reader(folder).pull(DROP, None))
        assert [page.comments.schema for page in pages] == [COMMENT_SCHEMA]
        found.append(pages[0].comments)
    assert found[0].equals(found[1])
    assert found[0].equals(found[2])


def test_a_file_is_read_once_whatever_its_name_and_again_when_it_changes(folder: Path, engine: Engine):
    register_sources(engine, [DROP])

    def patrol() -> int:
        return pull_source(engine, reader(folder, StoredMemory(engine)), DROP, NOW).saved.new

    export = "id,text,author,date\nforum-9001,Hello,Ana,2026-11-24 10:00\n"
    (folder / "a.csv").write_text(export)
    assert [patrol(), patrol()] == [1, 0]
    (folder / "a.csv").rename(folder / "b.csv")
    assert patrol() == 0
    (folder / "b.csv").write_text(export + "forum-9002,World,Ana,2026-11-24 11:00\n")
    assert patrol() == 1
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(schema.comments)).scalar() == 2
        assert connection.execute(select(func.count()).select_from(schema.files_read)).scalar() == 2


def test_numbers_of_rows_in_two_exports_are_not_the_same_comment(folder: Path):
    for name in ("may", "june"):
        (folder / f"{name}.csv").write_text(f"id,text,date,parent\n1,{name},2026-05-01,\n2,reply,2026-05-02,1\n")
    found = {row["id"]: row["parent_id"] for row in rows(reader(folder))}
    assert found == {"file:june.1": None, "file:june.2": "file:june.1", "file:may.1": None, "file:may.2": "file:may.1"}


MISTAKES = {
    "columns.csv": (
        "Datum,Kommentar\n1,2\n",
        r"columns.csv:1: text, created_at is missing; expected a column text \| texte",
    ),
    "dates.csv": ('text,date\n"two\nlines",2026-11-24\nx,yesterday\n', "dates.csv:4: `yesterday` is not a date"),
    "mixed.csv": ("text,date\na,24/11/2026\nb,11/24/2026\n", "mixed.csv:3: `11/24/2026`: the file mixes day/month"),
    "none.jsonl": ('{"text": "a", "date": "2026-11-24"}\n\n{"text": "b"}\n', "none.jsonl:3: `` is not a date"),
    "latin.csv": ("text,date\nCafé,2026-11-24\n".encode("latin-1"), "latin.csv:2: not UTF-8, save it as UTF-8"),
    "broken.csv": ('text,date\n"open,2026-11-24\n', "broken.csv:2: a quote that is not closed"),
    "book.xlsx": ("PK", "book.xlsx: expected one of .csv"),
    "empty.csv": ("", "empty.csv:1: the file is empty"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_and_the_other_files_are_read(folder: Path, name: str):
    content, told = MISTAKES[name]
    content = content.encode() if isinstance(content, str) else content
    (folder / name).write_bytes(content)
    (folder / "z.csv").write_text("text,date\nfine,2026-11-24\n")
    memory, texts = Memory(), []
    with pytest.raises(Rejected, match=told):
        for page in reader(folder, memory).pull(DROP, None):
            texts += page.comments["text"].to_list()
    assert texts == ["fine"]
    assert (folder / name).read_bytes() == content
    (folder / name).unlink()
    assert rows(reader(folder, memory)) == []


def test_the_error_is_french_for_a_french_team(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VIGIE_LANGUAGE", "fr")
    (folder / "a.csv").write_text("text,date\nx,hier\n")
    with pytest.raises(
        Rejected, match=r"a.csv:2: `hier` n’est pas une date lisible\u202f; écrivez-la 2026-11-24 14:05"
    ):
        rows(reader(folder))


def test_a_workspace_names_its_folder_and_time_zone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VIGIE_WORKSPACE", str(tmp_path))
    source = {"platform": "file", "kind": "folder", "name": "drop"}
    community = {"name": "n", "languages": ["en"], "timezone": "America/Toronto", "sources": [source]}
    (tmp_path / "community.yaml").write_text(json.dumps(community))
    connector = contract.connect(Platform.FILE)
    assert list(connector.pull(DROP, None)) == []
    (tmp_path / "drop" / "a.csv").write_text("text,date\nx,2026-07-01 10:00\n")
    (page,) = connector.pull(DROP, None)
    assert page.comments["created_at"].to_list() == [datetime(2026, 7, 1, 14, tzinfo=UTC)]
    with pytest.raises(Rejected, match="by hand"):
        connector.act(Action("key", Platform.FILE, ActionKind.REPLY, "file:a", "a", "Hello"))


@given(st.datetimes(datetime(2005, 1, 1), datetime(2100, 1, 1)), st.booleans())
def test_a_date_is_read_as_it_was_written_or_not_at_all(moment: datetime, day_first: bool):
    moment = moment.replace(microsecond=0)
    expected = moment.replace(tzinfo=PARIS).astimezone(UTC)
    slashed = f"{moment:%d/%m/%Y %H:%M:%S}" if day_first else f"{moment:%m/%d/%Y %H:%M:%S}"
    aware = moment.replace(tzinfo=UTC)
    written = [moment.isoformat(), str(moment), slashed, moment]
    assert instants(written, PARIS, day_first) == [expected] * 4
    assert instants([aware.isoformat(), f"{moment} UTC", aware.timestamp(), aware], PARIS, day_first) == [aware] * 4


@pytest.mark.parametrize("wrong", ["", None, "hier", "2026-13-01", "31/02/2026", "12", True])
def test_what_is_no_date_is_named_with_its_row(wrong: object):
    with pytest.raises(Unclear) as caught:
        instants(["2026-11-24", wrong], PARIS, True)
    assert caught.value.row == 1

"""What a member may ask for: everything that is known of them, and that nothing is."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import Engine, func, select

from connectors.store import schema
from deployments.privacy import UnknownMember, forget_member, tell_member
from deployments.sandbox.server import Sandbox
from flows.options import PatrolOptions, ReportOptions
from flows.patrol import patrol
from flows.report import report
from tasks.publishing.quoting import shorten


def everything(workspace: Path) -> str:
    """Every text of the database and of every file, unescaped enough to be searched."""
    database = sqlite3.connect(workspace / "var" / "vigie.db")
    dumped = "\n".join(database.iterdump())
    database.close()
    folders = (workspace / "public", workspace / "survey", workspace / "var")
    pages = (path for folder in folders for path in folder.rglob("*") if path.is_file() and ".db" not in path.name)
    return dumped + "\n".join(path.read_bytes().decode("utf-8", "replace") for path in pages)


@pytest.fixture
def most_quoted(
    served: Callable[[pl.DataFrame], Sandbox], community: pl.DataFrame, workspace: Path, engine: Engine
) -> dict[str, str]:
    """After a patrol and a report: the member with the most comments, and the words that nobody else wrote.

    Neither another member nor the CM: some ask in the very words of the knowledge base, which stays.
    """
    recent = community.filter(pl.col("created_at") > community["created_at"].max() - pl.duration(days=1))
    wanted = recent["thread"].to_list() + recent["parent"].to_list()
    served(pl.concat([community.filter(pl.col("key").is_in(wanted)), recent]).unique("key", maintain_order=True))
    patrol(PatrolOptions())
    report(ReportOptions(period="last 7 days", deliver=False))
    table = schema.comments
    query = (
        select(table.c.author_id, func.max(table.c.author_name))
        .where(table.c.author_id.is_not(None), table.c.state == "checked")
        .group_by(table.c.author_id)
        .order_by(func.count().desc(), table.c.author_id)
    )
    with engine.connect() as connection:
        author_id, name = connection.execute(query).first()
        rows = connection.execute(select(table.c.author_id, table.c.text)).all()
    of_others = "\n".join(row.text for row in rows if row.author_id != author_id)
    of_the_cm = "\n".join(path.read_text(encoding="utf-8") for path in (workspace / "knowledge").iterdir())
    own = [row.text for row in rows if row.author_id == author_id and len(row.text) > 20]
    texts = [text for text in own if start_of(text) not in of_others and start_of(text) not in of_the_cm]
    return {"id": author_id, "name": name, "texts": texts}


def start_of(text: str) -> str:
    """As much of a text as is surely found where it is quoted."""
    return shorten(text, 30).rstrip("…")


def test_a_member_is_told_everything_then_erased_everywhere_and_stays_away(
    most_quoted: dict, workspace: Path, engine: Engine, tmp_path: Path
):
    told = tmp_path / "told.json"
    tell_member(most_quoted["id"], told)
    assert all(text.split("\n")[0][:20] in told.read_text(encoding="utf-8") for text in most_quoted["texts"])
    (workspace / "survey").mkdir()
    (workspace / "survey" / "survey.fr.md").write_text(f"> {most_quoted['texts'][0]}\n", encoding="utf-8")
    before = everything(workspace)
    assert most_quoted["id"] in before
    assert most_quoted["texts"]

    forget_member(most_quoted["id"])
    after = everything(workspace)
    assert most_quoted["id"] not in after
    assert f">{most_quoted['name']}<" not in after
    for text in most_quoted["texts"]:
        assert start_of(text) not in after

    patrol(PatrolOptions(dry_run=True))  # the platform still shows the comments
    with engine.connect() as connection:
        back = select(func.count()).where(schema.comments.c.author_id == most_quoted["id"])
        assert connection.execute(back).scalar_one() == 0
    with pytest.raises(UnknownMember):
        tell_member(most_quoted["id"], told)

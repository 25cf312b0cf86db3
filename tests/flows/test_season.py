"""Three weeks of a community in the sandbox, whose members react to what they are told: good, bad, then late answers.

The parts are the patrol's own, through the real client; only the clock is simulated.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sqlalchemy import Engine, select

from connectors.contract import connect
from connectors.store import review, schema
from connectors.store.comments import mark_checked, unchecked
from connectors.store.reports import report_data
from deployments.sandbox.seed import SEED_SCHEMA
from deployments.sandbox.server import Sandbox, running_sandbox
from domain.insights import Period
from domain.records import Platform
from domain.review import Choice, Decision, ItemKind
from tasks.collect import pull_source
from tasks.insights.compose import compute_insights
from tasks.members.step import segment
from tasks.moderation.step import moderate
from tasks.outbox import send_ready
from tasks.replies.step import reply
from tasks.workspace import Workspace, open_workspace

START = datetime(2026, 9, 7, 6, tzinfo=UTC)
QUESTIONS = (
    "How long does the battery of the Beam 800 last?",
    "How do I charge the light?",
    "Is the light waterproof?",
    "How do I pair the light with the app?",
)
REACTIONS = {"good": "Thanks, that helped!", "bad": "That is not what I asked, useless", "late": "ok, thanks anyway"}
ANSWERED_AFTER_DAYS = {"good": 0, "bad": 0, "late": 1}


@dataclass
class Season:
    """What happened. weeks: kind -> its days."""

    workspace: Workspace
    sandbox: Sandbox
    now: datetime = START
    reacted: set[str] = field(default_factory=set)
    weeks: dict[str, Period] = field(default_factory=dict)


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory, prefect: None) -> Iterator[Season]:
    with pytest.MonkeyPatch.context() as patch:
        yield from _lived(tmp_path_factory.mktemp("season") / "workspace", patch)


def _lived(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Season]:
    shutil.copytree(Path(str(files("deployments.sandbox.demo") / "workspace")), folder)
    patch.setenv("VIGIE_WORKSPACE", str(folder))
    clock: list[datetime] = [START]
    with running_sandbox(_threads(), clock=lambda: clock[0]) as sandbox:
        for name, value in sandbox.environment.items():
            patch.setenv(name, value)
        workspace = open_workspace()
        live = Season(workspace, sandbox)
        for number, kind in enumerate(REACTIONS):
            _autonomy(folder, "propose" if kind == "late" else "act")
            live.workspace = open_workspace()
            first = START + timedelta(days=7 * number)
            live.weeks[kind] = Period(first, first + timedelta(days=7), "UTC")
            for day in range(7):
                _day(live, first + timedelta(days=day), kind, clock)
        yield live
        workspace.store.dispose()


def _autonomy(folder: Path, autonomy: str) -> None:
    charter = folder / "charter.yaml"
    lines = charter.read_text(encoding="utf-8").splitlines(keepends=True)
    told = [f"    reddit: {autonomy}\n" if line.startswith("    reddit: ") else line for line in lines]
    charter.write_text("".join(told), encoding="utf-8")


def _threads() -> pl.DataFrame:
    """A thread for each day, in which members ask."""
    rows = [
        {
            "key": f"post{day}",
            "platform": "reddit",
            "source": "noctilo",
            "thread": f"post{day}",
            "thread_title": f"Questions of day {day}",
            "kind": "post",
            "author": "Noctilo_Team",
            "text": "Ask here.",
            "created_at": START + timedelta(days=day),
            "score": 1,
            "lang": "en",
            "label": "talk",
        }
        for day in range(21)
    ]
    return pl.DataFrame(rows, schema=SEED_SCHEMA)


def _day(live: Season, morning: datetime, kind: str, clock: list[datetime]) -> None:
    """Members ask in the morning, Vigie goes round, humans approve what is late, members react in the evening."""
    clock[0] = morning + timedelta(hours=1)
    post = live.sandbox.community.find("reddit", live.sandbox.native_ids[f"post{(morning - START).days}"])
    for number, question in enumerate(QUESTIONS):
        live.sandbox.community.reply(post, question, f"member{number}_{morning:%j}")
    live.sandbox.community.reply(post, QUESTIONS[0], "the_same_member")
    _round(live, clock, timedelta(minutes=20))
    if kind == "late":
        _approve_all(live, clock[0])
        clock[0] = morning + timedelta(hours=21)
        send_ready(live.workspace.store, _connectors(), lambda: clock[0])
    clock[0] += timedelta(hours=1)
    for told in [one for one in live.sandbox.posted if one.kind == "reply" and one.native_id not in live.reacted]:
        live.reacted.add(told.native_id)
        answered = live.sandbox.community.find("reddit", told.target)
        said = live.sandbox.community.find("reddit", told.native_id)
        if said.author == live.sandbox.community.account("reddit"):
            reaction = live.sandbox.community.reply(said, REACTIONS[kind], answered.author)
            live.reacted.add(reaction.native)
    _round(live, clock, timedelta(minutes=5))


def _round(live: Season, clock: list[datetime], later: timedelta) -> None:
    clock[0] += later
    workspace, now = live.workspace, clock[0]
    connectors = _connectors()
    for source in [one for one in workspace.community.watched([Platform.REDDIT]) if one.name == "noctilo"]:
        pull_source(workspace.store, connectors[Platform.REDDIT], source, now)
    mark_checked(workspace.store, unchecked(workspace.store).with_columns(lang=pl.lit("en")), {}, now)
    moderate.fn(workspace, now, "run")
    reply.fn(workspace, 3, now, "run")
    send_ready(workspace.store, connectors, lambda: clock[0])


def _connectors() -> dict[Platform, Any]:
    return {Platform.REDDIT: connect(Platform.REDDIT)}


def _approve_all(live: Season, now: datetime) -> None:
    for item in review.waiting(live.workspace.store, 100):
        if item.kind is ItemKind.DRAFT:
            review.record(live.workspace.store, Decision(item, Choice.APPROVE, by="Camille"), now, "review")


def figures(live: Season, kind: str) -> dict[str, float | None]:
    period = live.weeks[kind]
    segment.fn(live.workspace, period.end)
    data = report_data(live.workspace.store, period, period.end)
    team = live.workspace.community.team
    return {kpi.key: kpi.value for kpi in compute_insights(data, period, "Noctilo", "en", period.end, team).kpis}


def rows(engine: Engine, table: Any) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(select(table)).mappings()]


def test_figures_move_as_they_should_when_answers_are_good_bad_or_late(season: Season):
    good, bad, late = (figures(season, kind) for kind in ("good", "bad", "late"))
    assert good["satisfaction"] > 0.9
    assert bad["satisfaction"] < 0.1
    assert good["first_response_minutes"] < 60
    assert late["first_response_minutes"] > 10 * 60
    assert min(good["answered_by_vigie"], bad["answered_by_vigie"], late["answered_by_vigie"]) >= 14


def test_no_reply_lacks_a_source_repeats_itself_or_leaves_without_permission(season: Season):
    engine = season.workspace.store
    drafts = {row["id"]: row for row in rows(engine, schema.drafts)}
    authors = {row["id"]: row["author_id"] for row in rows(engine, schema.comments)}
    posted = [row for row in rows(engine, schema.actions) if row["kind"] == "reply" and row["status"] == "done"]
    assert len(posted) > 40
    told = [drafts[row["cause"].removeprefix("draft:")] for row in posted]
    assert all(draft["sources"] for draft in told if draft["kind"] == "answer")
    given = [(authors[draft["comment_id"]], draft["entry_id"]) for draft in told if draft["entry_id"]]
    assert len(given) == len(set(given))
    approved = {row["item_id"] for row in rows(engine, schema.decisions) if row["decision"] == "approve"}
    assert all(draft["autonomy"] == "act" or draft["id"] in approved for draft in told)
    assert all("bot" in row["text"] for row in posted)


def test_nobody_is_handed_over_without_a_word_and_nobody_is_told_twice(season: Season):
    engine = season.workspace.store
    authors = {row["id"]: row["author_id"] for row in rows(engine, schema.comments)}
    notes = [row for row in rows(engine, schema.drafts) if row["kind"] == "handoff_note"]
    told = [authors[row["comment_id"]] for row in notes]
    handed = {authors[row["comment_id"]] for row in rows(engine, schema.handoffs)}
    assert len(told) == len(set(told))
    assert handed == set(told)


def test_who_is_not_helped_is_handed_to_a_person(season: Season):
    bad = season.weeks["bad"]
    handed = [row for row in rows(season.workspace.store, schema.handoffs) if "aide" in row["summary"]]
    assert len(handed) >= 14
    assert all(bad.start <= row["created_at"] for row in handed)


def test_who_asks_the_same_again_is_handed_to_a_person(season: Season):
    handoffs = rows(season.workspace.store, schema.handoffs)
    assert any("asks again" in row["summary"] or "demande encore" in row["summary"] for row in handoffs)

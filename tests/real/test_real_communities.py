"""The main job on real comments: every CSV of the real data in the sandbox, one patrol, one report over its years.

The folder comes from VIGIE_REAL_DATA, so that other communities can be put in its place: each CSV of its folders
`youtube_spam` (videos) and `reddit_posts` (subreddits) becomes a source.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest
from sqlalchemy import Engine, func, select

from connectors.store import schema
from connectors.store.engine import open_store
from deployments.initialise import write_workspace
from deployments.sandbox.csv_source import seed_from_csv
from deployments.sandbox.server import running_sandbox
from domain.settings import Settings
from flows.options import PatrolOptions, ReportOptions
from flows.patrol import patrol
from flows.report import report

pytestmark = pytest.mark.real
CHANNEL = "UCrealcommunity000000000"


class Season(NamedTuple):
    """What was served, and what came of it."""

    rows: pl.DataFrame
    engine: Engine
    public: Path
    patrolled: dict
    reported: dict


@pytest.fixture(scope="module")
def season(real_data: Path, prefect: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    videos = [
        seed_from_csv(path, "youtube", None, CHANNEL) for path in sorted((real_data / "youtube_spam").glob("*.csv"))
    ]
    reddit = {path.stem: path for path in sorted((real_data / "reddit_posts").glob("*.csv"))}
    posts = [seed_from_csv(path, "reddit", None, name) for name, path in reddit.items()]
    rows = pl.concat(videos + posts)
    folder = tmp_path_factory.mktemp("real") / "workspace"
    write_workspace(folder, "en", "Real communities", "Europe/Paris")
    sources = [f"  - {{platform: reddit, kind: subreddit, name: {name}}}" for name in reddit]
    sources += [f"  - {{platform: youtube, kind: channel, name: {CHANNEL}}}"]
    head = "name: Real communities\nlanguages: [en, fr]\ntimezone: Europe/Paris\nsources:\n"
    (folder / "community.yaml").write_text(head + "\n".join(sources) + "\n", encoding="utf-8")
    with (
        pytest.MonkeyPatch.context() as patch,
        running_sandbox(rows) as sandbox,
    ):
        patch.setenv("VIGIE_WORKSPACE", str(folder))
        for name, value in sandbox.environment.items():
            patch.setenv(name, value)
        patrolled = patrol(PatrolOptions(platforms=["reddit", "youtube"], answer_days=36_500))
        first, last = rows["created_at"].min().date(), rows["created_at"].max().date()
        options = ReportOptions(period="dates below", first_day=first, last_day=last, deliver=False)
        engine = open_store(Settings().store_url)
        yield Season(rows, engine, folder / "public", patrolled, report(options))
        engine.dispose()


def test_every_real_comment_is_in_the_store_or_set_aside(season: Season):
    served = season.rows.filter(pl.col("kind") != "video").height
    with season.engine.connect() as connection:
        stored = connection.execute(select(func.count()).select_from(schema.comments)).scalar_one()
        states = dict(
            connection.execute(select(schema.comments.c.state, func.count()).group_by(schema.comments.c.state)).all()
        )
    assert stored == served
    assert set(states) <= {"checked", "set_aside"}
    assert states["checked"] >= 0.99 * served
    assert season.patrolled["late"] == []


def test_spam_that_people_labelled_is_mostly_held_and_the_rest_mostly_stands(season: Season, real_data: Path):
    files = sorted((real_data / "youtube_spam").glob("*.csv"))
    labelled = pl.concat([pl.read_csv(path, infer_schema=False).select("COMMENT_ID", "CLASS") for path in files])
    classes = {f"youtube:{id_}": label for id_, label in labelled.iter_rows()}
    with season.engine.connect() as connection:
        verdicts = connection.execute(select(schema.verdicts.c.comment_id, schema.verdicts.c.action)).all()
    judged = [(classes[id_] == "1", action != "allow") for id_, action in verdicts if id_ in classes]
    spam = [held for is_spam, held in judged if is_spam]
    rest = [held for is_spam, held in judged if not is_spam]
    assert sum(spam) / len(spam) > 0.8
    assert sum(rest) / len(rest) < 0.1


def test_nothing_is_posted_and_no_answer_is_made_up(season: Season):
    assert season.patrolled["done"] == 0
    with season.engine.connect() as connection:
        answers = connection.execute(select(schema.drafts.c.sources).where(schema.drafts.c.kind == "answer")).scalars()
        assert all(answers)  # every answer names its source


def test_the_digest_of_real_years_is_one_readable_page(season: Season):
    pages = sorted((season.public / "digest").glob("*-en.html"))
    assert len(pages) == 1
    page = pages[0].read_text(encoding="utf-8")
    told = season.rows.filter(pl.col("kind") != "video").height
    assert f"{told:,}" in page.replace("\u202f", ",")
    assert pages[0].stat().st_size < 1_000_000
    assert not re.search(r"\b(None|nan|NaN|null)\b", re.sub(r"(?s)<(script|style|svg).*?</\1>", "", page))
    assert (season.public / "faq" / "index.en.html").exists()


def test_topics_are_words_that_people_use(season: Season):
    page = next((season.public / "digest").glob("*-fr.html")).read_text(encoding="utf-8")
    topics = page.split('id="topics"')[1].split("<section")[0] if 'id="topics"' in page else page
    titles = re.findall(r"<h3[^>]*>(.*?)</h3>", topics, re.DOTALL)
    assert titles
    assert not any(re.search(r"https?|www\.|&lt;|\bbr\b|de la que", title) for title in titles)

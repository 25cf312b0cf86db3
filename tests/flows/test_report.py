"""A report on the demo community: pages, mail and Slack, whose numbers are recounted from what the sandbox served."""

import json
import math
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from sqlalchemy import select

from connectors.store import schema
from connectors.store.engine import open_store
from deployments.demo import write_workspace
from deployments.sandbox.demo import generate
from deployments.sandbox.faults import Fault
from deployments.sandbox.models import API_KEY, MODELS
from deployments.sandbox.server import Sandbox, running_sandbox
from deployments.unsubscribe_command import unsubscribe_address
from domain.settings import Settings
from flows.options import PatrolOptions, ReportOptions
from flows.patrol import patrol
from flows.report import report
from tasks.publishing import step
from tasks.publishing.edition import Digest, Links
from tasks.workspace import open_workspace

PARIS = ZoneInfo("Europe/Paris")
TEAM = ["Noctilo_Team", "@NoctiloLights", "noctilo"]  # as the demo's community.yaml names it


class Night(NamedTuple):
    """What one patrol and one report left behind."""

    sandbox: Sandbox
    rows: pl.DataFrame
    public: Path
    day: date
    summary: dict
    again: dict


@pytest.fixture(scope="module")
def night(prefect: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    now = datetime.now(UTC)
    rows = generate(7, now)
    with pytest.MonkeyPatch.context() as patch, running_sandbox(rows) as sandbox:
        workspace = write_workspace(tmp_path_factory.mktemp("demo"), "http://127.0.0.1:1/")
        patch.setenv("VIGIE_WORKSPACE", str(workspace))
        for name, value in sandbox.environment.items():
            patch.setenv(name, value)
        patrol(PatrolOptions(answer_days=2))
        summary = report(ReportOptions())
        again = report(ReportOptions())
        day = now.astimezone(PARIS).date() - timedelta(days=1)
        yield Night(sandbox, rows, workspace / "public", day, summary, again)


def _yesterdays(night: Night) -> pl.DataFrame:
    """What was written on the day of the digest, straight from the seed; not by the account that Vigie writes under."""
    start = datetime(night.day.year, night.day.month, night.day.day, tzinfo=PARIS)
    end = datetime.combine(night.day + timedelta(days=1), datetime.min.time(), PARIS)
    return night.rows.filter(
        pl.col("created_at") >= start.astimezone(UTC),
        pl.col("created_at") < end.astimezone(UTC),
        pl.col("kind") != "video",
        ~((pl.col("platform") == "x") & pl.col("author").eq_missing("noctilo")),  # a deleted author is nobody
    )


class _Text(HTMLParser):
    """The visible text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag, attrs):
        self.hidden += tag in {"style", "script", "svg"}

    def handle_endtag(self, tag):
        self.hidden -= tag in {"style", "script", "svg"}

    def handle_data(self, data):
        if not self.hidden:
            self.words.append(data)


def _text(path: Path) -> str:
    parser = _Text()
    parser.feed(path.read_text(encoding="utf-8"))
    return re.sub(r"\s+", " ", " ".join(parser.words).replace("\u00a0", " ").replace("\u202f", " "))


def _page(night: Night, language: str = "en") -> str:
    return _text(night.public / "digest" / f"{night.day.isoformat()}-daily-{language}.html")


def _figure(page: str, label: str) -> int:
    return int(re.search(rf"{label} ([\d,]+)", page)[1].replace(",", ""))


def test_the_digest_counts_comments_members_and_newcomers_as_a_hand_recount_does(night: Night):
    page, told = _page(night), _yesterdays(night)
    assert _figure(page, "Comments") == told.height
    authors = told.filter(pl.col("author").is_not_null(), ~pl.col("author").is_in(TEAM))
    assert _figure(page, "Active members") == authors.select("platform", "author").unique().height
    before = night.rows.filter(pl.col("created_at") < told["created_at"].min(), pl.col("kind") != "video")
    known = set(before.select("platform", "author").iter_rows())
    newcomers = {pair for pair in authors.select("platform", "author").iter_rows() if pair not in known}
    assert _figure(page, "New members") == len(newcomers)


def test_the_digest_tells_each_platforms_share_truly(night: Night):
    page, told = _page(night), _yesterdays(night)
    counts = told.group_by("platform").len().sort("len", descending=True)
    most = counts["len"].max()
    names = {"reddit": "Reddit", "youtube": "YouTube", "x": "X"}
    first = "|".join(names[platform] for platform, count in counts.iter_rows() if count == most)
    assert re.search(rf"({first}) [a-z ]*\({math.floor(100 * most / told.height + 0.5)}%\)", page)


def test_the_digest_says_how_much_waits_as_the_store_holds_it(night: Night):
    engine = open_store(Settings(workspace=night.public.parent).store_url)
    with engine.connect() as connection:
        waiting = sum(
            len(connection.execute(select(table).where(table.c.status == status)).all())
            for table, status in [(schema.verdicts, "waiting"), (schema.drafts, "proposed"), (schema.handoffs, "open")]
        )
    engine.dispose()
    assert waiting > 0
    assert f"{waiting} decisions are waiting for you" in _page(night)


def test_both_languages_are_published_with_archive_feed_and_faq(night: Night):
    for name in ("digest/index.fr.html", "digest/index.en.html", "digest/feed.fr.xml", "digest/feed.en.xml"):
        assert (night.public / name).stat().st_size > 500
    assert "commentaires" in _page(night, "fr")
    faq = (night.public / "faq" / "index.fr.html").read_text(encoding="utf-8")
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', faq, re.DOTALL)
    document = json.loads(found[1])
    questions = [entry["name"] for entry in document["mainEntity"]]
    assert len(questions) >= 25 and document["@type"] == "FAQPage"
    assert (night.public / "faq" / "llms.txt").read_text(encoding="utf-8").startswith("# ")


def test_each_recipient_gets_the_digest_once_however_often_the_report_runs(night: Night):
    assert [delivery["status"] for delivery in night.summary["deliveries"]] == ["sent"] * 3
    assert [delivery["status"] for delivery in night.again["deliveries"]] == ["already"] * 3
    digests = [mail for mail in night.sandbox.mails if mail["Importance"] is None]  # alerts have one
    assert sorted(mail["To"] for mail in digests) == ["camille@noctilo.example", "lena@noctilo.example"]
    assert len([told for told in night.sandbox.slack_messages if "Noctilo\u00a0:" not in told["text"]]) == 1


def test_a_weekly_digest_goes_to_nobody_who_wants_the_daily_one(night: Night, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VIGIE_WORKSPACE", str(night.public.parent))
    for name, value in {"NAME": MODELS[0], "API_KEY": API_KEY, "URL": f"{night.sandbox.url}/v1"}.items():
        monkeypatch.setenv(f"VIGIE_MODEL_{name}", value)
    assert report(ReportOptions(period="last 7 days"))["deliveries"] == []
    week = (night.day - timedelta(days=6)).isoformat()
    assert "Summary written by the model" in _text(night.public / "digest" / f"{week}-weekly-en.html")


def test_whoever_unsubscribed_gets_nothing_more(night: Night, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VIGIE_WORKSPACE", str(night.public.parent))
    unsubscribe_address("camille@noctilo.example", undo=False)
    done = report(ReportOptions())
    assert [delivery["status"] for delivery in done["deliveries"]] == ["unsubscribed", "already", "already"]


@pytest.mark.parametrize(
    ("fault", "status", "messages"), [("503", "sent", 1), ("lost", "failed", 1), ("404", "failed", 0)]
)
def test_a_delivery_is_tried_again_where_it_did_not_arrive_and_only_there(
    night: Night, monkeypatch: pytest.MonkeyPatch, fault: str, status: str, messages: int
):
    monkeypatch.setenv("VIGIE_WORKSPACE", str(night.public.parent))
    monkeypatch.delenv("VIGIE_SLACK_BOT_TOKEN", raising=False)
    monkeypatch.setattr(step, "send_digest", step.send_digest.with_options(retry_delay_seconds=0))
    night.sandbox.inject(Fault("slack", fault, seconds=0.1))
    before = len(night.sandbox.slack_messages)
    day = datetime(2026, 11, 2, tzinfo=UTC)
    digest = Digest(
        f"after-{fault}", "period", "en", "UTC", "N", day, day, "The title", "a day", "H", ("S",), (), (), (), Links()
    )
    done = step.deliver_digest(open_workspace(), {"fr": digest, "en": digest}, day)
    assert [each.status for each in done if each.channel == "slack"] == [status]
    assert len(night.sandbox.slack_messages) - before == messages


def test_the_mail_shows_in_any_client(night: Night):
    mail = next(
        mail for mail in night.sandbox.mails if mail["To"] == "camille@noctilo.example" and mail["Importance"] is None
    )
    assert isinstance(mail, EmailMessage)
    html = mail.get_body(("html",)).get_content()
    assert "commentaires" in mail.get_body(("plain",)).get_content()
    assert "<style" not in html.split("<body")[1] and 'style="' in html
    images = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    cids = {part["Content-ID"].strip("<>") for part in images}
    assert images and cids == set(re.findall(r'src="cid:([^"]+)"', html))
    assert all(re.search(r'alt="[^"]+"', tag) for tag in re.findall(r"<img[^>]+>", html))


def test_the_crisis_of_the_demo_is_seen(night: Night):
    assert re.search(r"lithium|firmware|2\.5|overheat|battery|batteries|batterie", _page(night), re.IGNORECASE)


def test_an_empty_day_reads_well_and_breaks_nothing(night: Night, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VIGIE_WORKSPACE", str(night.public.parent))
    empty = ReportOptions(period="dates below", first_day=date(2020, 1, 1), last_day=date(2020, 1, 1), deliver=False)
    done = report(empty)
    assert done["deliveries"] == []
    assert "No comments" in _text(night.public / "digest" / "2020-01-01-daily-en.html")


def test_days_the_wrong_way_round_are_refused(night: Night, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VIGIE_WORKSPACE", str(night.public.parent))
    with pytest.raises(ValueError, match="before the first"):
        report(ReportOptions(period="dates below", first_day=date(2026, 3, 2), last_day=date(2026, 3, 1)))

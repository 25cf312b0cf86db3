"""The Prefect tasks of publishing: pages written under `public/`, mail and Slack messages sent once."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from prefect import get_run_logger, task
from prefect.artifacts import create_link_artifact, create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.settings import PREFECT_UI_URL
from prefect.tasks import exponential_backoff

from connectors.contract import ConnectorError, Unanswered
from connectors.files import write_text
from connectors.store import record, replies, reports
from connectors.store.unsubscribed import unsubscribed_of
from domain.community import Recipient
from domain.insights import Insights
from domain.language import Language, typeset
from tasks.collect import worth_retrying
from tasks.insights.periods import days
from tasks.model_budget import ModelBudget, model_of_the_environment
from tasks.publishing.calendar import calendar_name, render_calendar
from tasks.publishing.delivery import Delivery, deliver, due, told
from tasks.publishing.digest import compose
from tasks.publishing.edition import Digest, Links
from tasks.publishing.faq import faq_links, render_faq, render_robots
from tasks.publishing.markdown import render_markdown
from tasks.publishing.narrating import narrated
from tasks.publishing.page import Entry, read_entry, render_feed, render_index, render_page
from tasks.publishing.transparency import Month, page_name, render_transparency
from tasks.workspace import Workspace

DIGESTS, FAQ, TRANSPARENCY = "digest", "faq", "transparency"
SENDING_RETRIES, SENDING_BACKOFF_SECONDS = 3, 20  # after about 20, 40 and 80 seconds
INTERRUPTED: dict[Language, str] = {
    "fr": "l'envoi d'une édition a été interrompu : elle est peut-être arrivée et n'est pas renvoyée",
    "en": "the sending of an edition was interrupted: it may have arrived and is not sent again",
}


@task(name="publish digest", cache_policy=NO_CACHE)
def publish_digest(
    workspace: Workspace, found: Mapping[Language, Insights], now: datetime, run_id: str
) -> dict[Language, Digest]:
    """Write the digest's page in each language, and bring the archive and its feed up to date."""
    public = workspace.settings.public
    composed = {language: _compose(workspace, language, insights, tuple(found)) for language, insights in found.items()}
    digests = _told_by_the_model(workspace, composed, now, run_id)
    for language, digest in digests.items():
        insights = found[language]
        path = public / DIGESTS / f"{digest.slug}.html"
        write_text(path, render_page(digest))
        write_text(public / DIGESTS / calendar_name(language), render_calendar(insights, language))
        reports.save_publication(workspace.store, "digest", language, insights.period, str(path), digest.title, now)
    entries = _archived(public / DIGESTS)
    for language in found:
        name, site = workspace.community.name, _site(workspace)
        feed, index = f"feed.{language}.xml", f"index.{language}.html"
        others = {other: f"index.{other}.html" for other in found if other != language}
        faq = f"../{FAQ}/index.{language}.html"
        page = render_index(entries, language, name, feed=feed, faq=faq, others=others)
        write_text(public / DIGESTS / index, page)
        site_url = f"{site}{DIGESTS}/" if site else ""
        write_text(public / DIGESTS / feed, render_feed(entries, language, name, site_url=site_url, href=feed))
        if language == workspace.language:
            write_text(public / DIGESTS / "index.html", page)
    return digests


def _compose(workspace: Workspace, language: Language, insights: Insights, languages: Sequence[Language]) -> Digest:
    titles = {norm.id: norm.title.get(language, norm.id) for norm in workspace.charter.norms}
    site = _site(workspace)
    slug = compose(insights, language).slug
    stem, ui = slug.removesuffix(language), PREFECT_UI_URL.value()
    digests = f"{site}{DIGESTS}/" if site else ""  # without a public address, pages still lead to one another
    faq = f"{site}{FAQ}/" if site else f"../{FAQ}/"
    links = Links(
        page=f"{digests}{slug}.html" if site else "",
        archive=f"{digests}index.{language}.html",
        feed=f"{digests}feed.{language}.xml",
        faq=f"{faq}index.{language}.html",
        calendar=f"{digests}{calendar_name(language)}",
        review=f"{ui}/deployments" if ui else "",
        editions={other: f"{digests}{stem}{other}.html" for other in languages},
    )
    answers = faq_links(workspace.knowledge, language, links.faq)
    return compose(insights, language, links=links, norm_titles=titles, answers=answers)


def _told_by_the_model(
    workspace: Workspace, digests: Mapping[Language, Digest], now: datetime, run_id: str
) -> dict[Language, Digest]:
    """The digests with a language model's summary, where one is configured, affordable and true to the figures."""
    model, problem = model_of_the_environment()
    if model is None:
        if problem:
            get_run_logger().warning("no language model: %s", problem)
        return dict(digests)
    budget = ModelBudget(workspace.store, workspace.community.budget, model, f"{run_id}:digest", now)
    retold: dict[Language, Digest] = {}
    for language, digest in digests.items():
        done = narrated(digest, model, model.name, budget.may_call)
        if done.problem:
            get_run_logger().warning("the %s summary is the template's: %s", language, done.problem)
        retold[language] = done.digest
    budget.settle()
    return retold


def _site(workspace: Workspace) -> str:
    url = workspace.community.site_url
    return str(url).rstrip("/") + "/" if url else ""


def _archived(folder: Path) -> list[Entry]:
    found = [read_entry(path.read_text(encoding="utf-8"), path.name) for path in sorted(folder.glob("*.html"))]
    return [entry for entry in found if entry]


@task(name="publish FAQ", cache_policy=NO_CACHE)
def publish_faq(workspace: Workspace, now: datetime) -> list[Path]:
    """Write the FAQ in each language, with what search engines and their assistants read."""
    asked = replies.asked_by_entry(workspace.store, now)
    written = []
    for language in workspace.community.languages:
        for name, text in render_faq(workspace.knowledge, workspace.community, language, asked, now.date()).items():
            path = workspace.settings.public / FAQ / name
            write_text(path, text)
            written.append(path)
    write_text(workspace.settings.public / "robots.txt", render_robots(workspace.community))
    return written


@task(name="publish transparency", cache_policy=NO_CACHE)
def publish_transparency(workspace: Workspace, now: datetime) -> list[Path]:
    """Write the transparency page of this month so far and of the month before, in each language."""
    today = now.astimezone(workspace.community.zone).date()
    this_month = today.replace(day=1)
    months = [(this_month - timedelta(days=1)).replace(day=1), this_month]
    return [path for first_day in months for path in _publish_month(workspace, first_day, today)]


def _publish_month(workspace: Workspace, first_day: date, today: date) -> list[Path]:
    last_day = first_day.replace(day=monthrange(first_day.year, first_day.month)[1])
    period, store = days(first_day, last_day, workspace.community.timezone), workspace.store
    found = record.contested(store, period.start, period.end)
    month = Month(
        first_day,
        record.comments_read(store, period.start, period.end),
        record.restrictions(store, period.start, period.end),
        found.appeals,
        found.upheld,
        found.undone,
        over=last_day < today,
    )
    names = {language: page_name(first_day, language) for language in workspace.community.languages}
    folder = workspace.settings.public / TRANSPARENCY
    for language, name in names.items():
        page = render_transparency(month, workspace.charter, workspace.community.name, language, names)
        write_text(folder / name, page)
    return [folder / name for name in names.values()]


def worth_sending_again(task_: object, run: object, state: State) -> bool:
    """What may go better in a minute and certainly did not arrive, or is known as the same by its Message-ID."""
    error = state.result(raise_on_failure=False)
    return worth_retrying(task_, run, state) and not isinstance(error, Unanswered)


@task(
    name="send digest",
    task_run_name="send digest by {recipient.channel}",
    retries=SENDING_RETRIES,
    retry_delay_seconds=exponential_backoff(backoff_factor=SENDING_BACKOFF_SECONDS),
    retry_jitter_factor=0.5,
    retry_condition_fn=worth_sending_again,
    cache_policy=NO_CACHE,
)
def send_digest(workspace: Workspace, recipient: Recipient, digest: Digest) -> Delivery:
    """One recipient's digest, tried again where that may help. Raises ConnectorError."""
    return deliver(workspace, recipient, digest)


def _sent(workspace: Workspace, recipient: Recipient, digest: Digest) -> Delivery:
    """How it went in the end; a failure stops nobody else's."""
    state = send_digest(workspace, recipient, digest, return_state=True)
    outcome = state.result(raise_on_failure=False)
    if isinstance(outcome, Delivery):
        return outcome
    if not isinstance(outcome, ConnectorError):
        raise outcome
    return Delivery(recipient.channel, recipient.address, "failed", told(outcome))


@task(name="deliver digest", cache_policy=NO_CACHE)
def deliver_digest(workspace: Workspace, digests: Mapping[Language, Digest], now: datetime) -> list[Delivery]:
    """Send each recipient of this form their digest, once for each period however often the report runs."""
    fallback = digests[workspace.language]
    interrupted = typeset(INTERRUPTED[workspace.language], workspace.language)
    uncertain = [
        Delivery(lost["channel"], lost["recipient"], "uncertain", interrupted)
        for lost in reports.interrupted_deliveries(workspace.store, now)
    ]
    recipients = due(workspace.community.recipients, fallback.form)
    gone = unsubscribed_of(workspace.store, [recipient.address for recipient in recipients])
    delivered = [
        Delivery(recipient.channel, recipient.address, "unsubscribed")
        if recipient.address.lower() in gone
        else _sent(workspace, recipient, digests.get(recipient.language, fallback))
        for recipient in recipients
    ]
    return [*uncertain, *delivered]


@task(name="show report", cache_policy=NO_CACHE)
def show_report(
    workspace: Workspace,
    digests: Mapping[Language, Digest],
    faq: Sequence[Path],
    deliveries: Sequence[Delivery],
    members: int,
    run_id: str,
    started: datetime,
) -> dict[str, Any]:
    """Show the digest in the Prefect UI, with links to the pages, and keep what the run did."""
    digest = digests[workspace.language]
    failed = [f"- {d.channel} {d.recipient}: {d.error}" for d in deliveries if d.error]
    create_markdown_artifact(key="digest", markdown="\n".join([render_markdown(digest), *failed]))
    if digest.links.page:
        create_link_artifact(key="digest-page", link=digest.links.page, link_text=digest.title)
        create_link_artifact(key="faq-page", link=digest.links.faq, link_text="FAQ")
    summary = {
        "digests": [f"{DIGESTS}/{d.slug}.html" for d in digests.values()],
        "faq": [path.name for path in faq],
        "deliveries": [{"channel": d.channel, "status": d.status} for d in deliveries],
        "members": members,
    }
    reports.save_run(workspace.store, run_id, "report", started, started, summary)
    return summary

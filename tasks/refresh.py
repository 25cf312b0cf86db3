"""Asks the platforms again for stored comments: what was deleted leaves the store, what was edited is judged anew.

A platform's terms ask for it, and a CM who answers a comment wants its present words.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from prefect import task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from sqlalchemy import Engine

from connectors.contract import Connector, ConnectorError
from connectors.store import refreshing
from connectors.store.comments import Saved, save_page
from connectors.store.forgetting import forget_the_departed
from connectors.store.refreshing import Rhythm
from connectors.store.reports import save_run
from domain.language import Language, typeset
from domain.records import Platform, Source
from tasks.limits import turn

BATCH_COMMENTS = 500
DOUBTFUL_COMMENTS = 20  # of fewer, all may well have been deleted in a day
DAILY = timedelta(hours=20)  # a run that starts a little early still finds everything due
UNREADABLE_KEPT = timedelta(days=30)
# Reddit and YouTube ask that what is kept is true, YouTube within 30 days; X bills each look.
OLDER_EVERY = {Platform.REDDIT: timedelta(days=28), Platform.YOUTUBE: timedelta(days=28)}
RECENT_EVERY = {Platform.X: timedelta(days=7)}
NEVER_CHANGING = {Platform.FILE}
NOTHING = Saved()


@dataclass(frozen=True)
class Refreshed:
    """What asking again brought. absent: in doubt, so kept for now. error: why it stopped early."""

    source_id: str
    asked: int = 0
    saved: Saved = NOTHING
    forgotten: int = 0
    absent: int = 0
    error: str | None = None


def rhythm_of(platform: Platform, weeks: int) -> Rhythm:
    """How often a platform's comments are asked for again."""
    return Rhythm(timedelta(weeks=weeks), RECENT_EVERY.get(platform, DAILY), OLDER_EVERY.get(platform))


def refresh_source(
    engine: Engine, connector: Connector, source: Source, weeks: int, most: int, now: datetime
) -> Refreshed:
    """Ask again for what is due of a source; what came before an error is kept. Raises nothing of ConnectorError."""
    done = Refreshed(source.id)
    if source.platform in NEVER_CHANGING:
        return done
    native_ids = refreshing.due(engine, source, rhythm_of(source.platform, weeks), now, most)
    try:
        ours = connector.identity()
        for start in range(0, len(native_ids), BATCH_COMMENTS):
            done = _ask_again(engine, connector, source, native_ids[start : start + BATCH_COMMENTS], now, ours, done)
    except ConnectorError as error:
        return replace(done, error=f"{type(error).__name__}: {error}")
    return done


def _ask_again(
    engine: Engine,
    connector: Connector,
    source: Source,
    native_ids: list[str],
    now: datetime,
    ours: str,
    before: Refreshed,
) -> Refreshed:
    saved, absent = Saved(), list[str]()
    for page in connector.refresh(source, native_ids):
        saved += save_page(engine, source, page, now, ours)
        absent += page.gone
    doubtful = len(absent) >= DOUBTFUL_COMMENTS and len(absent) > len(native_ids) / 2
    asked = [f"{source.platform}:{native}" for native in native_ids]
    buried = refreshing.settle(engine, asked, absent, now, doubtful=doubtful)
    return Refreshed(
        source.id,
        before.asked + len(native_ids),
        before.saved + saved,
        before.forgotten + buried + saved.deleted,
        before.absent + len(absent) - buried,
    )


@task(name="refresh", task_run_name="refresh {source.id}", cache_policy=NO_CACHE)
def refresh_comments(
    engine: Engine, connector: Connector, source: Source, weeks: int, most: int, now: datetime
) -> Refreshed:
    """One source, within its platform's concurrency limit."""
    try:
        with turn(source.platform):
            return refresh_source(engine, connector, source, weeks, most, now)
    except ConnectorError as error:
        return Refreshed(source.id, error=f"{type(error).__name__}: {error}")


WORDS: dict[Language, dict[str, str]] = {
    "fr": {
        "title": "Relecture des commentaires gardés",
        "head": "| Source | Relus | Modifiés | Nouveaux | Textes effacés |",
        "members": "Membres oubliés, faute de tout commentaire : {count}.",
        "absent": "`{source}` : {count} commentaires ne sont plus montrés, trop à la fois pour y croire d'emblée, ou parce que "
        "Vigie les a masqués. Leur texte sera effacé s'ils manquent encore. Vérifiez que le compte voit toujours cette source.",
        "late": "Inachevé",
        "late_line": "`{source}` : {error}",
        "nothing": "Rien à relire.",
    },
    "en": {
        "title": "Stored comments, read again",
        "head": "| Source | Read again | Changed | New | Texts dropped |",
        "members": "Members forgotten, of whom no comment is left: {count}.",
        "absent": "`{source}`: {count} comments are no longer shown, too many at once to be believed, or because Vigie hid "
        "them. Their texts will be dropped if they stay away. Check that the account still sees this source.",
        "late": "Unfinished",
        "late_line": "`{source}`: {error}",
        "nothing": "Nothing to read again.",
    },
}


def refresh_markdown(done: Sequence[Refreshed], members: int, language: Language) -> str:
    """What a refresh did, for the run's page."""

    def say(key: str, **values: object) -> str:
        return typeset(WORDS[language][key], language).format(**values)

    parts = [f"# {say('title')}"]
    rows = [
        f"| `{one.source_id}` | {one.asked} | {one.saved.changed} | {one.saved.new} | {one.forgotten} |"
        for one in done
        if one.asked
    ]
    parts.append("\n".join([say("head"), "|---|--:|--:|--:|--:|", *rows]) if rows else say("nothing"))
    if members:
        parts.append(say("members", count=members))
    parts += [say("absent", source=one.source_id, count=one.absent) for one in done if one.absent]
    late = [f"- {say('late_line', source=one.source_id, error=one.error)}" for one in done if one.error]
    if late:
        parts.append(f"## {say('late')}\n\n" + "\n".join(late))
    return "\n\n".join(parts)


@task(name="summarise refresh", cache_policy=NO_CACHE)
def summarise_refresh(
    engine: Engine, done: Sequence[Refreshed], language: Language, run_id: str, started: datetime, finished: datetime
) -> dict[str, Any]:
    """Forget who left nothing behind, show the run in the Prefect UI and keep it. Gives the summary's numbers."""
    members = forget_the_departed(engine, started - UNREADABLE_KEPT)
    create_markdown_artifact(key="refresh", markdown=refresh_markdown(done, members, language))
    summary = {
        "asked": sum(one.asked for one in done),
        "changed": sum(one.saved.changed for one in done),
        "new": sum(one.saved.new for one in done),
        "forgotten": sum(one.forgotten for one in done),
        "absent": sum(one.absent for one in done),
        "late": [one.source_id for one in done if one.error],
        "unfinished": [{"source": one.source_id, "error": one.error} for one in done if one.error],
    }
    save_run(engine, run_id, "refresh", started, finished, summary)
    return summary

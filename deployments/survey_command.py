"""`vigie survey`: the map of journeys, from the store or from an export alone, without a server or Prefect."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from deployments.commands.options import use
from deployments.digest_command import (
    community_of,
    judged,
    languages_of,
    read_comments,
    setting_of,
    told,
    with_languages,
)
from domain.survey import Survey
from tasks.insights.from_export import UNDATED_PERIOD, data_of_export, period_of
from tasks.replies.would_answer import would_answer
from tasks.survey.files import write_survey
from tasks.survey.measure import survey as measure

DAYS_OF_THE_STORE = 90


def survey_of_store(workspace: Path | None, out: Path | None, days: int | None) -> str:
    """The paths written. `out`: by default the folder `survey` of the workspace. Raises WorkspaceError."""
    from connectors.store.reports import report_data
    from tasks.insights.periods import last_days
    from tasks.workspace import open_workspace

    use(workspace)
    opened, now = open_workspace(), datetime.now(UTC)
    community = opened.community
    period = last_days(days or DAYS_OF_THE_STORE, community.timezone, now)
    data = report_data(opened.store, period, now)
    drafts = would_answer(data.comments, opened.knowledge)
    found = measure(
        replace(data, drafts=drafts), period, community.name, opened.language, community.team, community.working_hours
    )
    written, _ = write_survey(found, opened.charter, community.languages, out or opened.settings.survey)
    return "\n".join(str(path) for path in written)


def survey_of_export(
    table: Path,
    out: Path,
    workspace: Path | None = None,
    columns: Mapping[str, str] | None = None,
    language: str | None = None,
    title: str | None = None,
    last_days: int | None = None,
    team: tuple[str, ...] = (),
) -> str:
    """Write the survey of the export `table` into `out`, in each language that is spoken there; the paths and what was read.

    team: the team's accounts, besides those of the workspace. Raises UnreadableTable and WorkspaceError.
    """
    setting = setting_of(workspace, language)
    export = read_comments(table, columns or {}, setting.language)
    comments = with_languages(export.comments)
    languages = setting.languages or languages_of(comments)
    period = period_of(comments, setting.timezone, last_days)
    accounts = (*setting.team, *team)
    data = data_of_export(
        comments, judged(comments, setting, accounts), would_answer(comments, setting.knowledge), period, accounts
    )
    found: Survey = measure(
        data,
        period,
        title or setting.name or community_of(export, table),
        languages[0],
        accounts,
        setting.working_hours,
        dated=period != UNDATED_PERIOD,
    )
    written, _ = write_survey(found, setting.charter, languages, out)
    return "\n".join([*(str(path) for path in written), *told(export, comments)])

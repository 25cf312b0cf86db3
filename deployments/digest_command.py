"""`vigie digest`: the whole digest from an export alone, without a server, an account or Prefect."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from connectors.columns import KNOWN_HEADERS
from connectors.exports import Export, read_export
from connectors.files import write_bytes, write_text
from deployments.file_commands import read_knowledge
from domain.catalogue import Item
from domain.charter import Charter
from domain.community import WorkingHours
from domain.documents import MendableError
from domain.insights import Insights
from domain.knowledge import Knowledge
from domain.language import Language, say, spoken
from domain.records import VERDICT_SCHEMA
from tasks.insights.from_export import insights_of_export, no_verdicts, period_of
from tasks.language import detect_languages
from tasks.moderation.cascade import moderate
from tasks.moderation.charter_file import default_charter
from tasks.moderation.local_model import load_models
from tasks.publishing.calendar import render_calendar
from tasks.publishing.digest import compose
from tasks.publishing.edition import Digest, Links
from tasks.publishing.mail import mail_page
from tasks.publishing.markdown import render_markdown
from tasks.publishing.page import render_page
from tasks.publishing.wording import Wording
from tasks.replies.would_answer import would_answer
from tasks.workspace import read_catalogue, read_charter, read_community

LANGUAGES: tuple[Language, ...] = ("fr", "en")
DETECTED_CHARACTERS = 400  # the beginning of a comment tells its language
CALENDAR = "calendar.ics"
SPOKEN_FROM = 0.2  # of the comments in French or English, from which on a language is one of the community's
JUDGED_ROWS = 50_000  # newest comments that the charter is applied to, so that a huge export takes minutes at most


@dataclass(frozen=True)
class Setting:
    """What is known of the community besides the export."""

    name: str
    language: Language | None
    timezone: str
    team: tuple[str, ...]
    charter: Charter
    knowledge: Knowledge | None
    catalogue: tuple[Item, ...] = ()
    working_hours: WorkingHours | None = None
    languages: tuple[Language, ...] = ()  # of the community, or the one asked for; empty where only the comments tell


def write_digest(
    table: Path,
    out: Path,
    workspace: Path | None = None,
    columns: Mapping[str, str] | None = None,
    language: str | None = None,
    title: str | None = None,
    last_days: int | None = None,
) -> str:
    """Write page, Markdown, mail and charts of the export `table` into the folder `out`; tells what was made of it.

    Raises UnreadableTable and WorkspaceError, naming file, line and mend.
    """
    setting = setting_of(workspace, language)
    export = read_comments(table, columns or {}, setting.language)
    comments = with_languages(export.comments)
    spoken_there = setting.language or main_language(comments)
    name = title or setting.name or community_of(export, table)
    found = _insights(comments, setting, name, spoken_there, last_days)
    digest = digest_of_export(replace(found, blind_spots=notes(export, comments, spoken_there)), setting, spoken_there)
    written = [*write_faces(digest, out), *write_calendar(found, out, spoken_there)]
    return "\n".join([*written, *told(export, comments)])


def setting_of(workspace: Path | None, language: str | None) -> Setting:
    chosen = next((known for known in LANGUAGES if known == language), None)
    if language and not chosen:
        message = say(
            fr="langue {language!r} inconnue ; écrivez fr ou en",
            en="no language {language!r}; write fr or en",
            language=language,
        )
        raise MendableError(message)
    if workspace is None:
        return Setting("", chosen, "UTC", (), default_charter(), None, languages=(chosen,) if chosen else ())
    community = read_community(workspace)
    knowledge = read_knowledge(workspace) if (workspace / "knowledge").is_dir() else None
    return Setting(
        community.name,
        chosen or community.languages[0],
        community.timezone,
        tuple(community.team),
        read_charter(workspace),
        knowledge,
        tuple(read_catalogue(workspace).items),
        community.working_hours,
        (chosen,) if chosen else tuple(community.languages),
    )


def read_comments(table: Path, columns: Mapping[str, str], language: Language | None) -> Export:
    """The export; local dates that nothing tells are read as the digest's language writes them."""
    first = read_export(table, columns, day_first=(language or spoken()) == "fr")
    if not first.ambiguous_dates or language:
        return first
    return read_export(table, columns, day_first=main_language(with_languages(first.comments)) == "fr")


def with_languages(comments: pl.DataFrame) -> pl.DataFrame:
    texts = comments["text"].str.slice(0, DETECTED_CHARACTERS).to_list()
    return comments.with_columns(lang=pl.Series(detect_languages(texts, LANGUAGES), dtype=pl.String))


def main_language(comments: pl.DataFrame) -> Language:
    """French where more comments are in French than in English; that of whoever runs the command where there are none."""
    french, english = ((comments["lang"] == language).sum() for language in LANGUAGES)
    if french == english:
        return spoken()
    return "fr" if french > english else "en"


def languages_of(comments: pl.DataFrame) -> tuple[Language, ...]:
    """The main language, and the other one where it has a fair share of the comments in either."""
    main = main_language(comments)
    spoken_there = comments.filter(pl.col("lang").is_in(LANGUAGES))["lang"]
    others = [
        each for each in LANGUAGES if each != main and (spoken_there == each).sum() >= SPOKEN_FROM * len(spoken_there)
    ]
    return (main, *others) if len(spoken_there) else (main,)


def community_of(export: Export, table: Path) -> str:
    """The one subreddit or channel of the export, told or seen in its permalinks, else the name of the file."""
    permalinks = export.comments["permalink"].drop_nulls()
    linked = permalinks.str.extract(r"reddit\.com/(r/[^/]+)/").unique().to_list()
    if len(linked) == 1 and linked[0] and permalinks.len() == export.comments.height:
        return str(linked[0])
    sources = export.comments["source_id"].unique().to_list()
    if len(sources) == 1 and "source" in export.columns:
        platform, _, name = str(sources[0]).split(":", 2)
        return f"r/{name}" if platform == "reddit" else name
    return table.stem.replace("_", " ")


def _insights(
    comments: pl.DataFrame, setting: Setting, name: str, language: Language, last_days: int | None
) -> Insights:
    verdicts, drafts = judged(comments, setting), would_answer(comments, setting.knowledge)
    period = period_of(comments, setting.timezone, last_days)
    return insights_of_export(comments, verdicts, drafts, period, name, language, setting.team, setting.catalogue)


def judged(comments: pl.DataFrame, setting: Setting, team: tuple[str, ...] = ()) -> pl.DataFrame:
    """VERDICT_SCHEMA: what the charter says of the newest JUDGED_ROWS comments."""
    readable = comments.filter(pl.col("text").is_not_null()).tail(JUDGED_ROWS)
    if not readable.height:
        return no_verdicts()
    return moderate(readable, setting.charter, load_models(), team=team or setting.team).select(list(VERDICT_SCHEMA))


def digest_of_export(found: Insights, setting: Setting, language: Language) -> Digest:
    """The digest, which says that it was made from a file."""
    titles = {norm.id: norm.title.get(language, norm.id) for norm in setting.charter.norms}
    links = Links(calendar=CALENDAR if found.calendar else "")
    return compose(found, language, links=links, norm_titles=titles, origin="file")


def notes(export: Export, comments: pl.DataFrame, language: Language) -> tuple[str, ...]:
    """What the file did not tell, for the section of what Vigie could not see."""
    words = Wording(language)
    said = [words.count(f"file_{left.why}", left.rows, first=words.number(left.first_row)) for left in export.left]
    if not export.dated:
        said.append(words.say("file_no_dates"))
    if export.ambiguous_dates:
        said.append(words.say("file_ambiguous_dates"))
    if export.comments.height and export.comments["author_id"].null_count() == export.comments.height:
        said.append(words.say("file_no_authors"))
    readable = comments["text"].drop_nulls().len()
    if readable > JUDGED_ROWS:
        said.append(words.say("file_judged", n=words.number(JUDGED_ROWS)))
    return tuple(said)


def write_faces(digest: Digest, out: Path) -> list[str]:
    """`digest.html`, `digest.md`, `mail.html` and `charts/*.png`; their paths, the page first."""
    page, markdown, mail = out / "digest.html", out / "digest.md", out / "mail.html"
    write_text(page, render_page(digest))
    write_text(markdown, render_markdown(digest))
    html, pictures = mail_page(digest, "charts")
    write_text(mail, html)
    for name, picture in pictures.items():
        write_bytes(out / "charts" / name, picture)
    return [str(page), str(markdown), str(mail), *(str(out / "charts" / name) for name in pictures)]


def write_calendar(found: Insights, out: Path, language: Language) -> list[str]:
    """`calendar.ics` where there is something to propose; its path."""
    if not found.calendar:
        return []
    write_text(out / CALENDAR, render_calendar(found, language))
    return [str(out / CALENDAR)]


def told(export: Export, comments: pl.DataFrame) -> list[str]:
    """What was read of the file and what was not, for whoever ran the command."""
    recognised = ", ".join(f"{ours}={theirs}" for ours, theirs in export.columns.items())
    missing = ", ".join(ours for ours in KNOWN_HEADERS if ours not in export.columns)
    lines = [
        say(
            fr="commentaires : {comments} (lignes du fichier : {rows}) ; colonnes : {recognised}",
            en="comments: {comments} (rows of the file: {rows}); columns: {recognised}",
            comments=export.comments.height,
            rows=export.rows,
            recognised=recognised,
        )
    ]
    if missing:
        lines.append(
            say(
                fr="colonnes absentes : {missing} (`--columns nôtre=leur` en nomme d'autres)",
                en="columns not found: {missing} (`--columns ours=theirs` names others)",
                missing=missing,
            )
        )
    return [*lines, *notes(export, comments, spoken())]

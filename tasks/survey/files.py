"""Writes the survey: the report as page and Markdown, and beside it the files to review."""

from collections.abc import Sequence
from pathlib import Path

from connectors.files import write_text
from domain.charter import Charter
from domain.language import Language
from domain.survey import Survey
from tasks.publishing.markdown import render_markdown
from tasks.publishing.page import render_page
from tasks.publishing.survey import CHARTER_FILE, KNOWLEDGE_FOLDER, survey_edition
from tasks.survey.proposals import charter_proposal, knowledge_proposals


def write_survey(found: Survey, charter: Charter, languages: Sequence[Language], out: Path) -> tuple[list[Path], str]:
    """The files written, the page first, and the report as Markdown in the first language.

    found: labelled in the first language; the others have the same numbers. Pages are `survey.LANGUAGE.html`.
    """
    proposals = knowledge_proposals(found)
    names = {language: f"{KNOWLEDGE_FOLDER}/proposed.{language}.md" for language in proposals}
    written: dict[Path, str] = {}
    for language in languages:
        titles = {norm.id: norm.title.get(language, norm.id) for norm in charter.norms}
        edition = survey_edition(found, language, titles, files=tuple(names.values()))
        written[out / f"survey.{language}.html"] = render_page(edition)
        written[out / f"survey.{language}.md"] = render_markdown(edition)
    written[out / CHARTER_FILE] = charter_proposal(found, charter, languages[0], CHARTER_FILE)
    written |= {out / names[language]: text for language, text in proposals.items()}
    for path, text in written.items():
        write_text(path, text)
    return list(written), written[out / f"survey.{languages[0]}.md"]

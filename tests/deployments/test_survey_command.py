"""`vigie survey` draws the map of journeys from an export, and proposes files that are valid and in no service."""

from collections.abc import Callable
from pathlib import Path

import pytest

from deployments.survey_command import survey_of_export
from domain.charter import Charter
from domain.knowledge import Knowledge
from domain.records import Autonomy
from tasks.knowledge.markdown_file import parse_markdown
from tasks.moderation.charter_file import load_charter

HEADER = "id,text,author,created_at,parent\n"


def _week(week: int) -> str:
    """Mondays: a question at 10:00, which the team answers at 10:30; the same question at 23, which waits till Tuesday 10."""
    first = week * 7 + 2  # 2 March 2026 is a Monday
    return (
        f"q{week},How do I pair the lamp with my phone?,ann{week},2026-03-{first:02d}T10:00:00Z,\n"
        f"a{week},Hold the button for 5 seconds. Mail help@lamp.example if it fails.,Lamp_Team,2026-03-{first:02d}T10:30:00Z,q{week}\n"
        f"r{week},how do i pair the lamp with my new phone?,bob{week},2026-03-{first:02d}T23:00:00Z,\n"
        f"b{week},Hold the button for 5 seconds.,Lamp_Team,2026-03-{first + 1:02d}T10:00:00Z,r{week}\n"
        f"w{week},I want to speak to a real person,cid{week},2026-03-{first:02d}T23:30:00Z,\n"
        f"t{week},Lovely light on my way home,dan{week},2026-03-{first:02d}T10:30:00Z,\n"
    )


FOUR_WEEKS = HEADER + "".join(_week(week) for week in range(4))


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., str]:
    """Writes the survey of a CSV into tmp_path/out; gives the report's Markdown, with plain spaces."""

    def build(text: str, language: str = "en", **options: object) -> str:
        (tmp_path / "lamp.csv").write_text(text, encoding="utf-8")
        survey_of_export(tmp_path / "lamp.csv", tmp_path / "out", language=language, **options)  # type: ignore[arg-type]
        markdown = (tmp_path / "out" / f"survey.{language}.md").read_text(encoding="utf-8")
        return markdown.replace("\u00a0", " ").replace("\u202f", " ")

    return build


@pytest.fixture
def proposed(make: Callable[..., str], tmp_path: Path) -> tuple[Charter, Knowledge]:
    make(FOUR_WEEKS, team=("Lamp_Team",))
    charter, knowledge = tmp_path / "out" / "charter.proposed.yaml", tmp_path / "out" / "knowledge" / "proposed.en.md"
    return (
        load_charter(charter.read_text(encoding="utf-8"), str(charter)),
        parse_markdown(knowledge.read_text(encoding="utf-8"), str(knowledge)),
    )


def test_the_report_tells_frequency_answer_times_and_the_hours_without_a_human(make: Callable[..., str]):
    report = make(FOUR_WEEKS, team=("@lamp_team",))
    assert "asked 8 times (2.4 a week) · by 8 members" in report  # in 23 days
    assert "12 requests call for an answer" in report
    assert "11 h for what comes then, 30 min otherwise" in report
    assert "**Monday and Tuesday** — from 10 am to 11 am" in report
    assert "**Wants to reach a person** — 4 requests" in report
    assert "67% of what members ask could be answered in minutes" in report


def test_the_page_stands_alone_and_speaks_french(make: Callable[..., str], tmp_path: Path):
    assert "questions récurrentes" in make(FOUR_WEEKS, "fr").lower()
    page = (tmp_path / "out" / "survey.fr.html").read_text(encoding="utf-8")
    assert '<html lang="fr"' in page
    assert 'http-equiv="Content-Security-Policy"' in page
    assert "Quand les demandes arrivent" in page


def test_the_proposed_charter_never_acts_alone(proposed: tuple[Charter, Knowledge]):
    charter, _ = proposed
    assert {norm.autonomy for norm in charter.norms} <= {Autonomy.PROPOSE, Autonomy.OBSERVE}
    assert charter.replies.autonomy is Autonomy.PROPOSE


def test_a_norm_that_would_flood_the_review_only_observes(make: Callable[..., str], tmp_path: Path):
    spam = "".join(
        f"{n},Check out my channel and subscribe http://spam{n}.example free gift,m{n},2026-03-02T10:00:00Z,\n"
        for n in range(60)
    )
    make(HEADER + spam)
    text = (tmp_path / "out" / "charter.proposed.yaml").read_text(encoding="utf-8")
    charter = load_charter(text, "charter.yaml")
    flooding = [norm.id for norm in charter.norms if norm.autonomy is Autonomy.OBSERVE]
    assert flooding
    assert set(flooding) <= {"spam", "self_promotion", "off_topic"}
    assert "more than 20 a day" in text


def test_proposed_entries_are_drafts_with_the_teams_own_answer_and_no_personal_data(
    proposed: tuple[Charter, Knowledge],
):
    _, knowledge = proposed
    (entry,) = knowledge.entries
    assert entry.status == "draft"
    assert entry.question.lower().startswith("how do i pair the lamp")
    assert entry.answer == "Hold the button for 5 seconds."
    assert len(entry.variants) == 1


def test_what_members_wrote_cannot_break_the_proposed_file(make: Callable[..., str], tmp_path: Path):
    hostile = "".join(
        f'q{n},"## {{#x}} Is the *lamp* {{#humans}} waterproof outside `today`?",m{n},2026-03-0{n + 1}T10:00:00Z,\n'
        f'a{n},"# Yes\n## Title {{#evil}}\n---\n```\ncode",Lamp_Team,2026-03-0{n + 1}T11:00:00Z,q{n}\n'
        for n in range(3)
    )
    make(HEADER + hostile, team=("Lamp_Team",))
    file = tmp_path / "out" / "knowledge" / "proposed.en.md"
    (entry,) = parse_markdown(file.read_text(encoding="utf-8"), str(file)).entries
    assert "Title" in entry.answer


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("text\nHow do I pair the lamp?\nhow do i pair the lamp today?\n", "The history does not tell who answers"),
        (HEADER, "Nothing to show: no requests"),
        ("id,text,created_at\n1,Hello you,2026-01-01\n", "Nothing to show: no requests"),
        (FOUR_WEEKS, "The hours of presence are not known"),
    ],
)
def test_what_is_missing_makes_the_report_shorter(make: Callable[..., str], text: str, said: str):
    assert said in make(text)


def test_a_bilingual_export_is_told_in_both_languages_and_the_page_is_no_digest(tmp_path: Path):
    french = "".join(
        f"f{n},Comment relier la lampe à mon téléphone ?,eve{n},2026-03-0{n + 1}T10:00:00Z,\n" for n in range(8)
    )
    (tmp_path / "lamp.csv").write_text(FOUR_WEEKS + french, encoding="utf-8")
    survey_of_export(tmp_path / "lamp.csv", tmp_path / "out")
    pages = {each: (tmp_path / "out" / f"survey.{each}.html").read_text(encoding="utf-8") for each in ("fr", "en")}
    assert '<p class="brand">Vigie, carte des parcours</p>' in pages["fr"]
    assert '<p class="brand">Vigie, map of journeys</p>' in pages["en"]
    assert "Digest Vigie" not in pages["fr"] and "Vigie digest" not in pages["en"]


def test_an_export_in_one_language_or_one_asked_for_is_told_in_it_alone(tmp_path: Path):
    (tmp_path / "lamp.csv").write_text(FOUR_WEEKS, encoding="utf-8")
    survey_of_export(tmp_path / "lamp.csv", tmp_path / "found")
    survey_of_export(tmp_path / "lamp.csv", tmp_path / "asked", language="fr")
    assert [path.name for path in sorted((tmp_path / "found").glob("*.html"))] == ["survey.en.html"]
    assert [path.name for path in sorted((tmp_path / "asked").glob("*.html"))] == ["survey.fr.html"]


def test_examples_of_a_history_of_several_years_say_their_year(make: Callable[..., str]):
    assert " Mar 2026" in make(FOUR_WEEKS + "old,Nice lamp,zoe,2024-05-01T10:00:00Z,\n")
    assert " Mar 2026" not in make(FOUR_WEEKS)

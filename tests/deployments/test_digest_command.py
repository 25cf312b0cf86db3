"""`vigie digest` makes a whole digest from an export, however little the export holds, without Prefect."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from deployments.digest_command import write_digest
from domain.documents import MendableError

REAL = Path(os.environ.get("VIGIE_REAL_DATA", "../shared/data"))
ORDERS = "".join(
    f"{n},{'Where is my order?' if n % 3 else 'The parcel arrived broken and late'},member{n % 7},2026-03-{n % 27 + 1:02d}T1{n % 9}:00:00Z\n"
    for n in range(80)
)


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., str]:
    """Writes the digest of a CSV into tmp_path/out; gives the page's text."""

    def build(text: str, **options: object) -> str:
        (tmp_path / "shop.csv").write_text(text, encoding="utf-8")
        write_digest(tmp_path / "shop.csv", tmp_path / "out", **options)  # type: ignore[arg-type]
        return (tmp_path / "out" / "digest.html").read_text(encoding="utf-8")

    return build


def test_an_export_becomes_page_markdown_mail_and_charts(make: Callable[..., str], tmp_path: Path) -> None:
    page = make("id,text,author,created_at\n" + ORDERS)
    assert "80 comments from 7 members" in page
    assert "No decision is waiting" not in page
    markdown = (tmp_path / "out" / "digest.md").read_text(encoding="utf-8")
    assert markdown.startswith("# Tension is building around “Parcel arrived broken”")
    assert (tmp_path / "out" / "charts" / "activity.png").read_bytes().startswith(b"\x89PNG")
    assert 'src="charts/activity.png"' in (tmp_path / "out" / "mail.html").read_text(encoding="utf-8")


def test_what_to_publish_next_week_can_be_put_in_a_calendar(make: Callable[..., str], tmp_path: Path) -> None:
    asked = "".join(f"{n},Is the lamp waterproof outside?,member{n},2026-03-0{n}T10:00:00Z\n" for n in range(1, 5))
    assert 'href="calendar.ics"' in make("id,text,author,created_at\n" + asked)
    calendar = (tmp_path / "out" / "calendar.ics").read_text(encoding="utf-8")
    assert "SUMMARY:Answer: Is the lamp waterproof outside?" in calendar


def test_the_last_days_are_compared_with_those_before(make: Callable[..., str]) -> None:
    assert "than the week before" in make("id,text,author,created_at\n" + ORDERS, last_days=7)


def test_language_and_title_can_be_chosen(make: Callable[..., str]) -> None:
    page = make("id,text,author,created_at\n" + ORDERS, language="fr", title="Ma boutique")
    assert '<html lang="fr"' in page
    assert "Ma boutique, sur la période" in page


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("text\nWhere is it?\nIt is late\n", "The file has no readable dates"),
        ("text,date\nHello,2026-01-01\n", "The file does not name authors"),
        ("id,text,author,created_at\n", "All quiet: no comments"),
        ("id,text,author,created_at\n1,Hello you,Ann,2026-01-01\n", "1 comment from 1 member"),
        (
            "id,text,created_at\n1,Hello you,2026-01-01\n2,Late,yesterday\n",
            "1 row without a readable date is not counted (row 2)",
        ),
    ],
)
def test_what_is_missing_makes_the_digest_shorter(make: Callable[..., str], text: str, said: str) -> None:
    assert said in make(text, language="en")


def test_a_workspace_gives_name_time_zone_and_known_answers(make: Callable[..., str], tmp_path: Path) -> None:
    from deployments.initialise import write_workspace

    write_workspace(tmp_path / "ws", "en", "Lumen", "Europe/Paris")
    page = make("id,text,author,created_at\n" + ORDERS, workspace=tmp_path / "ws")
    assert "Lumen, over the period" in page
    assert "Europe/Paris" in page


def test_another_language_than_ours_is_a_mistake_told(make: Callable[..., str]) -> None:
    with pytest.raises(MendableError, match="fr"):
        make("text\nHello\n", language="de")


def test_the_command_never_loads_prefect(tmp_path: Path) -> None:
    (tmp_path / "shop.csv").write_text("id,text,author,created_at\n" + ORDERS, encoding="utf-8")
    program = (
        "import sys; from pathlib import Path; from deployments.digest_command import write_digest; "
        f"write_digest(Path({str(tmp_path / 'shop.csv')!r}), Path({str(tmp_path / 'out')!r})); sys.exit('prefect' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize("name", ["reddit_posts/france", "youtube_spam/Youtube01-Psy"])
def test_real_exports_are_read_as_they_are(tmp_path: Path, name: str) -> None:
    table = REAL / f"{name}.csv"
    if not table.exists():
        pytest.skip(f"no real data at {table}")
    said = write_digest(table, tmp_path)
    page = (tmp_path / "digest.html").read_text(encoding="utf-8")
    assert ('lang="fr"' in page) == ("france" in name)
    assert "Traceback" not in said
    assert '<section class="part topics' in page

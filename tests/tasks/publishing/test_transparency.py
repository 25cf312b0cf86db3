"""The monthly transparency page: its numbers, both languages, empty months, and nobody's words or names."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from connectors.store.record import RESTRICTION_SCHEMA
from domain.charter import Charter, Norm
from tasks.publishing.transparency import Month, page_name, render_transparency

CHARTER = Charter(
    norms=[
        Norm(id="spam", title={"fr": "Spam", "en": "Spam"}, description={"fr": "Pas de pub.", "en": "No ads."}),
        Norm(id="hate", title={"fr": "Haine <b>", "en": "Hate <b>"}),
    ]
)
PAGES = {"fr": "2026-10.fr.html", "en": "2026-10.en.html"}


def month(kinds: list[tuple[str, str, str, str]], comments: int = 1000, over: bool = True) -> Month:
    """kinds: (norm, hold or remove, who decided, status of the verdict)."""
    at = datetime(2026, 10, 5, tzinfo=UTC)
    rows = [
        {
            "verdict_id": number,
            "comment_id": f"reddit:t1_{number}",
            "author_id": "reddit:t2_someone",
            "kind": kind,
            "done_at": at,
            "undone_at": at if number == 0 else None,
            "norms": [norm],
            "decided_by": by,
            "status": status,
            "reason": "secret words",
        }
        for number, (norm, kind, by, status) in enumerate(kinds)
    ]
    frame = pl.DataFrame(rows, schema=RESTRICTION_SCHEMA)
    return Month(date(2026, 10, 1), comments, frame, appeals=2, upheld=3, undone=1, over=over)


def test_the_page_counts_by_rule_and_by_who_decided_and_names_nobody():
    found = month(
        [
            ("hate", "remove", "rule", "applied"),
            ("spam", "hold", "model", "confirmed"),
            ("spam", "hold", "human", "confirmed"),
        ]
    )
    page = render_transparency(found, CHARTER, "Lumio", "fr", PAGES)
    assert "<h1>Transparence, octobre 2026</h1>" in page and "Lumio" in page
    assert "1\u202f000 messages lus, 3 restreints (0,3\u00a0%)." in page
    assert page.index("Spam") < page.index("Haine &lt;b&gt;")
    assert "un robot seul" in page
    assert "Contestations reçues\u00a0: 2." in page
    assert "someone" not in page
    assert "secret words" not in page
    assert 'hreflang="en"' in page


@pytest.mark.parametrize(("language", "said"), [("fr", "aucun restreint"), ("en", "none restricted")])
def test_an_empty_month_reads_well(language: str, said: str):
    page = render_transparency(month([], comments=0, over=False), CHARTER, "Lumio", language, PAGES)
    assert said in page
    assert "%" not in page.split("<body>")[1].split("<section>")[0]
    assert page_name(date(2026, 10, 1), language) == PAGES[language]

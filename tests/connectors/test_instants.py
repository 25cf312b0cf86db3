"""Every form in which the platforms' exports and spreadsheets write a time is read, and nothing is guessed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.instants import read_instant, writes_day_first

AT = datetime(2026, 3, 29, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "1774793100", "1774793100.0", "1774793100000", "1774793100000000", "2026-03-29T14:05:00Z",
        "2026-03-29 14:05:00.000", "2026-03-29T16:05:00+02:00", "2026-03-29 14:05:00 UTC", "2026/3/29 14:05",
        "29/03/2026 14:05", "29.03.2026, 14:05", "3/29/26, 2:05 PM", "03/29/2026 2:05:00 p.m.", "29 mars 2026 à 14:05",
        "29 mars 2026 à 14 h 05", "dimanche 29 mars 2026 14:05", "March 29, 2026 2:05 PM", "Mar 29, 2026, 14:05",
        "29-Mar-2026 14:05:00", "Sun Mar 29 14:05:00 +0000 2026", "Sun, 29 Mar 2026 16:05:00 +0200",
    ],
)  # fmt: skip
def test_a_time_is_read_in_each_form_that_exports_write(written: str) -> None:
    assert read_instant(written) == AT


@pytest.mark.parametrize("written", ["", "hier", "2 weeks ago", "31/02/2026", "2026-13-01", "nan"])
def test_what_is_no_certain_time_is_none(written: str) -> None:
    assert read_instant(written) is None


def test_a_local_date_is_read_as_the_other_rows_of_its_column_tell() -> None:
    assert writes_day_first(["04/03/2026", "25/03/2026"]) is True
    assert writes_day_first(["04/03/2026", "03/25/2026"]) is False
    assert writes_day_first(["04/03/2026", "2026-03-25"]) is None
    assert read_instant("04/03/2026") is None
    assert read_instant("04/03/2026", day_first=True) == datetime(2026, 3, 4, tzinfo=UTC)
    assert read_instant("04/03/2026", day_first=False) == datetime(2026, 4, 3, tzinfo=UTC)


@settings(max_examples=50)
@given(st.datetimes(datetime(1996, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)))
def test_what_is_written_as_iso_or_as_a_number_is_read_back(at: datetime) -> None:
    whole = at.replace(microsecond=0)
    assert read_instant(whole.isoformat()) == whole
    assert read_instant(str(int(whole.timestamp()))) == whole


@settings(max_examples=100)
@given(st.text(max_size=40))
def test_no_text_breaks_the_reading(text: str) -> None:
    at = read_instant(text, day_first=True)
    assert at is None or at.utcoffset() == timedelta(0)

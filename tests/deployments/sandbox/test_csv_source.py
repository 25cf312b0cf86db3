"""A CSV of real comments becomes a community, and a bad one an error that says where and how to mend it."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.files import UnreadableTable
from deployments.sandbox.csv_source import seed_from_csv
from deployments.sandbox.seed import SEED_SCHEMA
from deployments.sandbox.server import running_sandbox
from deployments.sandbox.state import Community


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def make(text: str | bytes, name: str = "comments.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return make


def rows_of(path: Path, platform: str, columns: dict[str, str] | None = None, source: str | None = None) -> Any:
    seed = seed_from_csv(path, platform, columns, source)
    assert dict(seed.schema) == SEED_SCHEMA
    return seed.rows(named=True)


def test_columns_are_recognised_by_common_names(write: Callable[..., Path]) -> None:
    path = write("COMMENT_ID,AUTHOR,DATE,CONTENT,LIKES\nz1,Ann,2015-05-28T21:39:52.376000,Salut 🙂,4\n")
    row = rows_of(path, "youtube", source="UC1")[0]
    assert (row["key"], row["author"], row["text"], row["score"], row["source"]) == ("z1", "Ann", "Salut 🙂", 4, "UC1")
    assert row["created_at"] == datetime(2015, 5, 28, 21, 39, 52, 376000, tzinfo=UTC)
    assert (row["kind"], row["thread"]) == ("comment", "comments")


def test_columns_can_be_named_and_separators_differ(write: Callable[..., Path]) -> None:
    path = write("\ufeffnuméro;quand;mot;qui\n1;2026-03-29 02:30:00+02:00;C'est cassé, aïe;\n")
    names = {"id": "numéro", "created_at": "quand", "text": "mot", "author": "qui"}
    row = rows_of(path, "x", names, "Brand")[0]
    assert (row["text"], row["author"], row["thread"]) == ("C'est cassé, aïe", None, "1")
    assert row["created_at"] == datetime(2026, 3, 29, 0, 30, tzinfo=UTC)


def test_posts_of_reddit_have_a_title_and_no_thread_and_keep_their_ids(write: Callable[..., Path]) -> None:
    path = write(
        'id,title,selftext,created_utc,score,subreddit\n1339cs,A &amp; B,"two\nlines &gt; one",1352762768.0,55,spotify\n'
        "1339ct,Alone,,1352762769.0,,spotify\n"
    )
    first, second = rows_of(path, "reddit")
    assert (first["key"], first["kind"], first["thread_title"]) == ("t3_1339cs", "post", "A & B")
    assert (first["text"], first["source"], first["author"]) == ("two\nlines > one", "spotify", None)
    assert (second["text"], second["score"]) == ("", None)
    community = Community(seed_from_csv(path, "reddit", None), lambda: datetime.now(UTC))
    assert community.find("reddit", "t3_1339cs") is not None


def test_comments_of_reddit_hang_on_their_thread_and_parent(write: Callable[..., Path]) -> None:
    path = write(
        "id,link_id,parent_id,author,body,created_utc\nabcd1,t3_zzzz1,t3_zzzz1,ann,first & last,100\n"
        "abcd2,t3_zzzz1,t1_abcd1,[deleted],second &amp; more,200\n"
    )
    first, second = rows_of(path, "reddit", source="spotify")
    assert (first["thread"], first["parent"], first["kind"]) == ("t3_zzzz1", None, "comment")
    assert (second["parent"], second["author"]) == ("t1_abcd1", None)
    assert second["text"] == "second &amp; more"  # the bare & of the first row shows that the file is not escaped


def test_replies_of_youtube_are_told_by_their_ids(write: Callable[..., Path]) -> None:
    top = "UgxKREWxIgDrw8w2e_Z4AaABAg"
    path = write(f"id,text,date\n{top},top,2020-01-01\n{top}.91zT3cYb5B291za6voUoRh,reply,2020-01-02\n")
    community = Community(seed_from_csv(path, "youtube", None), lambda: datetime.now(UTC))
    reply = community.find("youtube", f"{top}.91zT3cYb5B291za6voUoRh")
    assert reply is not None and reply.parent == top


def test_what_youtube_displays_is_served_as_html_and_as_typed(write: Callable[..., Path], youtube_at: Any) -> None:
    path = write("id,text,date\nz1,I&#39;m <b>here</b><br />now,2020-01-01\n")
    with running_sandbox(seed_from_csv(path, "youtube", None)) as sandbox:
        listed = youtube_at(sandbox).commentThreads().list(part="snippet", videoId=sandbox.native_ids["comments"])
        snippet = listed.execute()["items"][0]["snippet"]["topLevelComment"]["snippet"]
    assert snippet["textDisplay"] == "I&#39;m <b>here</b><br />now"
    assert snippet["textOriginal"] == "I'm here\nnow"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2013-11-07T06:20:48", datetime(2013, 11, 7, 6, 20, 48, tzinfo=UTC)),
        ("2013-11-07 06:20:48 UTC", datetime(2013, 11, 7, 6, 20, 48, tzinfo=UTC)),
        ("1383805248", datetime(2013, 11, 7, 6, 20, 48, tzinfo=UTC)),
        ("1383805248000", datetime(2013, 11, 7, 6, 20, 48, tzinfo=UTC)),
        ("Thu Nov 07 06:20:48 +0000 2013", datetime(2013, 11, 7, 6, 20, 48, tzinfo=UTC)),
        ("Thu, 07 Nov 2013 07:20:48 +0100", datetime(2013, 11, 7, 6, 20, 48, tzinfo=UTC)),
        ("2013-11-07", datetime(2013, 11, 7, tzinfo=UTC)),
    ],
)
def test_times_are_read_in_the_forms_of_real_exports(
    write: Callable[..., Path], written: str, expected: datetime
) -> None:
    assert rows_of(write(f'text,date\nhello,"{written}"\n'), "x")[0]["created_at"] == expected


def test_a_row_without_a_time_takes_that_of_the_row_before(
    write: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    found = rows_of(write("text,date\na,\nb,2020-01-01\nc,\nd,2020-01-03\n"), "x")
    assert [row["created_at"].day for row in found] == [1, 1, 1, 3]
    assert "2 rows without a time" in caplog.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("text,date\nok,2020-01-01\nbad,07/11/2013\n", ":3: column date: '07/11/2013' is not a time"),
        ("text,date\na,\n", ":2: column date: no row has a time"),
        ("text,date,score\na,2020-01-01,many\n", ":2: column score: 'many' is not a number; write a whole number"),
        ("id,text,date\n1,a,2020-01-01\n1,b,2020-01-01\n", ":3: column id: '1' is also on line 2"),
        ("id,text,date\n,a,2020-01-01\n", ":2: column id: is empty; give every row an id"),
        (
            "word,date\na,2020-01-01\n",
            ":1: no column for text; the columns are word, date; say which, as `text=HEADER`",
        ),
        ('text,date\n"a\nb",2020-01-01\nc,2020-01-01,d\n', ":4: 3 values for 2 columns; put texts"),
        ('text,date\n"a,2020-01-01\n', ":2: unexpected end of data; check the double quotes"),
        ("text,date\n", ":1: there is no row below the header"),
        ("", ":1: there is no row below the header"),
        (b"text,date\nok,2020-01-01\n" + b"caf\xe9,2020-01-01\n", ":3: not UTF-8 (byte 0xe9); save it as UTF-8"),
    ],
)
def test_a_bad_file_is_told_with_line_column_and_mend(write: Callable[..., Path], text: str | bytes, said: str) -> None:
    path = write(text)
    with pytest.raises(UnreadableTable) as caught:
        seed_from_csv(path, "x", None)
    assert str(caught.value).startswith(f"{path}{said}")


@pytest.mark.parametrize(
    ("columns", "platform", "said"),
    [
        ({"text": "WORDS"}, "x", "no column 'WORDS' for text; the columns are text, date"),
        ({"words": "text"}, "x", "no column of ours is called 'words'"),
        (None, "tiktok", "no platform 'tiktok'; choose one of reddit, youtube, x"),
    ],
)
def test_a_wrong_name_is_told_with_the_right_ones(
    write: Callable[..., Path], columns: dict[str, str] | None, platform: str, said: str
) -> None:
    with pytest.raises(UnreadableTable, match=said):
        seed_from_csv(write("text,date\na,2020-01-01\n"), platform, columns)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTable, match="No such file"):
        seed_from_csv(tmp_path / "nowhere.csv", "x", None)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=80), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_every_text_comes_through_unharmed(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    writer.writerows([["text", "date"], *([text, "2020-01-01"] for text in texts)])
    path = tmp_path_factory.mktemp("csv") / "texts.csv"
    path.write_bytes(buffer.getvalue().encode())
    assert [row["text"] for row in rows_of(path, "x")] == texts


@pytest.mark.real
def test_real_exports_are_read_whole_and_keep_their_ids(real_data: Path) -> None:
    for folder, platform, header in (("youtube_spam", "youtube", "COMMENT_ID"), ("reddit_posts", "reddit", "id")):
        for path in sorted((real_data / folder).glob("*.csv")):
            with path.open(encoding="utf-8-sig", newline="") as file:
                expected = [row[header] for row in csv.DictReader(file)]
            seed = seed_from_csv(path, platform, None)
            community = Community(seed, lambda: datetime.now(UTC))
            served = [community.native_ids[key].removeprefix("t3_") for key in seed["key"]]
            assert served == expected, path

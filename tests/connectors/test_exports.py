"""Exports of Reddit, YouTube, X and spreadsheets become comments; what they lack is told and stops nothing."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from connectors.exports import Left, read_export
from connectors.files import UnreadableTable
from domain.records import COMMENT_SCHEMA


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def make(text: str, name: str = "comments.csv") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return make


def test_a_spreadsheet_in_french_is_recognised(write: Callable[..., Path]) -> None:
    export = read_export(
        write(
            "\ufeffIdentifiant;Date de publication;Auteur;Commentaire;J'aime;Plateforme\n"
            "7;13/03/2026 14:05;Zoé;Où est mon colis ?;1 200;Twitter\n8;12/03/2026 09:00;;Merci;;Facebook\n"
        )
    )
    assert dict(export.comments.schema) == COMMENT_SCHEMA
    first, second = export.comments.to_dicts()
    assert (first["platform"], first["author_name"], first["text"]) == ("facebook", None, "Merci")
    assert (second["id"], second["score"], second["author_id"]) == ("x:7", 1200, "x:Zoé")
    assert second["created_at"] == datetime(2026, 3, 13, 14, 5, tzinfo=UTC)


def test_posts_of_reddit_are_their_title_and_text(write: Callable[..., Path]) -> None:
    export = read_export(
        write(
            "id,title,selftext,created_utc,score,permalink\n1339cs,A &amp; B,two &gt; one,1352762768.0,55,/r/x/comments/1339cs/\n"
            "1339ct,Alone,,1352762769.0,,\n"
        )
    )
    first, second = export.comments.to_dicts()
    assert (first["id"], first["kind"], first["text"]) == ("reddit:t3_1339cs", "post", "A & B\n\ntwo > one")
    assert first["permalink"] == "https://www.reddit.com/r/x/comments/1339cs/"
    assert (second["text"], second["permalink"]) == ("Alone", "https://www.reddit.com/comments/1339ct/")


def test_comments_of_reddit_hang_on_thread_and_parent_and_deleted_ones_have_no_text(write: Callable[..., Path]) -> None:
    export = read_export(
        write(
            "id,link_id,parent_id,author,body,created_utc,subreddit\nabcd1,t3_zzzz1,t3_zzzz1,ann,first,1352762768,spotify\n"
            "abcd2,t3_zzzz1,t1_abcd1,[deleted],[removed],1352762769,spotify\n"
        )
    )
    first, second = export.comments.to_dicts()
    assert (first["thread_id"], first["kind"], first["source_id"]) == (
        "reddit:t3_zzzz1",
        "comment",
        "reddit:export:spotify",
    )
    assert first["permalink"] == "https://www.reddit.com/comments/zzzz1/_/abcd1/"
    assert (second["parent_id"], second["author_id"], second["text"], second["deleted"]) == (
        "reddit:t1_abcd1",
        None,
        None,
        True,
    )


def test_nested_objects_of_the_youtube_api_are_read(write: Callable[..., Path]) -> None:
    path = write(
        '{"id":"UgxKREWxIgDrw8w2e_Z4AaABAg","snippet":{"videoId":"dQw4w9WgXcQ","topLevelComment":{"snippet":{"textDisplay":'
        '"Great <b>song</b><br>I&#39;m in","authorDisplayName":"Ann","publishedAt":"2026-03-01T10:00:00Z","likeCount":4}}}}\n',
        "threads.jsonl",
    )
    row = read_export(path).comments.to_dicts()[0]
    assert (row["platform"], row["text"], row["score"], row["author_name"]) == (
        "youtube",
        "Great song\nI'm in",
        4,
        "Ann",
    )
    assert row["permalink"] == "https://www.youtube.com/watch?v=dQw4w9WgXcQ&lc=UgxKREWxIgDrw8w2e_Z4AaABAg"


def test_columns_of_parquet_keep_their_kinds(tmp_path: Path) -> None:
    at = datetime(2026, 3, 1, 10, tzinfo=UTC)
    pl.DataFrame({"tweet_id": [12345678], "full_text": ["Salut"], "created_at": [at]}).write_parquet(
        tmp_path / "x.parquet"
    )
    row = read_export(tmp_path / "x.parquet").comments.to_dicts()[0]
    assert (row["id"], row["created_at"], row["permalink"]) == ("x:12345678", at, "https://x.com/i/web/status/12345678")


def test_texts_alone_are_enough(write: Callable[..., Path]) -> None:
    export = read_export(write("text\nBonjour\nMerci\n"))
    assert not export.dated
    assert export.comments["id"].to_list() == ["file:row-1", "file:row-2"]


def test_rows_that_cannot_be_used_are_counted_with_the_first(write: Callable[..., Path]) -> None:
    export = read_export(write("id,text,date\n1,a,2026-01-01\n1,b,2026-01-02\n2,c,hier\n3,,2026-01-03\n"))
    assert export.comments["text"].to_list() == ["a"]
    assert set(export.left) == {Left("repeated", 1, 2), Left("no_date", 1, 3), Left("empty", 1, 4)}


def test_columns_can_be_named(write: Callable[..., Path]) -> None:
    path = write("quoi,quand\nBonjour,2026-01-01\n")
    assert read_export(path, {"text": "quoi", "created_at": "quand"}).comments["text"].to_list() == ["Bonjour"]


@pytest.mark.parametrize(
    ("text", "columns", "said"),
    [
        ("word,when\na,b\n", {}, ":1: no column for text; the columns are word, when; say which, as `text=HEADER`"),
        ("word\na\n", {"text": "mot"}, ":1: no column 'mot' for text; the columns are word"),
        ("word\na\n", {"texte": "word"}, "no column of ours is called 'texte'; we know id, author, text"),
        ("text,when\na,b\n", {"created_at": "when"}, ":2: column when: no date can be read, such as 'b'"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_mend(
    write: Callable[..., Path], text: str, columns: dict[str, str], said: str
) -> None:
    with pytest.raises(UnreadableTable) as caught:
        read_export(write(text), columns)
    assert said in str(caught.value)

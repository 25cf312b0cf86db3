"""Tables that a CM exported are read in every format, and what is wrong is told with file, line and mend."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.files import UnreadableTable, read_table, write_jsonl, write_text

ROWS = pl.DataFrame({"id": ["1", "2"], "text": ["Ça va ? 🎉", 'une "citation", et\nune ligne']})


def mistake(path: Path, *required: str) -> str:
    with pytest.raises(UnreadableTable) as caught:
        read_table(path, required or ("id", "text"))
    return str(caught.value)


def written(folder: Path, name: str) -> Path:
    path = folder / name
    match path.suffix.lower():
        case ".csv":
            ROWS.write_csv(path)
        case ".tsv":
            ROWS.write_csv(path, separator="\t")
        case ".parquet":
            ROWS.write_parquet(path)
        case _:
            ROWS.write_ndjson(path)
    return path


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl", "a.ndjson", "a.parquet", "EXPORT.CSV"])
def test_every_format_gives_the_same_rows(tmp_path: Path, name: str):
    assert read_table(written(tmp_path, name), ("id", "text")).equals(ROWS)


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl"])
def test_the_byte_order_mark_of_a_spreadsheet_is_not_part_of_the_first_column(tmp_path: Path, name: str):
    path = written(tmp_path, name)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_table(path, ("id", "text")).equals(ROWS)


def test_values_of_a_csv_stay_text_and_empty_ones_are_null(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("id,text\n007,\n1e3,true\n", encoding="utf-8")
    assert read_table(path, ("id",)).rows() == [("007", None), ("1e3", "true")]


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path):
    (tmp_path / "a.csv").write_text("id,text\n", encoding="utf-8")
    assert read_table(tmp_path / "a.csv", ("id", "text")).height == 0


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", b"", "a.csv:1: the file is empty"),
        ("a.jsonl", b"\n \n", "a.jsonl:1: the file is empty"),
        ("a.csv", "id,text\n1,ok\n2,déjà\n".encode("latin-1"), "a.csv:3: not UTF-8, save it as UTF-8"),
        ("a.csv", "id,text\n1,ok\n".encode("utf-16"), "a.csv:1: not UTF-8"),
        ("a.jsonl", '{"id": "1", "text": "é"}'.encode("latin-1"), "a.jsonl:1: not UTF-8"),
        ("a.csv", b"id,body\n1,a\n", "a.csv:1: no column text; the columns are id, body; rename one"),
        ("a.csv", b'id,text\n1,"a\nb"\n2,b,c\n', "a.csv:4: 3 values under 2 columns; put quotes"),
        ("a.tsv", b"id\ttext\n1\ta\tb\n", "a.tsv:2: 3 values under 2 columns"),
        ("a.jsonl", b'{"id": "1", "text": "a"}\n{"id": \n', "a.jsonl:2: not a JSON object"),
        ("a.parquet", b"id,text\n1,a\n", "a.parquet: not a Parquet file; export it again"),
        ("a.xlsx", b"PK", "a.xlsx: expected one of .csv, .tsv, .jsonl, .ndjson, .parquet"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_mend(tmp_path: Path, name: str, content: bytes, told: str):
    (tmp_path / name).write_bytes(content)
    assert told in mistake(tmp_path / name)


def test_neither_a_missing_file_nor_a_folder_is_a_table(tmp_path: Path):
    assert "there is no such file" in mistake(tmp_path / "none.csv")
    (tmp_path / "folder.csv").mkdir()
    assert "there is no such file" in mistake(tmp_path / "folder.csv")


@settings(max_examples=60, deadline=None)
@given(
    content=st.one_of(st.binary(max_size=60), st.text(alphabet='a1,"\n\r;{}[]:é\ufeff', max_size=40).map(str.encode))
)
@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_any_bytes_are_a_table_or_a_told_mistake(tmp_path_factory: pytest.TempPathFactory, suffix: str, content: bytes):
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    path.write_bytes(content)
    try:
        table = read_table(path, ("a",))
    except UnreadableTable as error:
        assert str(path) in str(error)
    else:
        assert "a" in table.columns


def test_json_lines_keep_every_character(tmp_path: Path):
    rows = [{"id": "1", "text": "é\u2028\n🎉", "norms": []}, {"id": "2", "text": None, "norms": ["spam"]}]
    assert write_jsonl(tmp_path / "new" / "out.jsonl", rows) == 2
    assert read_table(tmp_path / "new" / "out.jsonl", ("id",)).to_dicts() == rows


def test_a_result_is_written_whole_or_not_at_all(tmp_path: Path):
    out = tmp_path / "out.jsonl"
    write_jsonl(out, [{"id": "old"}])

    def rows():
        yield {"id": "new"}
        raise ConnectionError

    with pytest.raises(ConnectionError):
        write_jsonl(out, rows())
    assert out.read_text(encoding="utf-8") == '{"id": "old"}\n'
    assert list(tmp_path.iterdir()) == [out]


def test_a_page_replaces_the_one_before(tmp_path: Path):
    page = tmp_path / "public" / "index.html"
    write_text(page, "<p>avant\n")
    write_text(page, "<p>après\n")
    assert page.read_bytes() == "<p>après\n".encode()
    assert list(page.parent.iterdir()) == [page]


def test_a_french_reader_is_told_in_french(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VIGIE_LANGUAGE", "fr")
    path = tmp_path / "a.csv"
    assert mistake(path) == f"{path}: ce fichier n’existe pas"
    path.write_text("id,text\n1,a,b\n", encoding="utf-8")
    assert f"{path}:2: 3 valeurs pour 2 colonnes\u202f; mettez entre guillemets" in mistake(path)
    path.write_text("id,texte\n1,a\n", encoding="utf-8")
    assert "pas de colonne text\u202f; les colonnes sont id, texte" in mistake(path)

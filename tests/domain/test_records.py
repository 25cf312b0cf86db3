"""Records keep their promises: exact frames, ids that can be taken apart, fingerprints that hold for any text."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.records import (
    COMMENT_SCHEMA,
    DRAFT_SCHEMA,
    HANDOFF_SCHEMA,
    MEMBER_SCHEMA,
    VERDICT_SCHEMA,
    Platform,
    Source,
    SourceKind,
    empty,
    frame,
    native_id,
    text_hash,
)

SCHEMAS = [COMMENT_SCHEMA, VERDICT_SCHEMA, DRAFT_SCHEMA, HANDOFF_SCHEMA, MEMBER_SCHEMA]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_frame_has_exactly_its_schema_even_without_rows_or_values(schema: dict[str, pl.DataType]):
    assert empty(schema).schema == schema
    assert frame([], schema).schema == schema
    assert frame([{}], schema).schema == schema
    assert frame([{}], schema).null_count().row(0) == (1,) * len(schema)


def test_a_column_that_the_schema_does_not_know_is_refused_by_name():
    with pytest.raises(ValueError, match=r"\['titel'\]"):
        frame([{"id": "reddit:t1_a"}, {"titel": "x"}], COMMENT_SCHEMA)


@given(st.sampled_from(Platform), st.text(min_size=1))
def test_the_platforms_own_id_comes_back_whatever_it_holds(platform: Platform, own: str):
    assert native_id(f"{platform}:{own}") == own


def test_a_source_has_an_id_that_names_all_of_it():
    source = Source(Platform.X, SourceKind.QUERY, '"lumio lamp" lang:fr')
    assert source.id == 'x:query:"lumio lamp" lang:fr'


@given(st.lists(st.text(st.characters(exclude_categories=())), unique=True, max_size=8))
def test_a_text_is_known_by_its_fingerprint_even_with_broken_characters(texts: list[str]):
    prints = [text_hash(text) for text in texts]
    assert len(set(prints)) == len(texts)
    assert all(len(one) == 32 for one in prints)
    assert prints == [text_hash(text) for text in texts]

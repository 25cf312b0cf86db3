"""Checks collected comments with a Great Expectations suite: bad rows are set aside with the reason, never dropped.

The results stay open to read as Data Docs in `var/checks`. Great Expectations takes seconds to load, so it is
loaded where it is used.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlalchemy import Engine

from connectors.store import comments as store
from domain.records import Platform
from tasks.language import detect_languages

LONGEST_TEXT_CHARACTERS = 100_000  # Reddit's longest post is 40,000
OLDEST = datetime(2005, 1, 1, tzinfo=UTC)  # before any of the platforms
CLOCK_SKEW = timedelta(hours=1)
KEPT_VALIDATIONS = 48


@dataclass(frozen=True)
class Checked:
    """What the checks found. docs: the Data Docs page, None when there was nothing to check."""

    rows: int
    set_aside: Mapping[str, str]  # comment id -> reason key of the wording
    docs: Path | None


def check_comments(comments: pl.DataFrame, project: Path, now: datetime) -> Checked:
    """Run the suite on a frame of COMMENT_SCHEMA; `project` holds the suite, its results and Data Docs."""
    if comments.is_empty():
        return Checked(0, {}, None)
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx
    import pandas as pd

    project.mkdir(parents=True, exist_ok=True)
    context = gx.get_context(mode="file", project_root_dir=project)
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_or_update_pandas("comments").add_dataframe_asset("batch")
    batch = asset.add_batch_definition_whole_dataframe("collected")
    suite = context.suites.add_or_update(gx.ExpectationSuite(name="comments", expectations=_expectations(now)))
    validation = gx.ValidationDefinition(name="comments", data=batch, suite=suite)
    checkpoint = gx.Checkpoint(
        name="patrol",
        validation_definitions=[context.validation_definitions.add_or_update(validation)],
        actions=[gx.checkpoint.UpdateDataDocsAction(name="data_docs")],
        result_format={"result_format": "COMPLETE", "unexpected_index_column_names": ["id"]},
    )
    rows = pd.DataFrame(comments.to_dict(as_series=False))  # needs no pyarrow, and nulls stay None
    result = context.checkpoints.add_or_update(checkpoint).run(batch_parameters={"dataframe": rows})
    _forget_old_results(project)
    docs = project / "gx" / "uncommitted" / "data_docs" / "local_site" / "index.html"
    return Checked(comments.height, _reasons(result), docs)


def _expectations(now: datetime) -> list[Any]:
    import great_expectations.expectations as gxe
    from great_expectations.expectations.row_conditions import Column

    def reason(key: str) -> dict[str, Any]:
        return {"meta": {"reason": key}}

    kept = {"row_condition": Column("deleted") == False}  # noqa: E712 a condition, not a comparison
    return [
        gxe.ExpectColumnValuesToMatchRegex(column="id", regex=rf"^(?:{'|'.join(Platform)}):\S+$", **reason("bad_id")),
        gxe.ExpectColumnValuesToBeInSet(
            column="platform", value_set=[str(p) for p in Platform], **reason("bad_platform")
        ),
        gxe.ExpectColumnValuesToBeInSet(column="kind", value_set=["post", "comment"], **reason("bad_kind")),
        gxe.ExpectColumnValuesToNotBeNull(column="kind", **reason("bad_kind")),
        gxe.ExpectColumnValuesToNotBeNull(column="native_id", **reason("bad_id")),
        gxe.ExpectColumnValuesToNotBeNull(column="thread_id", **reason("no_thread")),
        gxe.ExpectColumnValuesToNotBeNull(column="text", **kept, **reason("no_text")),
        gxe.ExpectColumnValuesToMatchRegex(column="text", regex=r"\S", **kept, **reason("no_text")),
        gxe.ExpectColumnValueLengthsToBeBetween(
            column="text", max_value=LONGEST_TEXT_CHARACTERS, **reason("text_too_long")
        ),
        gxe.ExpectColumnValuesToNotBeNull(column="created_at", **reason("no_date")),
        gxe.ExpectColumnValuesToBeBetween(
            column="created_at", min_value=OLDEST, max_value=now + CLOCK_SKEW, **reason("impossible_date")
        ),
        gxe.ExpectColumnValuesToMatchRegex(column="permalink", regex=r"^https?://\S+$", **reason("bad_permalink")),
    ]


def _reasons(result: Any) -> dict[str, str]:
    """Comment id -> reason of the first expectation that it broke.

    Raises RuntimeError when an expectation itself could not run: nothing may pass unchecked.
    """
    reasons: dict[str, str] = {}
    for validation in result.run_results.values():
        for outcome in validation.results:
            failure = outcome.exception_info
            if failure.get("raised_exception"):
                raise RuntimeError(
                    f"the check {outcome.expectation_config.type} failed: {failure['exception_message']}"
                )
            for row in outcome.result.get("unexpected_index_list") or []:
                reasons.setdefault(row["id"], outcome.expectation_config.meta["reason"])
    return reasons


def _forget_old_results(project: Path) -> None:
    """Results and their pages hold members' texts: keep the last two days of hourly runs only."""
    kept = project / "gx" / "uncommitted"
    for pattern in ("data_docs/local_site/validations/**/*.html", "validations/**/*.json"):
        results = sorted(kept.glob(pattern), key=lambda result: result.stat().st_mtime)
        for result in results[:-KEPT_VALIDATIONS]:
            result.unlink()


@task(name="check", cache_policy=NO_CACHE)
def check(engine: Engine, project: Path, languages: Sequence[str], now: datetime) -> Checked:
    """Check what is new in the store, name its language, and set bad rows aside."""
    comments = store.unchecked(engine)
    checked = check_comments(comments, project, now)
    detected = pl.Series("lang", detect_languages(comments["text"].to_list(), languages), dtype=pl.String)
    named = comments.with_columns(pl.coalesce("lang", detected))
    store.mark_checked(engine, named, checked.set_aside, now)
    return checked

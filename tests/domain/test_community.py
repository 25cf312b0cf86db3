"""`community.yaml` accepts what a community can be, and nothing that would fail at night."""

from typing import Any

import pytest
from pydantic import ValidationError

from domain.community import KINDS_BY_PLATFORM, Community
from domain.records import Platform, SourceKind

LUMIO = {"platform": "reddit", "kind": "subreddit", "name": "lumio"}


def community(**values: Any) -> Community:
    return Community.model_validate({"name": "Lumio", "sources": [LUMIO]} | values)


def test_the_time_zone_is_one_that_exists():
    assert community(timezone="America/Montreal").zone.key == "America/Montreal"
    with pytest.raises(ValidationError, match="a time zone such as Europe/Paris"):
        community(timezone="CET+1")


@pytest.mark.parametrize("cron", ["7 * * * *", "*/15 6-22 * * mon-fri", "0,30 5 1 jan,JUL 7", "  1  2  *  * 0-6/2 "])
def test_a_schedule_may_be_any_cron_expression(cron: str):
    assert community(schedule={"patrol": cron}).schedule.patrol.split() == cron.split()


@pytest.mark.parametrize(
    "cron",
    ["", "hourly", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "5- * * * *"],
)
def test_what_no_clock_can_follow_is_refused(cron: str):
    with pytest.raises(ValidationError, match="cron"):
        community(schedule={"patrol": cron})


@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize("kind", SourceKind)
def test_a_source_has_a_kind_of_its_platform(platform: Platform, kind: SourceKind):
    source = {"platform": platform, "kind": kind, "name": "a"}
    if kind in KINDS_BY_PLATFORM[platform]:
        assert community(sources=[source]).watched()[0].id == f"{platform}:{kind}:a"
    else:
        with pytest.raises(ValidationError, match=f"one of .* as the kind of a {platform} source"):
            community(sources=[source])


def test_a_recipient_by_mail_needs_an_address_and_one_by_slack_does_not():
    reached = community(recipients=[{"channel": "slack"}, {"channel": "email", "address": "cm@lumio.example"}])
    assert [recipient.address for recipient in reached.recipients] == ["", "cm@lumio.example"]
    for address in ("", "cm", "cm@lumio", "a b@lumio.example", "cm@lumio.example\nBcc: all@lumio.example"):
        with pytest.raises(ValidationError, match="an email address"):
            community(recipients=[{"channel": "email", "address": address}])


def test_only_the_platforms_asked_for_are_watched():
    sources = [LUMIO, {"platform": "x", "kind": "mentions", "name": "lumio"}]
    assert [s.platform for s in community(sources=sources).watched([Platform.X])] == ["x"]
    assert len(community(sources=sources).watched()) == 2
    assert community(sources=sources).watched([]) == []

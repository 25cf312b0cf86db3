"""YouTube's stand-in, driven by google-api-python-client."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests
from google.auth.exceptions import RefreshError
from googleapiclient.errors import HttpError

from deployments.sandbox.server import Sandbox


def threads(service: Any, **wanted: Any) -> list[Any]:
    """Every thread, page by page."""
    given = {"part": "snippet,replies", "order": "time", "maxResults": 100, "textFormat": "plainText"} | wanted
    found: list[Any] = []
    call = service.commentThreads().list(**given)
    while call is not None:
        answer = call.execute()
        found += answer["items"]
        call = service.commentThreads().list_next(call, answer)
    return found


def refusal(call: Any) -> tuple[int, str]:
    with pytest.raises(HttpError) as caught:
        call.execute()
    return caught.value.resp.status, caught.value.error_details[0]["reason"]


def test_threads_come_newest_first_with_five_replies_and_the_count_of_all(sandbox: Sandbox, youtube: Any) -> None:
    ids = sandbox.native_ids
    found = threads(youtube, videoId=ids["v1"])
    assert [thread["id"] for thread in found] == [ids["y2"], ids["y1"]]
    inlined = [reply["id"] for reply in found[1]["replies"]["comments"]]
    assert inlined == [ids[f"y1.{n}"] for n in (7, 6, 5, 4, 3)]
    assert (found[1]["snippet"]["totalReplyCount"], "replies" in found[0]) == (8, False)


def test_all_replies_are_listed_by_their_parent_in_pages(sandbox: Sandbox, youtube: Any) -> None:
    call = youtube.comments().list(part="snippet", parentId=sandbox.native_ids["y1"], maxResults=3)
    found: list[str] = []
    while call is not None:
        answer = call.execute()
        found += [item["id"] for item in answer["items"]]
        call = youtube.comments().list_next(call, answer)
    assert found == [sandbox.native_ids[f"y1.{n}"] for n in range(7, -1, -1)]
    assert all(native.startswith(f"{sandbox.native_ids['y1']}.") for native in found)


def test_ids_have_youtubes_form(sandbox: Sandbox) -> None:
    ids = sandbox.native_ids
    assert len(ids["v1"]) == 11
    assert ids["y1"].startswith("Ug") and ids["y1"].endswith("AaABAg") and len(ids["y1"]) == 26
    assert len(ids["y1.0"]) == 26 + 1 + 22


def test_text_is_shown_as_html_or_plain_as_asked(sandbox: Sandbox, youtube: Any) -> None:
    shown = {
        form: threads(youtube, id=sandbox.native_ids["y1"], textFormat=form)[0]["snippet"]["topLevelComment"]["snippet"]
        for form in ("html", "plainText")
    }
    assert shown["html"]["textDisplay"] == "1 &lt; 2 &amp; 3<br>next line"
    assert shown["plainText"]["textDisplay"] == shown["html"]["textOriginal"] == "1 < 2 & 3\nnext line"


def test_a_deleted_account_has_no_channel(sandbox: Sandbox, youtube: Any) -> None:
    snippet = threads(youtube, videoId=sandbox.native_ids["v1"])[0]["snippet"]["topLevelComment"]["snippet"]
    assert (snippet["authorDisplayName"], "authorChannelId" in snippet) == ("", False)


def test_more_than_a_thousand_threads_are_paged_without_gap_while_new_ones_come(
    serve: Callable[..., Sandbox], row: Callable[..., Any], youtube_at: Callable[..., Any]
) -> None:
    source = "UCsandboxsandboxsandbox1"
    rows = [row("v", source, 3000, kind="video")] + [row(f"c{n}", source, 2000 - n, thread="v") for n in range(1_250)]
    sandbox = serve(rows)
    reader, owner = youtube_at(sandbox), youtube_at(sandbox, owner=True)
    first = reader.commentThreads().list(part="id", videoId=sandbox.native_ids["v"], maxResults=100)
    answer = first.execute()
    snippet = {"videoId": sandbox.native_ids["v"], "topLevelComment": {"snippet": {"textOriginal": "just now"}}}
    owner.commentThreads().insert(part="snippet", body={"snippet": snippet}).execute()
    found = [item["id"] for item in answer["items"]]
    while first := reader.commentThreads().list_next(first, answer):
        answer = first.execute()
        found += [item["id"] for item in answer["items"]]
    assert found == [sandbox.native_ids[f"c{n}"] for n in range(1_249, -1, -1)]


def test_a_reply_can_be_read_back_and_its_author_is_the_channel(sandbox: Sandbox, youtube: Any, owner: Any) -> None:
    parent = sandbox.native_ids["y2"]
    body = {"snippet": {"parentId": parent, "textOriginal": "Merci ! 😀"}}
    made = owner.comments().insert(part="snippet", body=body).execute()
    read = youtube.comments().list(part="snippet", id=made["id"], textFormat="plainText").execute()["items"][0]
    assert read["snippet"]["textDisplay"] == "Merci ! 😀" and read["snippet"]["parentId"] == parent
    mine = owner.channels().list(part="id", mine=True).execute()["items"][0]["id"]
    assert read["snippet"]["authorChannelId"]["value"] == mine
    assert [(one.kind, one.target, one.native_id) for one in sandbox.posted] == [("reply", parent, made["id"])]


def test_held_and_rejected_comments_leave_the_public_and_can_come_back(
    sandbox: Sandbox, youtube: Any, owner: Any
) -> None:
    video, native = sandbox.native_ids["v1"], sandbox.native_ids["y2"]
    for status in ("heldForReview", "rejected"):
        owner.comments().setModerationStatus(id=native, moderationStatus=status).execute()
        assert native not in [thread["id"] for thread in threads(youtube, videoId=video)]
        assert [one["id"] for one in threads(owner, videoId=video, moderationStatus=status)] == [native]
    owner.comments().setModerationStatus(id=native, moderationStatus="published").execute()
    assert native in [thread["id"] for thread in threads(youtube, videoId=video)]
    assert [one.kind for one in sandbox.posted] == ["hold", "remove", "approve"]


def test_several_comments_are_moderated_at_once_and_one_is_deleted(sandbox: Sandbox, youtube: Any, owner: Any) -> None:
    ids = [sandbox.native_ids[f"y1.{n}"] for n in range(3)]
    owner.comments().setModerationStatus(id=",".join(ids), moderationStatus="rejected").execute()
    owner.comments().delete(id=sandbox.native_ids["y1.3"]).execute()
    answer = youtube.comments().list(part="id", parentId=sandbox.native_ids["y1"]).execute()
    assert [item["id"] for item in answer["items"]] == [sandbox.native_ids[f"y1.{n}"] for n in (7, 6, 5, 4)]


def test_a_key_alone_may_not_write_nor_see_what_is_held(sandbox: Sandbox, youtube: Any) -> None:
    body = {"snippet": {"parentId": sandbox.native_ids["y2"], "textOriginal": "hello"}}
    assert refusal(youtube.comments().insert(part="snippet", body=body)) == (401, "required")
    held = {"videoId": sandbox.native_ids["v1"], "moderationStatus": "heldForReview"}
    assert refusal(youtube.commentThreads().list(part="id", **held)) == (403, "forbidden")
    assert sandbox.posted == []


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"videoId": "nonexistent"}, (404, "videoNotFound")),
        ({"allThreadsRelatedToChannelId": "UCnowhere"}, (404, "channelNotFound")),
        ({}, (400, "missingRequiredParameter")),
    ],
)
def test_errors_have_googles_form(youtube: Any, wanted: dict[str, str], expected: tuple[int, str]) -> None:
    assert refusal(youtube.commentThreads().list(part="id", **wanted)) == expected


def test_disabled_comments_and_unknown_parents_are_refused(sandbox: Sandbox, youtube: Any, owner: Any) -> None:
    sandbox.youtube.comments_disabled.add(sandbox.native_ids["v1"])
    call = youtube.commentThreads().list(part="id", videoId=sandbox.native_ids["v1"])
    assert refusal(call) == (403, "commentsDisabled")
    body = {"snippet": {"parentId": "UgNobody", "textOriginal": "hello"}}
    assert refusal(owner.comments().insert(part="snippet", body=body)) == (404, "parentCommentNotFound")
    body["snippet"]["parentId"] = sandbox.native_ids["y1.0"]
    assert refusal(owner.comments().insert(part="snippet", body=body)) == (400, "operationNotSupported")


def test_the_quota_runs_out_and_is_back_at_midnight_in_california(
    serve: Callable[..., Sandbox], small_community: list[Any], youtube_at: Callable[..., Any], clock: Any
) -> None:
    sandbox = serve(small_community, youtube_quota_units=52)
    owner = youtube_at(sandbox, owner=True)
    reading = owner.commentThreads().list(part="id", videoId=sandbox.native_ids["v1"])
    writing = owner.comments().setModerationStatus(id=sandbox.native_ids["y2"], moderationStatus="published")
    reading.execute()
    writing.execute()
    assert refusal(writing) == (403, "quotaExceeded")
    reading.execute()
    assert refusal(reading) == (403, "quotaExceeded")
    clock.now += timedelta(hours=18, minutes=59)  # 23:59 in California
    assert refusal(reading) == (403, "quotaExceeded")
    clock.now += timedelta(minutes=2)
    reading.execute()


def test_a_channels_uploads_lead_to_its_videos(sandbox: Sandbox, youtube: Any, owner: Any) -> None:
    channel = owner.channels().list(part="id,contentDetails", mine=True).execute()["items"][0]
    uploads = channel["contentDetails"]["relatedPlaylists"]["uploads"]
    items = youtube.playlistItems().list(part="contentDetails", playlistId=uploads).execute()["items"]
    native = items[0]["contentDetails"]["videoId"]
    video = youtube.videos().list(part="snippet,statistics", id=native).execute()["items"][0]
    assert (native, video["snippet"]["title"], video["statistics"]["commentCount"]) == (
        sandbox.native_ids["v1"], "A title", "10",
    )  # fmt: skip


def test_only_the_parts_asked_for_are_returned(sandbox: Sandbox, youtube: Any) -> None:
    item = youtube.commentThreads().list(part="id", videoId=sandbox.native_ids["v1"]).execute()["items"][0]
    assert item.keys() == {"kind", "etag", "id"}


def test_an_answer_that_is_known_is_not_sent_again(sandbox: Sandbox) -> None:
    url = f"{sandbox.url}/youtube/v3/videos"
    params = {"part": "snippet", "id": sandbox.native_ids["v1"], "key": sandbox.environment["VIGIE_YOUTUBE_API_KEY"]}
    first = requests.get(url, params, timeout=10)
    again = requests.get(url, params, headers={"If-None-Match": first.headers["ETag"]}, timeout=10)
    assert (first.json()["etag"], again.status_code, again.content) == (first.headers["ETag"], 304, b"")


def test_a_revoked_refresh_token_is_refused_as_by_google(
    sandbox: Sandbox, youtube_at: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = youtube_at(sandbox, owner=True)
    monkeypatch.setattr(owner._http.credentials, "_refresh_token", "revoked")
    with pytest.raises(RefreshError, match="invalid_grant"):
        owner.channels().list(part="id", mine=True).execute()

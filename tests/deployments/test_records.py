"""`vigie rehearse`, `explain` and `export` as a user types them."""

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.store.comments import mark_checked, save_page, unchecked
from connectors.store.engine import open_store
from connectors.store.verdicts import save_verdicts
from deployments.cli import main
from deployments.initialise import write_workspace
from domain.records import COMMENT_SCHEMA, Page, Platform, Source, SourceKind, frame
from domain.settings import Settings
from tasks.moderation.cascade import moderate
from tasks.moderation.charter_file import default_charter

CHARTER = "norms:\n  - id: spoilers\n    title: {fr: Divulgâchage, en: Spoilers}\n    rules: [{name: ends, words: [ending]}]\n"


@pytest.fixture
def vigie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setenv("VIGIE_WORKSPACE", str(tmp_path / "workspace"))
    monkeypatch.setenv("VIGIE_LANGUAGE", "en")
    monkeypatch.chdir(tmp_path)
    write_workspace(Path("workspace"), "en", "Lumio", "Europe/Paris")

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["vigie", *arguments])
        try:
            main()
        except SystemExit as left:
            status = int(left.code or 0)
        else:
            status = 0
        out, err = capsys.readouterr()
        return status, out + " ".join(err.split())

    return run


@pytest.fixture
def insult(vigie) -> str:
    """An insult in the store, judged by the presets."""
    now = datetime.now(UTC) - timedelta(hours=1)
    row = {
        "id": "reddit:t1_a",
        "platform": "reddit",
        "source_id": "reddit:subreddit:lumio",
        "native_id": "t1_a",
        "kind": "comment",
        "thread_id": "reddit:t3_b",
        "author_id": "reddit:t2_c",
        "author_name": "Bo",
        "text": "You are a fucking idiot",
        "lang": "en",
        "created_at": now,
        "deleted": False,
        "raw": "{}",
    }
    engine = open_store(Settings().store_url)
    save_page(engine, Source(Platform.REDDIT, SourceKind.SUBREDDIT, "lumio"), Page(frame([row], COMMENT_SCHEMA)), now)
    batch = unchecked(engine)
    mark_checked(engine, batch, {}, now)
    save_verdicts(engine, moderate(batch, default_charter(), {}), now, "run")
    engine.dispose()
    return row["id"]


def test_a_charter_is_rehearsed_on_a_file_alone(vigie, tmp_path: Path):
    Path("next.yaml").write_text(CHARTER, encoding="utf-8")
    Path("past.csv").write_text("id,text\n1,The ending made me cry\n2,Hello\n", encoding="utf-8")
    status, said = vigie("rehearse", "next.yaml", "--comments", "past.csv", "--out", "changes.jsonl")
    assert status == 0
    assert "**Treated differently: 1.**" in said
    assert "Spoilers" in said
    (change,) = [json.loads(line) for line in Path("changes.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (change["before"], change["after"], change["norms_after"]) == ("allow", "hold", ["spoilers"])


def test_a_model_is_rehearsed_with_the_charter_that_is_in_service(vigie, tmp_path: Path):
    lines = [
        f'"selling my old lamp, great deal {n}",yes\n"I read beside my lamp each evening {n}",no\n' for n in range(60)
    ]
    Path("deals.csv").write_text("text,label\n" + "".join(lines), encoding="utf-8")
    assert vigie("train", "deals.csv", "--norm", "self_promotion", "--out", "trained")[0] == 0
    rows = ['1,"selling my old lamp, great deal today"', "2,I read beside my lamp each evening"]
    Path("past.csv").write_text("id,text\n" + "\n".join(rows) + "\n", encoding="utf-8")
    charter = tmp_path / "workspace" / "charter.yaml"
    with_it = vigie("rehearse", str(charter), "--comments", "past.csv", "--against", str(charter), "--model", "trained")
    without = vigie("rehearse", str(charter), "--comments", "past.csv", "--against", str(charter))
    assert (with_it[0], without[0]) == (0, 0)
    assert "**Treated differently: 1.**" in with_it[1]
    assert "selling my old lamp" in with_it[1]
    assert "**Treated differently: 0.**" in without[1]
    status, said = vigie("rehearse", str(charter), "--comments", "past.csv", "--model", "nowhere")
    assert status == 2
    assert "nowhere" in said


def test_a_mistake_in_the_rehearsed_charter_is_told_with_its_line(vigie):
    Path("next.yaml").write_text("norms:\n  - id: spoilers\n    rools: []\n", encoding="utf-8")
    status, said = vigie("rehearse", "next.yaml")
    assert status == 2
    assert "next.yaml, line 3" in said or "next.yaml:3" in said


def test_a_decision_is_explained_and_logged(vigie, insult: str):
    status, said = vigie("explain", insult)
    assert status == 0
    assert "hold" in said
    assert "To contest this" in said
    today = datetime.now(UTC).date()
    status, said = vigie("export", "log", "--from", str(today - timedelta(days=1)), "--out", "log.jsonl")
    assert status == 0
    (event,) = [json.loads(line) for line in Path("log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (event["event"], event["what"], event["comment_id"]) == ("judged", "hold", insult)


def test_an_unknown_comment_and_a_period_that_runs_backwards_are_told(vigie):
    status, said = vigie("explain", "t1_a")
    assert status == 2
    assert "platform:id" in said
    status, said = vigie("export", "log", "--from", "2026-02-01", "--to", "2026-01-01", "--out", "log.jsonl")
    assert status == 2
    assert not Path("log.jsonl").exists()


def test_a_month_without_restrictions_exports_nothing(vigie, insult: str):
    status, said = vigie("export", "dsa", "--out", "dsa")
    assert status == 0
    assert "0 statements" in said
    assert not list(Path().glob("dsa/*"))


def test_clicks_are_read_and_a_mistake_is_told_with_its_line(vigie):
    Path("clicks.csv").write_text(
        "item,day,clicks\nwelcome_guide,2026-11-01,12\nunknown,2026-11-01,3\n", encoding="utf-8"
    )
    status, said = vigie("clicks", "clicks.csv")
    assert status == 0
    assert "1 rows kept" in said
    Path("clicks.csv").write_text("item,day,clicks\nwelcome_guide,2026-11-01,many\n", encoding="utf-8")
    status, said = vigie("clicks", "clicks.csv")
    assert status == 2
    assert "clicks.csv:2" in said

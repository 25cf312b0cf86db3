"""The command `vigie` as a user types it: its files, its messages, its exit status."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from deployments.cli import main

CSV = "id,text\n1,Tu es un gros connard\n2,Merci beaucoup pour votre aide !\n3,\n4,I will kill you\n"


class Said(NamedTuple):
    """What a command left on the screen."""

    returncode: int
    stdout: str
    stderr: str


Vigie = Callable[..., Said]


@pytest.fixture
def vigie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Vigie:
    """`vigie("doctor")` runs the command in this process, in a folder of its own, with an environment of its own."""
    for name in [name for name in os.environ if name.startswith("VIGIE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("VIGIE_WORKSPACE", "workspace")
    monkeypatch.setenv("VIGIE_LANGUAGE", "en")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["vigie", *arguments])
        try:
            main()
        except SystemExit as left:
            status = left.code
        else:
            status = 0
        out, err = capsys.readouterr()
        return Said(int(status or 0), out, " ".join(err.split()))

    return run


def rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_moderate_gives_one_row_for_each_row_in_order_with_exactly_the_public_columns(tmp_path: Path):
    (tmp_path / "in.csv").write_text(CSV, encoding="utf-8")
    command = [sys.executable, "-m", "deployments", "moderate", "in.csv", "--out", "out.jsonl"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    judged = rows(tmp_path / "out.jsonl")
    assert [row["id"] for row in judged] == ["1", "2", "3", "4"]
    columns = ["id", "action", "norms", "scores", "confidence", "decided_by", "evidence", "reason"]
    assert all(list(row) == columns for row in judged)
    assert [row["action"] for row in judged] == ["hold", "allow", "allow", "escalate"]
    assert "insulte" in judged[0]["reason"]


def test_answer_finds_the_entry_or_leaves_it_to_a_human(vigie: Vigie, tmp_path: Path):
    (tmp_path / "kb.csv").write_text(
        "entry_id,question,answer\n"
        "charge,Comment recharger ma lampe ?,Avec le câble fourni.\n"
        "charge,la batterie ne se recharge plus,Avec le câble fourni.\n"
        "ship,Quand arrive ma commande ?,Sous trois jours.\n"
        ",quel est le sens de la vie,\n",
        encoding="utf-8",
    )
    (tmp_path / "q.csv").write_text(
        "id,text\na,comment je recharge la lampe\nb,qui a gagné le match hier\n", encoding="utf-8"
    )
    done = vigie("answer", "q.csv", "--knowledge", "kb.csv", "--out", "out.jsonl")
    assert done.returncode == 0, done.stderr
    first, second = rows(tmp_path / "out.jsonl")
    assert list(first) == ["id", "entry_id", "confidence", "draft", "sources"]
    assert (first["entry_id"], second["entry_id"]) == ("charge", None)
    assert first["draft"] == "Avec le câble fourni."


def test_detect_gives_back_every_timestamp_as_it_was(vigie: Vigie, tmp_path: Path):
    times = [
        f"2026-03-{day:02} {hour:02}:{minute:02}:13"
        for day in (1, 2, 3)
        for hour in range(24)
        for minute in range(0, 60, 5)
    ]
    values = [10 + index % 7 for index in range(len(times))]
    values[-3] = 900
    lines = [f"{time},{value}" for time, value in zip(times, values, strict=True)]
    (tmp_path / "s.csv").write_text("timestamp,value\n" + "\n".join(lines) + "\n", encoding="utf-8")
    done = vigie("detect", "s.csv", "--out", "d.csv")
    assert done.returncode == 0, done.stderr
    with (tmp_path / "d.csv").open(encoding="utf-8") as found:
        table = list(csv.DictReader(found))
    assert [row["timestamp"] for row in table] == times
    assert table[-3]["flagged"] == "1" and {row["flagged"] for row in table} == {"0", "1"}
    assert all(0 <= float(row["score"]) <= 1 for row in table)


def test_mood_gives_one_row_for_each_row_in_order_whatever_the_columns_are_called(vigie: Vigie, tmp_path: Path):
    lines = 'key,Comment\n"b","J\'adore, merci !"\na,This is terrible and I hate it\n"",\n'
    (tmp_path / "in.csv").write_text(lines, encoding="utf-8")
    assert vigie("mood", "in.csv", "--out", "m.jsonl").returncode == 0
    told = rows(tmp_path / "m.jsonl")
    assert [list(row) for row in told] == [["id", "mood", "score", "confidence"]] * 3
    assert [(row["id"], row["mood"]) for row in told] == [("b", "positive"), ("a", "negative"), ("", "neutral")]
    assert all(-1 <= row["score"] <= 1 and 0 <= row["confidence"] <= 1 for row in told)
    (tmp_path / "own.csv").write_text("words\nMerci\n", encoding="utf-8")
    assert "no column for text" in vigie("mood", "own.csv", "--out", "m.jsonl").stderr
    assert vigie("mood", "own.csv", "--out", "m.jsonl", "--columns", "text=words").returncode == 0
    assert rows(tmp_path / "m.jsonl")[0]["id"] == 1


def test_a_trained_model_is_used_by_moderate(vigie: Vigie, tmp_path: Path):
    lines = [
        f'"buy cheap followers now, offer {n}",spam\n"I love the second verse, {n} times better",ham\n'
        for n in range(40)
    ]
    (tmp_path / "t.csv").write_text("text,label\n" + "".join(lines), encoding="utf-8")
    trained = vigie("train", "t.csv", "--norm", "spam", "--out", "model")
    assert trained.returncode == 0, trained.stderr
    report = json.loads((tmp_path / "model" / "spam.report.json").read_text(encoding="utf-8"))
    assert {"precision", "recall", "threshold", "calibration"} <= report.keys()
    (tmp_path / "in.csv").write_text("id,text\n1,buy cheap followers today\n2,what a lovely verse\n", encoding="utf-8")
    done = vigie("moderate", "in.csv", "--out", "out.jsonl", "--model", "model")
    assert done.returncode == 0, done.stderr
    spam, ham = rows(tmp_path / "out.jsonl")
    assert spam["scores"]["spam"] > 0.5 > ham["scores"]["spam"]


@pytest.mark.parametrize("command", ["moderate", "answer", "mood", "detect", "train"])
def test_file_commands_start_without_prefect_or_great_expectations(command: str, tmp_path: Path):
    (tmp_path / "in.csv").write_text("id,text,label,timestamp,value\n1,merci,0,2026-01-01,1\n", encoding="utf-8")
    (tmp_path / "kb.csv").write_text("entry_id,question,answer\na,quoi,ceci\n", encoding="utf-8")
    options = {"answer": ["--knowledge", "kb.csv"], "train": ["--norm", "spam"]}
    code = (
        "import sys\nfrom deployments.cli import app\n"
        f"app({[command, 'in.csv', '--out', 'out', *options.get(command, [])]!r}, standalone_mode=False)\n"
    )
    watch = f"try:\n    exec({code!r})\nexcept ValueError as error:\n    print(error)\nprint([m for m in ('prefect', 'great_expectations') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", "import sys\n" + watch], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


def test_a_bad_table_is_one_clear_message_without_a_traceback(vigie: Vigie, tmp_path: Path):
    (tmp_path / "latin.csv").write_bytes("id,text\n1,déjà\n".encode("latin-1"))
    (tmp_path / "short.csv").write_text("id,texte\n1,a\n", encoding="utf-8")
    for name, expected in {
        "latin.csv": "latin.csv:2",
        "short.csv": "no column text",
        "none.csv": "no such file",
    }.items():
        done = vigie("moderate", name, "--out", "out.jsonl")
        assert done.returncode == 2
        assert expected in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_init_writes_a_workspace_that_doctor_finds_right_and_never_overwrites_it(language: str, vigie: Vigie):
    made = vigie("init", "ws", "--language", language, "--name", "L'Œuf « bio »")
    assert made.returncode == 0, made.stderr
    looked = vigie("doctor", "--workspace", "ws")
    files = [line for line in looked.stdout.splitlines() if "community.yaml" in line or "charter.yaml" in line]
    assert len(files) == 2 and all(line.startswith("✓") for line in files)
    again = vigie("init", "ws", "--language", language)
    assert again.returncode == 2 and "nothing was written" in again.stderr


@pytest.mark.parametrize(
    ("language", "mends"),
    [("en", ["correct", "did you mean", "end it"]), ("fr", ["corrigez", "vouliez-vous", "terminez-le"])],
)
def test_doctor_names_three_mistakes_each_with_file_line_and_mend(
    language: str, mends: list[str], vigie: Vigie, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("VIGIE_LANGUAGE", language)
    vigie("init", "ws", "--language", "fr")
    community, charter = tmp_path / "ws" / "community.yaml", tmp_path / "ws" / "charter.yaml"
    text = community.read_text(encoding="utf-8").replace("Europe/Paris", "Europe/Pari")
    community.write_text(text, encoding="utf-8")
    rules = charter.read_text(encoding="utf-8").replace("- id: insult", "- id: insult\n    autonomie: act", 1)
    charter.write_text(rules, encoding="utf-8")
    faq = tmp_path / "ws" / "knowledge" / "faq.md"
    faq.write_text(
        faq.read_text(encoding="utf-8") + "\n## Une question sans identifiant ?\n\nRéponse.\n", encoding="utf-8"
    )

    looked = vigie("doctor", "--workspace", "ws")

    assert looked.returncode == 1
    wrong = {
        line.split()[1].split(":")[0]: line
        for line in looked.stdout.splitlines()
        if line.startswith("✗ ") and "(" in line
    }
    for name, content, told in [
        ("community.yaml", text, "Europe/Pari"),
        ("charter.yaml", rules, "autonomie"),
        ("knowledge/faq.md", faq.read_text(encoding="utf-8"), "sans identifiant"),
    ]:
        line = next(
            number
            for number, row in enumerate(content.splitlines(), start=1)
            if told in row and not row.startswith("# ")
        )
        assert f"{name}:{line}:" in wrong[name]
        assert f"({mends.pop(0)}" in wrong[name]


@pytest.mark.parametrize(("language", "told"), [("fr", "lignes jugées\u00a0: 4"), ("en", "4 rows judged")])
def test_a_command_speaks_the_language_of_whoever_runs_it(
    language: str, told: str, vigie: Vigie, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("VIGIE_LANGUAGE", language)
    (tmp_path / "in.csv").write_text(CSV, encoding="utf-8")
    assert told in vigie("moderate", "in.csv", "--out", "out.jsonl").stdout

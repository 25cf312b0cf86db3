"""The wheel as a newcomer installs it: nothing is missing from it, and the command works away from the repository."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent
NEEDED = [
    "connectors/store/migrations/env.py",
    "deployments/prefect.yaml",
    "deployments/sandbox/demo/workspace/community.yaml",
    "deployments/sandbox/demo/workspace/knowledge/",
    "deployments/sandbox/demo/texts/",
    "deployments/workspaces/en/charter.yaml",
    "deployments/workspaces/fr/.env.example",
    "tasks/insights/lexicon/",
    "tasks/moderation/models/spam.npz",
    "tasks/moderation/presets.yaml",
    "tasks/publishing/templates/style.css",
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that this tree builds."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, REPOSITORY]
    subprocess.run(command, check=True, capture_output=True)
    return next(out.glob("vigie-*.whl"))


def test_the_wheel_holds_all_that_vigie_reads_at_run_time(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()
    assert [needed for needed in NEEDED if not any(name.startswith(needed) for name in names)] == []
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {
        "connectors",
        "deployments",
        "domain",
        "flows",
        "tasks",
    }


def test_the_installed_command_works_in_another_folder(wheel: Path, tmp_path: Path):
    environment = tmp_path / "venv"
    venv.create(environment, with_pip=False)
    inside = next((environment / "lib").glob("python*")) / "site-packages"
    # The libraries come from the tests' environment; Vigie itself only from the wheel.
    (inside / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    # Unpacked rather than installed: pip would take the tests' own Vigie away for it.
    zipfile.ZipFile(wheel).extractall(inside)
    python = environment / "bin" / "python"
    vigie = tmp_path / "vigie.py"
    vigie.write_text(
        "from importlib.metadata import distribution\n"
        "[script] = distribution('vigie').entry_points.select(group='console_scripts', name='vigie')\n"
        "script.load()()\n",
        encoding="utf-8",
    )
    where = subprocess.run(
        [python, "-c", "import deployments; print(deployments.__file__)"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    assert where.stdout.startswith(str(environment))
    made = subprocess.run(
        [python, vigie, "init", "ws", "--language", "en"], cwd=tmp_path, check=False, capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr
    (tmp_path / "in.csv").write_text("id,text\n1,You are an idiot\n", encoding="utf-8")
    command = [python, vigie, "moderate", "in.csv", "--out", "out.jsonl", "--charter", "ws/charter.yaml"]
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert '"insult"' in (tmp_path / "out.jsonl").read_text(encoding="utf-8")

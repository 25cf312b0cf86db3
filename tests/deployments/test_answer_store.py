"""`vigie answer --store` keeps what was learned of a knowledge base, and learns anew when the base changes."""

import json
import subprocess
import sys
from pathlib import Path

KNOWLEDGE = "entry_id,question,answer\nhours,What are your opening hours?,9 to 5\nparcel,Where is my parcel?,{answer}\n"

ANSWER = """
import sys
from pathlib import Path
from deployments.file_commands import answer_file

folder = Path(sys.argv[1])
answer_file(folder / "asked.csv", folder / "out.jsonl", folder / "kb.csv", folder / "kept")
print(any(name.startswith("sklearn") for name in sys.modules))
"""


def run(folder: Path) -> tuple[str, str]:
    """Whether anything of scikit-learn was loaded, and the draft."""
    done = subprocess.run([sys.executable, "-c", ANSWER, str(folder)], capture_output=True, text=True, check=True)
    return done.stdout.strip(), json.loads((folder / "out.jsonl").read_text(encoding="utf-8"))["draft"]


def test_a_known_base_is_not_learned_again_and_a_changed_answer_is_used_at_once(tmp_path):
    (tmp_path / "asked.csv").write_text("id,text\n1,where is my parcel\n", encoding="utf-8")
    (tmp_path / "kb.csv").write_text(KNOWLEDGE.format(answer="On its way"), encoding="utf-8")
    assert run(tmp_path) == ("True", "On its way")
    (tmp_path / "kb.csv").write_text(KNOWLEDGE.format(answer="At the post office"), encoding="utf-8")
    assert run(tmp_path) == ("False", "At the post office")

"""`vigie charter import` writes a charter that Vigie reads, and tells what it could not take over."""

from pathlib import Path

import pytest

from deployments.charter_command import import_charter
from domain.documents import MendableError
from tasks.moderation.charter_file import load_charter

RULES = "body: scam\naction: remove\nset_flair: x\n---\ntitle (regex): '[W]TS'\naction: filter\n"


def test_the_charter_is_read_as_it_was_written(tmp_path: Path) -> None:
    automod, out = tmp_path / "automod.yaml", tmp_path / "charter.yaml"
    automod.write_text(RULES, encoding="utf-8")
    written, report = import_charter(automod, out)
    assert written == str(out)
    assert "automod.yaml:3: `set_flair`" in report
    assert [norm.id for norm in load_charter(out.read_text(encoding="utf-8"), "c").norms] == ["automod_1", "automod_5"]
    assert import_charter(automod, None)[0] == out.read_text(encoding="utf-8")


def test_nothing_is_overwritten_and_an_empty_result_is_an_error(tmp_path: Path) -> None:
    automod, out = tmp_path / "automod.yaml", tmp_path / "charter.yaml"
    out.write_text("mine", encoding="utf-8")
    automod.write_text(RULES, encoding="utf-8")
    with pytest.raises(MendableError, match=r"charter\.yaml"):
        import_charter(automod, out)
    assert out.read_text(encoding="utf-8") == "mine"
    automod.write_text("body: a\naction: approve\n", encoding="utf-8")
    with pytest.raises(MendableError, match=r"automod\.yaml:2: `action`"):
        import_charter(automod, None)

"""`vigie charter import`: AutoModerator's rules as a charter, with a list of what was not carried over."""

import io
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from domain.documents import MendableError
from domain.language import say
from tasks.moderation.automod import Imported, import_automod
from tasks.moderation.charter_file import load_charter

WIDTH = 120


def import_charter(automod: Path, out: Path | None) -> tuple[str, str]:
    """(what was written or the charter itself without `out`, what to know about it).

    Raises MendableError when `automod` cannot be read, holds no rule that can be carried over, or `out` exists.
    """
    if out is not None and out.exists():
        raise MendableError(
            say(
                fr="{out} existe déjà : choisissez un autre nom",
                en="{out} exists already: choose another name",
                out=out,
            )
        )
    try:
        text = automod.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise MendableError(f"{automod}: {error}") from None
    imported = import_automod(text, str(automod))
    report = _report(imported, automod)
    if not imported.norms:
        raise MendableError(report)
    charter = _yaml(imported, automod)
    load_charter(charter, str(out or automod))
    if out is None:
        return charter, report
    out.write_text(charter, encoding="utf-8")
    return str(out), report


def _yaml(imported: Imported, automod: Path) -> str:
    writer: Any = YAML(typ="safe", pure=True)
    writer.default_flow_style, writer.width, writer.allow_unicode = False, WIDTH, True
    writer.sort_base_mapping_type_on_output = False
    written = io.StringIO()
    writer.dump({"norms": imported.norms}, written)
    head = say(
        fr="# Règles d'AutoModerator ({file}). Chacune propose seulement : une personne décide.",
        en="# AutoModerator's rules ({file}). Each only proposes: a person decides.",
        file=automod.name,
    )
    return f"{head}\n{written.getvalue()}"


def _report(imported: Imported, automod: Path) -> str:
    counted = say(
        fr="{taken} règle(s) reprise(s), {left} laissée(s) de côté, {notes} remarque(s)",
        en="{taken} rules carried over, {left} left out, {notes} notes",
        taken=len(imported.norms),
        left=imported.left_out,
        notes=len(imported.notes),
    )
    listed = [f"{automod}:{note.line}: `{note.key}`: {note.why}" for note in imported.notes]
    return "\n".join([*listed, counted])

"""Reads Reddit's AutoModerator rules into norms of a charter; what has no counterpart is told with its line.

A condition that Vigie lacks leaves the whole rule out, since without it the rule would touch too much; an action that it
lacks is only told. The semantics are those of Reddit's public documentation of AutoModerator.
"""

import io
import re
from dataclasses import dataclass, field, replace
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from domain.checks import NumberCheck, TextCheck
from domain.documents import Problem, WorkspaceError
from domain.language import say
from tasks.moderation.automod_terms import (
    ACTIONS,
    AUTHOR_PARTS,
    DEFAULT_HOW,
    FLAGS,
    HOWS,
    NUMBERS,
    OUTPUTS,
    PARTS,
    PERIOD_DAYS,
    STANDARDS,
    TYPES,
)
from tasks.moderation.conditions import check_error

_KEY = re.compile(r"^(?P<not>~?)(?P<fields>[a-z_+]+?)(?:#[^\s(]*)?\s*(?:\((?P<modifiers>.+)\))?$")
_COMPARED = re.compile(r"^(?P<sign>==?|<|>)?\s*(?P<number>-?\d+)\s*(?P<unit>minute|hour|day|week|month|year)?s?$")
_PLACEHOLDER = re.compile(r"\{\{[^}]*\}\}")


@dataclass(frozen=True)
class Note:
    """Something of the file that was not carried over as it stands. line: from 1."""

    line: int
    key: str
    why: str


@dataclass(frozen=True)
class Imported:
    """norms: as `charter.yaml` writes them. notes: in the order of the file. left_out: rules that became no norm."""

    norms: list[dict[str, Any]]
    notes: list[Note]
    left_out: int


class _NoCounterpart(Exception):
    """A condition that Vigie lacks, or that cannot be read. place: line and key, where it is inside another key."""

    place: tuple[int, str] | None = None


@dataclass
class _Draft:
    """A rule on its way."""

    norm: dict[str, Any]
    rule: dict[str, Any]
    quotes_ignored: bool
    notes: list[Note] = field(default_factory=list)


def import_automod(text: str, file: str) -> Imported:
    """The norms that the rules in `text` become, one for each. Raises WorkspaceError when it is no YAML."""
    norms: list[dict[str, Any]] = []
    notes: list[Note] = []
    left_out = 0
    for document in _documents(text, file):
        if document is None:
            continue
        if not isinstance(document, CommentedMap):
            why = say(fr="ce n'est pas une règle", en="this is not a rule")
            shown = str(document).split("\n")[0][:60]
            notes.append(Note(text.count("\n", 0, max(text.find(shown), 0)) + 1, shown, why))
            continue
        norm, found = _norm(document)
        notes += found
        left_out += norm is None
        norms += [norm] if norm else []
    return Imported(norms, notes, left_out)


def _documents(text: str, file: str) -> list[Any]:
    try:
        return list(YAML(typ="rt").load_all(io.StringIO(text)))
    except YAMLError as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        reason = str(error.problem) if isinstance(error, MarkedYAMLError) else str(error)
        problem = say(fr="YAML invalide ({reason})", en="not valid YAML: {reason}", reason=reason.split("\n")[0])
        mend = say(fr="corrigez cette ligne, rien n'a été importé", en="correct this line, nothing was imported")
        raise WorkspaceError([Problem(file, mark.line + 1 if mark else 0, problem, mend)]) from None


def _norm(given: CommentedMap) -> tuple[dict[str, Any] | None, list[Note]]:
    line = given.lc.line + 1 if not given else min(given.lc.key(key)[0] for key in given) + 1
    name = f"AutoModerator, {say(fr='ligne', en='line')} {line}"
    norm = {"id": f"automod_{line}", "title": name, "use_model": False}
    draft = _Draft(norm, {"name": name}, given.get("ignore_blockquotes") is True)
    for key, value in given.items():
        at = given.lc.key(key)[0] + 1
        try:
            _take(draft, str(key), value, at)
        except _NoCounterpart as lack:
            why = say(fr="{lack} : règle laissée de côté", en="{lack}: the rule was left out", lack=lack)
            place, told = lack.place or (at, str(key))
            return None, [Note(place, told, why)]
    lacking = _lacking(draft)
    return (None, [Note(line, name, lacking)]) if lacking else (draft.norm | {"rules": [draft.rule]}, draft.notes)


def _lacking(draft: _Draft) -> str | None:
    if not draft.rule.keys() & {"checks", "numbers", "flags"}:
        return say(fr="la règle n'a pas de condition utilisable", en="the rule has no condition that can be used")
    if "action" not in draft.norm:
        return say(
            fr="la règle ne retire, ne retient et ne signale rien", en="the rule removes, holds and reports nothing"
        )
    return None


def _take(draft: _Draft, key: str, value: Any, line: int) -> None:
    """Put one line of the rule into the draft. Raises _NoCounterpart for a condition that Vigie lacks."""
    if key in {"author", "parent_submission"} and isinstance(value, CommentedMap):
        for inner, given in value.items():
            line = value.lc.key(inner)[0] + 1
            try:
                _condition(draft, str(inner), given, line, within=key)
            except _NoCounterpart as lack:
                lack.place = line, str(inner)
                raise
    elif key == "action":
        _action(draft, value)
    elif key in {"action_reason", "report_reason"}:
        _words(draft, "title", str(value), Note(line, key, ""))
    elif key == "comment":
        _words(draft, "reason", str(value), Note(line, key, ""))
    elif key == "type":
        _type(draft, str(value))
    elif key == "standard":
        _standard(draft, str(value), line)
    elif key in OUTPUTS:
        draft.notes.append(Note(line, key, say(fr=OUTPUTS[key][0], en=OUTPUTS[key][1])))
    elif key == "moderators_exempt" and value is False:
        why = say(fr="l'équipe n'est jamais modérée", en="the team is never moderated")
        draft.notes.append(Note(line, key, why))
    elif key not in {"moderators_exempt", "ignore_blockquotes"}:
        _condition(draft, key, value, line, within="")


def _action(draft: _Draft, value: Any) -> None:
    if str(value) not in ACTIONS:
        raise _NoCounterpart(say(fr="l'action `{it}` n'existe pas ici", en="there is no action `{it}` here", it=value))
    draft.norm["action"] = ACTIONS[str(value)]
    draft.norm["autonomy"] = "propose"


def _words(draft: _Draft, name: str, said: str, note: Note) -> None:
    """A sentence for the norm's `name`; one with placeholders is told instead."""
    if _PLACEHOLDER.search(said):
        why = say(
            fr="un texte avec des variables ne peut pas être repris : écrivez `{name}` vous-même",
            en="a text with placeholders cannot be taken over: write `{name}` yourself",
            name=name,
        )
        draft.notes.append(replace(note, why=why))
    else:
        draft.norm[name] = said.strip()


def _type(draft: _Draft, value: str) -> None:
    if value not in TYPES:
        raise _NoCounterpart(say(fr="le type `{it}` est inconnu ici", en="the type `{it}` is not known", it=value))
    kinds, is_text_post = TYPES[value]
    if kinds:
        draft.rule["kinds"] = list(kinds)
    if is_text_post is not None:
        draft.rule.setdefault("flags", {})["is_text_post"] = is_text_post


def _standard(draft: _Draft, value: str, line: int) -> None:
    if value not in STANDARDS:
        raise _NoCounterpart(say(fr="la liste `{it}` est inconnue", en="the list `{it}` is not known", it=value))
    _add_check(draft, TextCheck(parts=["domain"], any_of=list(STANDARDS[value])))
    why = say(
        fr="une liste de Vigie tient lieu de celle de Reddit : relisez-la",
        en="a list of Vigie's own stands for Reddit's: look through it",
    )
    draft.notes.append(Note(line, "standard", why))


def _condition(draft: _Draft, key: str, value: Any, line: int, *, within: str) -> None:
    if within == "author" and key == "satisfy_any_threshold":
        draft.rule["any_number"] = bool(value)
    elif within == "author" and key == "is_moderator" and value is False:
        return  # the team's accounts are never moderated
    elif within != "parent_submission" and key in NUMBERS:
        _number(draft, key, value, line)
    elif within != "parent_submission" and key in FLAGS:
        draft.rule.setdefault("flags", {})[FLAGS[key]] = bool(value)
    else:
        _text(draft, key, value, line, within)


def _number(draft: _Draft, key: str, value: Any, line: int) -> None:
    fact, default_sign = NUMBERS[key]
    compared = _COMPARED.match(str(value).strip())
    if not compared:
        raise _NoCounterpart(say(fr="`{it}` ne se lit pas", en="`{it}` cannot be read", it=value))
    sign, number = compared["sign"] or default_sign, float(compared["number"])
    if key == "account_age":
        number *= PERIOD_DAYS[compared["unit"] or "day"]
    if key == "reports":
        number -= 1
    side = {"<": "below", ">": "above"}.get(sign, "equals")
    check = NumberCheck.model_validate({"fact": fact, side: number})
    draft.rule.setdefault("numbers", []).append(check.model_dump(exclude_defaults=True))
    if key not in {"reports", "body_longer_than", "body_shorter_than"}:
        why = say(
            fr="Reddit ne dit ni l'âge ni le karma d'un auteur avec ses messages : la règle ne vaut que là où une plateforme les dit",
            en="Reddit does not tell an author's age or karma with a message: the rule holds only where a platform tells them",
        )
        draft.notes.append(Note(line, key, why))


def _text(draft: _Draft, key: str, value: Any, line: int, within: str) -> None:
    read = _KEY.match(key)
    known = {"": PARTS, "author": AUTHOR_PARTS, "parent_submission": {"title": "thread_title"}}[within]
    names = read["fields"].split("+") if read else [key]
    parts = [known[name] for name in names if name in known]
    modifiers = [part.strip() for part in (read["modifiers"] or "").split(",") if part.strip()] if read else []
    unknown = [name for name in names if name not in known] + [
        name for name in modifiers if name not in {*HOWS, "regex", "case-sensitive"}
    ]
    if read is None or not parts or (unknown and (read["not"] or set(unknown) & set(modifiers))):
        raise _NoCounterpart(
            say(fr="pas d'équivalent pour `{it}`", en="no counterpart for `{it}`", it=", ".join(unknown or [key]))
        )
    if unknown:
        why = say(fr="pas d'équivalent pour `{it}`", en="no counterpart for `{it}`", it=", ".join(unknown))
        draft.notes.append(Note(line, key, why))
    texts = [str(one) for one in (value if isinstance(value, list) else [value]) if one not in (None, "")]
    if not texts or isinstance(value, CommentedMap):
        raise _NoCounterpart(say(fr="aucun texte n'est donné", en="no text is given"))
    how = next((name for name in modifiers if name in HOWS), DEFAULT_HOW.get(names[0]) if len(names) == 1 else None)
    check = TextCheck.model_validate({
        "parts": parts,
        "any_of": texts,
        "how": how or "includes-word",
        "regex": "regex" in modifiers,
        "case_sensitive": "case-sensitive" in modifiers,
        "not": bool(read["not"]),
    })  # fmt: skip
    _add_check(draft, check)


def _add_check(draft: _Draft, check: TextCheck) -> None:
    reason = check_error(check) if check.regex else None
    if reason:
        raise _NoCounterpart(
            say(fr="expression régulière inutilisable ({it})", en="not a usable regular expression: {it}", it=reason)
        )
    quotes = {"ignore_quotes": True} if draft.quotes_ignored and "body" in check.parts else {}
    draft.rule.setdefault("checks", []).append(
        {**check.model_dump(exclude_defaults=True), "parts": list(check.parts), **quotes}
    )

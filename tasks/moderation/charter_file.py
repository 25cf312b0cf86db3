"""Reads `charter.yaml` and completes it from Vigie's preset norms; every mistake is told with its line and mend."""

from functools import cache
from pathlib import Path
from typing import Any

import regex
from rapidfuzz.process import extractOne

from domain.charter import Charter, Norm, Rule
from domain.documents import Problem, WorkspaceError, line_of, load_tree, parse
from domain.language import say
from tasks.moderation.conditions import check_error
from tasks.moderation.rules import compiled, folded_pattern

PRESETS_FILE = Path(__file__).with_name("presets.yaml")
LANGUAGES_OF_RULES = 2  # length of an ISO 639-1 code


@cache
def default_charter() -> Charter:
    """The preset norms alone, as they apply without a `charter.yaml`."""
    return parse(PRESETS_FILE.read_text("utf-8"), Charter, PRESETS_FILE.name)


def load_charter(text: str, file: str) -> Charter:
    """The charter in the YAML `text` of `file`, completed from the presets.

    A norm with the id of a preset inherits each field that is not written. Raises WorkspaceError with every mistake.
    """
    written = parse(text, Charter, file)
    problems = _problems(written, load_tree(text, file), file)
    if problems:
        raise WorkspaceError(problems)
    return written.model_copy(update={"norms": [_completed(norm) for norm in written.norms]})


def _presets() -> dict[str, Norm]:
    return {norm.id: norm for norm in default_charter().norms}


def _completed(norm: Norm) -> Norm:
    preset = _presets().get(norm.id)
    if preset is None:
        return norm if norm.title else norm.model_copy(update={"title": {"fr": norm.id, "en": norm.id}})
    return preset.model_copy(update={name: getattr(norm, name) for name in norm.model_fields_set})


def _problems(charter: Charter, tree: Any, file: str) -> list[Problem]:
    problems = []
    seen = set[str]()
    for at, norm in enumerate(charter.norms):
        line = line_of(tree, ("norms", at, "id"))
        if norm.id in seen:
            message = say(
                fr="la norme `{norm}` est écrite deux fois", en="norm `{norm}` is written twice", norm=norm.id
            )
            problems.append(Problem(file, line, message, say(fr="réunissez les deux", en="join the two")))
        seen.add(norm.id)
        if norm.id not in _presets() and not norm.rules and not norm.description:
            message = say(
                fr="la norme `{norm}` ne dit rien qui permette de juger",
                en="norm `{norm}` says nothing that can be judged",
                norm=norm.id,
            )
            problems.append(Problem(file, line, message, _instead(norm.id)))
        for place, rule in enumerate(norm.rules):
            problems += _rule_problems(rule, tree, ("norms", at, "rules", place), file)
    return problems


def _instead(norm_id: str) -> str:
    near = extractOne(norm_id, list(_presets()), score_cutoff=70)
    if near:
        return say(
            fr="vouliez-vous écrire `{near}`, la norme fournie ? Sinon, ajoutez `description` ou `rules`",
            en="did you mean the preset `{near}`? Otherwise add a `description` or `rules`",
            near=near[0],
        )
    return say(
        fr="ajoutez `description` ou `rules` ; normes fournies : {presets}",
        en="add a `description` or `rules`; presets: {presets}",
        presets=", ".join(_presets()),
    )


def _rule_problems(rule: Rule, tree: Any, path: tuple[int | str, ...], file: str) -> list[Problem]:
    problems = []
    written = (rule.words, rule.patterns, rule.domains, rule.min_links, rule.min_capitals_share)
    if not any((*written, rule.checks, rule.numbers, rule.flags)):
        message = say(fr="la règle `{rule}` n'a pas de condition", en="rule `{rule}` has no condition", rule=rule.name)
        mend = say(
            fr="ajoutez `words`, `patterns`, `domains`, `min_links`, `min_capitals_share`, `checks`, `numbers` ou `flags`",
            en="add `words`, `patterns`, `domains`, `min_links`, `min_capitals_share`, `checks`, `numbers` or `flags`",
        )
        problems.append(Problem(file, line_of(tree, path), message, mend))
    for key in ("patterns", "unless"):
        for at, pattern in enumerate(getattr(rule, key)):
            reason = _pattern_error(pattern)
            if reason:
                message = say(
                    fr="`{pattern}` n'est pas une expression régulière utilisable ({reason})",
                    en="`{pattern}` is not a regular expression: {reason}",
                    pattern=pattern,
                    reason=reason,
                )
                line = line_of(tree, (*path, key, at))
                problems.append(Problem(file, line, message, say(fr="corrigez-la", en="correct it")))
    for at, check in enumerate(rule.checks):
        if check.regex and (reason := check_error(check)):
            message = say(
                fr="une expression régulière de `any_of` est inutilisable ({reason})",
                en="a regular expression of `any_of` is not valid: {reason}",
                reason=reason,
            )
            line = line_of(tree, (*path, "checks", at, "any_of"))
            problems.append(Problem(file, line, message, say(fr="corrigez-la", en="correct it")))
    for at, word in enumerate(rule.words):
        if not word.strip(" *"):
            line = line_of(tree, (*path, "words", at))
            message = say(
                fr="`{word}` toucherait tous les commentaires", en="`{word}` would match every comment", word=word
            )
            mend = say(fr="supprimez-le, ou écrivez un mot", en="remove it, or write a word")
            problems.append(Problem(file, line, message, mend))
    for at, code in enumerate(rule.languages):
        if len(code) != LANGUAGES_OF_RULES or not code.islower():
            line = line_of(tree, (*path, "languages", at))
            message = say(fr="`{code}` n'est pas un code de langue", en="`{code}` is not a language code", code=code)
            problems.append(Problem(file, line, message, say(fr="écrivez `fr`, `en`...", en="write `fr`, `en`, ...")))
    return problems


def _pattern_error(pattern: str) -> str | None:
    try:
        found = compiled(folded_pattern(pattern)).search("")
    except regex.error as error:
        return str(error)
    return say(fr="elle touche tous les commentaires", en="it matches every comment") if found else None

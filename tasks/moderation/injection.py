"""Notices comments that talk to whoever judges them; what does goes to a human and is never shown to a model.

Deliberately broad: a comment is looked at only when rules and local models are unsure of it, so a false alarm costs one
look of a human, and a miss could let a stranger speak to the model.
"""

import regex

from tasks.moderation.normalise import fold, unmask

LONGEST_CHARS = 2_000  # longer comments are read by humans, not by models

_HIDDEN = regex.compile(r"[\p{Cc}\p{Cf}\p{Co}\p{Cn}--[\n\t\r\u200d\ufe0f\u200e\u200f]]", regex.V1)
_MARKUP = regex.compile(
    r"[{}<>\[\]|`]{2,}|</?\w+[^>]*>|\[/?\w+\]|\{\s*[\"']|[\"']\s*:\s*[\"'\d\[{tfn]|^\s*#{2,}|-{4,}|={4,}|~{3,}", regex.M
)
_ENCODED = regex.compile(
    r"[A-Za-z0-9+/_-]{40,}={0,2}|(?:\\[uUxX][0-9a-fA-F]{2,4}){3,}|(?:&#?\w+;){3,}|(?:%[0-9a-fA-F]{2}){4,}"
)
_TWO_SCRIPTS = regex.compile(r"\b(?=\w*\p{Latin})(?=\w*[\p{Cyrillic}\p{Greek}])\w+")
_SHAPES = (_HIDDEN, _MARKUP, _ENCODED, _TWO_SCRIPTS)
_JUDGING = regex.compile(
    r"\b(?:prompts?|instructions?|consignes?|directives?|systeme?|system|assistants?|developer|jailbreak\w*|"
    r"llms?|gpt\w*|chat ?gpt|claude|gemini|mistral|openai|ia|ai|i\.a\.|a\.i\.|robots?|bots?|modele de langue|language model|"
    r"json|yaml|xml|schema|output|sortie|token|api|"
    r"verdicts?|classif\w*|moderat\w*|moder\w*|label\w*|etiquet\w*|confidence|confiance|score|"
    r"norms?|normes?|charter|charte|regles?|rules?|policy|politique|"
    r"allow\w*|approv\w*|approuv\w*|autoris\w*|accept\w*|hold|remove\w*|escalat\w*|whitelist\w*|bypass\w*|override\w*|"
    r"harmless|obey\w*|obei\w*|decod\w*|inoffensi\w*|safe|benign|benin\w*|"
    r"ignor\w*|disregard\w*|forget (?:all|every|what|the|your)|oubli\w*|pretend\w*|act as|role ?play\w*|jeu de role|"
    r"fais comme si|tu es (?:maintenant|desormais)|you are now|from now on|desormais|repond\w* (?:seulement|uniquement|par)|"
    r"answer only|respond (?:only|with)|reply (?:only|with)|print|affich\w*|repeat after|repet\w* apres|reveal\w*|revel\w*|"
    r"previous|precedent\w*|above|ci-dessus|below|ci-dessous|following|suivant\w*|other comments?|autres commentaires?)\b"
)


def odd_shapes(text: str) -> list[str]:
    """The pieces of a text that are hidden, markup, encoded or of mixed scripts, as no plain sentence has them."""
    return [found.group() for shape in _SHAPES for found in shape.finditer(text)]


def talks_to_the_judge(text: str) -> bool:
    """Whether a comment holds instructions, markup, hidden or encoded text, or is too long to be shown to a model."""
    text = text.strip("\ufeff")  # a byte order mark that an export left
    if len(text) > LONGEST_CHARS or any(shape.search(text) for shape in _SHAPES):
        return True
    folded = fold(text)
    return bool(_JUDGING.search(folded) or _JUDGING.search(unmask(folded)) or _spaced(folded))


def _spaced(folded: str) -> bool:
    """Whether the words appear once spaces, dots and dashes between single letters are taken out."""
    joined = regex.sub(r"(?<=\b\w)[ .\-_*]+(?=\w\b)", "", folded)
    return joined != folded and bool(_JUDGING.search(joined))

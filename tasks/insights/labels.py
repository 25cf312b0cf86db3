"""Names a cluster of comments with words as members write them, in the language of the CM where the comments allow."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from tasks.insights.subjects import subject
from tasks.insights.words import clauses, is_notion

_MAX_WORDS = 4
_MIN_SHARE_OF_LANGUAGE = 0.2
_PHRASE_SHARE = 0.3  # of the comments with a topic's leading word that must contain a phrase for it to name the topic
_LISTED = 3
_VERB_FORM = re.compile(r"(?:[éè]|ées?|és|er|ir|ing|ed)$")  # rather tell what happened than to what
_LEADING = 2  # strongest words, of which a phrase must have one
_CONNECTORS = frozenset(
    ["de", "du", "des", "d", "à", "au", "aux", "en", "of", "for"]
)  # the only small words inside a phrase
_MOST_READ = 2_000  # comments; more do not change a name

Phrases = dict[tuple[str, ...], Counter[str]]


def label(
    texts: Sequence[str], langs: Sequence[str | None], strength: dict[str, float], language: str
) -> tuple[str, tuple[str, ...]]:
    """A readable name and the leading words of a cluster; an empty name where no word stands out.

    strength: weight of the cluster's keys, strongest first. The name is the phrase that says most of them, or a list.
    """
    chosen = [text for text, lang in zip(texts, langs, strict=True) if lang == language]
    texts = chosen if len(chosen) >= max(2, _MIN_SHARE_OF_LANGUAGE * len(texts)) else texts
    phrases = _phrases(texts[:_MOST_READ])
    single = {name: weight for name, weight in strength.items() if " " not in name or (name,) in phrases}
    words = [(name, _written(phrases[(name,)])) for name in single if (name,) in phrases]
    if not words:
        return "", ()
    best = _best_phrase(phrases, single)
    names = [best] if best else []
    said = {subject(word) for word in (best or "").split()}
    if not best or len(said) < 2:
        nouns = [each for each in words if is_notion(each[0]) or not _VERB_FORM.search(each[1])]
        for name, written in nouns or words:
            if name not in said and len(names) < _LISTED and written not in names:
                names.append(written)
    title = ", ".join(names)
    return title[:1].upper() + title[1:], tuple(dict.fromkeys(written for _, written in words))


def _phrases(texts: Sequence[str]) -> Phrases:
    """Keys of each phrase of up to four words -> how it is written, counted once for each comment."""
    found: Phrases = defaultdict(Counter)
    for text in texts:
        here: dict[tuple[str, ...], str] = {}
        for words in clauses(text):
            keys = [subject(word) for word in words]
            for start, first in enumerate(keys):
                if not first:
                    continue
                for end in range(start + 1, min(start + _MAX_WORDS, len(words)) + 1):
                    if not keys[end - 1]:
                        if words[end - 1].lower() not in _CONNECTORS:
                            break
                        continue
                    said = tuple(each for each in keys[start:end] if each)
                    here.setdefault(said, " ".join(words[start:end]))
        for said, written in here.items():
            found[said][written] += 1
    return found


def _best_phrase(phrases: Phrases, strength: dict[str, float]) -> str | None:
    """The phrase of two or three telling words that names the topic best, if one is common enough."""
    top, leading_words = max(strength.values()), set(list(strength)[:_LEADING])
    best, best_worth = None, 0.0
    for said, forms in phrases.items():
        if (
            len(said) not in {2, 3}
            or len(set(said)) < len(said)
            or leading_words.isdisjoint(said)
            or not all(each in strength for each in said)
        ):
            continue
        count = sum(forms.values())
        leading = max(sum(phrases[(each,)].values()) for each in said)
        if count < 2 or count < _PHRASE_SHARE * leading:
            continue
        worth = count * sum(strength[each] / top for each in said) / len(said) ** 0.5
        if worth > best_worth:
            best, best_worth = _written(forms), worth
    return best


def _written(forms: Counter[str]) -> str:
    """The commonest spelling; lower case unless most write capitals inside the sentence."""
    folded: Counter[str] = Counter()
    for form, count in forms.items():
        folded[form.lower()] += count
    common = max(folded, key=lambda form: (folded[form], form))
    same = Counter({form: count for form, count in forms.items() if form.lower() == common})
    form = max(same, key=lambda each: (same[each], each))
    return (
        form
        if (same[form] > 0.6 * same.total() and not form.isupper()) or (form.isupper() and len(form) <= 4)
        else common
    )

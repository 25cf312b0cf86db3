"""Tells which comments ask something: questions with or without a question mark, requests, and complaints.

Patterns read folded text, so that missing accents and capitals do not matter.
"""

from collections.abc import Sequence

import polars as pl

from tasks.replies.reading import flat

# Where a clause may begin: the start, after punctuation, or after a greeting or a connecting word.
_CONNECTING = (
    r"(?:(?:@\w+|hi|hello|hey|ok|okay|so|and|but|also|please|pls|sorry|guys|all|everyone|there|btw|yo|"
    r"bonjour|bonsoir|salut|coucou|slt|bjr|bsr|et|mais|alors|du coup|donc|svp|stp|s il vous plait|tout le monde|a tous) )*"
)

_START = r"(?:^|[.!?,] *)" + _CONNECTING

_MARK = r"\w *[)\"]* *\?"

# Questions to nobody, which fans ask each other under videos.
_CHATTER = (
    r"\b(?:who(?: s| is| else(?: is)?)?|anyone(?: else)?|anybody(?: else)?|any 1) (?:still )?"
    r"(?:here|watching|listening|from|came|watched|watches|in 20\d\d)"
    r"|\bqui (?:est la|ecoute|regarde|encore|est encore|en 20\d\d)\b|\bam i the only\b|\b(?:suis je|je suis) le seul\b"
)

_ENGLISH_OPENINGS = (
    r"(?:how (?:do|does|did|to|can|could|come|much|many|long|often|far|old|would|should|is|are|was|will|about|i)|"
    r"(?:what|whats|what s|where|wheres|where s|when|why|who|which|whose)"
    r" (?:is|are|was|were|s|do|does|did|can|could|should|would|will|has|have|happened|happens|about|if|"
    r"time|day|kind|type|size|colou?r|version|one|way|the|i|my|your|to|am|not|on earth|in the)|"
    r"whats?(?: s)? (?:up with|the|your|wrong|going on)|"
    r"(?:can|could|would|will|may|should|shall|must|might|do|does|did|is|are|was|has|have|am|cant|don t|doesn t|isn t|aren t)"
    r" (?:i|you|u|we|it|they|he|she|there|this|that|these|those|the|my|your|any|anyone|anybody|somebody|someone|"
    r"a|an|not)\b|"
    r"any (?:\w+ )?(?:idea|ideas|news|update|updates|way|chance|tips|advice|eta|plans|help|suggestions?|reason)|"
    r"(?:does|did|has|can|is|could) any(?:one|body))"
)

_FRENCH_OPENINGS = (
    r"(?:comment|combien|pourquoi|pk|pkoi|quels?|quelles?|lequel|laquelle|a quelle|a quel|de quelle|dans quel|depuis quand|"
    r"jusqu a quand|c est (?:quoi|quand|ou|combien|qui)|est ce|qu est ce|qu en est|quoi faire|"
    r"quand (?:est|sera|seront|arrive|arrivera|sort|sortira|aura|allez|sortez|pourra|pourrons|vais|recevr|va|reviendr|ouvr|"
    r"commence|serez|livrez)\w*|"
    r"ou (?:est|sont|puis|peut|trouver|acheter|en est|en sont|se trouve|se situe|se|on peut|je peux|dois|commander|voir|"
    r"faut|vais|va)\b|"
    r"qui (?:peut|sait|pourrait|connait|a deja|contacter|dois|est ce)|que (?:faire|dois|faut|se passe|signifie|veut dire)|"
    r"(?:pouvez|pourriez|pourrais|peux|peut|puis|avez|savez|sauriez|connaissez|acceptez|livrez|proposez|vendez|faites|"
    r"comptez|allez|etes|as|sais|es|faut|dois|doit|existe|a|y a|est|sera|vais|suis|serait|aurait|aurez|prenez|"
    r"remboursez|expediez|envoyez|ouvrez|fermez)"
    r" (?:vous|tu|je|il|elle|on|t il|t on|t elle|nous)\b|"
    r"(?:vous|tu) (?:pouvez|pourriez|peux|livrez|acceptez|avez|proposez|faites|vendez|prenez|savez|comptez|sais|expediez)|"
    r"on (?:peut|doit|fait comment|recoit quand)|y a (?:t il|moyen|pas moyen)|il y a (?:moyen|un moyen)|"
    r"quelqu un (?:sait|peut|a|aurait|connait|pourrait)|une idee|des nouvelles|possible (?:de|d)\b)"
)

# Anywhere in a text: requests, and complaints that wait for somebody.
_REQUESTS = (
    r"\b(?:i need (?:help|to know|your help|some help|a )|need (?:some )?help|help me|please help|pls help|help please|"
    r"please (?:tell|explain|let me know|advise|add|fix|send|contact|answer|reply|respond|check|can|could)|"
    r"let me know (?:how|if|when|what|where|why)|tell me (?:how|if|when|what|where|why)|show me how|"
    r"i (?:want|would like|d like|wanna|was wondering|wonder|am wondering|m wondering|am trying|m trying|am looking|"
    r"m looking|have a question|don t (?:know|understand) (?:how|why|what|where|if))|"
    r"(?:just )?wondering (?:if|how|when|what|where|why)|looking for|how (?:do i|can i|to)|is there (?:a|any)|"
    r"what now|any \w+ (?:in|near|around) |combien (?:de|d|coute|ca)|c est possible|ca (?:coute|prend|dure) combien|"
    r"what (?:is the|are the|should i|do i|can i)|where (?:can|do) i|anyone know|"
    r"besoin d aide|besoin d un|aidez moi|aide moi|aider svp|merci de (?:me|m|nous|bien vouloir)|dites moi|dis moi|"
    r"je (?:cherche|recherche|voudrais|souhaite|souhaiterais|veux|me demande|ne (?:sais|comprends|trouve) p(?:as|lus)|"
    r"sais pas|comprends pas|trouve pas|n arrive p(?:as|lus)|arrive p(?:as|lus) a)|"
    r"j (?:aimerais|ai besoin|ai une question|arrive p(?:as|lus) a)|on aimerait|"
    r"(?:savoir|me dire|m expliquer|m indiquer|demander) (?:si|comment|quand|ou|pourquoi|quel|quelle|combien|ce que)|"
    r"comment (?:faire|je fais|on fait|puis je|peut on|ca marche|ca se fait|dois je|fait on)|est ce qu\w*|"
    r"(?:svp|stp|s il vous plait|s il te plait) *[.!]*$)"
)

_COMPLAINTS = (
    r"\b(?:(?:does ?n t|do ?n t|did ?n t|not|won t|stopped|isn t|doesnt|isnt) (?:work|working|load|loading|open|opening|"
    r"arrive|arrived|received|connect|charge|charging|responding|start)|(?:still|never) (?:waiting|not|no|have ?n t|"
    r"received|arrived|got|came|broken|nothing)|(?:can ?t|can ?not|cannot|could ?n t|unable to|impossible to) "
    r"(?:log|login|access|find|open|pay|use|connect|get|see|change|cancel|download|install|sign|reset|order|play|update|"
    r"delete|contact|reach)|keeps? (?:crashing|failing|freezing|disconnecting|logging)|error (?:message|code)|"
    r"(?:has|have|had)(?: n t| not) (?:arrived|received|come)|hasn t arrived|haven t received|no (?:answer|reply|response|"
    r"news) (?:from|since|to|for)|"
    r"(?:ne |n )?(?:marche|fonctionne|charge|demarre|s ouvre|s allume|repond|est arrive\w*|ai (?:rien )?recu|recois) "
    r"(?:pas|plus|rien|jamais)|(?:pas|rien|jamais) (?:encore )?(?:recu|arrive|livre)|n ai (?:toujours |encore )?"
    r"(?:pas|rien|jamais)|toujours (?:pas|rien|en attente|aucune?)|impossible (?:de|d)|aucune? (?:reponse|nouvelle)s?|"
    r"sans (?:reponse|nouvelles?)|n arrive p(?:as|lus)|en panne|tombe en panne|(?:message|code) d erreur|bug\w*|plante)\b"
)

_FRENCH_ONLY = r"(?:^|[.!?,] *)(?:comment|combien|pourquoi)\b"


def begins_asking(sentences: Sequence[str]) -> pl.Series:
    """Whether each sentence is worded as a question from its beginning on, which a tag such as "isn't it?" is not."""
    text = pl.col("text")
    found = text.str.contains("^" + _CONNECTING + _ENGLISH_OPENINGS) | text.str.contains(
        "^" + _CONNECTING + _FRENCH_OPENINGS
    )
    return pl.DataFrame({"text": flat(sentences)}).select((found & ~text.str.contains(_CHATTER)).alias("asks"))["asks"]


def asks(texts: Sequence[str | None] | pl.Series, langs: Sequence[str | None] | pl.Series) -> pl.Series:
    """Whether each comment asks something. langs: ISO 639-1 codes, null or "und" where unknown."""
    flattened = flat(texts)
    lang = pl.Series("lang", langs, dtype=pl.String).fill_null("und")
    frame = pl.DataFrame({"text": flattened, "lang": lang})
    text = pl.col("text")
    opening = text.str.contains(_START + _ENGLISH_OPENINGS) | text.str.contains(_START + _FRENCH_OPENINGS) & ~(
        pl.col("lang").eq("en") & text.str.contains(_FRENCH_ONLY)
    )
    stated = text.str.contains(_REQUESTS) | text.str.contains(_COMPLAINTS)
    found = frame.select(((text.str.contains(_MARK) | opening) & ~text.str.contains(_CHATTER) | stated).alias("asks"))
    return found["asks"]

"""What always needs a human: patterns in French and English over folded text, with the reason and urgency of each.

Too much is better than too little here: a human who looks at a harmless comment loses seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from domain.records import Urgency
from tasks.replies.reading import LINK, flat


@dataclass(frozen=True)
class Concern:
    """One reason to call a human. It hits where `pattern`, and `also` if given, stand in the text and `unless` does not."""

    topic: str
    reason: str
    urgency: Urgency
    pattern: str
    also: str = ""
    unless: str = ""


_TO_US = (
    r"\b(?:vous|votre|vos|vs|you|your|ur|service|support|sav|client|clients|customer|customers|commande|order|company|"
    r"entreprise|boite|livraison|delivery|remboursement|refund|abonnement|subscription|produit|product|argent|money)\b"
)

# Gravest first: the first that hits names the hand-off.
CONCERNS = (
    Concern(
        "danger",
        "sensitive",
        Urgency.CRITICAL,
        r"\b(?:suicid\w*|kill(?:ing)? myself|end my life|want to die|self harm\w*|hurt(?:ing)? myself|"
        r"me suicider|me tuer|me faire du mal|en finir avec (?:la|ma) vie|envie de mourir|plus envie de vivre|"
        r"(?:caught|on|catch(?:es)?) fire|(?:has|just|it|battery|charger) exploded|electrocuted|electric shock|"
        r"(?:a|ont|avait) pris feu|(?:a|m a|ont) explose|electrocut\w+|prend feu|"
        r"(?:food )?poison(?:ed|ing)|intoxication|empoisonn\w+|anaphyla\w+|"
        r"(?:is|was|in|to the) (?:the )?(?:hospital|emergency room)|(?:a l|aux|hopital|finir aux) (?:hopital|urgences)|"
        r"child (?:choked|is choking)|s est etouffe\w*)\b",
        unless=r"\bfire (?:song|track|beat)|\bthis is fire\b",
    ),
    Concern(
        "threat",
        "sensitive",
        Urgency.CRITICAL,
        r"\b(?:(?:i will|i ll|ill|im gonna|i m gonna|gonna|going to) (?:kill|hurt|beat|stab|shoot|burn|find) "
        r"(?:you|u|your|them|him|her|everyone)|i know where (?:you|u) (?:live|work)|bomb threat|"
        r"(?:people|someone|somebody|you) (?:will|are going to|is going to|are gonna|is gonna) get hurt|"
        r"je (?:vais|viens) (?:te|vous|le|la|les) (?:tuer|frapper|retrouver|casser|buter|defoncer|cramer|bruler)|"
        r"je sais ou (?:tu|vous) (?:habit|travaill)\w+|alerte a la bombe|il (?:va|risque d) y avoir des (?:blesses|morts)|on va (?:te|vous) (?:retrouver|tuer))\b",
    ),
    Concern(
        "health",
        "sensitive",
        Urgency.HIGH,
        r"\b(?:injur(?:y|ed|ies)|hurt (?:me|my)|burn(?:ed|t) (?:me|my|his|her|hand|skin)|allerg(?:y|ic|ies|ie|ies|ique)\w*|"
        r"made (?:me|us|my \w+) (?:sick|ill)|dangerous|unsafe|hospitali[sz]ed|rash|bless(?:e|ee|es|ure|ures)|"
        r"m a (?:brule|blesse|rendu malade)|brulures?|me suis (?:brule|blesse|coupe)e?|rendue?s? malades?|dangereu(?:x|se)|"
        r"intolerances?|enceinte|pregnan(?:t|cy)|side effects?|effets? secondaires?)\b",
    ),
    Concern(
        "defect",
        "sensitive",
        Urgency.HIGH,
        r"\b(?:overheat\w*|melt(?:ed|s|ing)|burn(?:ing|t|s)? (?:smell|hot|plastic)|smells? (?:of |like )?(?:burn\w*|plastic)|"
        r"(?:too|burning|very|really) hot to (?:touch|hold)|smok(?:e|ing) (?:from|coming|out)|sparks?|short circuit\w*|"
        r"swollen battery|battery (?:is )?(?:swollen|swelling|bulging)|(?:went|goes|turned) (?:off|dark|out) (?:mid|while riding|on a descent)|"
        r"surchauff\w*|(?:a|ont|qui) fond(?:u|us|ue|ues)?|brulante?s?|odeur (?:de |d )?(?:brule|plastique|chaud|fume)\w*|"
        r"sent (?:le )?(?:brule|plastique)|fum(?:e|ee)s? (?:qui|sort)\w*|etincelles?|court circuit|batterie (?:a |qui )?gonfl\w*|"
        r"[4-9]\d (?:c|degres|degrees)|1\d\d (?:c|degres|degrees))\b",
    ),
    Concern(
        "legal",
        "sensitive",
        Urgency.HIGH,
        r"\b(?:lawyers?|attorneys?|(?:will|ll|to|gonna|could|can|should) sue|suing|lawsuit|legal (?:action|proceedings|notice|team)|"
        r"(?:to|in|small claims) court|class action|trading standards|consumer protection|cease and desist|"
        r"copyright (?:infringement|claim)|defamation|(?:mon|un|des|mes|nos|l) avocats?|porte(?:r|rai|rons)? plainte|"
        r"(?:deposer|depose|depot de) (?:une )?plainte|plainte (?:contre|aupres|au)|action en justice|en justice|poursuites|tribunal|"
        r"mise en demeure|dgccrf|signal ?conso|ufc que choisir|60 millions de consommateurs|huissier|mediateur|diffamation|"
        r"association de consommateurs|report(?:ed|ing)? (?:you|this|it) to the (?:police|authorities)|police|gendarmerie)\b",
    ),
    Concern(
        "harassment",
        "sensitive",
        Urgency.HIGH,
        r"\b(?:harass(?:ed|ing|ment|es)?|stalk(?:ed|ing|er)|sexual(?:ly)? (?:assault|harass)\w*|racist (?:employee|staff|agent)|"
        r"harcel(?:e|ee|ement|er|eur|ent)|agress(?:e|ee|ion)|attouchements?|discrimin(?:e|ee|ation|ated)|"
        r"(?:your|the) (?:employee|agent|staff|driver|rep|seller|manager|courier)\w* .{0,40}(?:rude|insult|yell|shout|lied|racist|aggressive)\w*|"
        r"(?:votre|vos|le|la|un|une) (?:employe|agent|vendeu|livreu|conseill|technicien|salarie|operat|hotesse|serveu)\w* .{0,60}"
        r"(?:impoli|grossi|insult|agress|hurl|cri|menti|raciste|desagreable|mal parle|raccroche)\w*)\b",
    ),
    Concern(
        "hacked",
        "sensitive",
        Urgency.HIGH,
        r"\b(?:account (?:was|got|has been|is|been) (?:hacked|stolen|compromised)|(?:been|got|was) (?:hacked|scammed|phished)|"
        r"identity theft|stolen (?:card|identity|account)|unauthori[sz]ed (?:charge|payment|transaction)s?|fraud(?:ulent)?|"
        r"phishing|data (?:leak|breach)|compte .{0,20}(?:pirate|hacke|vole|usurpe)\w*|(?:me suis|ete) (?:fait )?"
        r"(?:pirater|hacker|arnaquer|pirate|hacke|arnaque)e?|usurpation|fraud(?:e|uleu\w+)|hameconnage|fuite de donnees|"
        r"(?:prelevement|paiement|debit)s? non autorises?|carte volee)\b",
    ),
    Concern(
        "press",
        "sensitive",
        Urgency.HIGH,
        r"\b(?:journalists?|reporter|(?:media|press) (?:request|inquiry|enquiry|contact|office|kit|team)|"
        r"interview(?:er)? (?:you|your|someone|request|quelqu un|votre|vous)|for (?:an|my) article|"
        r"(?:request|like|arrange|schedule) an interview|journalistes?|service (?:de )?presse|contact presse|attache\w* de presse|"
        r"demande d interview|(?:pour|dans) (?:un|mon) (?:article|reportage)|redaction (?:de|du) \w+|communique de presse)\b",
    ),
    Concern(
        "refund",
        "sensitive",
        Urgency.NORMAL,
        r"\b(?:refund(?:s|ed|ing)?|money back|chargeback|(?:charged|billed|debited) (?:me )?(?:twice|two times|again|double)|"
        r"double charged?|overcharged|rembours\w+|rend(?:ez|re)(?: moi)? (?:mon|notre) argent|(?:debite|preleve|facture)e?s? "
        r"(?:deux|2) fois|double (?:prelevement|debit|paiement)|geste commercial|dedommag\w+|compensation|indemnis\w+|avoir de \d+)\b",
        unless=r"\b(?:refund (?:policy|policies|conditions?|period)|(?:politique|conditions|delais?) de remboursement|"
        r"do you (?:offer|give|do) refunds|remboursez vous|non refundable|remboursement anticipe)\b",
    ),
    Concern(
        "data_request",
        "personal_data",
        Urgency.NORMAL,
        r"\b(?:gdpr|rgpd|cnil|(?:delete|erase|remove|access|export|copy of) (?:all )?(?:of )?(?:my|the) (?:personal )?(?:data|information)|"
        r"right to be forgotten|subject access request|data protection|(?:supprim\w+|effac\w+|acces a|acceder a|recuperer|exporter|copie de) "
        r"(?:toutes )?mes (?:donnees|informations)|droit (?:a l oubli|d acces|a l effacement)|donnees personnelles|"
        r"mes donnees (?:sont|ont ete) (?:vendues|volees|publiees))\b",
    ),
    Concern(
        "wants_human",
        "wants_human",
        Urgency.NORMAL,
        r"^\W*(?:@\w+ )?(?:un )?(?:humain|human|agent|a human|a person|conseiller|operator|real person)(?: please| pls| svp| stp| "
        r"s il vous plait)?\W*$|\b(?:(?:speak|talk|chat|connect me|get) (?:to|with|through to) (?:a |an |some |your |the )?"
        r"(?:real |actual |live |human )?(?:human|person|agent|representative|rep|manager|supervisor|advisor|operator)|"
        r"(?:can i|could i|want to|need to|like to|let me|may i) (?:speak|talk|chat) (?:to|with) (?:someone|somebody)|"
        r"(?:real|actual|live) (?:human|person|agent)|(?:not|no|stop) (?:to )?(?:a |an |the )?(?:ro)?bots?\b|"
        r"(?:parler|discuter|echanger|communiquer|en contact|en relation) (?:a|avec) (?:un |une |votre |le |la )?(?:vrai |vraie |etre )?"
        r"(?:humain|personne|quelqu un|conseill\w+|agent|responsable|manager|operat\w+|service client)|"
        r"(?:vrai|vraie) (?:personne|humain|conseill\w+)|un (?:etre )?humain|pas (?:a |avec )?un (?:ro)?bot)\b",
    ),
    Concern(
        "conflict",
        "conflict",
        Urgency.HIGH,
        r"\b(?:shame on you|rip ?offs?|ripped (?:me|us) off|you(?: guys)?(?: are| re)? (?:a )?(?:scammers?|thieves|liars|crooks|"
        r"incompetent|pathetic|a joke|useless|criminals|frauds?)|worst (?:customer )?(?:service|company|support|shop|store|brand)|"
        r"never (?:buy|order|shop)\w*(?: \w+){0,4} (?:again|from you)|screw you|fuck (?:you|off|this company|your)|"
        r"bande (?:de|d) \w+|vous (?:vous )?(?:foutez|moquez|fichez)|foutage de gueule|(?:vous etes|etes) (?:des |vraiment |tous )*"
        r"(?:voleurs?|arnaqueurs?|menteurs?|incompetents?|escrocs?|nuls?|malhonnetes?|honteux)|honte a vous|"
        r"vous devriez avoir honte|allez vous faire|voleurs|escrocs|arnaqueurs)\b",
    ),
    Concern(
        "anger",
        "conflict",
        Urgency.HIGH,
        r"\b(?:unacceptable|disgust(?:ing|ed)|outrag(?:eous|ed)|ridiculous|appalling|scandalous|disgrace(?:ful)?|furious|fed up|"
        r"sick (?:and tired )?of|had enough|fuming|livid|pissed|scandaleu(?:x|se)|honteu(?:x|se)|inadmissible|inacceptable|"
        r"ras le bol|plein le cul|marre|j en peux plus|furieu(?:x|se)|lamentable|une honte|degoute\w*|n importe quoi|"
        r"se (?:fout|moque)\w*|pigeons?|arnaque|scam(?:med)?)\b",
        also=_TO_US,
    ),
)

# Personal data in the comment itself, in the text as written: to be taken off the public page soon.
EXPOSED = (
    r"[\w.+-]+@[\w-]+\.[A-Za-z]{2,}",  # mail address
    r"(?:^|[^\w+])(?:\+|00)[1-9]\d{0,2}(?:[ .\-()]*\d){7,12}\b|(?:^|\D)0[1-9](?:[ .-]?\d{2}){4}(?:\D|$)",  # telephone
    r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b",  # IBAN
    r"(?:^|\D)(?:\d{4}[ -]?){3}\d{4}(?:\D|$)",  # payment card
)


def concerns(texts: Sequence[str | None] | pl.Series) -> pl.DataFrame:
    """For each text the gravest concern: topic, reason, urgency; nulls where there is none."""
    written = pl.Series("written", texts, dtype=pl.String).fill_null("").str.replace_all(LINK, " ")
    found = pl.DataFrame({"written": written, "flat": flat(written)}).select(
        pl.coalesce(
            [
                *(pl.when(_hits(concern)).then(pl.lit(at)) for at, concern in enumerate(CONCERNS)),
                pl.when(_exposed()).then(pl.lit(len(CONCERNS))),
            ]
        ).alias("concern")
    )["concern"]
    table = pl.DataFrame(
        {
            "topic": [*(c.topic for c in CONCERNS), "exposed_data"],
            "reason": [*(c.reason for c in CONCERNS), "personal_data"],
            "urgency": [*(str(c.urgency) for c in CONCERNS), str(Urgency.HIGH)],
        }
    )
    return table.select(pl.all().gather(found))


def masked(text: str) -> str:
    """The text on one line, without the personal data that it shows."""
    return " ".join(str(pl.select(_mask(pl.lit(text))).item()).split())


def _hits(concern: Concern) -> pl.Expr:
    text = pl.col("flat")
    hit = text.str.contains(concern.pattern)
    if concern.also:
        hit &= text.str.contains(concern.also)
    return hit & ~text.str.contains(concern.unless) if concern.unless else hit


def _exposed() -> pl.Expr:
    return pl.any_horizontal([pl.col("written").str.contains(pattern) for pattern in EXPOSED])


def _mask(text: pl.Expr) -> pl.Expr:
    for pattern in EXPOSED:
        text = text.str.replace_all(pattern, " [...] ")
    return text

"""Every phrase that a digest or an FAQ page shows, in French and in English, side by side.

`one|other` are a phrase's singular and plural. French is written here with plain spaces before ; : ! ? % and inside
guillemets, and straight apostrophes: `wording.typeset` puts the typographer's ones.
"""

from tasks.publishing.survey_phrases import SURVEY

MONTHS = {
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
MONTHS_SHORT = {
    "fr": ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}
DAYS = {
    "fr": ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
}
DAYS_SHORT = {
    "fr": ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."],
    "en": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
}


def _pair(fr: str, en: str) -> dict[str, str]:
    return {"fr": fr, "en": en}


_GENERAL = {
    "and": _pair(" et ", " and "),
    "colon": _pair(" : ", ": "),
    "no_change": _pair("stable", "no change"),
    "day_at_time": _pair("{day} à {time}", "{day} at {time}"),
    "day_between": _pair("{day}, de {start} à {end}", "{day}, {start} to {end}"),
    "days_from_to": _pair("du {first} au {last}", "{first} to {last}"),
    "n_comments": _pair("{n} commentaire|{n} commentaires", "{n} comment|{n} comments"),
    "n_members": _pair("{n} membre|{n} membres", "{n} member|{n} members"),
    "n_replies": _pair("{n} réponse à d'autres|{n} réponses à d'autres", "{n} reply to others|{n} replies to others"),
    "n_times": _pair("{n} fois|{n} fois", "once|{n} times"),
    "n_votes": _pair("{n} vote|{n} votes", "{n} vote|{n} votes"),
    "n_reactions": _pair("{n} réaction|{n} réactions", "{n} reaction|{n} reactions"),
    "n_positive": _pair("{n} positif|{n} positifs", "{n} positive|{n} positive"),
    "n_negative": _pair("{n} négatif|{n} négatifs", "{n} negative|{n} negative"),
    "n_negative_comments": _pair(
        "{n} commentaire négatif|{n} commentaires négatifs", "{n} negative comment|{n} negative comments"
    ),
    "deleted_member": _pair("membre supprimé", "deleted member"),
    "platform_reddit": _pair("Reddit", "Reddit"),
    "platform_youtube": _pair("YouTube", "YouTube"),
    "platform_x": _pair("X", "X"),
    "platform_model": _pair("Modèle de langue", "Language model"),
    "platform_file": _pair("Fichier", "File"),
    "ref_daily": _pair("la veille", "the day before"),
    "ref_weekly": _pair("la semaine précédente", "the week before"),
    "ref_monthly": _pair("le mois précédent", "the month before"),
    "ref_period": _pair("la période précédente", "the period before"),
    "against": _pair("contre {before} {ref}", "against {before} {ref}"),
    "more": _pair("{share} de plus que {ref}", "{share} more than {ref}"),
    "fewer": _pair("{share} de moins que {ref}", "{share} fewer than {ref}"),
    "as_many": _pair("autant que {ref}", "as many as {ref}"),
    "before_n": _pair("{n} avant", "{n} before"),
}

_DIGEST = {
    "title_daily": _pair("La journée de {community}", "The day at {community}"),
    "title_weekly": _pair("La semaine de {community}", "The week at {community}"),
    "title_monthly": _pair("Le mois de {community}", "The month at {community}"),
    "title_undated": _pair("{community}, d'après un fichier", "{community}, from a file"),
    "undated": _pair("Commentaires sans date", "Comments without dates"),
    "ref_undated": _pair("avant", "before"),
    "form_undated": _pair("Fichier", "File"),
    "title_period": _pair("{community}, sur la période", "{community}, over the period"),
    "by_vigie": _pair("Digest Vigie", "Vigie digest"),
    "matters": _pair("Ce qui compte", "What matters"),
    "figures": _pair("Les chiffres", "The figures"),
    "evidence": _pair("Voir sur {platform}", "See on {platform}"),
    "comments_from": _pair("{comments} de {members}", "{comments} from {members}"),
    "headline_empty": _pair("Rien de nouveau : aucun commentaire", "All quiet: no comments"),
    "headline_tension": _pair("Des tensions autour de {terms}", "Tension is building around {terms}"),
    "headline_tension_bare": _pair("Des tensions dans la communauté", "Tension is building in the community"),
    "headline_crisis": _pair("Une crise monte autour de {terms}", "A crisis is growing around {terms}"),
    "headline_crisis_bare": _pair("Une crise monte dans la communauté", "A crisis is growing in the community"),
    "summary_empty": _pair(
        "Aucun commentaire n'est arrivé sur cette période. Les sections qui n'ont rien à dire sont laissées de côté.",
        "No comments arrived in this period. Sections with nothing to say are left out.",
    ),
    "all_sources_read": _pair("Toutes les sources ont été lues.", "All sources were read."),
    "summary_volume": _pair("En tout, {volume}.", "In all, {volume}."),
    "summary_busiest": _pair(
        "L'essentiel s'est passé sur {platform} ({share}).", "Most of it was on {platform} ({share})."
    ),
    "summary_leading": _pair("{platform} vient en tête ({share}).", "{platform} comes first ({share})."),
    "summary_topic": _pair("On a surtout parlé de {topic}.", "The main topic was {topic}."),
    "summary_topics": _pair("On a surtout parlé de {topics}.", "The main topics were {topics}."),
    "summary_mood": _pair(
        "{negative} des commentaires semblent négatifs et {positive} positifs.",
        "{negative} of comments read as negative and {positive} as positive.",
    ),
    "summary_first": _pair(
        "C'est la première période observée : les comparaisons commenceront avec la prochaine.",
        "This is the first period observed: comparisons start with the next one.",
    ),
    "summary_partial": _pair(
        "La journée n'est pas complète : les chiffres s'arrêtent à {time}.",
        "The day is not complete: the figures stop at {time}.",
    ),
    "summary_waiting": _pair(
        "{n} décision vous attend.|{n} décisions vous attendent.",
        "{n} decision is waiting for you.|{n} decisions are waiting for you.",
    ),
    "summary_nothing_waits": _pair("Aucune décision ne vous attend.", "No decision is waiting for you."),
    "decide": _pair("Décider maintenant", "Decide now"),
    "read_page": _pair("Lire le digest complet", "Read the whole digest"),
    "see_faq": _pair("Voir la FAQ publique", "See the public FAQ"),
    "see_archive": _pair("Tous les digests", "All digests"),
    "see_data": _pair("Les données du graphique", "The data of this chart"),
    "skip": _pair("Aller au contenu", "Skip to content"),
    "contents": _pair("Sommaire", "Contents"),
    "other_language": _pair("In English", "En français"),
    "footer_store": _pair(
        "Écrit par Vigie à partir des commentaires de {community}. Heures : {timezone}.",
        "Written by Vigie from the comments of {community}. Times: {timezone}.",
    ),
    "sampled": _pair(
        "Il y a tant de commentaires que sujets et tendances sont cherchés dans {read} d'entre eux, régulièrement espacés, et les "
        "questions semblables parmi les plus récentes ; les nombres des tendances et des questions sont donc des estimations. "
        "Tous les autres comptent chacun des {of} commentaires.",
        "There are so many comments that topics and trends are looked for in {read} of them, evenly spaced, and similar "
        "questions among the newest; the numbers of trends and questions are therefore estimates. All others count each of "
        "the {of} comments.",
    ),
    "footer_file": _pair(
        "Écrit par Vigie à partir d'un fichier de commentaires de {community}. Heures : {timezone}.",
        "Written by Vigie from a file of comments of {community}. Times: {timezone}.",
    ),
    "summary_by_model": _pair(
        "Résumé rédigé par le modèle {model}, chaque nombre vérifié.",
        "Summary written by the model {model}, every number checked.",
    ),
    "unsubscribe": _pair("Ne plus recevoir ce digest", "Stop receiving this digest"),
    "unsubscribe_title": _pair("Le digest de {community}", "The digest of {community}"),
    "unsubscribe_ask": _pair("Ne plus recevoir le digest ?", "Stop receiving the digest?"),
    "unsubscribe_done": _pair("C'est fait", "Done"),
    "unsubscribe_done_note": _pair(
        "Vous ne recevrez plus le digest. La personne qui gère la communauté peut vous réinscrire.",
        "You will not receive the digest any longer. Whoever manages the community can put you back.",
    ),
    "unsubscribe_unknown": _pair("Ce lien n'est plus valable", "This link is no longer valid"),
    "unsubscribe_unknown_note": _pair(
        "Il ne désigne aucun destinataire : écrivez à la personne qui gère la communauté.",
        "It names no recipient: write to whoever manages the community.",
    ),
    "pause_title": _pair("Suspendre les réponses de {community}", "Pause the replies of {community}"),
    "pause_ask": _pair("Suspendre les réponses automatiques ?", "Pause automated replies?"),
    "pause_ask_note": _pair(
        "Pendant 24 heures, les réponses sur ce sujet seront proposées à une personne au lieu de partir seules.",
        "For 24 hours, replies on this subject will be proposed to a person instead of leaving alone.",
    ),
    "pause_button": _pair("Suspendre pendant 24 heures", "Pause for 24 hours"),
    "pause_paused": _pair("Les réponses automatiques sont suspendues", "Automated replies are paused"),
    "pause_paused_note": _pair("Sur ce sujet, jusqu'au {until}.", "On this subject, until {until}."),
    "pause_resume_button": _pair("Reprendre maintenant", "Resume now"),
    "pause_resumed": _pair("Les réponses automatiques reprennent", "Automated replies resume"),
    "pause_resumed_note": _pair("La suspension sur ce sujet est levée.", "The pause on this subject has ended."),
    "pause_unknown": _pair("Ce lien n'est plus valable", "This link is no longer valid"),
    "pause_unknown_note": _pair(
        "Rien n'a changé. La commande vigie pause et le déploiement pause dans Prefect restent possibles.",
        "Nothing has changed. The command vigie pause and the deployment pause in Prefect still work.",
    ),
    "why_mail": _pair(
        "Vous recevez ce message parce que votre adresse figure parmi les destinataires de {community}.",
        "You receive this message because your address is among the recipients of {community}.",
    ),
    "more_quotes": _pair("{n} autre exemple|{n} autres exemples", "{n} more example|{n} more examples"),
    "elsewhere": _pair("Autres pages", "Other pages"),
    "cut": _pair("La suite est sur la page complète.", "The rest is on the full page."),
    "archive_title": _pair("Les digests de {community}", "The digests of {community}"),
    "archive_empty": _pair(
        "Le premier digest paraîtra après la première nuit.", "The first digest appears after the first night."
    ),
    "feed": _pair("Flux Atom", "Atom feed"),
    "form_daily": _pair("Jour", "Day"),
    "form_weekly": _pair("Semaine", "Week"),
    "form_monthly": _pair("Mois", "Month"),
    "form_period": _pair("Période", "Period"),
}

_SECTIONS = {
    "section_waiting": _pair("À décider", "To decide"),
    "section_signals": _pair("Signaux", "Signals"),
    "section_topics": _pair("Sujets", "Topics"),
    "section_questions": _pair("Questions récurrentes", "Recurring questions"),
    "section_calendar": _pair("À publier cette semaine", "To publish this week"),
    "section_activity": _pair("Activité", "Activity"),
    "section_mood": _pair("Humeur", "Mood"),
    "section_members": _pair("Membres", "Members"),
    "section_norms": _pair("Modération", "Moderation"),
    "section_costs": _pair("Coûts", "Costs"),
    "n_units": _pair("{n} unité de quota|{n} unités de quota", "{n} quota unit|{n} quota units"),
    "section_blind_spots": _pair("Ce que Vigie n'a pas pu voir", "What Vigie could not see"),
    "waiting_verdicts": _pair(
        "{n} commentaire retenu à juger|{n} commentaires retenus à juger",
        "{n} held comment to judge|{n} held comments to judge",
    ),
    "waiting_drafts": _pair(
        "{n} réponse proposée à relire|{n} réponses proposées à relire",
        "{n} proposed reply to check|{n} proposed replies to check",
    ),
    "waiting_handoffs": _pair(
        "{n} membre attend une personne|{n} membres attendent une personne",
        "{n} member is waiting for a person|{n} members are waiting for a person",
    ),
    "waiting_overdue": _pair("dont {n} en retard|dont {n} en retard", "{n} overdue|{n} overdue"),
    "waiting_due": _pair("Prochaine échéance : {when}.", "Next due: {when}."),
    "crises_now": _pair("{n} crise en cours.|{n} crises en cours.", "{n} crisis under way.|{n} crises under way."),
    "no_crisis_tension": _pair("Pas de crise, mais des tensions.", "No crisis, but tension."),
    "no_crisis_others": _pair("Pas de crise.", "No crisis."),
    "no_crisis_nothing": _pair("Pas de crise, aucun autre signal.", "No crisis, and no other signal."),
    "signal_crisis": _pair("Crise : {terms}", "Crisis: {terms}"),
    "signal_tension": _pair("Tensions : {terms}", "Tension: {terms}"),
    "signal_tension_bare": _pair("Tensions", "Tension"),
    "signal_peak": _pair("Pic d'activité : {terms}", "Peak of activity: {terms}"),
    "signal_trend": _pair("Tendance : {terms}", "Trend: {terms}"),
    "signal_weak_signal": _pair("Signal faible : {terms}", "Weak signal: {terms}"),
    "signal_mood_shift": _pair("L'humeur change : {terms}", "The mood is shifting: {terms}"),
    "signal_crisis_bare": _pair("Crise", "Crisis"),
    "signal_peak_bare": _pair("Pic d'activité", "Peak of activity"),
    "signal_trend_bare": _pair("Tendance", "Trend"),
    "signal_weak_signal_bare": _pair("Signal faible", "Weak signal"),
    "signal_mood_shift_bare": _pair("L'humeur change", "The mood is shifting"),
    "signal_detail_peak": _pair(
        "{value} en une heure au lieu de {expected} attendus, {when}.",
        "{value} in an hour instead of the expected {expected}, {when}.",
    ),
    "signal_detail_crisis": _pair(
        "{value} depuis {when}, au lieu de {expected} attendus.",
        "{value} since {when}, instead of the expected {expected}.",
    ),
    "signal_detail": _pair(
        "{value} au lieu de {expected} attendus, {when}.", "{value} instead of the expected {expected}, {when}."
    ),
    "signal_detail_mood": _pair(
        "{value} de commentaires négatifs, contre {expected} d'habitude.",
        "{value} negative comments, against {expected} as a rule.",
    ),
    "signal_burst_question": _pair("Question soudaine : {terms}", "Sudden question: {terms}"),
    "signal_burst_link": _pair("Lien très partagé : {terms}", "Widely shared link: {terms}"),
    "signal_burst_group": _pair("Un groupe s'anime : {terms}", "A group speaks up: {terms}"),
    "signal_burst_bare": _pair("Soudain", "Sudden"),
    "signal_wave": _pair("Vague coordonnée : {terms}", "Coordinated wave: {terms}"),
    "signal_wave_bare": _pair("Vague coordonnée", "Coordinated wave"),
    "signal_detail_wave": _pair(
        "{value} comptes, dont {expected} nouveaux, ont écrit presque le même texte depuis {when}. Le hasard l'explique mal ; vérifiez avant d'agir.",
        "{value} accounts, {expected} of them new, have written nearly the same text since {when}. Chance hardly explains it; check before you act.",
    ),
    "crisis_first": _pair("Premier signe : {when}, {platform}", "First sign: {when}, {platform}"),
    "crisis_members": _pair(
        "{n} membre en parle en mal|{n} membres en parlent en mal", "{n} member complains|{n} members complain"
    ),
    "topic_curve": _pair("{each}, {first} – {last} ; au plus {most}", "{each}, {first} – {last}; at most {most}"),
    "topic_curve_mood": _pair(
        "{each}, {first} – {last} ; au plus {most}. Au bas de chaque barre, les négatifs",
        "{each}, {first} – {last}; at most {most}. At the bottom of each bar, the negative ones",
    ),
    "of_which_negative": _pair("dont {n} négatifs", "of which {n} negative"),
    "crisis_timeline": _pair("Chronologie par {step} : {counts}", "Time line by {step}: {counts}"),
    "crisis_terms": _pair("Moteurs : {terms}", "Driven by {terms}"),
    "crisis_parts": _pair("En son sein : {parts}", "Within it: {parts}"),
    "crisis_thread": _pair("Surtout dans la discussion {title}", "Mostly in the discussion {title}"),
    "crisis_pause": _pair(
        "Pour suspendre les réponses automatiques : vigie pause {subject}, ou le déploiement pause dans Prefect",
        "To pause automated replies: vigie pause {subject}, or the deployment pause in Prefect",
    ),
    "step_hours": _pair("heure|{n} heures", "hour|{n} hours"),
    "step_days": _pair("jour|{n} jours", "day|{n} days"),
    "on_platforms": _pair("Sur {platforms}.", "On {platforms}."),
    "level_1": _pair("À noter", "Notice"),
    "level_2": _pair("À surveiller", "Watch"),
    "level_3": _pair("Agir maintenant", "Act now"),
    "topic_new": _pair("Nouveau", "New"),
    "topic_since": _pair(
        "Suivi depuis le {day} ; au plus haut le {top}, {comments}",
        "Followed since {day}; highest on {top}, {comments}",
    ),
    "topic_fresh": _pair("Nouveau dans ce sujet : {terms}", "New in this topic: {terms}"),
    "topic_mood_shift": _pair(
        "Négatifs : {now} ± {margin} points, contre {before} avant",
        "Negative: {now} ± {margin} points, against {before} before",
    ),
    "topics_lead": _pair("{n} sujet se dégage.|{n} sujets se dégagent.", "{n} topic stands out.|{n} topics stand out."),
    "topics_largest": _pair(
        "{n} sujets se dégagent ; voici les {shown} plus grands.", "{n} topics stand out; here are the {shown} largest."
    ),
    "question_asked": _pair("Posée {times} par {members}", "Asked {times} by {members}"),
    "question_asked_bare": _pair("Posée {times}", "Asked {times}"),
    "question_answered": _pair("Réponse dans la FAQ", "Answered in the FAQ"),
    "question_open": _pair("Sans réponse", "No answer yet"),
    "question_advice_file": _pair(
        "Une réponse écrite une fois servirait à tous.", "One answer, written once, would serve everyone."
    ),
    "question_advice_store": _pair(
        "Aucune fiche n'y répond : une réponse approuvée servirait à tous.",
        "No knowledge entry answers it: one approved answer would serve everyone.",
    ),
    "members_once": _pair(
        "{n} membre a écrit, une seule fois.|{n} membres ont écrit, chacun une seule fois.",
        "{n} member wrote, once.|{n} members wrote, each of them once.",
    ),
    "member_helpful": _pair("Aide les autres", "Helps others"),
    "member_answered": _pair(
        "a répondu aux questions de {n} membre|a répondu aux questions de {n} membres",
        "answered questions of {n} member|answered questions of {n} members",
    ),
    "member_thanked": _pair(
        "remercié par {n} membre|remercié par {n} membres", "thanked by {n} member|thanked by {n} members"
    ),
    "member_rising": _pair("En progression", "Rising"),
    "member_rising_detail": _pair(
        "{comments} en sept jours, contre {usual} par semaine d'habitude",
        "{comments} in seven days, against {usual} a week as a rule",
    ),
    "member_leaving": _pair("S'éloigne", "Drifting away"),
    "member_leaving_detail": _pair(
        "environ {usual} par semaine, puis plus rien depuis {when}", "about {usual} a week, then nothing since {when}"
    ),
    "members_dominated": _pair(
        "{n} membre écrit {share} des commentaires : les chiffres disent surtout sa voix.|{n} membres écrivent {share} des commentaires : les chiffres disent surtout leurs voix.",
        "{n} member writes {share} of the comments: the figures mostly tell that voice.|{n} members write {share} of the comments: the figures mostly tell their voices.",
    ),
    "best_hour_here": _pair("Publier", "Publish"),
    "best_hour_of": _pair("Publier : {name}", "Publish: {name}"),
    "best_hour": _pair(
        "vers {hour} : {share} des commentaires viennent dans les deux heures, contre {even} au hasard",
        "about {hour}: {share} of comments come within two hours, against {even} by chance",
    ),
    "calendar_lead": _pair(
        "Des propositions, chacune avec sa raison ; aucune n'est publiée sans vous.",
        "Proposals, each with its reason; none is published without you.",
    ),
    "calendar_question": _pair("Répondre à : {subject}", "Answer: {subject}"),
    "calendar_topic": _pair("Parler de : {subject}", "Speak about: {subject}"),
    "calendar_event": _pair("Annoncer : {subject}", "Announce: {subject}"),
    "calendar_question_why": _pair(
        "{n} membre l'a demandé, aucune fiche n'y répond|{n} membres l'ont demandé, aucune fiche n'y répond",
        "{n} member asked it and no knowledge entry answers|{n} members asked it and no knowledge entry answers",
    ),
    "calendar_topic_why": _pair(
        "{n} commentaire, un sujet qui monte|{n} commentaires, un sujet qui monte",
        "{n} comment, a rising subject|{n} comments, a rising subject",
    ),
    "calendar_event_why": _pair("Dans le catalogue, le {day}", "In the catalogue, on {day}"),
    "calendar_event_link": _pair("Voir l'événement", "See the event"),
    "calendar_add": _pair("Ajouter à mon agenda", "Add to my calendar"),
    "calendar_name": _pair("{community} : à publier", "{community}: to publish"),
    "activity_peak_hour": _pair(
        "D'ordinaire, le moment le plus actif est le {weekday} à {hour}.",
        "As a rule, the busiest time is {weekday} at {hour}.",
    ),
    "mood_compared": _pair(
        "{negative} de commentaires négatifs, contre {before} {ref}.",
        "{negative} negative comments, against {before} {ref}.",
    ),
    "mood_now": _pair("{negative} de commentaires négatifs.", "{negative} negative comments."),
    "negative_fact": _pair("{negative} de négatifs", "{negative} negative"),
    "mood_caution": _pair(
        "Une machine lit l'humeur mot à mot : l'ironie lui échappe souvent. À {n} commentaires, la part est sûre à {margin} points près.",
        "A machine reads mood word by word and often misses irony. With {n} comments, the share is certain to within {margin} points.",
    ),
    "mood_shares": _pair(
        "{negative} négatifs, {neutral} neutres, {positive} positifs",
        "{negative} negative, {neutral} neutral, {positive} positive",
    ),
    "n_held": _pair(
        "{n} commentaire retenu ou retiré|{n} commentaires retenus ou retirés",
        "{n} comment held or removed|{n} comments held or removed",
    ),
    "source_subreddit": _pair("Reddit, r/{name}", "Reddit, r/{name}"),
    "source_channel": _pair("YouTube, chaîne {name}", "YouTube, channel {name}"),
    "source_video": _pair("YouTube, vidéo {name}", "YouTube, video {name}"),
    "source_mentions": _pair("X, mentions de {name}", "X, mentions of {name}"),
    "source_modqueue": _pair("Reddit, file de modération de r/{name}", "Reddit, mod queue of r/{name}"),
    "source_reports": _pair("Reddit, signalements de r/{name}", "Reddit, reports of r/{name}"),
    "source_inbox": _pair("Reddit, boîte de réception de {name}", "Reddit, inbox of {name}"),
    "source_conversation": _pair("X, conversation {name}", "X, conversation {name}"),
    "source_folder": _pair("Dossier {name}", "Folder {name}"),
    "source_query": _pair("X, recherche {name}", "X, search {name}"),
    "n_to_review": _pair(
        "{n} commentaire à vérifier|{n} commentaires à vérifier", "{n} comment to check|{n} comments to check"
    ),
    "norms_file": _pair(
        "Ce que la charte retiendrait, si une personne est d'accord.",
        "What the charter would hold, if a person agrees.",
    ),
    "section_blind_spots_file": _pair("Ce que le fichier ne dit pas", "What the file does not tell"),
    "file_no_date": _pair(
        "{n} ligne sans date lisible n'est pas comptée (rang {first}).|{n} lignes sans date lisible ne sont pas comptées (la première au rang {first}).",
        "{n} row without a readable date is not counted (row {first}).|{n} rows without a readable date are not counted (the first is row {first}).",
    ),
    "file_repeated": _pair(
        "{n} ligne répète un identifiant et ne compte qu'une fois (rang {first}).|{n} lignes répètent un identifiant et ne comptent qu'une fois (la première au rang {first}).",
        "{n} row repeats an id and counts once (row {first}).|{n} rows repeat an id and count once (the first is row {first}).",
    ),
    "file_empty": _pair(
        "{n} ligne sans texte n'est pas comptée (rang {first}).|{n} lignes sans texte ne sont pas comptées (la première au rang {first}).",
        "{n} row without text is not counted (row {first}).|{n} rows without text are not counted (the first is row {first}).",
    ),
    "file_no_dates": _pair(
        "Le fichier n'a pas de dates lisibles : ni courbes, ni pics, ni comparaisons.",
        "The file has no readable dates: no curves, peaks or comparisons.",
    ),
    "file_ambiguous_dates": _pair(
        "Les dates telles que 03/04 sont lues le jour d'abord, puisqu'aucune ligne n'en décide.",
        "Dates such as 03/04 are read month first, since no row decides it.",
    ),
    "file_no_authors": _pair(
        "Le fichier ne nomme pas les auteurs : les membres ne sont pas comptés.",
        "The file does not name authors: members are not counted.",
    ),
    "file_judged": _pair(
        "La charte est appliquée aux {n} commentaires les plus récents.",
        "The charter is applied to the {n} newest comments.",
    ),
    "blind_lead": _pair(
        "Ces sources manquent ou sont incomplètes ; les chiffres ci-dessus ne les comptent pas.",
        "These sources are missing or incomplete; the figures above do not count them.",
    ),
}

_MATTERS = {
    "matter_overdue": _pair(
        "{n} membre attend une réponse en retard|{n} membres attendent une réponse en retard",
        "{n} member has waited too long for an answer|{n} members have waited too long for an answer",
    ),
    "matter_waiting": _pair(
        "{n} décision vous attend|{n} décisions vous attendent",
        "{n} decision is waiting for you|{n} decisions are waiting for you",
    ),
    "matter_blind": _pair(
        "{n} source n'a pas pu être lue|{n} sources n'ont pas pu être lues",
        "{n} source could not be read|{n} sources could not be read",
    ),
    "matter_blind_detail": _pair(
        "Les chiffres de ce digest sont incomplets : {sources}.",
        "The figures of this digest are incomplete: {sources}.",
    ),
    "matter_question_store": _pair(
        "Une question revient sans réponse : {question}", "A question keeps coming back unanswered: {question}"
    ),
    "matter_question_file": _pair("Une question revient : {question}", "A question keeps coming back: {question}"),
    "matter_norms": _pair("{share} des commentaires sont à vérifier", "{share} of comments need checking"),
    "matter_norms_detail": _pair("La charte y voit surtout : {norms}.", "What the charter sees in them: {norms}."),
    "matter_voted": _pair(
        "Le plus apprécié : {n} vote|Le plus apprécié : {n} votes", "Most liked: {n} vote|Most liked: {n} votes"
    ),
    "matter_voted_detail": _pair("Ce que la communauté a fait monter.", "What the community pushed up."),
    "matter_day": _pair("{when} : {comments}", "{when}: {comments}"),
    "matter_day_day": _pair("Le jour le plus actif ; d'ordinaire, {usual}.", "The busiest day; as a rule, {usual}."),
    "matter_day_week": _pair(
        "La semaine la plus active ; d'ordinaire, {usual}.", "The busiest week; as a rule, {usual}."
    ),
    "matter_day_month": _pair(
        "Le mois le plus actif ; d'ordinaire, {usual}.", "The busiest month; as a rule, {usual}."
    ),
    "matter_mood": _pair(
        "Le ton : {positive} de positifs, {negative} de négatifs", "The tone: {positive} positive, {negative} negative"
    ),
    "matter_mood_detail": _pair(
        "Lu par une machine dans {n} commentaire.|Lu par une machine dans {n} commentaires.",
        "Read by a machine in {n} comment.|Read by a machine in {n} comments.",
    ),
    "matter_topic_new": _pair("Un sujet apparaît : {topic}", "A new topic: {topic}"),
    "matter_topic": _pair("On parle surtout de {topic}", "The talk is mostly of {topic}"),
    "matter_kpi_up": _pair("{label} : {value}, en hausse", "{label}: {value}, up"),
    "matter_kpi_down": _pair("{label} : {value}, en baisse", "{label}: {value}, down"),
    "matter_kpi_detail": _pair("{change} par rapport à {before}.", "{change} against {before}."),
    "matter_quiet": _pair("Rien à signaler", "Nothing to report"),
    "matter_quiet_detail": _pair("Aucun signal, aucune décision en attente.", "No signal, no waiting decision."),
}

_KPIS = {
    "points": _pair("{sign}{n} point|{sign}{n} points", "{sign}{n} point|{sign}{n} points"),
    "kpi_comments": _pair("Commentaires", "Comments"),
    "kpi_members": _pair("Membres actifs", "Active members"),
    "kpi_new_members": _pair("Nouveaux membres", "New members"),
    "kpi_questions": _pair("Questions posées", "Questions asked"),
    "kpi_drafts_proposed": _pair("Réponses proposées", "Replies proposed"),
    "kpi_answered_by_vigie": _pair("Réponses publiées", "Replies posted"),
    "kpi_answered_by_team": _pair("Réponses de l'équipe", "Replies by the team"),
    "response_fact": _pair(
        "première réponse en {median} (neuf sur dix en {p90})", "first response in {median} (nine in ten in {p90})"
    ),
    "response_slowest": _pair("le plus long : messages de {hour}, {time}", "longest: messages of {hour}, {time}"),
    "kpi_first_response_minutes": _pair("Délai de réponse médian", "Median response time"),
    "kpi_first_response_p90_minutes": _pair("Délai de réponse, neuf sur dix", "Response time, nine in ten"),
    "kpi_unanswered_share": _pair("Questions sans réponse", "Questions unanswered"),
    "kpi_corrected_share": _pair("Réponses corrigées ou rejetées", "Drafts corrected or rejected"),
    "kpi_handoff_minutes": _pair("Attente d'une personne", "Wait for a person"),
    "kpi_satisfaction": _pair("Satisfaction après réponse", "Satisfaction after an answer"),
    "kpi_held": _pair("Commentaires retenus", "Comments held"),
    "kpi_removed": _pair("Commentaires retirés", "Comments removed"),
    "kpi_escalated": _pair("Commentaires signalés à l'équipe", "Comments escalated"),
    "kpi_set_aside": _pair("Éléments illisibles", "Unreadable items"),
    "kpi_negative_share": _pair("Part de négatifs", "Negative share"),
    "kpi_handoffs_open": _pair("Membres en attente", "Members waiting"),
    "kpi_handoffs_overdue": _pair("Attentes en retard", "Waits overdue"),
    "kpi_to_review": _pair("À vérifier selon la charte", "To check under the charter"),
    "kpi_cost": _pair("Coût des modèles", "Cost of models"),
}

_SEGMENTS = {
    "segment_newcomer": _pair("Nouveau membre", "Newcomer"),
    "segment_regular": _pair("Habitué", "Regular"),
    "segment_expert": _pair("Expert", "Expert"),
    "segment_advocate": _pair("Ambassadeur", "Advocate"),
    "segment_dissatisfied": _pair("Mécontent", "Dissatisfied"),
    "segment_leaving": _pair("Sur le départ", "Leaving"),
    "segment_occasional": _pair("Occasionnel", "Occasional"),
}

_NORMS = {
    "norm_hate": _pair("Haine", "Hate"),
    "norm_insult": _pair("Insulte", "Insult"),
    "norm_threat": _pair("Menace", "Threat"),
    "norm_sexual": _pair("Contenu sexuel", "Sexual content"),
    "norm_sexual_content": _pair("Contenu sexuel", "Sexual content"),
    "norm_self_promotion": _pair("Autopromotion", "Self-promotion"),
    "norm_spam": _pair("Spam", "Spam"),
    "norm_scam": _pair("Arnaque", "Scam"),
    "norm_personal_data": _pair("Données personnelles", "Personal data"),
    "norm_off_topic": _pair("Hors sujet", "Off-topic"),
}

_CHARTS = {
    "week_of": _pair("semaine du {day}", "week of {day}"),
    "chart_activity": _pair("Commentaires {each} et par plateforme", "Comments {each} and by platform"),
    "past_is_grey": _pair("{title} ; en gris avant la période", "{title}; grey before the period"),
    "past_is_pale": _pair("{title} ; plus pâles avant la période", "{title}; paler before the period"),
    "each_day": _pair("par jour", "by day"),
    "each_week": _pair("par semaine", "by week"),
    "each_month": _pair("par mois", "by month"),
    "chart_rhythm": _pair(
        "Commentaires selon le jour et l'heure, semaines précédentes comprises",
        "Comments by weekday and hour, earlier weeks included",
    ),
    "chart_rhythm_alone": _pair("Commentaires selon le jour et l'heure", "Comments by weekday and hour"),
    "chart_topics_alone": _pair("Sujets par nombre de commentaires", "Topics by number of comments"),
    "chart_mood": _pair("Commentaires positifs et négatifs {each}", "Positive and negative comments {each}"),
    "chart_topics": _pair(
        "Sujets par nombre de commentaires ; le trait marque la période précédente",
        "Topics by number of comments; the tick marks the period before",
    ),
    "alt_activity": _pair(
        "Barres. Total : {total}. Maximum : {day}, {comments}.", "Bars. Total: {total}. Most: {day}, {comments}."
    ),
    "alt_rhythm": _pair(
        "Carte de chaleur des jours et des heures. Moment le plus actif : {weekday} à {hour}, {comments}.",
        "Heat map of weekdays and hours. Busiest time: {weekday} at {hour}, {comments}.",
    ),
    "alt_mood": _pair("Barres : {positive} et {negative} en tout.", "Bars: {positive} and {negative} in all."),
    "alt_topics": _pair("Barres : {topics}.", "Bars: {topics}."),
    "up_to_positive": _pair("Positifs, jusqu'à {n}", "Positive, up to {n}"),
    "up_to_negative": _pair("Négatifs, jusqu'à {n}", "Negative, up to {n}"),
    "comments_an_hour": _pair("Par heure :", "An hour:"),
    "head_day": _pair("Date", "Date"),
    "head_hour": _pair("Heure", "Hour"),
    "head_topic": _pair("Sujet", "Topic"),
    "head_figure": _pair("Chiffre", "Figure"),
    "head_change": _pair("Évolution", "Change"),
    "head_now": _pair("Maintenant", "Now"),
    "head_before": _pair("Avant", "Before"),
    "head_positive": _pair("Positifs", "Positive"),
    "head_neutral": _pair("Neutres", "Neutral"),
    "head_negative": _pair("Négatifs", "Negative"),
}

_FAQ = {
    "faq_title": _pair("{community} : questions fréquentes", "{community}: frequently asked questions"),
    "faq_intro": _pair(
        "{n} réponse de l'équipe de {community} aux questions de sa communauté.|{n} réponses de l'équipe de {community} aux questions de sa communauté.",
        "{n} answer from the {community} team to its community's questions.|{n} answers from the {community} team to its community's questions.",
    ),
    "faq_updated": _pair("Page mise à jour le {day}", "Page updated on {day}"),
    "faq_answer_updated": _pair("Réponse mise à jour le {day}", "Answer updated on {day}"),
    "faq_asked": _pair(
        "Posée {n} fois récemment|Posée {n} fois récemment", "Asked once recently|Asked {n} times recently"
    ),
    "faq_more": _pair("Pour en savoir plus : ", "Learn more: "),
    "faq_empty": _pair(
        "{community} n'a pas encore publié de réponse.", "{community} has not published any answers yet."
    ),
    "faq_footer": _pair(
        "Toutes les réponses ont été approuvées par l'équipe de {community}.",
        "All answers were approved by the {community} team.",
    ),
    "faq_whole": _pair("Toutes les questions et réponses", "All questions and answers"),
    "faq_whole_note": _pair("la page entière en Markdown", "the whole page as Markdown"),
    "languages": _pair("Langues", "Languages"),
}

PHRASES: dict[str, dict[str, str]] = (
    _GENERAL | _DIGEST | _SECTIONS | _MATTERS | _KPIS | _SEGMENTS | _NORMS | _CHARTS | _FAQ | SURVEY
)

"""Every phrase of a digest's sections, in French and in English, side by side; see `phrases`."""

from tasks.publishing.bilingual import pair

SECTIONS: dict[str, dict[str, str]] = {
    "section_waiting": pair("À décider", "To decide"),
    "section_signals": pair("Signaux", "Signals"),
    "section_topics": pair("Sujets", "Topics"),
    "section_questions": pair("Questions récurrentes", "Recurring questions"),
    "section_calendar": pair("À publier cette semaine", "To publish this week"),
    "section_activity": pair("Activité", "Activity"),
    "section_mood": pair("Humeur", "Mood"),
    "section_members": pair("Membres", "Members"),
    "section_norms": pair("Modération", "Moderation"),
    "section_costs": pair("Coûts", "Costs"),
    "n_units": pair("{n} unité de quota|{n} unités de quota", "{n} quota unit|{n} quota units"),
    "section_blind_spots": pair("Ce que Vigie n'a pas pu voir", "What Vigie could not see"),
    "waiting_verdicts": pair(
        "{n} commentaire retenu à juger|{n} commentaires retenus à juger",
        "{n} held comment to judge|{n} held comments to judge",
    ),
    "waiting_drafts": pair(
        "{n} réponse proposée à relire|{n} réponses proposées à relire",
        "{n} proposed reply to check|{n} proposed replies to check",
    ),
    "waiting_handoffs": pair(
        "{n} membre attend une personne|{n} membres attendent une personne",
        "{n} member is waiting for a person|{n} members are waiting for a person",
    ),
    "waiting_overdue": pair("dont {n} en retard|dont {n} en retard", "{n} overdue|{n} overdue"),
    "waiting_due": pair("Prochaine échéance : {when}.", "Next due: {when}."),
    "crises_now": pair("{n} crise en cours.|{n} crises en cours.", "{n} crisis under way.|{n} crises under way."),
    "no_crisis_tension": pair("Pas de crise, mais des tensions.", "No crisis, but tension."),
    "no_crisis_others": pair("Pas de crise.", "No crisis."),
    "no_crisis_nothing": pair("Pas de crise, aucun autre signal.", "No crisis, and no other signal."),
    "signal_crisis": pair("Crise : {terms}", "Crisis: {terms}"),
    "signal_tension": pair("Tensions : {terms}", "Tension: {terms}"),
    "signal_tension_bare": pair("Tensions", "Tension"),
    "signal_peak": pair("Pic d'activité : {terms}", "Peak of activity: {terms}"),
    "signal_trend": pair("Tendance : {terms}", "Trend: {terms}"),
    "signal_weak_signal": pair("Signal faible : {terms}", "Weak signal: {terms}"),
    "signal_mood_shift": pair("L'humeur change : {terms}", "The mood is shifting: {terms}"),
    "signal_crisis_bare": pair("Crise", "Crisis"),
    "signal_peak_bare": pair("Pic d'activité", "Peak of activity"),
    "signal_trend_bare": pair("Tendance", "Trend"),
    "signal_weak_signal_bare": pair("Signal faible", "Weak signal"),
    "signal_mood_shift_bare": pair("L'humeur change", "The mood is shifting"),
    "signal_detail_peak": pair(
        "{value} en une heure au lieu de {expected} attendus, {when}.",
        "{value} in an hour instead of the expected {expected}, {when}.",
    ),
    "signal_detail_crisis": pair(
        "{value} depuis {when}, au lieu de {expected} attendus.",
        "{value} since {when}, instead of the expected {expected}.",
    ),
    "signal_detail": pair(
        "{value} au lieu de {expected} attendus, {when}.", "{value} instead of the expected {expected}, {when}."
    ),
    "signal_detail_mood": pair(
        "{value} de commentaires négatifs, contre {expected} d'habitude.",
        "{value} negative comments, against {expected} as a rule.",
    ),
    "signal_burst_question": pair("Question soudaine : {terms}", "Sudden question: {terms}"),
    "signal_burst_link": pair("Lien très partagé : {terms}", "Widely shared link: {terms}"),
    "signal_burst_group": pair("Un groupe s'anime : {terms}", "A group speaks up: {terms}"),
    "signal_burst_bare": pair("Soudain", "Sudden"),
    "signal_wave": pair("Vague coordonnée : {terms}", "Coordinated wave: {terms}"),
    "signal_wave_bare": pair("Vague coordonnée", "Coordinated wave"),
    "signal_detail_wave": pair(
        "{value} comptes, dont {expected} nouveaux, ont écrit presque le même texte depuis {when}. Le hasard l'explique mal ; vérifiez avant d'agir.",
        "{value} accounts, {expected} of them new, have written nearly the same text since {when}. Chance hardly explains it; check before you act.",
    ),
    "crisis_first": pair("Premier signe : {when}, {platform}", "First sign: {when}, {platform}"),
    "crisis_members": pair(
        "{n} membre en parle en mal|{n} membres en parlent en mal", "{n} member complains|{n} members complain"
    ),
    "topic_curve": pair("{each}, {first} – {last} ; au plus {most}", "{each}, {first} – {last}; at most {most}"),
    "topic_curve_mood": pair(
        "{each}, {first} – {last} ; au plus {most}. Au bas de chaque barre, les négatifs",
        "{each}, {first} – {last}; at most {most}. At the bottom of each bar, the negative ones",
    ),
    "of_which_negative": pair("dont {n} négatifs", "of which {n} negative"),
    "crisis_timeline": pair("Chronologie par {step} : {counts}", "Time line by {step}: {counts}"),
    "crisis_terms": pair("Moteurs : {terms}", "Driven by {terms}"),
    "crisis_parts": pair("En son sein : {parts}", "Within it: {parts}"),
    "crisis_thread": pair("Surtout dans la discussion {title}", "Mostly in the discussion {title}"),
    "crisis_pause": pair(
        "Pour suspendre les réponses automatiques : vigie pause {subject}, ou le déploiement pause dans Prefect",
        "To pause automated replies: vigie pause {subject}, or the deployment pause in Prefect",
    ),
    "step_hours": pair("heure|{n} heures", "hour|{n} hours"),
    "step_days": pair("jour|{n} jours", "day|{n} days"),
    "on_platforms": pair("Sur {platforms}.", "On {platforms}."),
    "level_1": pair("À noter", "Notice"),
    "level_2": pair("À surveiller", "Watch"),
    "level_3": pair("Agir maintenant", "Act now"),
    "topic_new": pair("Nouveau", "New"),
    "topic_since": pair(
        "Suivi depuis le {day} ; au plus haut le {top}, {comments}",
        "Followed since {day}; highest on {top}, {comments}",
    ),
    "topic_fresh": pair("Nouveau dans ce sujet : {terms}", "New in this topic: {terms}"),
    "topic_mood_shift": pair(
        "Négatifs : {now} ± {margin} points, contre {before} avant",
        "Negative: {now} ± {margin} points, against {before} before",
    ),
    "topics_lead": pair("{n} sujet se dégage.|{n} sujets se dégagent.", "{n} topic stands out.|{n} topics stand out."),
    "topics_largest": pair(
        "{n} sujets se dégagent ; voici les {shown} plus grands.", "{n} topics stand out; here are the {shown} largest."
    ),
    "question_asked": pair("Posée {times} par {members}", "Asked {times} by {members}"),
    "question_asked_bare": pair("Posée {times}", "Asked {times}"),
    "question_answered": pair("Réponse dans la FAQ", "Answered in the FAQ"),
    "question_open": pair("Sans réponse", "No answer yet"),
    "question_advice_file": pair(
        "Une réponse écrite une fois servirait à tous.", "One answer, written once, would serve everyone."
    ),
    "question_advice_store": pair(
        "Aucune fiche n'y répond : une réponse approuvée servirait à tous.",
        "No knowledge entry answers it: one approved answer would serve everyone.",
    ),
    "members_once": pair(
        "{n} membre a écrit, une seule fois.|{n} membres ont écrit, chacun une seule fois.",
        "{n} member wrote, once.|{n} members wrote, each of them once.",
    ),
    "member_helpful": pair("Aide les autres", "Helps others"),
    "member_answered": pair(
        "a répondu aux questions de {n} membre|a répondu aux questions de {n} membres",
        "answered questions of {n} member|answered questions of {n} members",
    ),
    "member_thanked": pair(
        "remercié par {n} membre|remercié par {n} membres", "thanked by {n} member|thanked by {n} members"
    ),
    "member_rising": pair("En progression", "Rising"),
    "member_rising_detail": pair(
        "{comments} en sept jours, contre {usual} par semaine d'habitude",
        "{comments} in seven days, against {usual} a week as a rule",
    ),
    "member_leaving": pair("S'éloigne", "Drifting away"),
    "member_leaving_detail": pair(
        "environ {usual} par semaine, puis plus rien depuis {when}", "about {usual} a week, then nothing since {when}"
    ),
    "members_dominated": pair(
        "{n} membre écrit {share} des commentaires : les chiffres disent surtout sa voix.|{n} membres écrivent {share} des commentaires : les chiffres disent surtout leurs voix.",
        "{n} member writes {share} of the comments: the figures mostly tell that voice.|{n} members write {share} of the comments: the figures mostly tell their voices.",
    ),
    "best_hour_here": pair("Publier", "Publish"),
    "best_hour_of": pair("Publier : {name}", "Publish: {name}"),
    "best_hour": pair(
        "vers {hour} : {share} des commentaires viennent dans les deux heures, contre {even} au hasard",
        "about {hour}: {share} of comments come within two hours, against {even} by chance",
    ),
    "calendar_lead": pair(
        "Des propositions, chacune avec sa raison ; aucune n'est publiée sans vous.",
        "Proposals, each with its reason; none is published without you.",
    ),
    "calendar_question": pair("Répondre à : {subject}", "Answer: {subject}"),
    "calendar_topic": pair("Parler de : {subject}", "Speak about: {subject}"),
    "calendar_event": pair("Annoncer : {subject}", "Announce: {subject}"),
    "calendar_question_why": pair(
        "{n} membre l'a demandé, aucune fiche n'y répond|{n} membres l'ont demandé, aucune fiche n'y répond",
        "{n} member asked it and no knowledge entry answers|{n} members asked it and no knowledge entry answers",
    ),
    "calendar_topic_why": pair(
        "{n} commentaire, un sujet qui monte|{n} commentaires, un sujet qui monte",
        "{n} comment, a rising subject|{n} comments, a rising subject",
    ),
    "calendar_event_why": pair("Dans le catalogue, le {day}", "In the catalogue, on {day}"),
    "calendar_event_link": pair("Voir l'événement", "See the event"),
    "calendar_add": pair("Ajouter à mon agenda", "Add to my calendar"),
    "calendar_name": pair("{community} : à publier", "{community}: to publish"),
    "activity_peak_hour": pair(
        "D'ordinaire, le moment le plus actif est le {weekday} à {hour}.",
        "As a rule, the busiest time is {weekday} at {hour}.",
    ),
    "mood_compared": pair(
        "{negative} de commentaires négatifs, contre {before} {ref}.",
        "{negative} negative comments, against {before} {ref}.",
    ),
    "mood_now": pair("{negative} de commentaires négatifs.", "{negative} negative comments."),
    "negative_fact": pair("{negative} de négatifs", "{negative} negative"),
    "mood_caution": pair(
        "Une machine lit l'humeur mot à mot : l'ironie lui échappe souvent. À {n} commentaires, la part est sûre à {margin} points près.",
        "A machine reads mood word by word and often misses irony. With {n} comments, the share is certain to within {margin} points.",
    ),
    "mood_shares": pair(
        "{negative} négatifs, {neutral} neutres, {positive} positifs",
        "{negative} negative, {neutral} neutral, {positive} positive",
    ),
    "n_held": pair(
        "{n} commentaire retenu ou retiré|{n} commentaires retenus ou retirés",
        "{n} comment held or removed|{n} comments held or removed",
    ),
    "source_subreddit": pair("Reddit, r/{name}", "Reddit, r/{name}"),
    "source_channel": pair("YouTube, chaîne {name}", "YouTube, channel {name}"),
    "source_video": pair("YouTube, vidéo {name}", "YouTube, video {name}"),
    "source_mentions": pair("X, mentions de {name}", "X, mentions of {name}"),
    "source_modqueue": pair("Reddit, file de modération de r/{name}", "Reddit, mod queue of r/{name}"),
    "source_reports": pair("Reddit, signalements de r/{name}", "Reddit, reports of r/{name}"),
    "source_inbox": pair("Reddit, boîte de réception de {name}", "Reddit, inbox of {name}"),
    "source_conversation": pair("X, conversation {name}", "X, conversation {name}"),
    "source_folder": pair("Dossier {name}", "Folder {name}"),
    "source_query": pair("X, recherche {name}", "X, search {name}"),
    "n_to_review": pair(
        "{n} commentaire à vérifier|{n} commentaires à vérifier", "{n} comment to check|{n} comments to check"
    ),
    "norms_file": pair(
        "Ce que la charte retiendrait, si une personne est d'accord.",
        "What the charter would hold, if a person agrees.",
    ),
    "section_blind_spots_file": pair("Ce que le fichier ne dit pas", "What the file does not tell"),
    "file_no_date": pair(
        "{n} ligne sans date lisible n'est pas comptée (rang {first}).|{n} lignes sans date lisible ne sont pas comptées (la première au rang {first}).",
        "{n} row without a readable date is not counted (row {first}).|{n} rows without a readable date are not counted (the first is row {first}).",
    ),
    "file_repeated": pair(
        "{n} ligne répète un identifiant et ne compte qu'une fois (rang {first}).|{n} lignes répètent un identifiant et ne comptent qu'une fois (la première au rang {first}).",
        "{n} row repeats an id and counts once (row {first}).|{n} rows repeat an id and count once (the first is row {first}).",
    ),
    "file_empty": pair(
        "{n} ligne sans texte n'est pas comptée (rang {first}).|{n} lignes sans texte ne sont pas comptées (la première au rang {first}).",
        "{n} row without text is not counted (row {first}).|{n} rows without text are not counted (the first is row {first}).",
    ),
    "file_no_dates": pair(
        "Le fichier n'a pas de dates lisibles : ni courbes, ni pics, ni comparaisons.",
        "The file has no readable dates: no curves, peaks or comparisons.",
    ),
    "file_ambiguous_dates": pair(
        "Les dates telles que 03/04 sont lues le jour d'abord, puisqu'aucune ligne n'en décide.",
        "Dates such as 03/04 are read month first, since no row decides it.",
    ),
    "file_no_authors": pair(
        "Le fichier ne nomme pas les auteurs : les membres ne sont pas comptés.",
        "The file does not name authors: members are not counted.",
    ),
    "file_judged": pair(
        "La charte est appliquée aux {n} commentaires les plus récents.",
        "The charter is applied to the {n} newest comments.",
    ),
    "blind_lead": pair(
        "Ces sources manquent ou sont incomplètes ; les chiffres ci-dessus ne les comptent pas.",
        "These sources are missing or incomplete; the figures above do not count them.",
    ),
}

"""Every phrase that a digest or an FAQ page shows, in French and in English, side by side.

`one|other` are a phrase's singular and plural. French is written here with plain spaces before ; : ! ? % and inside
guillemets, and straight apostrophes: `wording.typeset` puts the typographer's ones.
"""

from tasks.publishing.bilingual import pair
from tasks.publishing.section_phrases import SECTIONS
from tasks.publishing.survey_phrases import SURVEY

_GENERAL = {
    "and": pair(" et ", " and "),
    "colon": pair(" : ", ": "),
    "no_change": pair("stable", "no change"),
    "day_at_time": pair("{day} à {time}", "{day} at {time}"),
    "day_between": pair("{day}, de {start} à {end}", "{day}, {start} to {end}"),
    "days_from_to": pair("du {first} au {last}", "{first} to {last}"),
    "n_comments": pair("{n} commentaire|{n} commentaires", "{n} comment|{n} comments"),
    "n_members": pair("{n} membre|{n} membres", "{n} member|{n} members"),
    "n_replies": pair("{n} réponse à d'autres|{n} réponses à d'autres", "{n} reply to others|{n} replies to others"),
    "n_times": pair("{n} fois|{n} fois", "once|{n} times"),
    "n_votes": pair("{n} vote|{n} votes", "{n} vote|{n} votes"),
    "n_reactions": pair("{n} réaction|{n} réactions", "{n} reaction|{n} reactions"),
    "n_positive": pair("{n} positif|{n} positifs", "{n} positive|{n} positive"),
    "n_negative": pair("{n} négatif|{n} négatifs", "{n} negative|{n} negative"),
    "n_negative_comments": pair(
        "{n} commentaire négatif|{n} commentaires négatifs", "{n} negative comment|{n} negative comments"
    ),
    "deleted_member": pair("membre supprimé", "deleted member"),
    "platform_reddit": pair("Reddit", "Reddit"),
    "platform_youtube": pair("YouTube", "YouTube"),
    "platform_x": pair("X", "X"),
    "platform_model": pair("Modèle de langue", "Language model"),
    "platform_file": pair("Fichier", "File"),
    "ref_daily": pair("la veille", "the day before"),
    "ref_weekly": pair("la semaine précédente", "the week before"),
    "ref_monthly": pair("le mois précédent", "the month before"),
    "ref_period": pair("la période précédente", "the period before"),
    "against": pair("contre {before} {ref}", "against {before} {ref}"),
    "more": pair("{share} de plus que {ref}", "{share} more than {ref}"),
    "fewer": pair("{share} de moins que {ref}", "{share} fewer than {ref}"),
    "as_many": pair("autant que {ref}", "as many as {ref}"),
    "before_n": pair("{n} avant", "{n} before"),
}

_DIGEST = {
    "title_daily": pair("La journée de {community}", "The day at {community}"),
    "title_weekly": pair("La semaine de {community}", "The week at {community}"),
    "title_monthly": pair("Le mois de {community}", "The month at {community}"),
    "title_undated": pair("{community}, d'après un fichier", "{community}, from a file"),
    "undated": pair("Commentaires sans date", "Comments without dates"),
    "ref_undated": pair("avant", "before"),
    "form_undated": pair("Fichier", "File"),
    "title_period": pair("{community}, sur la période", "{community}, over the period"),
    "by_vigie": pair("Digest Vigie", "Vigie digest"),
    "matters": pair("Ce qui compte", "What matters"),
    "figures": pair("Les chiffres", "The figures"),
    "evidence": pair("Voir sur {platform}", "See on {platform}"),
    "comments_from": pair("{comments} de {members}", "{comments} from {members}"),
    "headline_empty": pair("Rien de nouveau : aucun commentaire", "All quiet: no comments"),
    "headline_tension": pair("Des tensions autour de {terms}", "Tension is building around {terms}"),
    "headline_tension_bare": pair("Des tensions dans la communauté", "Tension is building in the community"),
    "headline_crisis": pair("Une crise monte autour de {terms}", "A crisis is growing around {terms}"),
    "headline_crisis_bare": pair("Une crise monte dans la communauté", "A crisis is growing in the community"),
    "summary_empty": pair(
        "Aucun commentaire n'est arrivé sur cette période. Les sections qui n'ont rien à dire sont laissées de côté.",
        "No comments arrived in this period. Sections with nothing to say are left out.",
    ),
    "all_sources_read": pair("Toutes les sources ont été lues.", "All sources were read."),
    "summary_volume": pair("En tout, {volume}.", "In all, {volume}."),
    "summary_busiest": pair(
        "L'essentiel s'est passé sur {platform} ({share}).", "Most of it was on {platform} ({share})."
    ),
    "summary_leading": pair("{platform} vient en tête ({share}).", "{platform} comes first ({share})."),
    "summary_topic": pair("On a surtout parlé de {topic}.", "The main topic was {topic}."),
    "summary_topics": pair("On a surtout parlé de {topics}.", "The main topics were {topics}."),
    "summary_mood": pair(
        "{negative} des commentaires semblent négatifs et {positive} positifs.",
        "{negative} of comments read as negative and {positive} as positive.",
    ),
    "summary_first": pair(
        "C'est la première période observée : les comparaisons commenceront avec la prochaine.",
        "This is the first period observed: comparisons start with the next one.",
    ),
    "summary_partial": pair(
        "La journée n'est pas complète : les chiffres s'arrêtent à {time}.",
        "The day is not complete: the figures stop at {time}.",
    ),
    "summary_waiting": pair(
        "{n} décision vous attend.|{n} décisions vous attendent.",
        "{n} decision is waiting for you.|{n} decisions are waiting for you.",
    ),
    "summary_nothing_waits": pair("Aucune décision ne vous attend.", "No decision is waiting for you."),
    "decide": pair("Décider maintenant", "Decide now"),
    "read_page": pair("Lire le digest complet", "Read the whole digest"),
    "see_faq": pair("Voir la FAQ publique", "See the public FAQ"),
    "see_archive": pair("Tous les digests", "All digests"),
    "see_data": pair("Les données du graphique", "The data of this chart"),
    "skip": pair("Aller au contenu", "Skip to content"),
    "contents": pair("Sommaire", "Contents"),
    "other_language": pair("In English", "En français"),
    "footer_store": pair(
        "Écrit par Vigie à partir des commentaires de {community}. Heures : {timezone}.",
        "Written by Vigie from the comments of {community}. Times: {timezone}.",
    ),
    "sampled": pair(
        "Il y a tant de commentaires que sujets et tendances sont cherchés dans {read} d'entre eux, régulièrement espacés, et les "
        "questions semblables parmi les plus récentes ; les nombres des tendances et des questions sont donc des estimations. "
        "Tous les autres comptent chacun des {of} commentaires.",
        "There are so many comments that topics and trends are looked for in {read} of them, evenly spaced, and similar "
        "questions among the newest; the numbers of trends and questions are therefore estimates. All others count each of "
        "the {of} comments.",
    ),
    "footer_file": pair(
        "Écrit par Vigie à partir d'un fichier de commentaires de {community}. Heures : {timezone}.",
        "Written by Vigie from a file of comments of {community}. Times: {timezone}.",
    ),
    "summary_by_model": pair(
        "Résumé rédigé par le modèle {model}, chaque nombre vérifié.",
        "Summary written by the model {model}, every number checked.",
    ),
    "unsubscribe": pair("Ne plus recevoir ce digest", "Stop receiving this digest"),
    "unsubscribe_title": pair("Le digest de {community}", "The digest of {community}"),
    "unsubscribe_ask": pair("Ne plus recevoir le digest ?", "Stop receiving the digest?"),
    "unsubscribe_done": pair("C'est fait", "Done"),
    "unsubscribe_done_note": pair(
        "Vous ne recevrez plus le digest. La personne qui gère la communauté peut vous réinscrire.",
        "You will not receive the digest any longer. Whoever manages the community can put you back.",
    ),
    "unsubscribe_unknown": pair("Ce lien n'est plus valable", "This link is no longer valid"),
    "unsubscribe_unknown_note": pair(
        "Il ne désigne aucun destinataire : écrivez à la personne qui gère la communauté.",
        "It names no recipient: write to whoever manages the community.",
    ),
    "pause_title": pair("Suspendre les réponses de {community}", "Pause the replies of {community}"),
    "pause_ask": pair("Suspendre les réponses automatiques ?", "Pause automated replies?"),
    "pause_ask_note": pair(
        "Pendant 24 heures, les réponses sur ce sujet seront proposées à une personne au lieu de partir seules.",
        "For 24 hours, replies on this subject will be proposed to a person instead of leaving alone.",
    ),
    "pause_button": pair("Suspendre pendant 24 heures", "Pause for 24 hours"),
    "pause_paused": pair("Les réponses automatiques sont suspendues", "Automated replies are paused"),
    "pause_paused_note": pair("Sur ce sujet, jusqu'au {until}.", "On this subject, until {until}."),
    "pause_resume_button": pair("Reprendre maintenant", "Resume now"),
    "pause_resumed": pair("Les réponses automatiques reprennent", "Automated replies resume"),
    "pause_resumed_note": pair("La suspension sur ce sujet est levée.", "The pause on this subject has ended."),
    "pause_unknown": pair("Ce lien n'est plus valable", "This link is no longer valid"),
    "pause_unknown_note": pair(
        "Rien n'a changé. La commande vigie pause et le déploiement pause dans Prefect restent possibles.",
        "Nothing has changed. The command vigie pause and the deployment pause in Prefect still work.",
    ),
    "why_mail": pair(
        "Vous recevez ce message parce que votre adresse figure parmi les destinataires de {community}.",
        "You receive this message because your address is among the recipients of {community}.",
    ),
    "more_quotes": pair("{n} autre exemple|{n} autres exemples", "{n} more example|{n} more examples"),
    "elsewhere": pair("Autres pages", "Other pages"),
    "cut": pair("La suite est sur la page complète.", "The rest is on the full page."),
    "archive_title": pair("Les digests de {community}", "The digests of {community}"),
    "archive_empty": pair(
        "Le premier digest paraîtra après la première nuit.", "The first digest appears after the first night."
    ),
    "feed": pair("Flux Atom", "Atom feed"),
    "form_daily": pair("Jour", "Day"),
    "form_weekly": pair("Semaine", "Week"),
    "form_monthly": pair("Mois", "Month"),
    "form_period": pair("Période", "Period"),
}

_MATTERS = {
    "matter_overdue": pair(
        "{n} membre attend une réponse en retard|{n} membres attendent une réponse en retard",
        "{n} member has waited too long for an answer|{n} members have waited too long for an answer",
    ),
    "matter_waiting": pair(
        "{n} décision vous attend|{n} décisions vous attendent",
        "{n} decision is waiting for you|{n} decisions are waiting for you",
    ),
    "matter_blind": pair(
        "{n} source n'a pas pu être lue|{n} sources n'ont pas pu être lues",
        "{n} source could not be read|{n} sources could not be read",
    ),
    "matter_blind_detail": pair(
        "Les chiffres de ce digest sont incomplets : {sources}.",
        "The figures of this digest are incomplete: {sources}.",
    ),
    "matter_question_store": pair(
        "Une question revient sans réponse : {question}", "A question keeps coming back unanswered: {question}"
    ),
    "matter_question_file": pair("Une question revient : {question}", "A question keeps coming back: {question}"),
    "matter_norms": pair("{share} des commentaires sont à vérifier", "{share} of comments need checking"),
    "matter_norms_detail": pair("La charte y voit surtout : {norms}.", "What the charter sees in them: {norms}."),
    "matter_voted": pair(
        "Le plus apprécié : {n} vote|Le plus apprécié : {n} votes", "Most liked: {n} vote|Most liked: {n} votes"
    ),
    "matter_voted_detail": pair("Ce que la communauté a fait monter.", "What the community pushed up."),
    "matter_day": pair("{when} : {comments}", "{when}: {comments}"),
    "matter_day_day": pair("Le jour le plus actif ; d'ordinaire, {usual}.", "The busiest day; as a rule, {usual}."),
    "matter_day_week": pair(
        "La semaine la plus active ; d'ordinaire, {usual}.", "The busiest week; as a rule, {usual}."
    ),
    "matter_day_month": pair("Le mois le plus actif ; d'ordinaire, {usual}.", "The busiest month; as a rule, {usual}."),
    "matter_mood": pair(
        "Le ton : {positive} de positifs, {negative} de négatifs", "The tone: {positive} positive, {negative} negative"
    ),
    "matter_mood_detail": pair(
        "Lu par une machine dans {n} commentaire.|Lu par une machine dans {n} commentaires.",
        "Read by a machine in {n} comment.|Read by a machine in {n} comments.",
    ),
    "matter_topic_new": pair("Un sujet apparaît : {topic}", "A new topic: {topic}"),
    "matter_topic": pair("On parle surtout de {topic}", "The talk is mostly of {topic}"),
    "matter_kpi_up": pair("{label} : {value}, en hausse", "{label}: {value}, up"),
    "matter_kpi_down": pair("{label} : {value}, en baisse", "{label}: {value}, down"),
    "matter_kpi_detail": pair("{change} par rapport à {before}.", "{change} against {before}."),
    "matter_quiet": pair("Rien à signaler", "Nothing to report"),
    "matter_quiet_detail": pair("Aucun signal, aucune décision en attente.", "No signal, no waiting decision."),
}

_KPIS = {
    "points": pair("{sign}{n} point|{sign}{n} points", "{sign}{n} point|{sign}{n} points"),
    "kpi_comments": pair("Commentaires", "Comments"),
    "kpi_members": pair("Membres actifs", "Active members"),
    "kpi_new_members": pair("Nouveaux membres", "New members"),
    "kpi_questions": pair("Questions posées", "Questions asked"),
    "kpi_drafts_proposed": pair("Réponses proposées", "Replies proposed"),
    "kpi_answered_by_vigie": pair("Réponses publiées", "Replies posted"),
    "kpi_answered_by_team": pair("Réponses de l'équipe", "Replies by the team"),
    "response_fact": pair(
        "première réponse en {median} (neuf sur dix en {p90})", "first response in {median} (nine in ten in {p90})"
    ),
    "response_slowest": pair("le plus long : messages de {hour}, {time}", "longest: messages of {hour}, {time}"),
    "kpi_first_response_minutes": pair("Délai de réponse médian", "Median response time"),
    "kpi_first_response_p90_minutes": pair("Délai de réponse, neuf sur dix", "Response time, nine in ten"),
    "kpi_unanswered_share": pair("Questions sans réponse", "Questions unanswered"),
    "kpi_corrected_share": pair("Réponses corrigées ou rejetées", "Drafts corrected or rejected"),
    "kpi_handoff_minutes": pair("Attente d'une personne", "Wait for a person"),
    "kpi_satisfaction": pair("Satisfaction après réponse", "Satisfaction after an answer"),
    "kpi_held": pair("Commentaires retenus", "Comments held"),
    "kpi_removed": pair("Commentaires retirés", "Comments removed"),
    "kpi_escalated": pair("Commentaires signalés à l'équipe", "Comments escalated"),
    "kpi_set_aside": pair("Éléments illisibles", "Unreadable items"),
    "kpi_negative_share": pair("Part de négatifs", "Negative share"),
    "kpi_handoffs_open": pair("Membres en attente", "Members waiting"),
    "kpi_handoffs_overdue": pair("Attentes en retard", "Waits overdue"),
    "kpi_to_review": pair("À vérifier selon la charte", "To check under the charter"),
    "kpi_cost": pair("Coût des modèles", "Cost of models"),
}

_SEGMENTS = {
    "segment_newcomer": pair("Nouveau membre", "Newcomer"),
    "segment_regular": pair("Habitué", "Regular"),
    "segment_expert": pair("Expert", "Expert"),
    "segment_advocate": pair("Ambassadeur", "Advocate"),
    "segment_dissatisfied": pair("Mécontent", "Dissatisfied"),
    "segment_leaving": pair("Sur le départ", "Leaving"),
    "segment_occasional": pair("Occasionnel", "Occasional"),
}

_NORMS = {
    "norm_hate": pair("Haine", "Hate"),
    "norm_insult": pair("Insulte", "Insult"),
    "norm_threat": pair("Menace", "Threat"),
    "norm_sexual": pair("Contenu sexuel", "Sexual content"),
    "norm_sexual_content": pair("Contenu sexuel", "Sexual content"),
    "norm_self_promotion": pair("Autopromotion", "Self-promotion"),
    "norm_spam": pair("Spam", "Spam"),
    "norm_scam": pair("Arnaque", "Scam"),
    "norm_personal_data": pair("Données personnelles", "Personal data"),
    "norm_off_topic": pair("Hors sujet", "Off-topic"),
}

_CHARTS = {
    "week_of": pair("semaine du {day}", "week of {day}"),
    "chart_activity": pair("Commentaires {each} et par plateforme", "Comments {each} and by platform"),
    "past_is_grey": pair("{title} ; en gris avant la période", "{title}; grey before the period"),
    "past_is_pale": pair("{title} ; plus pâles avant la période", "{title}; paler before the period"),
    "each_day": pair("par jour", "by day"),
    "each_week": pair("par semaine", "by week"),
    "each_month": pair("par mois", "by month"),
    "chart_rhythm": pair(
        "Commentaires selon le jour et l'heure, semaines précédentes comprises",
        "Comments by weekday and hour, earlier weeks included",
    ),
    "chart_rhythm_alone": pair("Commentaires selon le jour et l'heure", "Comments by weekday and hour"),
    "chart_topics_alone": pair("Sujets par nombre de commentaires", "Topics by number of comments"),
    "chart_mood": pair("Commentaires positifs et négatifs {each}", "Positive and negative comments {each}"),
    "chart_topics": pair(
        "Sujets par nombre de commentaires ; le trait marque la période précédente",
        "Topics by number of comments; the tick marks the period before",
    ),
    "alt_activity": pair(
        "Barres. Total : {total}. Maximum : {day}, {comments}.", "Bars. Total: {total}. Most: {day}, {comments}."
    ),
    "alt_rhythm": pair(
        "Carte de chaleur des jours et des heures. Moment le plus actif : {weekday} à {hour}, {comments}.",
        "Heat map of weekdays and hours. Busiest time: {weekday} at {hour}, {comments}.",
    ),
    "alt_mood": pair("Barres : {positive} et {negative} en tout.", "Bars: {positive} and {negative} in all."),
    "alt_topics": pair("Barres : {topics}.", "Bars: {topics}."),
    "up_to_positive": pair("Positifs, jusqu'à {n}", "Positive, up to {n}"),
    "up_to_negative": pair("Négatifs, jusqu'à {n}", "Negative, up to {n}"),
    "comments_an_hour": pair("Par heure :", "An hour:"),
    "head_day": pair("Date", "Date"),
    "head_hour": pair("Heure", "Hour"),
    "head_topic": pair("Sujet", "Topic"),
    "head_figure": pair("Chiffre", "Figure"),
    "head_change": pair("Évolution", "Change"),
    "head_now": pair("Maintenant", "Now"),
    "head_before": pair("Avant", "Before"),
    "head_positive": pair("Positifs", "Positive"),
    "head_neutral": pair("Neutres", "Neutral"),
    "head_negative": pair("Négatifs", "Negative"),
}

_FAQ = {
    "faq_title": pair("{community} : questions fréquentes", "{community}: frequently asked questions"),
    "faq_intro": pair(
        "{n} réponse de l'équipe de {community} aux questions de sa communauté.|{n} réponses de l'équipe de {community} aux questions de sa communauté.",
        "{n} answer from the {community} team to its community's questions.|{n} answers from the {community} team to its community's questions.",
    ),
    "faq_updated": pair("Page mise à jour le {day}", "Page updated on {day}"),
    "faq_answer_updated": pair("Réponse mise à jour le {day}", "Answer updated on {day}"),
    "faq_asked": pair(
        "Posée {n} fois récemment|Posée {n} fois récemment", "Asked once recently|Asked {n} times recently"
    ),
    "faq_more": pair("Pour en savoir plus : ", "Learn more: "),
    "faq_empty": pair(
        "{community} n'a pas encore publié de réponse.", "{community} has not published any answers yet."
    ),
    "faq_footer": pair(
        "Toutes les réponses ont été approuvées par l'équipe de {community}.",
        "All answers were approved by the {community} team.",
    ),
    "faq_whole": pair("Toutes les questions et réponses", "All questions and answers"),
    "faq_whole_note": pair("la page entière en Markdown", "the whole page as Markdown"),
    "languages": pair("Langues", "Languages"),
}

PHRASES: dict[str, dict[str, str]] = (
    _GENERAL | _DIGEST | SECTIONS | _MATTERS | _KPIS | _SEGMENTS | _NORMS | _CHARTS | _FAQ | SURVEY
)

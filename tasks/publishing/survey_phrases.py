"""Every phrase of the survey, in French and in English, side by side; see `phrases`."""

from tasks.publishing.bilingual import pair

SURVEY: dict[str, dict[str, str]] = {
    "survey_brand": pair("Vigie, carte des parcours", "Vigie, map of journeys"),
    "survey_title": pair("{community} : la carte des parcours", "{community}: the map of journeys"),
    "survey_headline": pair(
        "{share} des demandes pourraient recevoir une réponse en minutes",
        "{share} of what members ask could be answered in minutes",
    ),
    "survey_headline_empty": pair("Rien à montrer : aucune demande", "Nothing to show: no requests"),
    "survey_headline_none": pair(
        "Aucune demande ne revient assez pour être automatisée", "No request comes often enough to be automated"
    ),
    "survey_what": pair(
        "Un état des lieux : {comments}, dont {requests} qui appellent une réponse. "
        "L'établir n'envoie et ne modère rien.",
        "The state of things: {comments}, of which {requests} call for an answer. "
        "Drawing it up sends nothing and moderates nothing.",
    ),
    "n_requests": pair("{n} demande|{n} demandes", "{n} request|{n} requests"),
    "survey_witness_team": pair(
        "Aujourd'hui l'équipe répond à {share} des demandes ; délai médian : {time}.",
        "Today the team answers {share} of the requests; median time: {time}.",
    ),
    "survey_witness_members": pair(
        "Aucun compte de l'équipe n'est connu : {share} des demandes ont reçu la réponse d'un autre membre ; délai médian : {time}.",
        "No account of the team is known: {share} of the requests were answered by another member; median time: {time}.",
    ),
    "survey_peers": pair(
        "D'autres membres répondent à {share} d'entre elles, en {time}.",
        "Other members answer {share} of them, in {time}.",
    ),
    "survey_witness_nobody": pair(
        "L'historique ne dit pas qui répond à quoi : les délais ne peuvent pas être mesurés.",
        "The history does not tell who answers what: times cannot be measured.",
    ),
    "survey_unknown_time": pair("inconnu", "unknown"),
    "survey_matter_take": pair(
        "{n} demande par semaine pourrait être prise en charge|{n} demandes par semaine pourraient être prises en charge",
        "{n} request a week could be taken over|{n} requests a week could be taken over",
    ),
    "survey_matter_take_undated": pair(
        "{n} demande pourrait être prise en charge|{n} demandes pourraient être prises en charge",
        "{n} request could be taken over|{n} requests could be taken over",
    ),
    "survey_take_detail": pair(
        "{known} ont déjà leur réponse dans la base de connaissances, {recurring} reviennent et attendent une fiche. "
        "À {minutes} minutes l'une, c'est {time} de travail par semaine.",
        "{known} already have their answer in the knowledge base, {recurring} come again and wait for an entry. "
        "At {minutes} minutes each, that is {time} of work a week.",
    ),
    "survey_take_detail_undated": pair(
        "{known} ont déjà leur réponse dans la base de connaissances, {recurring} reviennent et attendent une fiche.",
        "{known} already have their answer in the knowledge base, {recurring} come again and wait for an entry.",
    ),
    "survey_matter_alone": pair(
        "{share} des messages arrivent quand personne n'est là", "{share} of the messages come when nobody is there"
    ),
    "survey_alone_detail": pair(
        "Jusqu'à {n} heure de suite sans personne.|Jusqu'à {n} heures de suite sans personne.",
        "Up to {n} hour without anybody.|Up to {n} hours without anybody.",
    ),
    "survey_alone_times": pair(
        "Délai médian d'une réponse : {alone} pour ce qui arrive alors, {attended} sinon.",
        "Median time to an answer: {alone} for what comes then, {attended} otherwise.",
    ),
    "survey_matter_unanswered": pair(
        "{share} des demandes restent sans réponse", "{share} of the requests have no answer"
    ),
    "survey_unanswered_detail": pair(
        "La plus fréquente : {question}, posée {n} fois.|La plus fréquente : {question}, posée {n} fois.",
        "The most frequent: {question}, asked once.|The most frequent: {question}, asked {n} times.",
    ),
    "survey_matter_people": pair(
        "{n} demande doit rester à des personnes|{n} demandes doivent rester à des personnes",
        "{n} request must stay with people|{n} requests must stay with people",
    ),
    "survey_people_detail": pair(
        "D'abord : {topics}. Un robot les reconnaît et les transmet ; il n'y répond pas.",
        "First: {topics}. A bot recognises them and hands them over; it does not answer them.",
    ),
    "survey_figure_comments": pair("Messages", "Messages"),
    "survey_figure_members": pair("Membres", "Members"),
    "survey_figure_requests": pair("Demandes", "Requests"),
    "survey_figure_answered": pair("Demandes avec réponse", "Requests with an answer"),
    "survey_figure_time": pair("Délai médian", "Median time"),
    "survey_figure_alone": pair("Hors présence humaine", "With nobody there"),
    "survey_section_points": pair("Points de contact", "Contact points"),
    "survey_points_lead": pair(
        "Où les membres écrivent, et comment on leur répond.", "Where members write, and how they are answered."
    ),
    "survey_section_questions": pair("Questions récurrentes", "Recurring questions"),
    "survey_questions_lead": pair(
        "Ce que plusieurs membres demandent, et le délai d'une réponse aujourd'hui.",
        "What several members ask, and how long an answer takes today.",
    ),
    "survey_section_hours": pair("Heures sans personne", "Hours without a human"),
    "survey_hours_messages": pair(
        "Quand quelqu'un de l'équipe écrit d'habitude ; le reste du temps, personne n'est là.",
        "When somebody of the team usually writes; the rest of the time nobody is there.",
    ),
    "survey_hours_working_hours": pair(
        "Les horaires de l'équipe ; le reste du temps, personne n'est là.",
        "The team's working hours; the rest of the time nobody is there.",
    ),
    "survey_hours_never": pair(
        "L'équipe n'écrit à aucune heure régulière.", "The team does not write at any regular hour."
    ),
    "survey_hours_unknown": pair(
        "Les heures de présence ne sont pas connues : indiquez les comptes de l'équipe (team) ou ses horaires (working_hours) dans community.yaml.",
        "The hours of presence are not known: name the team's accounts (team) or its hours (working_hours) in community.yaml.",
    ),
    "survey_chart_rhythm": pair("Quand les demandes arrivent", "When requests come"),
    "survey_alt_rhythm": pair(
        "L'heure la plus chargée : {weekday} à {hour}, {n}.", "The busiest hour: {weekday} at {hour}, {n}."
    ),
    "survey_section_takeover": pair("Ce que Vigie peut reprendre", "What Vigie could take over"),
    "survey_takeover_lead": pair(
        "Rien de cela ne part sans votre accord : chaque réponse est d'abord une proposition.",
        "None of it leaves without your consent: each answer is a proposal first.",
    ),
    "survey_known": pair("Répondre d'après une fiche existante", "Answer from an existing entry"),
    "survey_recurring": pair("Répondre, une fois la fiche écrite", "Answer, once the entry is written"),
    "survey_norms": pair("Signaler ce que la charte n'admet pas", "Point out what the charter does not allow"),
    "survey_route": pair(
        "Transmettre à la bonne personne, à toute heure", "Hand over to the right person, at any hour"
    ),
    "survey_section_people": pair("Ce qui reste aux personnes", "What stays with people"),
    "survey_people_lead": pair(
        "Vigie les reconnaît, prévient quelqu'un et dit au membre quand attendre une réponse.",
        "Vigie recognises them, tells somebody, and tells the member when to expect an answer.",
    ),
    "survey_rare": pair("Questions posées une seule fois", "Questions asked only once"),
    "survey_section_next": pair("Pour commencer", "How to begin"),
    "survey_next_lead": pair(
        "Des fichiers à relire accompagnent ce rapport ; aucun n'est en service.",
        "Files to review come with this report; none of them is in service.",
    ),
    "survey_next_charter": pair("Relire la charte proposée", "Read the proposed charter"),
    "survey_next_charter_fact": pair(
        "{file} : chaque norme propose, aucune n'agit seule", "{file}: each norm proposes, none acts alone"
    ),
    "survey_next_knowledge": pair("Compléter les fiches proposées", "Complete the proposed entries"),
    "survey_next_team": pair("Nommer une personne pour ce qui reste humain", "Name somebody for what stays human"),
    "survey_next_team_fact": pair("contacts, dans charter.yaml", "contacts, in charter.yaml"),
    "survey_next_rehearse": pair("Répéter la charte sur le passé", "Rehearse the charter on the past"),
    "survey_asked": pair("posée {n} fois|posée {n} fois", "asked once|asked {n} times"),
    "survey_a_week": pair("{n} par semaine", "{n} a week"),
    "survey_by_members": pair("par {n} membre|par {n} membres", "by {n} member|by {n} members"),
    "survey_answered_in": pair("réponse en {time}", "answered in {time}"),
    "survey_answered_by_members_in": pair("réponse d'un membre en {time}", "answered by a member in {time}"),
    "survey_without_answer": pair("{share} sans réponse", "{share} without an answer"),
    "survey_no_answer_team": pair("jamais de réponse de l'équipe", "never answered by the team"),
    "survey_no_answer_members": pair("jamais de réponse", "never answered"),
    "survey_negative": pair("{share} de messages négatifs", "{share} negative messages"),
    "survey_has_entry": pair("fiche {entry}", "entry {entry}"),
    "survey_for_people": pair("aux personnes", "for people"),
    "survey_to_write": pair("fiche à écrire", "entry to write"),
    "survey_from_to": pair("de {start} à {end}", "from {start} to {end}"),
    "survey_footer": pair(
        "Écrit par Vigie à partir de l'historique de {community}. Heures : {timezone}. Délai : du message à la première réponse ; "
        "présence : une heure de la semaine où l'équipe a écrit au moins une fois par quatre semaines, ou jusqu'à deux heures entre deux d'entre elles.",
        "Written by Vigie from the history of {community}. Times: {timezone}. Time: from the message to the first answer; "
        "presence: an hour of the week in which the team wrote at least once in four weeks, or up to two hours between two of these.",
    ),
}

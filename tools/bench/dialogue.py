"""What the copied cases hold beyond the request: sessions, options, appointments, and what became of them.

The very first case has much of everything. An advisor and a contact person who are in the sample world's
cases nowhere have as many cases as a busy person has; who measures looks at the portal through their eyes.
"""

from __future__ import annotations

from typing import Any

from advisors.models import Advisor
from miglobe.accounts.models import User
from miglobe.accounts.roles import Role

OF_ADVISOR, OF_CONTACT = 200, 40  # the first so many copies are theirs
_ADVISOR, _CONTACT = "bench-advisor@example.org", "bench-contact@example.org"

# How many days ago a case ended (``age`` below): over two years, so that follow-ups occur in every state.
AGE = "(c.n * 37 % 720)"

# Who advises, and who answers for the municipality.
_COPIES = """
    CREATE TEMP TABLE bench_dialogue ON COMMIT PRESERVE ROWS AS
    SELECT c.n, c.case_id, c.n * 37 % 720 AS age, k.status,
           k.status = 'closed' AND k.resolution = 'options_agreed' AS has_result,
           lead.id AS lead_id, lead.user_id AS lead_user_id,
           (SELECT min(p.user_id) FROM requests_app_contactperson p WHERE p.case_id = c.case_id) AS contact_id
    FROM bench_copy c JOIN requests_app_case k ON k.id = c.case_id
         LEFT JOIN requests_app_assignment a
             ON a.case_id = c.case_id AND a.status = 'accepted' AND a.role = 'lead'
         LEFT JOIN advisors_advisor lead ON lead.id = a.advisor_id"""

# Ten in the first case.
_SESSIONS = """
    INSERT INTO requests_app_dialoguesession
        (case_id, date, start, minutes, format, mode, participants_administration, participants_politics,
         participants_associations, participants_others, shared_minutes, private_notes, recorded_at,
         recorded_by_id, form_key, version, objection, confirmed_at, confirmed_by_id)
    SELECT c.case_id, (d.held)::date, '10:00', 60 + 30 * (c.n % 3), 'initial_talk', 'on_site', 3, 1, 2, 0,
           'Besprochen wurden die nächsten Schritte. ' || repeat('Wer was übernimmt, ist geklärt. ', 8),
           'Leise Skepsis im Amt.', d.held, c.lead_user_id, gen_random_uuid(), 1, '',
           CASE WHEN c.status = 'closed' OR m % 2 = 0 THEN d.held END,
           CASE WHEN c.status = 'closed' OR m % 2 = 0 THEN c.contact_id END
    FROM bench_dialogue c,
         LATERAL generate_series(1, CASE WHEN c.n = 1 THEN 10 ELSE 1 + c.n % 3 END) m,
         LATERAL (SELECT now() - (c.age + 14 * m) * interval '1 day' AS held) d
    WHERE c.status IN ('in_dialogue', 'options_agreed', 'closed') AND c.lead_id IS NOT NULL"""

_PRESENT = """
    INSERT INTO requests_app_dialoguesession_advisors (dialoguesession_id, advisor_id)
    SELECT s.id, a.advisor_id
    FROM bench_dialogue c JOIN requests_app_dialoguesession s ON s.case_id = c.case_id
         JOIN requests_app_assignment a ON a.case_id = c.case_id AND a.status = 'accepted'"""

# Twelve in the first case. Those of ended cases and of the first one are agreed, the others wait.
_OPTIONS = """
    INSERT INTO requests_app_actionoption
        (case_id, position, goal, title, description, first_step, responsible_unit, partners,
         financial_effects, horizon, effort, indicator, comment, version, status, confirmed_at,
         confirmed_by_id)
    SELECT c.case_id, m, (ARRAY['participation', 'quality', 'appreciation'])[1 + (c.n + m) % 3],
           'Zwei feste Sitze in der Steuerungsgruppe ' || m,
           repeat('Die Steuerungsgruppe erhält zwei feste Sitze mit Stimmrecht. ', 6),
           'Geschäftsordnung ergänzen und im Ausschuss beraten.', 'Fachbereich Soziales', '', '',
           'short', 'low', 'Anteil der Sitzungen mit beiden Sitzen', '', 1,
           CASE WHEN o.is_agreed THEN 'agreed' ELSE 'proposed' END,
           CASE WHEN o.is_agreed THEN now() - (c.age + 2) * interval '1 day' END,
           CASE WHEN o.is_agreed THEN c.contact_id END
    FROM bench_dialogue c,
         LATERAL (SELECT c.has_result OR c.n = 1 AS is_agreed) o,
         LATERAL generate_series(1, CASE WHEN c.n = 1 THEN 12 ELSE 2 + c.n % 4 END) m
    WHERE o.is_agreed OR c.status = 'in_dialogue' AND c.n % 3 = 0"""

# Two in three appointments lie behind: nobody has to be reminded of them.
_APPOINTMENTS = """
    INSERT INTO requests_app_appointment
        (case_id, starts_at, minutes, format, mode, place, status, uid, sequence, agreed_by_id, agreed_at,
         changed_at, cancel_reason)
    SELECT c.case_id, date_trunc('day', now()) + interval '10 hours' + (c.n % 60 - 40) * interval '1 day',
           90, 'initial_talk', 'online', 'https://video.example.org/raum', 'agreed', gen_random_uuid()::text,
           0, c.lead_user_id, now() - interval '60 days', now() - interval '60 days', ''
    FROM bench_dialogue c
    WHERE c.status IN ('matched', 'in_dialogue', 'options_agreed') AND c.lead_id IS NOT NULL"""

# Six in ten municipalities answer; the others are reminded after a fortnight, and then left alone.
_FOLLOW_UPS = """
    INSERT INTO requests_app_followup
        (case_id, months, due_on, status, asked_at, reminded_at, answered_at, answered_by_id, word)
    SELECT c.case_id, m, current_date - since.days, s.status,
           CASE WHEN s.status <> 'planned' THEN asked.at END,
           CASE WHEN s.status IN ('reminded', 'rests') THEN asked.at + interval '14 days' END,
           CASE WHEN s.status = 'answered' THEN asked.at + interval '4 days' END,
           CASE WHEN s.status = 'answered' THEN c.contact_id END, ''
    FROM bench_dialogue c, unnest(ARRAY[3, 6, 12]) m,
         LATERAL (SELECT c.age - 30 * m AS days) since,
         LATERAL (SELECT now() - since.days * interval '1 day' AS at) asked,
         LATERAL (SELECT CASE WHEN since.days < 0 THEN 'planned'
                              WHEN since.days >= 4 AND (c.n / 7 + m) % 10 < 6 THEN 'answered'
                              WHEN since.days <= 12 THEN 'asked'
                              WHEN since.days <= 30 THEN 'reminded' ELSE 'rests' END AS status) s
    WHERE c.has_result"""

_REPORTS = """
    INSERT INTO requests_app_optionreport
        (option_id, follow_up_id, implementation, note, reported_by_id, reported_at)
    SELECT o.id, f.id,
           (ARRAY['planned', 'resolved', 'in_progress', 'partly_done', 'done'])[1 + (o.id + f.months) % 5],
           '', f.answered_by_id, f.answered_at
    FROM bench_dialogue c JOIN requests_app_followup f ON f.case_id = c.case_id AND f.status = 'answered'
         JOIN requests_app_actionoption o ON o.case_id = c.case_id"""

_FEEDBACK = """
    INSERT INTO requests_app_feedback (case_id, helped, recommends, missing, given_at, given_by_id)
    SELECT c.case_id, 'yes', 'yes', '', now() - c.age * interval '1 day', c.contact_id
    FROM bench_dialogue c
    WHERE c.status = 'closed' AND c.n % 3 = 0"""

_STATEMENTS = (_COPIES, _SESSIONS, _PRESENT, _OPTIONS, _APPOINTMENTS, _FOLLOW_UPS, _REPORTS, _FEEDBACK)


def people() -> tuple[Advisor, User]:
    """The advisor and the contact person whose pages are measured. Neither is offered to anybody."""
    user, _made = User.objects.get_or_create_by_email(_ADVISOR, "Bettina Bank")
    user.add_role(Role.ADVISOR)
    advisor, _made = Advisor.objects.get_or_create(
        user=user, defaults={"status": Advisor.Status.PAUSED, "base_town": "Köln", "base_key": "05315000"}
    )
    contact, _made = User.objects.get_or_create_by_email(_CONTACT, "Konrad Takt")
    contact.add_role(Role.MUNICIPALITY_CONTACT)
    return advisor, contact


def of_advisor(advisor: Advisor) -> str:
    """Whose the copied assignment is, as SQL."""
    return f"CASE WHEN c.n <= {OF_ADVISOR} AND t.role = 'lead' THEN {advisor.pk} ELSE t.advisor_id END"


def of_contact(contact: User) -> str:
    """Whose the copied contact person's account is, as SQL."""
    return f"CASE WHEN c.n <= {OF_CONTACT} AND t.position = 0 THEN {contact.pk} ELSE t.user_id END"


def write(cursor: Any) -> None:
    """All of it, for the cases in ``bench_copy``."""
    cursor.execute("DROP TABLE IF EXISTS bench_dialogue")
    for statement in _STATEMENTS:
        cursor.execute(statement)

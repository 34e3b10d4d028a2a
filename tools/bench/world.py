"""Fills a database with as many cases as wanted.

The sample world is loaded first; its cases, walked there through the workflow, are then copied in the
database. One in ten is open. Each copy has three messages, the first one fifty. What a dialogue leaves
behind is written for the copies anew (``tools.bench.dialogue``).
"""

from __future__ import annotations

import json
import time
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY
from allauth.account.internal.userkit import user_id_to_str
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string

from advisors.models import Advisor
from miglobe.accounts.models import User
from miglobe.accounts.roles import Role
from miglobe.ops.demo import loader
from requests_app.models import FINAL_STATUSES, Assignment, CalendarFeed, Case, FollowUp, FollowUpStatus
from requests_app.workspace.calendar import address_of
from tools.bench import dialogue
from tools.bench.words import COMMON_WORD, RARE_WORD

MESSAGES, MESSAGES_OF_FIRST = 3, 50
REFERENCE = "B-%"  # of copied cases

# Words that mean nothing, so that texts differ: 20,000 of them.
_WORDS = (
    "(SELECT string_agg('wort' || ((c.n * 7919 + k * 104729) % 20000), ' ') FROM generate_series(1, 12) k)"
)
_TEXT = f"""
    t.situation || ' ' || {_WORDS}
    || CASE WHEN c.n % 5 < 3 THEN ' {COMMON_WORD}' ELSE '' END
    || CASE WHEN c.n % 251 = 0 AND c.n <= 1255 THEN ' {RARE_WORD}' ELSE '' END
"""
_OF_CASE = {
    "id": "c.case_id",
    "reference": "'B-' || lpad(c.n::text, 8, '0')",
    "submission_key": "gen_random_uuid()",
    "municipality_id": "(SELECT ids[(1 + c.n % cardinality(ids))::int] FROM bench_municipality)",
    "title": "left(t.title || ' wort' || c.n % 20000, 120)",
    "situation": f"left({_TEXT}, 3000)",
    # The first one is the newest, as it would be read.
    "submitted_at": "now() - c.n * interval '7 minutes'",
    "status_changed_at": "now() - c.n * interval '5 minutes'",
    "status": "CASE WHEN c.n = 1 THEN 'options_agreed' ELSE t.status END",
    "closed_at": f"CASE WHEN t.closed_at IS NOT NULL THEN now() - {dialogue.AGE} * interval '1 day' END",
    "due_on": "t.due_on - t.due_on + current_date - 10 + c.n % 40",
    "merged_into_id": "NULL",
}
_OF_MAIL = {
    "reference": "'B-' || lpad(c.n::text, 8, '0')",
    "message_id": "'<' || gen_random_uuid() || '@bench>'",
}
# Tables of a case that are copied as they are, with what differs.
_PARTS: dict[str, dict[str, str]] = {
    "requests_app_contactperson": {
        "name": "'Vorname' || c.n % 800 || ' Nachname' || c.n % 5000",
        "email": "'person' || c.n || '@stadt.example.org'",
        "takes_over_from_id": "NULL",
    },
    "requests_app_case_topics": {},
    "requests_app_event": {},
    "requests_app_assignment": {"tandem_key": "NULL"},
}


def prepare() -> None:
    """Tables, register, sample world."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("load_municipalities", verbosity=0)
    loader.load()


def fill(number: int, advisor: Advisor, contact: User) -> None:
    """Bring the number of copied cases up to ``number``; the first ones are those of the two."""
    theirs = {"advisor_id": dialogue.of_advisor(advisor), "user_id": dialogue.of_contact(contact)}
    present = Case.objects.filter(reference__startswith=REFERENCE[:-1]).count()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE bench_municipality AS SELECT array_agg(id ORDER BY key) AS ids "
            "FROM requests_app_municipality WHERE is_active"
        )
        # The words for the search are written once per batch, not row by row.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("CREATE TEMP TABLE bench_copy (n int, template_id bigint, case_id bigint)")
        for first in range(present + 1, number + 1, 5000):
            _copy(cursor, first, min(first + 4999, number), theirs)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("DROP TABLE bench_copy, bench_municipality")
        cursor.execute("VACUUM ANALYZE")


def _copy(cursor: Any, first: int, last: int, theirs: dict[str, str]) -> None:
    """The copies number ``first`` to ``last``; ``theirs``: whose they are, as SQL by column."""
    samples = (
        Case.objects.exclude(reference__startswith=REFERENCE[:-1]).exclude(municipality=None).order_by("pk")
    )
    ended = list(samples.filter(status__in=FINAL_STATUSES).values_list("pk", flat=True))
    running = list(samples.exclude(status__in=FINAL_STATUSES).values_list("pk", flat=True))
    cursor.execute("TRUNCATE bench_copy")
    cursor.execute(
        """INSERT INTO bench_copy
           SELECT n, (CASE WHEN n %% 10 = 1 THEN %s::bigint[] ELSE %s::bigint[] END)
                     [(1 + (n / 10) %% CASE WHEN n %% 10 = 1 THEN %s ELSE %s END)::int],
                  nextval(pg_get_serial_sequence('requests_app_case', 'id'))
           FROM generate_series(%s::int, %s::int) n""",
        [running, ended, len(running), len(ended), first, last],
    )
    _copy_table(cursor, "requests_app_case", "t.id = c.template_id", _OF_CASE, key=False)
    for table, other in _PARTS.items():
        _copy_table(cursor, table, "t.case_id = c.template_id", {"case_id": "c.case_id", **theirs, **other})
    _copy_table(
        cursor,
        "mail_outboxmessage",
        "t.id = (SELECT min(m.id) FROM mail_outboxmessage m, requests_app_case s"
        "        WHERE s.id = c.template_id AND m.reference = s.reference)",
        _OF_MAIL,
    )
    cursor.execute("ANALYZE bench_copy")
    _write_messages(cursor)
    dialogue.write(cursor)
    cursor.execute(
        "INSERT INTO requests_app_casewords (case_id, words) "
        "SELECT words.* FROM case_search_texts(ARRAY(SELECT case_id FROM bench_copy)) words"
    )


def _copy_table(cursor: Any, table: str, on: str, other: dict[str, str], *, key: bool = True) -> None:
    """Copy rows of ``table``; ``other`` says what differs, ``key`` that it counts its keys itself."""
    columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    columns = [name for name in columns if not (key and name == "id")]
    values = ", ".join(other.get(name, f't."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    cursor.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM bench_copy c JOIN {table} t ON {on}")  # noqa: S608 - our own names


def _write_messages(cursor: Any) -> None:
    """Three messages for each copy; fifty for the very first one."""
    words = _WORDS.replace("k * 104729", "k * 15485863 + m * 7")
    cursor.execute(
        f"""INSERT INTO requests_app_message
                (case_id, author_id, author_side, kind, audience, body, created_at)
            SELECT c.case_id, (SELECT min(id) FROM accounts_user), 'coordinator', 'message', 'municipality',
                   'Guten Tag, ' || {words} || '. Freundliche Grüße',
                   now() - c.n * interval '5 minutes' + m * interval '1 minute'
            FROM bench_copy c, LATERAL generate_series(1, CASE WHEN c.n = 1 THEN {MESSAGES_OF_FIRST}
                                                               ELSE {MESSAGES} END) m""".replace("%", "%%"),  # noqa: S608 - our own texts
        [],
    )


def signed_in(user: User) -> str:
    """The session of ``user``, who has used a second factor."""
    client = Client()
    client.force_login(user)
    session = client.session
    now = time.time()
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": now, "email": user.email},
        {"method": "mfa", "at": now, "id": 0, "type": "totp"},
    ]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(user)
    session.save()
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


def build(number: int) -> None:
    """Fill the database and print, as JSON, what the measuring has to know."""
    connection.ensure_connection()
    if "requests_app_case" not in connection.introspection.table_names():
        prepare()
    advisor, contact = dialogue.people()
    fill(number, advisor, contact)
    coordinator = User.objects.filter(groups__name=Role.COORDINATOR).order_by("pk")[0]
    told = {
        "sessions": {
            "coordinator": signed_in(coordinator),
            "advisor": signed_in(advisor.user),
            "contact": signed_in(contact),
        },
        "case": Case.objects.get(reference="B-00000001").pk,
        "advisor": Assignment.objects.order_by("pk")[0].advisor_id,
        "asked": _asked(contact),
        "feed": _feed(advisor),
    }
    print(json.dumps(told))


def _asked(contact: User) -> str:
    """The page on which ``contact`` is asked what became of the options."""
    asked = FollowUp.objects.exclude(status__in=[FollowUpStatus.PLANNED, FollowUpStatus.ANSWERED])
    follow_up = asked.filter(case__contacts__user=contact).select_related("case")[0]
    return reverse("casepage:follow_up", args=[follow_up.case.reference])


def _feed(advisor: Advisor) -> str:
    """The path of the feed that ``advisor``'s calendar program reads."""
    feed, _made = CalendarFeed.objects.get_or_create(
        advisor=advisor, defaults={"nonce": get_random_string(32), "renewed_at": timezone.now()}
    )
    return address_of(feed).removeprefix(settings.BASE_URL)

"""The pages of the mails' texts: words of one's own, the preview with a real case, the way back."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import RequestFactory
from django.urls import reverse

from miglobe.accounts.models import User
from miglobe.accounts.roles import Role
from miglobe.mail import kinds, wordings
from miglobe.mail.kinds import Scene
from miglobe.mail.models import MailWording
from miglobe.mail.outbox import render
from requests_app import mail_previews, workflow
from requests_app.mail_previews import cases_for
from requests_app.models import CaseStatus
from requests_app.triage.opening import check_permission
from tests import actors
from tests.actors import World
from tests.mail.texts import text_of
from tests.triage.desk import Desk, forms, sent, words

LIST = "/admin/mail/mailwording/"
LANGUAGES = [code for code, _name in settings.LANGUAGES]
KEEP, SHOW, RESET = "Text speichern", "Vorschau", "Auf den gelieferten Text zurücksetzen"
SUBJECT = "Kurze Frage zu [[Vorgangsnummer]]"
BODY = "Moin [[Ansprechperson]],\r\n\r\n[[Text]]\r\n\r\nBitte bis [[Antwort bis]]:\r\n[[Link]]"


def address(kind: str = "query_asked", language: str = "de") -> str:
    return reverse("admin:mail_mailwording_edit", args=[kind, language])


def keep(desk: Desk, kind: str = "query_asked", **changes: str) -> Any:
    typed = {"subject": SUBJECT, "body": BODY} | changes
    return desk.press(desk.get(address(kind)), KEEP, **typed)


def preview(response: Any) -> str:
    """What stands in the preview, line by line; "" without one."""
    shown = response.context["preview"].text
    return f"{shown.subject}\n{shown.body}" if shown else ""


def full_world() -> World:
    """Cases for every preview: one in dialogue with a comment, one that somebody else entered, a profile."""
    world = World()
    case = world.case(CaseStatus.IN_DIALOGUE)
    actors.propose_option(world, case)
    entered = actors.submitted(
        confirmed=False, entered_by=world.coordinator, is_direct=False, preferred_advisor=world.other_advisor
    )
    assert entered.entered_by == world.coordinator
    return world


# --- All mails ------------------------------------------------------------------------------------


def test_list_says_what_each_mail_is_for_and_who_has_worded_it_anew(world: World, desk: Desk):
    assert desk.said(keep(desk)) == "Der Text ist gespeichert. Die nächste E-Mail geht damit hinaus."
    page = words(desk.get(LIST))
    assert "An die Kommune" in page
    assert "Rückfrage der Koordination eigener Text" in page
    assert page.count("eigener Text") == 1
    assert "Lena Brandt" in page


def test_list_costs_the_same_queries_with_one_wording_and_with_many(
    world: World, desk: Desk, django_assert_num_queries: Any
):
    desk.get(LIST)
    keep(desk)
    with django_assert_num_queries(6):
        desk.get(LIST)
    for kind in kinds.wordable()[:30]:
        subject, body = wordings.editable(kind.name, "en").words
        MailWording.objects.create(
            kind=kind.name, language="en", subject=subject, body=body,
            changed_by=actors.coordinator(), changed_at=world.case().submitted_at,
        )  # fmt: skip
    with django_assert_num_queries(6):
        desk.get(LIST)


# --- One mail -------------------------------------------------------------------------------------


def test_mail_goes_out_as_it_was_worded_and_is_shown_so_before(world: World, desk: Desk):
    keep(desk)
    case = world.case(CaseStatus.IN_REVIEW)
    mail = desk.press(desk.step(case, "ask_query"), "Weiter zur E-Mail", text="Wer leitet?")
    shown = forms(mail)[-1].fields
    assert shown["mail-contacts-subject"] == f"Kurze Frage zu {case.reference}"
    assert shown["mail-contacts-body"].startswith(
        "Moin Katrin Wellmann,\r\n\r\nWer leitet?\r\n\r\nBitte bis "
    )
    desk.press(mail, "Senden und Rückfrage stellen")
    assert [stored.subject for stored in sent("query_asked")] == [f"Kurze Frage zu {case.reference}"]


def test_unknown_placeholder_is_refused_with_a_suggestion_and_everything_typed_stays(desk: Desk):
    page = keep(desk, subject="[[Vorgangsnumer]]", body=BODY + "\r\n[[unbekannt]]")
    said = words(page)
    assert "[[Vorgangsnumer]] kennen wir nicht. Meinen Sie [[Vorgangsnummer]]?" in said
    assert "[[unbekannt]] kennen wir nicht." in said
    typed = forms(page)[-1].fields
    assert (typed["subject"], typed["body"].split()) == ("[[Vorgangsnumer]]", f"{BODY} [[unbekannt]]".split())
    assert MailWording.objects.count() == 0


def test_link_may_not_be_left_out_and_the_page_says_why(desk: Desk):
    page = keep(desk, body=BODY.replace("[[Link]]", ""))
    assert "[[Link]] fehlt. Ohne ihn findet niemand die Seite, um die es in der E-Mail geht." in words(page)
    assert MailWording.objects.count() == 0


@pytest.mark.parametrize(
    "typed",
    [
        "{{ settings.SECRET_KEY }}",
        "{% load static %}",
        "{% include 'base.html' %}",
        "{case.__class__}",
        "%(x)s",
    ],
)
def test_what_looks_like_a_template_stays_as_typed_in_text_preview_and_mail(
    world: World, desk: Desk, typed: str
):
    world.case()
    keep(desk, body=f"{BODY}\r\n{typed}")
    page = desk.get(address())
    assert forms(page)[-2].fields["body"].endswith(typed)
    assert preview(page).endswith(f"{typed}\n")
    case = world.case(CaseStatus.QUERY_OPEN)
    [mail] = sent("query_asked")
    assert mail.reference == case.reference
    assert text_of(mail).endswith(f"{typed}\n")
    assert settings.SECRET_KEY not in mail.body


def test_text_that_equals_the_delivered_one_is_no_wording(desk: Desk):
    subject, body = wordings.editable("query_asked", "de").words
    keep(desk)
    assert MailWording.objects.count() == 1
    keep(desk, subject=subject, body=body.replace("\n", "\r\n"))
    assert MailWording.objects.count() == 0


def test_delivered_text_comes_back_by_a_button_and_the_page_says_who_changed_what(desk: Desk):
    keep(desk)
    answer = desk.press(desk.get(address()), RESET)
    assert desk.said(answer) == "Der gelieferte Text gilt wieder."
    assert MailWording.objects.count() == 0
    page = words(desk.get(address()))
    assert "Lena Brandt – Auf den gelieferten Text zurückgesetzt" in page
    assert "Lena Brandt – Geändert" in page
    assert RESET not in page
    assert LogEntry.objects.count() == 2


def test_colleague_who_was_quicker_is_told_and_nothing_typed_is_lost(world: World, desk: Desk):
    mine = desk.get(address())
    keep(Desk(actors.coordinator("Ulrike Voss")), subject="Ihres: [[Vorgangsnummer]]")
    told = desk.press(mine, KEEP, subject=SUBJECT, body=BODY)
    said = words(told)
    assert "Ulrike Voss hat diesen Text inzwischen geändert." in said
    assert "Ihres: [[Vorgangsnummer]]" in said
    assert forms(told)[-2].fields["subject"] == SUBJECT
    assert MailWording.objects.get().subject == "Ihres: [[Vorgangsnummer]]"
    desk.press(told, KEEP)
    assert MailWording.objects.get().subject == SUBJECT


def test_setting_back_does_not_take_a_colleagues_new_text(world: World, desk: Desk):
    keep(desk)
    mine = desk.get(address())
    keep(Desk(actors.coordinator("Ulrike Voss")), subject="Ihres: [[Vorgangsnummer]]")
    told = desk.said(desk.press(mine, RESET))
    assert told == "Jemand hat diesen Text inzwischen geändert. Sehen Sie ihn sich zuerst an."
    assert MailWording.objects.get().subject == "Ihres: [[Vorgangsnummer]]"


def test_wording_that_no_longer_fits_is_marked_and_the_delivered_text_goes_out(world: World, desk: Desk):
    keep(desk)
    MailWording.objects.update(body="ohne Link")
    assert "passt nicht mehr" in words(desk.get(LIST))
    assert "Ihr Text passt nicht mehr" in words(desk.get(address()))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_who_word_a_mail_for_the_first_time_at_once_one_is_told():
    desks = [Desk(actors.coordinator("Lena Brandt")), Desk(actors.coordinator("Ulrike Voss"))]
    pages = [desk.get(address()) for desk in desks]
    both = Barrier(2, timeout=30)

    def keep_at_once(number: int) -> int:
        try:
            both.wait()
            subject = f"{desks[number].user.name}: [[Vorgangsnummer]]"
            answer = desks[number].press(pages[number], KEEP, subject=subject, body=BODY)
            return int(answer.status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(keep_at_once, range(2)))
    winner = desks[answers.index(302)].user
    assert sorted(answers) == [200, 302]
    assert MailWording.objects.get().subject == f"{winner.name}: [[Vorgangsnummer]]"


# --- The preview ----------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_has_a_whole_preview_that_equals_the_shipped_mail_of_the_same_case(
    language: str, settings: Any
):
    [templates] = settings.TEMPLATES
    marked = templates["OPTIONS"] | {"string_if_invalid": "MISSING"}
    settings.TEMPLATES = [templates | {"OPTIONS": marked}]
    world = full_world()
    for row in kinds.wordable():
        kind, shown = row.name, 0
        for case in [None] if row.without_case else cases_for(world.coordinator):
            values = row.values(Scene(case, world.coordinator, language))
            if values is None:
                continue
            shown += 1
            shipped = wordings.editable(kind, language)
            typed = tuple(text.replace("\n", "\r\n").replace("\r\n", "\n") for text in shipped.words)
            as_delivered, as_worded = render(kind, values, language), render(kind, values, language, typed)
            assert as_worded == as_delivered, kind
            assert "[[" not in as_delivered.subject + as_delivered.body, kind
            assert "MISSING" not in as_delivered.subject + as_delivered.body, kind
            assert "\n\n\n" not in as_delivered.body, kind
        assert shown >= 1, kind


def test_preview_takes_the_newest_fitting_case_and_notes_who_read_it(
    world: World, desk: Desk, caplog: pytest.LogCaptureFixture
):
    matched = world.case(CaseStatus.MATCHED)
    newer = world.case()
    with caplog.at_level(logging.INFO, "miglobe.audit"):
        page = desk.get(address("advisor_found"))
    assert f"{matched.reference}, Hattingen" in words(page)
    assert newer.reference not in words(page)
    assert "Amara Okafor meldet sich bei Ihnen" in preview(page)
    assert f"user {desk.user.pk} read {matched.reference}" in caplog.text


def test_preview_of_a_chosen_case_shows_what_is_typed_and_keeps_nothing(world: World, desk: Desk):
    case = world.case(title="Der gewünschte Vorgang")
    world.case()
    page = desk.press(
        desk.get(address()),
        SHOW,
        subject=SUBJECT,
        body=BODY + " [[Anliegen]]",
        reference=case.reference.lower(),
    )
    assert preview(page).startswith(f"Kurze Frage zu {case.reference}\nMoin Katrin Wellmann,\n\n")
    assert preview(page).endswith("Der gewünschte Vorgang\n")
    assert MailWording.objects.count() == 0


@pytest.mark.parametrize("reference", ["MG-1999-0001", "' OR 1=1 --"])
def test_preview_of_a_case_that_does_not_exist_says_so(world: World, desk: Desk, reference: str):
    page = desk.press(desk.get(address()), SHOW, reference=reference)
    assert preview(page) == ""
    assert f"Den Vorgang {reference.upper()} gibt es nicht" in words(page)


def test_preview_speaks_the_language_of_the_mail(world: World, desk: Desk):
    case = world.case(CaseStatus.IN_REVIEW)
    page = desk.get(address(language="en"))
    assert preview(page).startswith(
        f"{case.reference}: We have a question about your request\nPlease answer us by "
    )
    assert f"{settings.BASE_URL}/en/vorgang/{case.reference}/" in preview(page)
    assert "This is where the text stands that is written for this case." in preview(page)


# --- Who may --------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.READER, Role.ADVISOR, Role.MUNICIPALITY_CONTACT])
@pytest.mark.parametrize(
    "path", [LIST, "/admin/mail/mailwording/query_asked/de/", "/admin/requests_app/textmodule/"]
)
def test_only_the_coordination_opens_the_texts(role: Role, path: str):
    assert Desk(actors.person("Rosa Leser", role)).get(path).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["no_such_mail/de/", "query_asked/fr/", "invitation/de/"])
def test_mail_that_there_is_not_or_that_nobody_words_anew_is_not_found(path: str):
    assert Desk(actors.administrator()).get(LIST + path).status_code == 404


@pytest.mark.django_db
def test_page_asks_for_the_permission_itself():
    request = RequestFactory().get("/")
    request.user = User.objects.get(pk=actors.person("Rosa Leser", Role.READER).pk)
    with pytest.raises(PermissionDenied):
        check_permission(request)


def test_preview_shows_no_option_that_is_still_a_draft_of_the_advisors(world: World):
    case = world.case(CaseStatus.IN_DIALOGUE)
    shown = actors.propose_option(world, case, title="Vorgelegt")
    workflow.write_option(case, world.lead.user, fields=actors.option_fields(title="Im Entwurf"))
    case = cases_for(world.coordinator).get(pk=case.pk)
    values = mail_previews.options(Scene(case, world.coordinator, "de"))
    assert values is not None
    assert values["options"] == [shown]

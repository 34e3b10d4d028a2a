"""The page of a case that was accepted, and the messages written there."""

from __future__ import annotations

import uuid
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _

from miglobe.site.templatetags.kern import tel_href
from requests_app import workflow
from requests_app.access import Side
from requests_app.models import ActionOption, Audience, Case, CaseStatus, DialogueSession, Message
from tests import actors
from tests.actors import World


def url(case: Case, name: str = "case") -> str:
    return reverse(f"workspace:{name}", args=[case.reference])


def page(browser: Client, case: Case) -> str:
    response = browser.get(url(case))
    assert response.status_code == 200
    return unescape(response.content.decode())


def typed(text: str = "Passt Ihnen Donnerstag?", audience: str = "everyone") -> dict[str, str]:
    return {"body": text, "audience": audience, "form_key": str(uuid.uuid4())}


def test_contact_persons_can_be_called_and_written_to_with_one_tap(matched: Case, lead: Client) -> None:
    contact = matched.contacts.get()
    html = page(lead, matched)
    assert contact.name in html
    assert f'href="{tel_href(contact.phone)}"' in html
    assert f'href="mailto:{contact.email}?subject={matched.reference}"' in html


def test_other_advisor_is_named_and_oneself_is_not_listed(matched: Case, world: World, lead: Client) -> None:
    assert [a.advisor for a in lead.get(url(matched)).context["others"]] == [world.co]
    assert f"mailto:{world.co.user.email}" in page(lead, matched)


def test_advisor_who_has_not_answered_is_not_named(world: World, lead: Client) -> None:
    case = world.case(CaseStatus.MATCHED)
    assert world.co.name not in page(lead, case)


def test_case_shows_what_the_municipality_wrote(matched: Case, lead: Client) -> None:
    html = page(lead, matched)
    assert [text for text in (matched.title, matched.situation, matched.unit) if text not in html] == []


def test_coordinations_own_words_to_the_municipality_stay_there(
    matched: Case, world: World, lead: Client
) -> None:
    workflow.write_message(
        matched,
        world.coordinator,
        Side.COORDINATOR,
        text="Nur für die Kommune",
        audience=Audience.MUNICIPALITY,
    )
    workflow.write_note(matched, world.coordinator, text="Interner Vermerk")
    html = page(lead, matched)
    assert [text for text in ("Nur für die Kommune", "Interner Vermerk") if text in html] == []


def test_private_notes_are_shown_to_their_author_alone(talking: Case, lead: Client, co: Client) -> None:
    assert "Leise Skepsis im Amt." in page(lead, talking)
    assert "Leise Skepsis im Amt." not in page(co, talking)
    assert "Ziele geklärt." in page(co, talking)


def test_only_who_logged_a_session_is_offered_its_correction(talking: Case, lead: Client, co: Client) -> None:
    link = reverse("workspace:session", args=[talking.reference, talking.sessions.get().pk])
    assert link in page(lead, talking)
    assert link not in page(co, talking)


def test_markup_stays_text_everywhere(world: World, lead: Client) -> None:
    evil = "<img src=x onerror=alert(1)>"
    case = world.case(
        CaseStatus.MATCHED, title=evil, situation=evil, unit=evil, contact={"name": evil, "function": evil}
    )
    workflow.log_session(
        case,
        world.lead.user,
        fields=actors.session_fields(shared_minutes=evil, private_notes=evil),
        advisors=[world.lead],
        form_key=uuid.uuid4(),
    )
    texts = dict.fromkeys(("title", "description", "first_step", "responsible_unit", "indicator"), evil)
    option = actors.propose_option(world, case, **texts)
    workflow.comment_option(option, actors.contact_of(case), text=evil, version=1)
    lead.post(url(case, "write"), typed(evil))
    for address in (
        url(case),
        reverse("workspace:option", args=[case.reference, option.pk]),
        reverse("workspace:session", args=[case.reference, case.sessions.get().pk]),
    ):
        html = lead.get(address).content.decode()
        assert "&lt;img src=x onerror=alert(1)&gt;" in html
        assert "<img" not in html


# --- What comes next -----------------------------------------------------------------------------


def labels(browser: Client, case: Case) -> list[tuple[str, bool]]:
    return [(str(button.label), button.primary) for button in browser.get(url(case)).context["buttons"]]


def test_lead_is_led_to_the_first_session(matched: Case, lead: Client, co: Client) -> None:
    propose, log = _("Propose dates"), _("Log a session")
    assert labels(lead, matched) == [(propose, True), (log, False)]
    assert labels(co, matched) == [(propose, False), (log, False)]


def test_draft_brings_the_button_that_puts_it_to_the_municipality(
    talking: Case, world: World, lead: Client
) -> None:
    propose, log, write = _("Propose dates"), _("Log a session"), _("Write an action option")
    assert labels(lead, talking) == [(propose, False), (log, False), (write, True)]
    workflow.write_option(talking, world.lead.user, fields=actors.option_fields())
    put = _("Put it to the municipality")
    assert labels(lead, talking) == [(propose, False), (log, False), (write, False), (put, True)]


def test_comment_comes_before_everything_else(talking: Case, world: World, lead: Client) -> None:
    option = actors.propose_option(world, talking)
    workflow.comment_option(option, actors.contact_of(talking), text="Bitte anders.", version=1)
    buttons = lead.get(url(talking)).context["buttons"]
    assert (buttons[0].url, buttons[0].primary) == (f"#option-{option.pk}", True)


def test_ended_case_offers_messages_only(world: World, lead: Client) -> None:
    case = world.case(CaseStatus.CLOSED)
    response = lead.get(url(case))
    assert response.context["buttons"] == []
    html = response.content.decode()
    assert url(case, "write") in html
    assert [name for name in ("session_new", "option_new", "propose") if f'"{url(case, name)}"' in html] == []


# --- Messages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("audience", ["everyone", "advisors"])
def test_message_goes_to_whom_it_says(audience: str, matched: Case, world: World, lead: Client) -> None:
    response = lead.post(url(matched, "write"), typed("Guten Tag,\r\nbis bald.", audience), follow=True)
    assert response.redirect_chain == [(url(matched), 302)]
    message = matched.messages.get()
    assert (message.body, message.audience, message.author, message.author_side) == (
        "Guten Tag,\nbis bald.",
        audience,
        world.lead.user,
        Side.ADVISOR,
    )


def test_message_that_passes_by_the_advisors_is_refused(matched: Case, lead: Client) -> None:
    response = lead.post(url(matched, "write"), typed("Hallo", "municipality"))
    assert list(response.context["form"].errors) == ["audience"]
    assert matched.messages.count() == 0


def test_message_sent_twice_is_one_message(matched: Case, lead: Client) -> None:
    data = typed()
    for _time in range(2):
        assert lead.post(url(matched, "write"), data)["Location"] == url(matched)
    assert matched.messages.count() == 1


def test_empty_message_is_told_and_the_choice_kept(matched: Case, lead: Client) -> None:
    response = lead.post(url(matched, "write"), typed("", "advisors"))
    assert response.status_code == 200
    html = unescape(response.content.decode())
    assert 'id="error-summary"' in html
    assert f"<title>{_('Error:')} " in html
    assert response.context["form"]["audience"].value() == "advisors"


def test_refused_message_is_kept(matched: Case, lead: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args, **kwargs):
        raise workflow.InvalidTransition

    monkeypatch.setattr(workflow, "write_message", refuse)
    response = lead.post(url(matched, "write"), typed("Lange getippt"))
    html = unescape(response.content.decode())
    assert "Lange getippt" in html
    assert _("The case has been changed in the meantime.") in html


# --- How many queries ----------------------------------------------------------------------------


def fill(case: Case, times: int) -> None:
    """Add ``times`` messages, sessions and options, past the workflow."""
    for part in (case.messages.get(), case.sessions.get(), case.options.get()):
        people = list(part.advisors.all()) if isinstance(part, DialogueSession) else []
        for _number in range(times):
            part.pk = None
            if isinstance(part, Message | DialogueSession):
                part.form_key = uuid.uuid4()
            part.save(force_insert=True)
            if isinstance(part, DialogueSession):
                part.advisors.set(people)


@pytest.mark.parametrize("times", [0, 29])
def test_case_costs_the_same_with_one_row_and_with_thirty(
    times: int, talking: Case, world: World, lead: Client, django_assert_num_queries
) -> None:
    lead.post(url(talking, "write"), typed())
    actors.propose_option(world, talking)
    fill(talking, times)
    counts = (talking.messages.count(), talking.sessions.count(), ActionOption.objects.count())
    assert counts == (times + 1,) * 3
    lead.get(url(talking))  # fills the caches
    # session, user, roles; case, contacts, advisors; options, topics; sessions, who was present (and
    # their accounts), additions; messages, draft
    with django_assert_num_queries(18):
        assert lead.get(url(talking)).status_code == 200

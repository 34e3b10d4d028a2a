"""The life of an action option: draft, put to the municipality, commented, revised, agreed."""

from __future__ import annotations

import datetime as dt
import uuid
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from miglobe.mail.models import OutboxMessage
from requests_app import workflow
from requests_app.models import ActionOption, Case, CaseStatus, EventKind, Goal, OptionStatus, Resolution
from requests_app.workspace.option_form import OptionForm
from tests import actors
from tests.actors import World


def url(name: str, case: Case, *pk: int) -> str:
    return reverse(f"workspace:{name}", args=[case.reference, *pk])


def typed(**changes: Any) -> dict[str, Any]:
    return {**actors.option_fields(), "due_on": "", "form_key": str(uuid.uuid4())} | changes


def draft(case: Case, world: World, **changes: Any) -> ActionOption:
    return workflow.write_option(case, world.lead.user, fields=actors.option_fields(**changes))


def sentences(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def seen(browser: Client, case: Case) -> dict[str, str]:
    """The hidden field of the page that puts the drafts to the municipality."""
    return {"drafts": browser.get(url("propose", case)).context["form"]["drafts"].value()}


# --- Writing -------------------------------------------------------------------------------------


def test_new_option_is_a_draft(talking: Case, lead: Client) -> None:
    due = timezone.localdate() + dt.timedelta(days=90)
    response = lead.post(url("option_new", talking), typed(due_on=due.isoformat()), follow=True)
    assert response.redirect_chain == [(url("case", talking), 302)]
    option = talking.options.get()
    assert (option.status, option.version, option.due_on) == (OptionStatus.DRAFT, 1, due)
    assert {name: getattr(option, name) for name in actors.option_fields()} == actors.option_fields()


def test_option_sent_twice_is_one_option(talking: Case, lead: Client) -> None:
    data = typed()
    for _time in range(2):
        assert lead.post(url("option_new", talking), data)["Location"] == url("case", talking)
    assert talking.options.count() == 1


def test_every_form_has_a_key_of_its_own(talking: Case, lead: Client) -> None:
    keys = {lead.get(url("option_new", talking)).context["form"]["form_key"].value() for _time in range(2)}
    assert len(keys) == 2


@pytest.mark.parametrize(
    "field", ["goal", "title", "description", "first_step", "responsible_unit", "horizon", "effort"]
)
def test_missing_entry_is_told_at_its_field_and_all_is_kept(field: str, talking: Case, lead: Client) -> None:
    response = lead.post(url("option_new", talking), typed(**{field: ""}))
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    html = unescape(response.content.decode())
    kept = {name: text for name, text in actors.option_fields().items() if name != field}
    assert [text for text in kept.values() if text not in html] == []
    assert talking.options.count() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("goal", Goal.UNSURE),
        ("title", "z" * 161),
        ("description", "z" * 3001),
        ("first_step", "z" * 401),
        ("responsible_unit", "z" * 161),
        ("indicator", "z" * 301),
        ("due_on", "bald"),
        ("due_on", "2001-01-01"),
    ],
)
def test_wrong_entry_is_told_at_its_field(field: str, value: str, talking: Case, lead: Client) -> None:
    response = lead.post(url("option_new", talking), typed(**{field: value}))
    assert list(response.context["form"].errors) == [field]


def test_what_may_stay_open() -> None:
    assert [name for name, field in OptionForm.base_fields.items() if not field.required] == [
        "partners",
        "horizon",  # where there is a date
        "due_on",
        "financial_effects",
        "indicator",
        "form_key",
        "version",
    ]


@pytest.mark.parametrize(
    ("days", "horizon"), [(0, "short"), (92, "short"), (93, "medium"), (366, "medium"), (367, "long")]
)
def test_a_date_alone_says_the_horizon(days: int, horizon: str, talking: Case, lead: Client) -> None:
    day = (timezone.localdate() + dt.timedelta(days=days)).isoformat()
    lead.post(url("option_new", talking), typed(due_on=day, horizon=""))
    assert talking.options.get().horizon == horizon


@pytest.mark.parametrize(("horizon", "days"), [("short", 124), ("medium", 398)])
def test_a_date_beyond_the_horizon_is_told(horizon: str, days: int, talking: Case, lead: Client) -> None:
    day = timezone.localdate() + dt.timedelta(days=days)
    data = typed(due_on=day.isoformat(), horizon=horizon)
    response = lead.post(url("option_new", talking), data)
    assert list(response.context["form"].errors) == ["due_on"]
    data["due_on"] = (day - dt.timedelta(days=1)).isoformat()  # a month of patience
    assert lead.post(url("option_new", talking), data).status_code == 302


def test_option_cannot_be_written_before_the_first_session(matched: Case, lead: Client) -> None:
    response = lead.get(url("option_new", matched), follow=True)
    assert response.redirect_chain == [(url("case", matched), 302)]
    assert sentences(response) == [_("No action options can be written in this case at present.")]
    refused = lead.post(url("option_new", matched), typed())
    assert _("The case has been changed in the meantime.") in unescape(refused.content.decode())
    assert matched.options.count() == 0


# --- Changing ------------------------------------------------------------------------------------


def test_draft_can_be_changed(talking: Case, world: World, lead: Client) -> None:
    option = draft(talking, world)
    lead.post(url("option", talking, option.pk), typed(title="Drei Sitze", version="1"))
    option.refresh_from_db()
    assert (option.title, option.version, option.status) == ("Drei Sitze", 2, OptionStatus.DRAFT)


def test_second_advisor_writes_on_the_same_draft(talking: Case, world: World, co: Client) -> None:
    option = draft(talking, world)
    co.post(url("option", talking, option.pk), typed(title="Vier Sitze", version="1"))
    assert talking.options.get().title == "Vier Sitze"


def test_change_of_a_colleague_in_between_is_told_and_the_text_kept(
    talking: Case, world: World, lead: Client, co: Client
) -> None:
    option = draft(talking, world)
    co.post(url("option", talking, option.pk), typed(title="Vier Sitze", version="1"))
    response = lead.post(url("option", talking, option.pk), typed(title="Drei Sitze", version="1"))
    html = unescape(response.content.decode())
    assert _("The option has been changed in the meantime. Please read it again.") in html
    assert "Drei Sitze" in html
    assert talking.options.get().title == "Vier Sitze"


def test_saving_without_a_change_leaves_an_option_with_the_municipality(
    talking: Case, world: World, lead: Client
) -> None:
    option = actors.propose_option(world, talking)
    lead.post(url("option", talking, option.pk), typed(version="1"))
    option.refresh_from_db()
    assert (option.status, option.version) == (OptionStatus.PROPOSED, 1)


def test_changed_option_is_a_draft_again_and_says_so(talking: Case, world: World, lead: Client) -> None:
    option = actors.propose_option(world, talking)
    response = lead.post(url("option", talking, option.pk), typed(title="Neu", version="1"), follow=True)
    assert talking.options.get().status == OptionStatus.DRAFT
    assert sentences(response) == [
        _("The option has been saved and is a draft again. Put it to the municipality when it is ready.")
    ]


def test_comment_stands_above_the_form_until_it_is_settled(talking: Case, world: World, lead: Client) -> None:
    option = actors.propose_option(world, talking)
    workflow.comment_option(option, actors.contact_of(talking), text="Drei wären besser.", version=1)
    html = unescape(lead.get(url("option", talking, option.pk)).content.decode())
    assert html.index("Drei wären besser.") < html.index("<form class=")
    lead.post(url("option", talking, option.pk), typed(title="Drei Sitze", version="1"))
    assert "Drei wären besser." in lead.get(url("option", talking, option.pk)).content.decode()
    lead.post(url("propose", talking), seen(lead, talking))
    option.refresh_from_db()
    assert (option.status, option.title) == (OptionStatus.PROPOSED, "Drei Sitze")


def test_agreed_option_is_shown_as_it_is(talking: Case, world: World, lead: Client) -> None:
    option = actors.propose_option(world, talking)
    workflow.confirm_option(option, actors.contact_of(talking), version=1)
    response = lead.get(url("option", talking, option.pk))
    assert response.status_code == 200
    assert 'name="title"' not in response.content.decode()
    refused = lead.post(url("option", talking, option.pk), typed(title="Anders", version="1"))
    assert _("This option is agreed and stays as it is.") in unescape(refused.content.decode())
    assert talking.options.get().title == option.title


# --- Removing ------------------------------------------------------------------------------------


def test_draft_can_be_removed(talking: Case, world: World, lead: Client) -> None:
    option = draft(talking, world)
    assert (
        url("option_remove", talking, option.pk)
        in lead.get(url("option", talking, option.pk)).content.decode()
    )
    lead.post(url("option_remove", talking, option.pk))
    assert talking.options.count() == 0


def test_draft_removed_twice_gets_a_sentence(talking: Case, world: World, lead: Client) -> None:
    option = draft(talking, world)
    lead.post(url("option_remove", talking, option.pk))
    response = lead.post(url("option_remove", talking, option.pk), follow=True)
    assert response.redirect_chain == [(url("case", talking), 302)]
    assert _("This action option no longer exists.") in sentences(response)


def test_option_that_the_municipality_has_stays(talking: Case, world: World, lead: Client) -> None:
    option = actors.propose_option(world, talking)
    html = lead.get(url("option", talking, option.pk)).content.decode()
    assert url("option_remove", talking, option.pk) not in html
    response = lead.post(url("option_remove", talking, option.pk), follow=True)
    assert sentences(response) == [_("The municipality has this option already.")]
    assert talking.options.count() == 1


# --- Putting to the municipality -----------------------------------------------------------------


def test_page_before_the_mail_shows_the_drafts_alone(talking: Case, world: World, lead: Client) -> None:
    actors.propose_option(world, talking, title="Schon vorgelegt")
    draft(talking, world, title="Noch ein Entwurf")
    mails = OutboxMessage.objects.count()
    html = lead.get(url("propose", talking)).content.decode()
    assert ("Noch ein Entwurf" in html, "Schon vorgelegt" in html) == (True, False)
    assert OutboxMessage.objects.count() == mails


def test_putting_drafts_to_the_municipality_sends_a_mail(talking: Case, world: World, lead: Client) -> None:
    draft(talking, world)
    response = lead.post(url("propose", talking), seen(lead, talking), follow=True)
    assert response.redirect_chain == [(url("case", talking), 302)]
    assert talking.options.get().status == OptionStatus.PROPOSED
    mail = OutboxMessage.objects.filter(kind="options_proposed").get()
    assert mail.to == [talking.contacts.get().email]


def test_pressing_twice_sends_one_mail(talking: Case, world: World, lead: Client) -> None:
    draft(talking, world)
    data = seen(lead, talking)
    for _time in range(2):
        assert lead.post(url("propose", talking), data)["Location"] == url("case", talking)
    assert OutboxMessage.objects.filter(kind="options_proposed").count() == 1
    assert talking.events.filter(kind=EventKind.OPTIONS_PROPOSED).count() == 1


@pytest.mark.parametrize("change", ["new", "changed"])
def test_draft_that_was_not_read_is_not_put_to_the_municipality(
    change: str, talking: Case, world: World, lead: Client
) -> None:
    option = draft(talking, world)
    data = seen(lead, talking)
    fields = actors.option_fields(title="Von der Kollegin")
    workflow.write_option(
        talking, world.co.user, fields=fields, option=option if change == "changed" else None
    )
    response = lead.post(url("propose", talking), data, follow=True)
    assert response.redirect_chain == [(url("propose", talking), 302)]
    assert sentences(response) == [_("The drafts have been changed in the meantime. Please read them again.")]
    assert set(talking.options.values_list("status", flat=True)) == {OptionStatus.DRAFT}


def test_without_a_draft_there_is_nothing_to_put(talking: Case, world: World, lead: Client) -> None:
    for response in (
        lead.get(url("propose", talking), follow=True),
        lead.post(url("propose", talking), follow=True),
    ):
        assert response.redirect_chain[0] == (url("case", talking), 302)
    assert OutboxMessage.objects.filter(kind="options_proposed").count() == 0


def test_case_that_ended_meanwhile_gets_a_sentence(talking: Case, world: World, lead: Client) -> None:
    draft(talking, world)
    data = seen(lead, talking)
    workflow.close(talking, world.coordinator, resolution=Resolution.INITIAL_TALK_SUFFICIENT)
    response = lead.post(url("propose", talking), data, follow=True)
    assert sentences(response) == [_("The case has been changed in the meantime.")]
    assert talking.options.get().status == OptionStatus.DRAFT


def test_further_option_reopens_the_agreement(talking: Case, world: World, lead: Client) -> None:
    option = actors.propose_option(world, talking)
    workflow.confirm_option(option, actors.contact_of(talking), version=1)
    lead.post(url("option_new", talking), typed(title="Noch eine"))
    lead.post(url("propose", talking), seen(lead, talking))
    talking.refresh_from_db()
    assert talking.status == CaseStatus.IN_DIALOGUE
    assert [o.status for o in talking.options.all()] == [OptionStatus.AGREED, OptionStatus.PROPOSED]


@pytest.mark.parametrize("times", [1, 30])
def test_page_before_the_mail_costs_the_same_with_one_draft_and_with_thirty(
    times: int, talking: Case, world: World, lead: Client, django_assert_num_queries
) -> None:
    for _time in range(times):
        draft(talking, world)
    lead.get(url("propose", talking))
    # session, user, roles; case, contacts, advisors; drafts
    with django_assert_num_queries(7):
        assert len(lead.get(url("propose", talking)).context["drafts"]) == times

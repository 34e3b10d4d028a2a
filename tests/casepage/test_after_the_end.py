"""The municipality's pages after the end: three questions, what became of the options, another talk."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from miglobe.site.templatetags.kern import long_date
from requests_app import workflow
from requests_app.models import (
    ActionOption,
    Case,
    CaseStatus,
    Feedback,
    FollowUp,
    OptionReport,
    Resolution,
)
from tests import actors
from tests.actors import World
from tests.casepage.pages import Visitor, contact, errors, notices, url, words

pytestmark = pytest.mark.django_db
S = CaseStatus


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture
def case(world: World) -> Case:
    return world.case(S.CLOSED)


def option_of(case: Case) -> ActionOption:
    return case.options.get()


def ask(case: Case) -> FollowUp:
    """The first round, asked today."""
    row = case.follow_ups.order_by("due_on")[0]
    FollowUp.objects.filter(pk=row.pk).update(due_on=case.closed_at.date())
    return workflow.ask_follow_up(FollowUp.objects.get(pk=row.pk))


def line(case: Case, state: str, note: str = "") -> dict[str, str]:
    key = option_of(case).pk
    return {f"state_{key}": state, f"note_{key}": note}


# --- Three questions -------------------------------------------------------------------------------


def test_case_page_of_a_closed_consultation_asks_the_three_questions(case: Case) -> None:
    page = contact(case).get(case)
    assert url(case, "feedback") in page.content.decode()
    assert "Hat Ihnen die Beratung geholfen?" in words(page)


def test_one_answer_is_enough_and_stands_there_to_be_changed(case: Case) -> None:
    visitor = contact(case)
    done = visitor.post(case, "feedback", helped="yes")
    assert notices(done) == ["Vielen Dank für Ihre Antworten."]
    assert 'value="yes"' in visitor.get(case, "feedback").content.decode().partition("checked")[0][-200:]
    visitor.post(case, "feedback", helped="partly", missing="Mehr Zeit")
    row = Feedback.objects.get()
    assert (row.helped, row.recommends, row.missing, row.given_by) == (
        "partly",
        "",
        "Mehr Zeit",
        visitor.user,
    )


def test_answers_that_cannot_be_changed_any_more_are_told_and_kept_in_the_form(case: Case) -> None:
    visitor = contact(case)
    visitor.post(case, "feedback", helped="yes")
    ask(case)
    assert visitor.get(case, "feedback").redirect_chain == [(url(case), 302)]
    page = visitor.post(case, "feedback", helped="no", missing="Mehr Zeit")
    assert errors(page) == ["Diese Antworten lassen sich nicht mehr ändern."]
    assert page.context["form"]["missing"].value() == "Mehr Zeit"
    again = visitor.post(case, "feedback", helped="yes")
    assert notices(again) == ["Diese Antworten liegen uns schon vor."]
    assert Feedback.objects.get().helped == "yes"


def test_no_answer_and_nonsense_are_told_at_the_form(case: Case) -> None:
    visitor = contact(case)
    assert errors(visitor.post(case, "feedback")) == ["Bitte beantworten Sie mindestens eine der Fragen."]
    assert len(errors(visitor.post(case, "feedback", helped="vielleicht", missing="Zeit"))) == 1
    assert Feedback.objects.count() == 0


def test_what_was_missing_is_for_the_coordination_alone(world: World, case: Case) -> None:
    contact(case).post(case, "feedback", helped="partly", missing="Das Protokoll kam spät")
    advisor = Visitor(world.lead.user)
    page = words(advisor.client.get(reverse("workspace:case", args=[case.reference])))
    assert "Hat die Beratung geholfen? Teilweise" in page
    assert "Protokoll kam spät" not in page
    coordinator = Visitor(world.coordinator)
    sheet = words(coordinator.client.get(reverse("admin:requests_app_case_change", args=[case.pk])))
    assert "Das Protokoll kam spät" in sheet


# --- What became of the options --------------------------------------------------------------------


def test_waiting_round_stands_first_on_the_case_page(case: Case) -> None:
    assert "Bitte sagen Sie uns, wie es steht." not in words(contact(case).get(case))
    ask(case)
    assert "Bitte sagen Sie uns, wie es steht." in words(contact(case).get(case))


def test_waiting_round_is_said_in_the_list_of_cases_until_it_is_answered(case: Case) -> None:
    visitor, asks = contact(case), "Bitte sagen Sie uns, was aus der Beratung geworden ist."

    def said() -> bool:
        return asks in words(visitor.get(None, "list"))

    before = said()
    ask(case)
    waiting = said()
    visitor.post(case, "follow_up", **line(case, "done"))
    assert (before, waiting, said()) == (False, True, False)


def test_answer_is_kept_and_the_page_says_what_comes_next(case: Case) -> None:
    ask(case)
    visitor = contact(case)
    done = visitor.post(case, "follow_up", **line(case, "partly_done", "Ein Sitz ist besetzt"), word="Danke.")
    assert notices(done) == ["Vielen Dank, das hilft uns."]
    second = case.follow_ups.order_by("due_on")[1].due_on
    assert f"Wir fragen am {long_date(second)} wieder nach." in words(done)
    report = OptionReport.objects.get()
    assert (report.implementation, report.note, report.reported_by) == (
        "partly_done", "Ein Sitz ist besetzt", visitor.user,
    )  # fmt: skip


def test_what_was_typed_is_kept_on_the_way_to_another_talk(case: Case) -> None:
    ask(case)
    visitor = contact(case)
    empty = visitor.post(case, "follow_up", **line(case, ""), word="", talk="1")
    assert (empty.redirect_chain, OptionReport.objects.count()) == ([(url(case, "talk"), 302)], 0)
    done = visitor.post(case, "follow_up", **line(case, "done"), word="", talk="1")
    assert (done.redirect_chain, notices(done)) == (
        [(url(case, "talk"), 302)],
        ["Vielen Dank, das hilft uns."],
    )
    assert OptionReport.objects.get().implementation == "done"


def test_form_begins_with_what_was_said_last(case: Case) -> None:
    visitor = contact(case)
    visitor.post(case, "follow_up", **line(case, "in_progress", "Läuft"))
    form = visitor.get(case, "follow_up").context["form"]
    assert form.initial == {"word": "", **line(case, "in_progress", "Läuft")}


def test_pressing_twice_gives_thanks_twice_and_keeps_one_report(case: Case) -> None:
    ask(case)
    visitor = contact(case)
    visitor.post(case, "follow_up", **line(case, "done"))
    again = visitor.post(case, "follow_up", **line(case, "done"))
    assert notices(again) == ["Diese Antworten liegen uns schon vor."]
    assert OptionReport.objects.count() == 1


@pytest.mark.parametrize(
    ("state", "note", "sentence"),
    [
        ("dropped", "", "Schreiben Sie, warum „Zwei feste Sitze in der Steuerungsgruppe“ verworfen wurde."),
        ("", "Läuft", "Wählen Sie, wie es um „Zwei feste Sitze in der Steuerungsgruppe“ steht."),
        ("", "", "Wählen Sie mindestens einen Stand, oder schreiben Sie ein Wort."),
    ],
)
def test_what_is_missing_is_told_and_nothing_kept(case: Case, state: str, note: str, sentence: str) -> None:
    page = contact(case).post(case, "follow_up", **line(case, state, note))
    assert errors(page) == [sentence]
    assert OptionReport.objects.count() == 0


def test_error_of_a_line_is_read_with_its_field_and_the_line_with_its_option(case: Case) -> None:
    key = option_of(case).pk
    html = contact(case).post(case, "follow_up", **line(case, "dropped")).content.decode()
    [field] = re.findall(rf'<input[^>]*name="note_{key}"[^>]*>', html)
    assert f'aria-describedby="id_note_{key}_error"' in field
    assert f'role="group" aria-labelledby="option-{key}"' in html


def test_page_says_who_reads_the_word_and_who_the_lines(world: World, case: Case) -> None:
    visitor = contact(case)
    page = words(visitor.get(case, "follow_up"))
    assert "Was Sie zu den Optionen sagen, lesen die Koordination und Ihre Beratenden." in page
    assert "Nur die Koordination liest es." in page
    visitor.post(case, "follow_up", **line(case, "done", "Zwei Sitze"), word="Danke an alle")
    read = words(Visitor(world.lead.user).client.get(reverse("workspace:case", args=[case.reference])))
    assert ("Zwei Sitze" in read, "Danke an alle" in read) == (True, False)


def test_talk_that_was_enough_asks_for_a_few_words(world: World) -> None:
    case = world.case(S.IN_DIALOGUE)
    workflow.close(case, world.coordinator, resolution=Resolution.INITIAL_TALK_SUFFICIENT)
    visitor = contact(case)
    assert "Was ist aus der Beratung geworden?" in words(visitor.get(case, "follow_up"))
    visitor.post(case, "follow_up", word="Wir haben selbst weitergemacht.")
    assert case.follow_ups.get(months=0).word == "Wir haben selbst weitergemacht."


def test_advisors_and_coordination_read_the_history_of_each_option(world: World, case: Case) -> None:
    visitor = contact(case)
    visitor.post(case, "follow_up", **line(case, "planned"))
    visitor.post(case, "follow_up", **line(case, "dropped", "Kein Geld"))
    pages = {
        world.lead.user: reverse("workspace:case", args=[case.reference]),
        world.coordinator: reverse("admin:requests_app_case_change", args=[case.pk]),
    }
    for user, path in pages.items():
        page = words(Visitor(user).client.get(path))
        assert "Geplant → " in page
        assert "Verworfen (Kein Geld)" in page


@pytest.mark.parametrize("name", ["feedback", "follow_up", "follow_up_thanks", "talk"])
def test_pages_of_a_case_that_is_open_or_was_not_advised_lead_back(world: World, name: str) -> None:
    for case in (
        world.case(S.IN_DIALOGUE),
        workflow.close(world.case(S.MATCHED), world.coordinator, resolution=Resolution.REFERRED),
    ):
        page = contact(case).get(case, name)
        assert page.redirect_chain == [(url(case), 302)]


# --- Another talk ----------------------------------------------------------------------------------


def test_same_concern_opens_the_case_again(case: Case) -> None:
    done = contact(case).post(case, "talk", about="same", text="Der Rat zögert.")
    case.refresh_from_db()
    assert case.status == S.IN_DIALOGUE
    assert notices(done)[0].startswith("Ihr Vorgang ist wieder offen.")
    assert "Der Rat zögert." in words(done)


def test_pressing_twice_leads_to_the_open_case(case: Case) -> None:
    visitor = contact(case)
    visitor.post(case, "talk", about="same")
    again = visitor.post(case, "talk", about="same")
    assert again.redirect_chain == [(url(case), 302)]
    assert notices(again)[0].startswith("Ihr Vorgang ist wieder offen.")
    assert case.messages.count() == 0


def test_text_for_something_new_is_not_lost_on_the_way(case: Case) -> None:
    page = contact(case).post(case, "talk", about="new", text="Es geht um den Sport.")
    assert list(page.context["form"].errors) == ["text"]
    assert page.context["form"]["text"].value() == "Es geht um den Sport."


@pytest.mark.parametrize(
    ("name", "field", "data"),
    [
        ("feedback", "missing", {"helped": "yes"}),
        ("follow_up", "word", {}),
        ("talk", "text", {"about": "same"}),
    ],
)
def test_what_was_typed_while_a_colleague_had_the_case_opened_is_kept(
    name: str, field: str, data: dict[str, str], case: Case
) -> None:
    workflow.ask_for_talk(case, actors.colleague(case).user)
    page = contact(case).post(case, name, **data, **{field: "Lange getippt"})
    assert errors(page) == [str(workflow.InvalidTransition().message)]
    assert page.context["form"][field].value() == "Lange getippt"


def start_of(visitor: Visitor, reference: str) -> Any:
    path = f"{reverse('intake:start')}?folgt={reference}"
    shown = visitor.client.get(path)
    return shown, visitor.client.post(path, follow=True)


def test_something_new_begins_a_request_that_points_to_the_old_case(case: Case) -> None:
    visitor = contact(case)
    response = visitor.post(case, "talk", about="new")
    assert response.redirect_chain == [(f"{reverse('intake:start')}?folgt={case.reference}", 302)]
    shown, form = start_of(visitor, case.reference)
    assert f"Eine neue Anfrage im Anschluss an {case.reference}" in words(shown)
    own = case.contacts.get()
    assert form.context["form"].initial["name"] == own.name
    assert form.context["form"].initial["municipality"] == case.municipality.key
    answers = {
        "municipality": {"municipality": case.municipality.key, "name": own.name, "email": own.email},
        "concern": {"title": "Weiter im Ausschuss", "situation": "Der Ausschuss will mehr wissen."},
        "wishes": {},
    }
    for page, typed in answers.items():
        visitor.client.post(reverse(f"intake:{page}"), typed)
    check = visitor.client.get(reverse("intake:check"))
    assert f"Diese Anfrage folgt auf {case.reference}." in words(check)
    visitor.client.post(
        reverse("intake:check"),
        {"draft": str(check.context["draft"].pk), "moment": check.context["moment"], "direction": ""},
    )
    new = Case.objects.latest("pk")
    assert (new.title, new.follows) == ("Weiter im Ausschuss", case)
    assert f"Folgt auf {case.reference}" in words(visitor.get(new))
    assert f"Darauf folgt {new.reference}" in words(visitor.get(case))


def test_case_of_somebody_else_or_one_that_is_open_is_not_followed(world: World, case: Case) -> None:
    stranger = Visitor(world.other_contact)
    shown, form = start_of(stranger, case.reference)
    assert case.reference not in words(shown)
    assert form.context["form"].initial.get("name") == world.other_contact.contact_for.get().name
    open_case = world.case(S.IN_DIALOGUE)
    shown, _form = start_of(contact(open_case), open_case.reference)
    assert open_case.reference not in words(shown)


def test_follow_up_costs_the_same_with_one_option_and_with_ten(
    case: Case, django_assert_num_queries: Any
) -> None:
    visitor = contact(case)
    ask(case)
    visitor.get(case, "follow_up")
    with django_assert_num_queries(10):
        visitor.get(case, "follow_up")
    for number in range(9):
        ActionOption.objects.create(
            case=case, position=10 + number, status="agreed", confirmed_at=case.closed_at,
            confirmed_by=visitor.user, **actors.option_fields(title=f"Option {number}"),
        )  # fmt: skip
    with django_assert_num_queries(10):
        visitor.get(case, "follow_up")

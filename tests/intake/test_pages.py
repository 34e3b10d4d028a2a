"""The three pages of the form, over HTTP."""

import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext

from advisors.models import Topic
from requests_app.models import RequestDraft
from tests import actors
from tests.intake.form_walk import PAGES, answers, begin, draft_of, fill, send
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db
CHECK = reverse("intake:check")


def url(page: str) -> str:
    return reverse(f"intake:{page}")


def errors(response) -> dict[str, list[str]]:
    return {name: list(sentences) for name, sentences in response.context["form"].errors.items()}


@pytest.fixture
def client(client: Client) -> Client:
    begin(client)
    return client


@pytest.mark.parametrize(
    ("page", "following"), [("municipality", "concern"), ("concern", "wishes"), ("wishes", "check")]
)
def test_valid_page_is_kept_and_leads_on(client: Client, page: str, following: str):
    response = client.post(url(page), answers()[page])
    assert (response.status_code, response.url) == (302, url(following))
    typed = {name: [value] if isinstance(value, str) else value for name, value in answers()[page].items()}
    assert draft_of(client).data[page] == typed


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (
            "municipality",
            {
                "municipality": ["Choose your municipality from the list."],
                "name": ["Enter your first and last name."],
                "email": ["Enter your work e-mail address."],
            },
        ),
        (
            "concern",
            {
                "title": ["Say in one sentence what it is about."],
                "situation": ["Describe the situation on the ground."],
            },
        ),
    ],
)
def test_empty_page_says_what_to_do_at_the_field_and_in_the_summary(
    client: Client, page: str, expected: dict[str, list[str]]
):
    response = client.post(url(page), {})
    assert response.status_code == 200
    assert errors(response) == {name: [gettext(s) for s in found] for name, found in expected.items()}
    html = response.content.decode()
    assert f"<title>{gettext('Error:')} " in html
    for name, found in expected.items():
        assert html.count(gettext(found[0])) == 2
        assert f'href="#id_{name}"' in html


def test_empty_wishes_are_valid(client: Client):
    assert client.post(url("wishes"), {}).url == CHECK


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"email": "katrin.wellmann"}, {"email": ["Enter an e-mail address, for example name@stadt.de."]}),
        ({"municipality": "09162000"}, {"municipality": ["Choose your municipality from the list."]}),
        ({"municipality": "' OR 1=1"}, {"municipality": ["Choose your municipality from the list."]}),
    ],
)
def test_wrong_contact_data_are_named(client: Client, changes: dict, expected: dict):
    response = client.post(url("municipality"), answers(**changes)["municipality"])
    assert errors(response) == {name: [gettext(s) for s in found] for name, found in expected.items()}


def test_text_typed_into_the_type_ahead_that_fits_nothing_is_named_and_kept(client: Client):
    data = answers(municipality="")["municipality"] | {"municipality_typed": "Hattigen <b>"}
    response = client.post(url("municipality"), data)
    sentence = gettext("We do not find “%(typed)s”. Choose your municipality from the list.")
    assert errors(response) == {"municipality": [sentence % {"typed": "Hattigen <b>"}]}
    assert 'data-typed="Hattigen &lt;b&gt;"' in response.content.decode()


def test_text_of_the_type_ahead_does_not_matter_once_a_municipality_is_chosen(client: Client):
    data = answers()["municipality"] | {"municipality_typed": "Hattingen"}
    assert client.post(url("municipality"), data).url == url("concern")


def test_register_is_offered_in_groups_with_the_chosen_one_selected(client: Client):
    client.post(url("municipality"), answers()["municipality"])
    html = client.get(url("municipality")).content.decode()
    assert len(re.findall(r'<option value="[^"]+"', html)) == 429
    assert '<option value="05954016" selected data-also="45525">Hattingen</option>' in html
    assert html.count(" selected") == 1
    groups = re.findall(r'<optgroup label="([^"]*)">', html)
    assert len(groups) == 5 + 31 + 1
    assert groups[0] == gettext("Regional associations")
    group = re.search(r'<optgroup label="([^"]*)">(?:(?!</optgroup>).)*>Hattingen<', html, re.DOTALL)
    names = {"district": "Ennepe-Ruhr-Kreis", "region": "Arnsberg"}
    assert group and group[1] == gettext("%(district)s, region of %(region)s") % names


@pytest.mark.parametrize(
    ("page", "name", "limit"), [("concern", "situation", 3000), ("concern", "title", 120)]
)
def test_too_long_text_says_the_limit_and_how_much_there_is(client: Client, page: str, name: str, limit: int):
    response = client.post(url(page), answers(**{name: "ä" * (limit + 1)})[page])
    dotted = f"{limit:,}".replace(",", "."), f"{limit + 1:,}".replace(",", ".")
    sentence = gettext("Shorten the text to at most %(limit)s characters. At the moment there are %(count)s.")
    assert errors(response) == {name: [sentence % {"limit": dotted[0], "count": dotted[1]}]}
    assert "ä" * (limit + 1) in response.content.decode()


def test_text_of_3000_characters_with_line_breaks_passes(client: Client):
    text = ("x" * 99 + "\n") * 29 + "y" * 100
    assert len(text) == 3000
    sent = text.replace("\n", "\r\n")  # as browsers send it
    assert client.post(url("concern"), answers(situation=sent)["concern"]).url == url("wishes")


@pytest.mark.parametrize(
    ("month", "year", "sentence"),
    [
        ("10", "2026", "The start must not be in the past."),
        ("3", "2020", "The start must not be in the past."),
        ("13", "2027", "The month must be a number from 1 to 12."),
        ("3", "27", "The year must have four digits, for example 2027."),
        ("", "2027", "Enter a month from 1 to 12."),
        ("3", "", "Enter a year with four digits, for example 2027."),
    ],
)
def test_wrong_begin_is_named(client: Client, month: str, year: str, sentence: str):
    wishes = answers(earliest_begin_month=month, earliest_begin_year=year)["wishes"]
    with time_machine.travel("2026-11-22 12:00+01:00"):
        response = client.post(url("wishes"), wishes)
    assert errors(response) == {"earliest_begin": [gettext(sentence)]}


def test_begin_in_this_month_is_allowed(client: Client):
    wishes = answers(earliest_begin_month="11", earliest_begin_year="2026")["wishes"]
    with time_machine.travel("2026-11-22 12:00+01:00"):
        assert client.post(url("wishes"), wishes).url == CHECK


def test_only_active_advisors_are_offered(client: Client):
    active = actors.advisor("Amara Okafor")
    paused = actors.advisor("Inés Carvajal", status="paused")
    html = client.get(url("wishes")).content.decode()
    assert f'<option value="{active.pk}">Amara Okafor</option>' in html
    assert "Inés Carvajal" not in html
    response = client.post(url("wishes"), answers(preferred_advisor=str(paused.pk))["wishes"])
    assert errors(response) == {
        "preferred_advisor": [gettext("This person takes on no cases at the moment. Choose again.")]
    }


def test_advisors_are_named_only_when_they_have_agreed(client: Client):
    actors.advisor("Amara Okafor", published=False)
    actors.advisor("Inés Carvajal")
    html = client.get(url("wishes")).content.decode()
    assert ("Inés Carvajal" in html, "Amara Okafor" in html) == (True, False)


def test_advisor_who_leaves_is_gone_from_the_page_at_once(client: Client):
    leaving = actors.advisor("Amara Okafor")
    assert "Amara Okafor" in client.get(url("wishes")).content.decode()
    leaving.status = "left"
    leaving.save()
    assert "Amara Okafor" not in client.get(url("wishes")).content.decode()


def test_directed_request_is_not_asked_for_a_wish_that_others_are_asked_for(client: Client):
    amara = actors.advisor("Amara Okafor")
    assert 'name="preferred_advisor"' in client.get(url("wishes")).content.decode()
    RequestDraft.objects.update(directed_to=amara)
    assert 'name="preferred_advisor"' not in client.get(url("wishes")).content.decode()
    RequestDraft.objects.update(directed_to=None)
    assert 'name="preferred_advisor"' in client.get(url("wishes")).content.decode()


def test_only_active_topics_are_offered(client: Client):
    Topic.objects.get(key="youth").delete()
    Topic.objects.create(key="old", label="Altes Thema", is_active=False)
    html = client.get(url("concern")).content.decode()
    assert 'value="fair_trade"' in html
    assert 'value="youth"' not in html
    assert "Altes Thema" not in html


def test_what_was_typed_stays_when_it_is_wrong(client: Client):
    client.post(url("municipality"), answers(email="katrin@", name="Thu-Hà Nguyễn")["municipality"])
    html = client.get(url("municipality")).content.decode()
    assert 'value="katrin@"' in html
    assert 'value="Thu-Hà Nguyễn"' in html
    assert gettext("Enter an e-mail address, for example name@stadt.de.") in html


def test_pages_can_be_walked_in_any_order(client: Client):
    for page in reversed(PAGES):
        assert client.get(url(page)).status_code == 200
        assert client.post(url(page), answers()[page]).status_code == 302
    assert client.get(CHECK).status_code == 200


def test_page_seen_for_the_first_time_shows_no_error(client: Client):
    for page in PAGES:
        assert client.get(url(page)).context["form"].errors == {}


def test_save_and_continue_later_keeps_half_a_page(client: Client):
    response = client.post(url("concern"), {"title": "Halb", "go": reverse("intake:start")})
    assert response.url == reverse("intake:start")
    assert draft_of(client).data["concern"] == {"title": ["Halb"]}


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "/admin/", "//example.org", "javascript:alert(1)"]
)
def test_only_pages_of_the_form_can_be_gone_to(client: Client, elsewhere: str):
    response = client.post(url("concern"), answers()["concern"] | {"go": elsewhere})
    assert response.url == url("wishes")


def test_steps_show_what_is_done(client: Client):
    client.post(url("municipality"), answers()["municipality"])
    client.post(url("concern"), {})
    steps = client.get(url("wishes")).context["steps"]
    assert [(step["state"], step["url"]) for step in steps] == [
        ("done", url("municipality")),
        ("todo", url("concern")),
        ("current", ""),
        ("todo", ""),
    ]


def test_check_with_a_missing_page_leads_there_with_a_sentence_and_its_errors(client: Client):
    client.post(url("municipality"), answers()["municipality"])
    response = client.get(CHECK, follow=True)
    assert response.redirect_chain == [(url("concern") + "?zurueck=pruefen", 302)]
    html = response.content.decode()
    assert gettext("Please complete this page first. Then you can send the request.") in html
    assert gettext("Describe the situation on the ground.") in html
    assert response.context["back_url"] == url("municipality")  # the check would only lead here again


def test_change_link_of_the_check_leads_to_the_page_and_back(client: Client):
    fill(client, answers())
    html = client.get(CHECK).content.decode()
    change = url("concern") + "?zurueck=pruefen"
    assert f'href="{change}"' in html
    assert client.get(change).context["form"].errors == {}
    assert client.get(change).context["back_url"] == CHECK
    response = client.post(change, answers(title="Anders gefasst")["concern"])
    assert response.url == CHECK
    assert "Anders gefasst" in client.get(CHECK).content.decode()


def test_change_that_is_wrong_stays_on_the_page(client: Client):
    fill(client, answers())
    response = client.post(url("concern") + "?zurueck=pruefen", answers(title="")["concern"])
    assert errors(response) == {"title": [gettext("Say in one sentence what it is about.")]}


def test_check_shows_every_answer_in_words(client: Client):
    advisor = actors.advisor("Amara Okafor")
    given = answers(
        preferred_advisor=str(advisor.pk), earliest_begin_month="3", earliest_begin_year="2031", phone=""
    )
    fill(client, given)
    rows = {row[0]: row[1] for section in client.get(CHECK).context["sections"] for row in section["rows"]}
    assert list(rows.values()) == [
        "Hattingen",
        [],
        "Fachbereich Soziales",
        "Katrin Wellmann",
        "Sachbearbeiterin Integration",
        "katrin.wellmann@hattingen.example.org",
        "",
        "Migrantische Vereine gewinnen",
        "Die Steuerungsgruppe besteht aus elf Personen.",
        "Wie gewinnen wir Vereine?",
        [gettext("Increase chances of participation"), gettext("We are not sure yet")],
        [Topic.objects.get(key=key).label for key in ("fair_trade", "committees")],
        [gettext("First talk"), gettext("Workshop")],
        gettext("On site"),
        "März 2031",
        "Ratssitzung am 14. April",
        "Amara Okafor",
        "Erfahrung mit Fairem Handel",
        "Steuerungsgruppe, Integrationsrat",
        "Stufenloser Raum",
        [],
    ]


def test_text_is_escaped_on_the_check(client: Client):
    fill(client, answers(title="<script>alert(1)</script>"))
    html = client.get(CHECK).content.decode()
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


@pytest.mark.parametrize("page", PAGES)
def test_strange_post_data_are_answered_with_a_page(client: Client, page: str):
    names = list(answers()[page])
    for data in (
        dict.fromkeys(names, "\x00" * 3),
        dict.fromkeys(names[:2], "x" * 300000),
        {name: ["a"] * 500 for name in names[:2]},
        dict.fromkeys(names, "\ud7ff\U0010ffff\u202e\x1b[31m"),
        {f"{name}[]": "1" for name in names},
        {
            "goals": ["nothing"],
            "topics": ["1' --"],
            "formats": [""],
            "mode": "sideways",
            "preferred_advisor": "0",
        },
    ):
        assert client.post(url(page), data).status_code in (200, 302)
        assert client.get(url(page)).status_code == 200
    assert client.get(CHECK).status_code == 302


def test_pages_are_not_kept_in_any_cache(client: Client):
    assert "no-store" in client.get(url("municipality")).headers["Cache-Control"]


def test_signed_in_contact_finds_what_we_know_already(client: Client):
    send(client)
    user = actors.contact_of(actors.submitted(contact={"name": "Nguyễn Thị Hà", "phone": "02324 1"}))
    sign_in(client, user)
    begin(client)
    initial = client.get(url("municipality")).context["form"].initial
    assert initial == {
        "municipality": "05954016",
        "unit": "Fachbereich Soziales",
        "name": "Nguyễn Thị Hà",
        "function": "Sachbearbeiterin Integration",
        "email": user.email,
        "phone": "02324 1",
    }


def test_coordinator_finds_an_empty_form(client: Client):
    sign_in(client, actors.coordinator())
    begin(client)
    assert client.get(url("municipality")).context["form"].initial == {}


def test_form_pages_cost_the_session_and_the_draft_alone(client: Client, django_assert_num_queries):
    fill(client, answers())
    for page, queries in {"municipality": 2, "concern": 2, "wishes": 3, "check": 3}.items():  # and documents
        with django_assert_num_queries(queries):
            client.get(url(page))


def test_saving_a_page_reads_no_register(client: Client, django_assert_num_queries):
    client.post(url("concern"), answers()["concern"])
    # The session; the draft, locked and written; the session with its new age – each write in a savepoint.
    with django_assert_num_queries(8):
        client.post(url("concern"), answers()["concern"])

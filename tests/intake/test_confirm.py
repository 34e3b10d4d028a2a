"""The code from the mail confirms the address."""

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext

from miglobe.mail.models import OutboxMessage
from requests_app.models import Case
from requests_app.workflow.intake import CODES_PER_DAY
from tests import actors
from tests.intake.form_walk import answers, mailed_code, send
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db
SENT, CONFIRM, NEW_CODE = (reverse(f"intake:{name}") for name in ("sent", "confirm", "new_code"))
WRONG = "This code is not right. Compare it with the latest e-mail and enter it again."
USED_UP = "This code is no longer valid. Ask for a new one."
NOT_SIX = "Enter the six-digit code from the e-mail."


@pytest.fixture
def case(client: Client) -> Case:
    return send(client)


def sentences(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def wrong_code(case: Case) -> str:
    return f"{(int(mailed_code(case)) + 1) % 1_000_000:06d}"


def code_errors(response) -> list[str]:
    return list(response.context["form"].errors["code"])


def test_right_code_confirms_and_signs_in(client: Client, case: Case):
    response = client.post(CONFIRM, {"code": mailed_code(case)})
    assert response.url == reverse("casepage:case", args=[case.reference])
    assert case.contacts.get().confirmed_at is not None
    assert signed_in(client)
    assert client.get(response.url).status_code == 200


@pytest.mark.parametrize(
    "write", ["{0[0]} {0[1]} {0[2]} {0[3]} {0[4]} {0[5]}", " {0} ", "{0[0]}{0[1]}{0[2]}-{0[3]}{0[4]}{0[5]}"]
)
def test_blanks_in_the_code_do_not_matter(client: Client, case: Case, write: str):
    client.post(CONFIRM, {"code": write.format(mailed_code(case))})
    assert case.contacts.get().confirmed_at is not None


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "\0", "x" * 100_000])
def test_what_is_no_code_is_told_and_costs_no_attempt(client: Client, case: Case, code: str):
    for _ in range(6):
        response = client.post(CONFIRM, {"code": code})
        assert code_errors(response) == [gettext(NOT_SIX)]
    assert client.post(CONFIRM, {"code": mailed_code(case)}).status_code == 302


def test_wrong_code_is_told_and_the_field_stays(client: Client, case: Case):
    response = client.post(CONFIRM, {"code": wrong_code(case)})
    assert code_errors(response) == [gettext(WRONG)]
    html = response.content.decode()
    assert f"<title>{gettext('Error:')} " in html
    assert 'name="code"' in html
    assert not signed_in(client)
    assert case.contacts.get().confirmed_at is None


def test_five_wrong_codes_use_it_up(client: Client, case: Case):
    told = [code_errors(client.post(CONFIRM, {"code": wrong_code(case)})) for _ in range(5)]
    assert told == [[gettext(WRONG)]] * 4 + [[gettext(USED_UP)]]
    response = client.post(CONFIRM, {"code": mailed_code(case)})
    assert code_errors(response) == [gettext(USED_UP)]
    assert f'action="{NEW_CODE}"' in response.content.decode()
    assert not signed_in(client)


def test_code_runs_out_after_seven_days(client: Client, case: Case):
    with time_machine.travel(case.submitted_at.timestamp() + 7 * 24 * 3600 + 60):
        response = client.post(CONFIRM, {"code": mailed_code(case)})
    assert code_errors(response) == [gettext(USED_UP)]


def test_new_code_replaces_the_former_one(client: Client, case: Case):
    former = mailed_code(case)
    response = client.post(NEW_CODE)
    assert response.url == SENT
    contact = case.contacts.get()
    assert sentences(response) == [
        gettext("We have sent a new code to %(email)s.") % {"email": contact.email}
    ]
    latest = mailed_code(case)
    if former != latest:
        assert code_errors(client.post(CONFIRM, {"code": former})) == [gettext(WRONG)]
    client.post(CONFIRM, {"code": latest})
    assert signed_in(client)


def test_only_five_codes_a_day(client: Client, case: Case):
    for _ in range(CODES_PER_DAY - 1):
        client.post(NEW_CODE)
    response = client.post(NEW_CODE)
    assert response.url == SENT
    assert sentences(response)[-1:] == [
        gettext("We have sent five codes today. Please try again tomorrow, or call us.")
    ]
    assert OutboxMessage.objects.filter(kind="new_code").count() == CODES_PER_DAY - 1


def test_confirming_twice_is_no_error(client: Client, case: Case):
    code = mailed_code(case)
    client.post(CONFIRM, {"code": code})
    assert client.post(CONFIRM, {"code": code}).url == SENT
    assert gettext("See where the request stands") in client.get(SENT).content.decode()


@pytest.mark.parametrize("make", [actors.coordinator, lambda: actors.advisor().user, actors.administrator])
def test_staff_address_is_confirmed_but_not_signed_in(client: Client, make):
    user = make()
    case = send(client, answers(email=user.email))
    response = client.post(CONFIRM, {"code": mailed_code(case)})
    assert response.url == SENT
    assert case.contacts.get().confirmed_at is not None
    assert not signed_in(client)
    html = client.get(SENT).content.decode()
    assert f"{reverse('account_login')}?next=/vorgang/{case.reference}/" in html


def test_locked_account_is_not_signed_in(client: Client):
    user = actors.contact_of(actors.submitted())
    user.is_active = False
    user.save()
    case = send(client, answers(email=user.email))
    assert client.post(CONFIRM, {"code": mailed_code(case)}).url == SENT
    assert not signed_in(client)


def test_coordinator_who_confirms_for_somebody_stays_who_she_is(client: Client):
    coordinator = sign_in(client, actors.coordinator())
    case = send(client)
    assert client.post(CONFIRM, {"code": mailed_code(case)}).url == SENT
    assert client.session["_auth_user_id"] == str(coordinator.pk)
    assert case.contacts.get().confirmed_at is not None


def test_code_of_one_case_does_not_open_another(client: Client, case: Case):
    stranger = Client()
    other = send(stranger, answers(email="fremd@example.org"))
    if mailed_code(case) != mailed_code(other):
        assert code_errors(stranger.post(CONFIRM, {"code": mailed_code(case)})) == [gettext(WRONG)]
    assert not signed_in(stranger)


@pytest.mark.parametrize("url", [SENT, CONFIRM, NEW_CODE])
@pytest.mark.parametrize("method", ["get", "post"])
def test_session_without_a_request_leads_to_the_start(client: Client, url: str, method: str):
    response = getattr(client, method)(url)
    assert response.url == reverse("intake:start")
    assert sentences(response) == [
        gettext("We cannot show this page any more. The e-mail to you tells how you come to your case.")
    ]


@pytest.mark.parametrize("url", [CONFIRM, NEW_CODE])
def test_looking_at_what_acts_changes_nothing(client: Client, case: Case, url: str):
    mails = OutboxMessage.objects.count()
    assert client.get(url).url == SENT
    assert OutboxMessage.objects.count() == mails
    assert case.contacts.get().confirmed_at is None


def test_page_after_sending_costs_the_session_and_the_contact(
    client: Client, case: Case, django_assert_num_queries
):
    client.get(SENT)
    with django_assert_num_queries(2):
        client.get(SENT)

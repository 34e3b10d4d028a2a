"""Save and go on later: the mailed link leads back, on every device, until the draft runs out."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from miglobe.mail.models import OutboxMessage
from miglobe.mail.outbox import render
from miglobe.site.models import PortalSettings
from requests_app.intake import drafts, link_limits, resume
from requests_app.models import Case, Document, HeldReason, RequestDraft
from tests import actors
from tests.intake.form_walk import answers, begin, draft_of, fill, send
from tests.intake.resume_walk import ADDRESS, LATER, ask_for_link, mailed_link, save
from tests.requests_app import files
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db
START = reverse("intake:start")
MUNICIPALITY = reverse("intake:municipality")
CONCERN = reverse("intake:concern")
WISHES = reverse("intake:wishes")
CHECK = reverse("intake:check")


def sentences(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def row() -> dict[str, object]:
    return RequestDraft.objects.values().get()


@pytest.fixture
def link(client: Client) -> str:
    """The link of a draft that stopped on the second page, with a situation that is too long."""
    begin(client)
    client.post(MUNICIPALITY, answers()["municipality"])
    save(client, "concern", answers(situation="x" * 3001)["concern"])
    return ask_for_link(client)


# --- Saving ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["municipality", "concern", "wishes"])
def test_button_keeps_half_a_page_and_leads_to_the_question_for_the_address(client: Client, page: str):
    begin(client)
    name = list(answers()[page])[-1]
    response = save(client, page, {name: "nur das"})
    assert response.url == LATER
    assert draft_of(client).data == {page: {name: ["nur das"]}}
    assert draft_of(client).last_page == page
    assert client.get(LATER).status_code == 200


def test_button_on_the_check_page_remembers_it(client: Client):
    fill(client, answers())
    assert client.post(CHECK, {"go": LATER}).url == LATER
    assert draft_of(client).last_page == "check"
    assert Case.objects.count() == 0


@pytest.mark.parametrize("page", ["municipality", "concern", "wishes"])
def test_every_page_has_the_button(client: Client, page: str):
    begin(client)
    html = client.get(reverse(f"intake:{page}")).content.decode()
    assert html.count(f'formnovalidate name="go" value="{LATER}"') == 1


def test_check_page_has_the_button(client: Client):
    fill(client, answers())
    assert client.get(CHECK).content.decode().count(f'formnovalidate name="go" value="{LATER}"') == 1


def test_files_come_along_and_one_that_is_refused_is_told(client: Client):
    begin(client)
    uploads = [files.upload(files.pdf(), "Konzept.pdf"), files.upload(b"<html>", "Plan.pdf")]
    response = save(client, "wishes", {"period": "bald", "documents": uploads})
    assert response.url == LATER
    assert ["Plan.pdf" in sentence for sentence in sentences(response)] == [True]
    assert [document.name for document in draft_of(client).documents.all()] == ["Konzept.pdf"]
    assert draft_of(client).data["wishes"]["period"] == ["bald"]


def test_page_saved_after_the_draft_ran_out_begins_a_draft_that_can_be_resumed(client: Client):
    assert save(client, "concern", {"title": "Neu"}).url == LATER
    assert (draft_of(client).data, draft_of(client).last_page) == ({"concern": {"title": ["Neu"]}}, "concern")


@pytest.fixture
def closed() -> Callable[[], None]:
    """Closes the portal."""

    def close() -> None:
        portal = PortalSettings.load()
        portal.is_open = False
        portal.save()

    return close


def test_page_that_is_saved_after_the_portal_has_closed_is_kept(client: Client, closed):
    begin(client)
    closed()
    upload = files.upload(files.pdf(), "Konzept.pdf")
    response = client.post(WISHES, {"period": "bald", "documents": [upload]})
    assert (response.url, sentences(response)) == (LATER, [gettext("No requests at the moment")])
    assert draft_of(client).data == {"wishes": {"period": ["bald"]}}
    assert [document.name for document in draft_of(client).documents.all()] == ["Konzept.pdf"]
    link = ask_for_link(client)
    assert Client().get(link).status_code == 200
    assert Client().post(link).url == WISHES
    assert client.get(WISHES).url == START


def test_nothing_is_begun_while_the_portal_is_closed(client: Client, closed):
    closed()
    assert client.post(WISHES, {"period": "bald"}).url == START
    assert RequestDraft.objects.count() == 0


def test_page_for_the_address_needs_a_draft(client: Client):
    assert client.get(LATER).url == START
    assert client.post(LATER, {"email": ADDRESS}).url == START
    assert OutboxMessage.objects.count() == 0


# --- The mail -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [(ADDRESS, ADDRESS), (f" {ADDRESS} ", ADDRESS), ("katrin.wellmann@", ""), ("", "")],
)
def test_typed_address_is_suggested_when_it_is_one(client: Client, typed: str, suggested: str):
    begin(client)
    save(client, "municipality", {"email": typed})
    assert client.get(LATER).context["form"]["email"].value() == suggested


def test_own_address_is_suggested_to_who_is_signed_in(client: Client):
    contact = sign_in(client, actors.contact_of(actors.submitted()))
    begin(client)
    assert client.get(LATER).context["form"]["email"].value() == contact.email


@pytest.mark.parametrize("address", ["", "katrin", "a@b", f"{'x' * 260}@example.org"])
def test_address_that_is_none_is_told_and_nothing_is_mailed(client: Client, address: str):
    begin(client)
    response = client.post(LATER, {"email": address})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["email"]
    assert OutboxMessage.objects.count() == 0


def test_mail_says_what_the_link_opens_and_until_which_day(client: Client):
    with time_machine.travel("2026-11-25 14:05+01:00"):
        begin(client)
        save(client, "municipality", answers()["municipality"])
        ask_for_link(client)
        page = client.get(LATER).content.decode()
    mail = OutboxMessage.objects.get()
    assert (mail.kind, mail.recipient, mail.is_secret) == ("draft_link", ADDRESS, True)
    assert mail.subject == "So setzen Sie Ihre Anfrage fort"
    assert "Donnerstag, 24. Dezember 2026" in mail.body
    assert "Wer ihn hat, kann es lesen und ändern" in mail.body
    assert "Donnerstag, 24. Dezember 2026" in page
    assert "Wellmann" not in mail.body and "Hattingen" not in mail.body.replace(mailed_link(), "")


@pytest.mark.parametrize("kind", ["draft_link", "draft_reminder"])
def test_mails_are_there_in_english(kind: str):
    text = render(kind, {"link": "LINK", "until": dt.date(2026, 12, 24)}, "en")
    assert "request" in text.subject
    assert text.body.split("\n")[1] == "LINK"
    assert "Kind regards" in text.body


def test_link_can_be_sent_again_and_to_another_address(client: Client, link: str):
    html = client.get(LATER).content.decode()
    assert ADDRESS in html
    other = ask_for_link(client, "kollegin@hattingen.example.org")
    assert other != link
    assert draft_of(client).email == "kollegin@hattingen.example.org"
    former = Client().get(link)
    assert former.status_code == 410
    assert gettext("The link was sent to another address later. Only the newest one works.") in (
        former.content.decode()
    )
    assert Client().get(other).status_code == 200


def address_is_known(email: str) -> bool:
    mailed = OutboxMessage.objects.filter(recipient=email, kind__startswith="draft_")
    return RequestDraft.objects.filter(email=email).exists() or mailed.exists()


def test_wrong_address_is_forgotten_when_another_one_is_given(client: Client):
    begin(client)
    ask_for_link(client, "fremd@example.org")
    assert address_is_known("fremd@example.org") is True
    ask_for_link(client)
    assert address_is_known("fremd@example.org") is False
    assert address_is_known(ADDRESS) is True


def test_address_for_the_link_is_forgotten_with_the_draft(client: Client, link: str):
    Client().post(link)
    client.post(START, {"discard": "1"})
    assert address_is_known(ADDRESS) is False


def test_address_for_the_link_is_forgotten_when_the_draft_runs_out(client: Client, link: str):
    kept = Client()
    begin(kept)
    ask_for_link(kept, "andere@example.org")
    old = timezone.now() - dt.timedelta(days=30)
    RequestDraft.objects.filter(email=ADDRESS).update(changed_at=old)
    assert drafts.delete_old() == 1
    assert [address_is_known(ADDRESS), address_is_known("andere@example.org")] == [False, True]


def test_address_for_the_link_is_forgotten_on_sending(client: Client):
    fill(client, answers())
    ask_for_link(client)
    client.post(CHECK)
    assert address_is_known(ADDRESS) is False
    assert OutboxMessage.objects.filter(recipient=ADDRESS, kind="request_received").count() == 1


def test_same_address_in_other_letters_keeps_the_link(client: Client, link: str):
    assert ask_for_link(client, ADDRESS.upper()) == link


def test_sixth_link_of_an_hour_is_answered_calmly(client: Client):
    with time_machine.travel("2026-11-25 14:05+01:00", tick=False) as clock:
        begin(client)
        for _number in range(link_limits.PER_DRAFT_AN_HOUR):
            client.post(LATER, {"email": ADDRESS})
        refused = client.post(LATER, {"email": "kollegin@hattingen.example.org"})
        assert refused.url == LATER
        assert OutboxMessage.objects.count() == 5
        assert draft_of(client).email == ADDRESS
        clock.shift(3600)
        client.post(LATER, {"email": ADDRESS})
    assert OutboxMessage.objects.count() == 6


def test_address_gets_at_most_ten_links_a_day_known_or_not(client: Client):
    known = actors.contact_of(actors.submitted()).email
    OutboxMessage.objects.all().delete()
    told = {}
    for address in (known, "niemand@example.org"):
        for _number in range(link_limits.PER_ADDRESS_A_DAY + 1):
            stranger = Client()
            begin(stranger)
            response = stranger.post(LATER, {"email": address})
        told[address] = [s.replace(address, "…") for s in sentences(response)]
        assert OutboxMessage.objects.filter(recipient=address).count() == 10
    assert told[known] == told["niemand@example.org"]


# --- The link -------------------------------------------------------------------------------------


def test_link_says_little_and_changes_nothing(client: Client, link: str):
    before = row()
    device = Client()
    html = device.get(link).content.decode()
    assert "Hattingen" in html
    for private in ("Wellmann", ADDRESS, "Migrantische Vereine", "xxx"):
        assert private not in html
    assert "sessionid" not in device.cookies
    assert row() == before


def test_link_fetched_twenty_times_by_machines_still_works_for_the_person(client: Client, link: str):
    before = row()
    statuses = [(Client().get if number % 2 else Client().head)(link).status_code for number in range(20)]
    assert statuses == [200] * 20
    assert row() == before
    person = Client()
    assert person.post(link).url == CONCERN
    assert person.get(CONCERN).context["form"]["situation"].value() == "x" * 3001
    assert row() == before


def test_link_works_again_and_again_and_on_several_devices(link: str):
    for _number in range(3):
        device = Client()
        assert device.post(link).url == CONCERN
        assert device.post(link).url == CONCERN
        assert device.get(MUNICIPALITY).context["form"]["name"].value() == "Katrin Wellmann"


def test_files_are_there_after_resuming(client: Client):
    begin(client)
    save(client, "wishes", {"documents": [files.upload(files.pdf(), "Konzept.pdf")]})
    link = ask_for_link(client)
    device = Client()
    assert device.post(link).url == WISHES
    assert "Konzept.pdf" in device.get(WISHES).content.decode()


def test_two_devices_do_not_overwrite_each_others_pages(client: Client, link: str):
    device = Client()
    device.post(link)
    device.post(WISHES, answers(period="vom Telefon")["wishes"])
    client.post(MUNICIPALITY, answers(unit="vom Rechner")["municipality"])
    client.post(CONCERN, answers(title="zuerst")["concern"])
    device.post(CONCERN, answers(title="zuletzt")["concern"])
    data = draft_of(client).data
    assert data["wishes"]["period"] == ["vom Telefon"]
    assert data["municipality"]["unit"] == ["vom Rechner"]
    assert data["concern"]["title"] == ["zuletzt"]


def test_mail_and_page_speak_the_language_of_the_form(client: Client):
    with translation.override("en"):
        start, later = reverse("intake:start"), reverse("intake:later")
        concern = reverse("intake:concern")
    client.post(start)
    assert client.post(concern, {"title": "Half", "go": later}).url == later
    client.post(later, {"email": ADDRESS})
    mail = OutboxMessage.objects.get()
    assert mail.subject == "How to continue your request"
    link = mailed_link()
    assert link.startswith("/en/")
    device = Client()
    assert '<html lang="en">' in device.get(link).content.decode()
    assert device.post(link).url == concern
    assert device.post(link.removeprefix("/en")).url == CONCERN


def test_one_goes_on_where_one_stopped(client: Client):
    fill(client, answers())
    link = ask_for_link(client)
    assert Client().post(link).url == CHECK
    save(client, "municipality", answers()["municipality"])
    assert Client().post(link).url == MUNICIPALITY
    client.post(CONCERN, answers()["concern"] | {"go": WISHES})
    assert Client().post(link).url == WISHES
    client.post(WISHES, answers()["wishes"])
    assert Client().post(link).url == CHECK
    client.post(CONCERN, answers(title="")["concern"])
    assert Client().post(link).url == CONCERN
    assert client.post(START).url == CONCERN


def test_page_taken_up_half_way_says_what_is_wrong_but_not_what_is_missing(client: Client):
    begin(client)
    save(client, "municipality", {"municipality": "05954016", "name": "", "email": "kein@@mail"})
    device = Client()
    device.post(ask_for_link(client))
    assert list(device.get(MUNICIPALITY).context["form"].errors) == ["email"]
    sent_on = device.post(MUNICIPALITY, {"municipality": "05954016", "name": "", "email": "kein@@mail"})
    assert list(sent_on.context["form"].errors) == ["name", "email"]


def test_what_is_missing_is_said_to_who_comes_from_the_check_page(client: Client):
    fill(client, answers())
    save(client, "municipality", answers(name="")["municipality"])
    back = client.get(CHECK)
    assert list(client.get(back.url).context["form"].errors) == ["name"]


def test_half_a_page_is_no_finished_step(client: Client):
    fill(client, answers())
    save(client, "municipality", answers(name="")["municipality"])
    shown = client.get(MUNICIPALITY)
    assert shown.context["form"].errors == {}
    assert [step["state"] for step in shown.context["steps"]] == ["current", "done", "done", "todo"]
    assert shown.context["steps"][3]["url"] == ""


def test_check_page_that_is_not_complete_any_more_leads_to_what_is_missing(client: Client):
    fill(client, answers())
    client.post(CHECK, {"go": LATER})
    link = ask_for_link(client)
    RequestDraft.objects.update(data=draft_of(client).data | {"concern": {}})
    device = Client()
    assert device.post(link).url == CHECK
    assert device.get(CHECK).url.startswith(CONCERN)


# --- Another draft in the same browser ------------------------------------------------------------


def test_other_draft_of_the_browser_is_kept_and_found_again(link: str):
    device = Client()
    begin(device)
    save(device, "concern", {"title": "Die andere"})
    other = draft_of(device)
    assert gettext("There is another request in this browser") in device.get(link).content.decode()
    taken = device.post(link)
    assert len(sentences(taken)) == 1
    assert draft_of(device) != other
    assert str(other.key) in device.get(START).content.decode()
    assert device.post(START, {"draft": str(other.key)}).url == CONCERN
    assert device.get(CONCERN).context["form"]["title"].value() == "Die andere"
    assert device.get(START).context["others"] != []


def test_draft_of_a_stranger_cannot_be_chosen_on_the_start_page(client: Client, link: str):
    strange = draft_of(client)
    device = Client()
    begin(device)
    device.post(START, {"draft": str(strange.key)})
    assert draft_of(device) != strange


def test_empty_draft_is_not_kept_beside(link: str):
    device = Client()
    begin(device)
    assert sentences(device.post(link)) == []
    assert device.get(START).context["others"] == []


def test_others_are_gone_from_the_list_once_they_ran_out(link: str):
    device = Client()
    begin(device)
    save(device, "concern", {"title": "Die andere"})
    other = draft_of(device)
    device.post(link)
    RequestDraft.objects.filter(pk=other.pk).update(changed_at=timezone.now() - dt.timedelta(days=30))
    assert device.get(START).context["others"] == []


# --- Links that lead nowhere ----------------------------------------------------------------------


def gone(link: str, client: Client | None = None) -> tuple[int, int, str]:
    """What a link that leads nowhere answers to GET and POST, and its heading; it takes up nothing."""
    device = client or Client()
    shown, pressed = device.get(link), device.post(link)
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", shown.content.decode())
    assert heading is not None
    return shown.status_code, pressed.status_code, heading.group(1)


@pytest.mark.parametrize("token", ["abc", "a.b", "x" * 500, "ä ö", "%2e", "-", "0" * 48 + ".sig"])
def test_link_that_is_not_ours_says_so_kindly(token: str):
    assert gone(reverse("intake:resume", args=[token])) == (404, 404, gettext("This link does not work"))


def test_link_with_a_changed_letter_opens_nothing(link: str):
    position = link.index("fortsetzen/") + len("fortsetzen/") + 3
    changed = link[:position] + ("0" if link[position] != "0" else "1") + link[position + 1 :]
    assert gone(changed) == (404, 404, gettext("This link does not work"))
    assert gone(link.rstrip("/")[:-1] + "/")[0] == 404


def test_link_runs_out_after_thirty_days(client: Client):
    with time_machine.travel("2026-11-01 10:00+01:00", tick=False) as clock:
        begin(client)
        save(client, "concern", {"title": "Neu"})
        link = ask_for_link(client)
        clock.shift(dt.timedelta(days=30, seconds=-1))
        assert Client().get(link).status_code == 200
        clock.shift(1)
        assert gone(link) == (410, 410, gettext("The draft is no longer there"))
        drafts.delete_old()
        assert gone(link) == (410, 410, gettext("The draft is no longer there"))
        assert RequestDraft.objects.count() == 0


def test_change_on_day_29_keeps_the_link_alive(client: Client):
    with time_machine.travel("2026-11-01 10:00+01:00", tick=False) as clock:
        begin(client)
        save(client, "concern", {"title": "Neu"})
        link = ask_for_link(client)
        clock.shift(dt.timedelta(days=29))
        device = Client()
        device.post(link)
        device.post(WISHES, {"period": "bald"})
        clock.shift(dt.timedelta(days=29))
        drafts.delete_old()
        assert Client().post(link).status_code == 302
        clock.shift(dt.timedelta(days=1))
        assert gone(link)[0] == 410


def test_resuming_and_mailing_do_not_lengthen_the_time(client: Client, link: str):
    before = RequestDraft.objects.get().changed_at
    Client().post(link)
    ask_for_link(client)
    assert RequestDraft.objects.get().changed_at == before


def test_link_to_a_discarded_draft_says_so(client: Client, link: str):
    client.post(START, {"discard": "1"})
    assert gone(link) == (410, 410, gettext("The draft is no longer there"))


def test_link_to_a_sent_request_says_so_without_its_number(client: Client):
    fill(client, answers())
    link = ask_for_link(client)
    client.post(CHECK)
    reference = Case.objects.get().reference
    assert gone(link) == (200, 200, gettext("The request is sent"))
    html = Client().get(link).content.decode()
    assert reference not in html
    assert reverse("intake:sent") not in html
    assert RequestDraft.objects.get().email == ""
    RequestDraft.objects.all().delete()  # as the worker does after 30 days
    assert gone(link) == (200, 200, gettext("The request is sent"))


def test_who_has_sent_the_request_is_led_to_its_page(client: Client):
    fill(client, answers())
    link = ask_for_link(client)
    client.post(CHECK)
    assert reverse("intake:sent") in client.get(link).content.decode()


def test_link_to_a_request_that_is_held_back_says_that_it_is_sent(link: str):
    RequestDraft.objects.update(held_at=timezone.now(), held_reason=HeldReason.values[0])
    assert gone(link) == (200, 200, gettext("The request is sent"))


def test_second_device_that_saves_after_the_request_was_sent_makes_no_second_one(client: Client):
    fill(client, answers())
    link = ask_for_link(client)
    device = Client()
    device.post(link)
    client.post(CHECK)
    assert device.post(WISHES, answers()["wishes"]).url == reverse("intake:sent")
    assert device.post(CHECK).url == reverse("intake:sent")
    assert Case.objects.count() == 1


# --- The worker -----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_worker_deletes_drafts_that_ran_out_with_their_files(client: Client):
    begin(client)
    save(client, "wishes", {"documents": [files.upload(files.pdf())]})
    path = Document.objects.get().file.name.rpartition("/")[2]
    assert path in files.on_disk()
    RequestDraft.objects.update(changed_at=timezone.now() - dt.timedelta(days=29))
    assert (drafts.delete_old(), path in files.on_disk()) == (0, True)
    RequestDraft.objects.update(changed_at=timezone.now() - dt.timedelta(days=30))
    assert (drafts.delete_old(), path in files.on_disk()) == (1, False)
    assert Document.objects.count() == 0


def test_worker_keeps_requests_that_are_held_back(client: Client):
    begin(client)
    old = timezone.now() - dt.timedelta(days=31)
    RequestDraft.objects.update(changed_at=old, held_at=old, held_reason=HeldReason.values[0])
    assert drafts.delete_old() == 0
    assert RequestDraft.objects.count() == 1


def test_reminder_goes_once_three_days_before(client: Client):
    with time_machine.travel("2026-11-01 10:00+01:00", tick=False) as clock:
        begin(client)
        save(client, "concern", {"title": "Neu"})
        link = ask_for_link(client)
        before = row()
        clock.shift(dt.timedelta(days=27, seconds=-1))
        assert resume.remind() == 0
        clock.shift(1)
        assert [resume.remind(), resume.remind()] == [1, 0]
        mail = OutboxMessage.objects.get(kind="draft_reminder")
        assert "Montag, 30. November 2026" in mail.body
        assert (mail.recipient, mail.is_secret) == (ADDRESS, True)
        assert mailed_link() == link
        assert Client().get(link).status_code == 200
        assert row() | {"reminded_at": None} == before
        client.post(CONCERN, {"title": "Anders"})
        clock.shift(dt.timedelta(days=28))
        assert resume.remind() == 0


def test_no_reminder_without_an_address_nor_of_what_is_sent_held_or_over(client: Client):
    begin(client)  # no address
    sent = Client()
    send(sent)
    begin(Client())
    week_4 = timezone.now() - dt.timedelta(days=28)
    RequestDraft.objects.update(changed_at=week_4)
    RequestDraft.objects.exclude(case=None).update(email=ADDRESS)
    held = RequestDraft.objects.create(email=ADDRESS, held_at=week_4, held_reason=HeldReason.values[0])
    over = RequestDraft.objects.create(email=ADDRESS)
    RequestDraft.objects.filter(pk=held.pk).update(changed_at=week_4)
    RequestDraft.objects.filter(pk=over.pk).update(changed_at=timezone.now() - dt.timedelta(days=30))
    assert resume.remind() == 0

"""What was typed stays on the server, as long as promised and no longer."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from miglobe.ops.jobs import JOBS
from requests_app.intake import drafts
from requests_app.models import Case, RequestDraft
from tests import actors
from tests.intake.form_walk import answers, begin, draft_of, fill, send
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db
MUNICIPALITY = reverse("intake:municipality")


def sentences(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def grow_old(days: int) -> None:
    RequestDraft.objects.update(changed_at=timezone.now() - dt.timedelta(days=days))


def test_draft_is_there_the_day_before_it_runs_out(client: Client):
    fill(client, answers())
    grow_old(29)
    assert client.get(MUNICIPALITY).context["form"]["name"].value() == "Katrin Wellmann"


def test_draft_that_ran_out_leads_to_the_start_with_a_kind_sentence(client: Client):
    fill(client, answers())
    grow_old(30)
    response = client.get(MUNICIPALITY)
    assert response.url == reverse("intake:start")
    assert sentences(response) == [
        gettext(
            "Your draft is not there any more: we delete drafts 30 days after the last change. "
            "Please begin anew."
        )
    ]


def test_page_sent_after_the_draft_ran_out_is_not_lost(client: Client):
    fill(client, answers())
    RequestDraft.objects.all().delete()
    response = client.post(reverse("intake:concern"), answers()["concern"])
    assert response.url == reverse("intake:wishes")
    assert list(draft_of(client).data) == ["concern"]
    assert sentences(response) == [
        gettext(
            "Your draft had run out. What you have typed on this page is kept; "
            "please fill in the other pages again."
        )
    ]


def test_session_with_a_strange_key_is_answered_kindly(client: Client):
    begin(client)
    session = client.session
    session["intake_draft"] = str(uuid.uuid4())
    session.save()
    assert client.get(MUNICIPALITY).url == reverse("intake:start")


def test_draft_of_somebody_else_cannot_be_seen(client: Client):
    fill(client, answers())
    stranger = Client()
    begin(stranger)
    assert stranger.get(MUNICIPALITY).context["form"]["name"].value() is None


def test_draft_outlives_signing_in(client: Client):
    fill(client, answers())
    sign_in(client, actors.contact_of(actors.submitted()))
    assert client.get(reverse("intake:check")).status_code == 200


def test_saving_a_page_makes_the_session_live_on(client: Client):
    with time_machine.travel("2026-11-01 10:00+01:00"):
        begin(client)
    with time_machine.travel("2026-11-21 10:00+01:00"):
        response = client.post(MUNICIPALITY, answers()["municipality"])
    assert response.cookies["sessionid"]["expires"] == "Mon, 21 Dec 2026 09:00:00 GMT"


def test_pages_saved_side_by_side_do_not_overwrite_each_other(client: Client):
    begin(client)
    stale = draft_of(client)
    client.post(MUNICIPALITY, answers()["municipality"])
    client.post(reverse("intake:concern"), answers()["concern"])
    assert stale.data == {}
    assert sorted(draft_of(client).data) == ["concern", "municipality"]


def test_huge_texts_are_kept_up_to_a_limit(client: Client):
    begin(client)
    client.post(reverse("intake:concern"), {"situation": "x" * 100_000, "topics": ["a"] * 200})
    kept = draft_of(client).data["concern"]
    assert len(kept["situation"][0]) == drafts.LONGEST_KEPT
    assert len(kept["topics"]) == drafts.MOST_VALUES_KEPT


def test_old_drafts_are_deleted_and_younger_ones_kept(client: Client):
    old, young = RequestDraft.objects.create(), RequestDraft.objects.create()
    RequestDraft.objects.filter(pk=old.pk).update(
        changed_at=timezone.now() - dt.timedelta(days=30, minutes=1)
    )
    assert drafts.delete_old() == 1
    assert RequestDraft.objects.get() == young
    assert drafts.delete_old() == 0


def test_deleting_the_draft_of_a_case_keeps_the_case(client: Client):
    case = send(client)
    grow_old(31)
    assert drafts.delete_old() == 1
    assert Case.objects.get() == case
    assert client.get(reverse("intake:sent")).status_code == 200


def test_worker_deletes_old_drafts():
    assert drafts.delete_old in [job.run for job in JOBS]

"""What nobody types and a forged request holds: the admin says what is wrong, or nothing; it never breaks."""

from __future__ import annotations

import pytest
from django.urls import reverse

from requests_app.models import SavedFilter
from tests import actors
from tests.actors import World
from tests.triage.desk import Desk

HUGE = "9" * 30


@pytest.mark.parametrize("key", ["x", "", "²", "1\0", HUGE, f"-{HUGE}"])
@pytest.mark.parametrize("action", ["uebernehmen", "als_csv"])
def test_action_on_a_forged_key_does_nothing(world: World, desk: Desk, action: str, key: str) -> None:
    case = world.case()
    address = reverse("admin:requests_app_case_changelist")
    answer = desk.client.post(address, {"action": action, "index": "0", "_selected_action": [key]})
    assert answer.status_code < 400
    case.refresh_from_db()
    assert case.responsible is None


@pytest.mark.parametrize(
    "query",
    [
        "q=%00", "q=a%00b", f"q={HUGE}", "liste=%00", "stand=%00", "beratung=x", f"beratung={HUGE}",
        "zustaendig=%00", "title=%00", "title__contains=%00", f"id={HUGE}", f"id__in={HUGE}", "p=x",
        f"p={HUGE}", "submitted_at=x", "goals=%00", "nothing=1", "sessions__private_notes__contains=x",
    ],
)  # fmt: skip
def test_list_with_a_forged_address_is_shown_or_leads_back(world: World, desk: Desk, query: str) -> None:
    world.case()
    assert desk.client.get(reverse("admin:requests_app_case_changelist") + f"?{query}").status_code < 500


@pytest.mark.parametrize("query", ["q=%00", "stand=%00", f"id={HUGE}", "title=%00", f"p={HUGE}"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_file_with_a_forged_address_is_made_or_leads_back(
    world: World, desk: Desk, form: str, query: str
) -> None:
    world.case()
    answer = desk.client.get(reverse(f"admin:requests_app_case_{form}") + f"?{query}")
    assert answer.status_code < 500
    assert b"".join(getattr(answer, "streaming_content", [b"-"]))


@pytest.mark.parametrize(
    "query", ["q=" + "ü" * 100 + "".join(f"&{n}={'ü' * 100}" for n in ("stand", "kreis"))]
)
def test_filter_that_is_too_long_is_refused_with_a_sentence(world: World, desk: Desk, query: str) -> None:
    address = reverse("admin:requests_app_case_filters")
    answer = desk.client.post(address, {"name": "Meiner", "query": query})
    assert answer.status_code == 200
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize("typed", ["x\0", HUGE, "ü" * 4000])
def test_pages_of_many_cases_take_nonsense_calmly(world: World, desk: Desk, typed: str) -> None:
    case = world.case()
    for key in ("uebernehmen", "weitergeben", "wiedervorlage", "themen", "dublette"):
        address = reverse("admin:requests_app_case_many", args=[key])
        fields = {"case": [f"{case.pk}:{typed}", typed], "liste": typed, "stage": typed}
        fields |= dict.fromkeys(("to", "when", "day", "note", "add", "remove", "original", "text"), typed)
        assert desk.client.post(address, fields, follow=True).status_code < 500
        assert desk.client.get(address, {"vorgaenge": typed, "liste": typed}).status_code < 500


@pytest.mark.parametrize("typed", ["x\0", HUGE, "ü" * 6000])
@pytest.mark.parametrize(
    "name",
    [
        "merge",
        "merge_undo",
        "redact",
        "resubmit",
        "topics",
        "pass_on",
        "take_over",
        "shortlist",
        "confidential",
    ],
)
def test_pages_of_a_case_take_nonsense_calmly(world: World, desk: Desk, name: str, typed: str) -> None:
    case = world.case()
    address = reverse(f"admin:requests_app_case_{name}", args=[case.pk])
    fields = dict.fromkeys(
        (
            "seen", "seen_into", "into", "reference", "passage", "scope", "reason", "to", "when", "day",
            "note", "topics", "shown", "list", "next", "next_role", "summary", "effort",
            "is_confidential", "stage",
        ),
        typed,
    )  # fmt: skip
    assert desk.client.post(address, fields, follow=True).status_code < 500
    assert desk.client.post(address, fields | {"list": "add"}, follow=True).status_code < 500
    assert desk.client.get(address, fields).status_code < 500


@pytest.mark.parametrize("typed", ["x\0", HUGE, "ü" * 6000])
def test_texts_and_desk_take_nonsense_calmly(world: World, desk: Desk, typed: str) -> None:
    pages = [
        reverse("admin:requests_app_textmodule_new"),
        reverse("admin:mail_mailwording_edit", args=["query_asked", "de"]),
        reverse("admin:mail_mailwording_reset", args=["query_asked", "de"]),
        reverse("admin:requests_app_case_my_desk"),
        reverse("admin:requests_app_case_leave_add"),
        reverse("admin:requests_app_case_filters"),
        reverse("admin:requests_app_advisor_conflicts", args=[world.lead.pk]),
    ]
    names = (
        "name", "language", "body", "subject", "reference", "seen", "user", "first_day", "last_day",
        "substitute",
        "query", "municipality", "municipality_typed", "kind", "note",
    )  # fmt: skip
    for page in pages:
        for button in ({}, {"preview": "1"}):
            answer = desk.client.post(page, dict.fromkeys(names, typed) | button, follow=True)
            assert answer.status_code < 500, page


@pytest.mark.parametrize(
    ("model", "action"), [("mail_outboxmessage", "send_selected_again"), ("accounts_user", "send_invitation")]
)
def test_other_lists_do_nothing_on_a_forged_key(world: World, model: str, action: str) -> None:
    desk = Desk(actors.administrator())
    address = reverse(f"admin:{model}_changelist")
    answer = desk.client.post(address, {"action": action, "index": "0", "_selected_action": ["x", HUGE]})
    assert answer.status_code < 400

"""The coordination's pages about public profiles."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from advisors.differences import side_by_side
from advisors.models import Advisor, Publication
from miglobe.accounts.models import User
from tests import actors

pytestmark = pytest.mark.django_db
LIST = reverse("admin:advisors_publication_changelist")


@pytest.fixture
def amara(coordinator: User) -> Advisor:
    return actors.advisor(published=False, profile="Alt und gut.", countries="Togo")


def review(publication: Publication) -> str:
    return reverse("admin:advisors_publication_review", args=[publication.pk])


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def changed(amara: Advisor) -> Publication:
    """A public text, and a change that waits."""
    actors.publish(amara)
    amara.profile = "Neu und <b>gut</b>."
    amara.save(update_fields=["profile"])
    return actors.consented(amara)


def test_differences_are_marked_by_elements_and_escaped() -> None:
    old, new = side_by_side("Alt und gut.\n<b>", "Neu und gut.\n<b>")
    assert old == "<del>Alt</del> und gut.\n&lt;b&gt;"
    assert new == "<ins>Neu</ins> und gut.\n&lt;b&gt;"


def test_old_and_new_stand_side_by_side(desk: Client, amara: Advisor) -> None:
    page = text(desk.get(review(changed(amara))))
    assert "<del>Alt</del> und <del>gut.</del>" in page
    assert "<ins>Neu</ins> und <ins>&lt;b&gt;gut&lt;/b&gt;.</ins>" in page
    assert 'Profil <span class="app-compare__state">geändert</span>' in page
    assert 'Ländererfahrung <span class="app-compare__state">unverändert</span>' in page


def test_first_text_is_shown_alone(desk: Client, amara: Advisor) -> None:
    page = text(desk.get(review(actors.consented(amara))))
    assert "Das wäre der erste öffentliche Text dieser Person." in page
    assert "Alt und gut." in page
    assert "<ins>" not in page


def test_button_approves(desk: Client, amara: Advisor, coordinator: User) -> None:
    publication = actors.consented(amara)
    page = text(desk.post(review(publication), {"approve": "1"}, follow=True))
    publication.refresh_from_db()
    assert (publication.state, publication.reviewed_by) == ("approved", coordinator)
    assert "Das Profil von Amara Okafor ist jetzt öffentlich." in page


def test_button_returns_with_a_note(desk: Client, amara: Advisor) -> None:
    publication = actors.consented(amara)
    page = text(desk.post(review(publication), {"decline": "1", "note": " "}))
    assert "Sagen Sie, was geändert werden soll." in page
    assert "<title>Fehler:" in page
    desk.post(review(publication), {"decline": "1", "note": "Bitte kürzer."})
    publication.refresh_from_db()
    assert (publication.state, publication.review_note) == ("declined", "Bitte kürzer.")


def test_text_that_was_replaced_meanwhile_is_told(desk: Client, amara: Advisor) -> None:
    publication = actors.consented(amara)
    actors.consented(amara)
    page = text(desk.post(review(publication), {"approve": "1"}, follow=True))
    assert "Das Profil wurde inzwischen geändert." in page
    assert list(Advisor.objects.published()) == []


def test_profile_is_taken_out_for_the_person(desk: Client, amara: Advisor) -> None:
    publication = actors.publish(amara)
    assert "Profil aus dem Verzeichnis nehmen" in text(desk.get(review(publication)))
    desk.post(review(publication), {"withdraw": "1"})
    assert list(Advisor.objects.published()) == []
    assert "Profil aus dem Verzeichnis nehmen" not in text(desk.get(review(publication)))


def test_looking_and_an_empty_send_change_nothing(desk: Client, amara: Advisor) -> None:
    publication = actors.consented(amara)
    desk.get(review(publication), {"approve": "1"})
    assert desk.post(review(publication)).status_code == 200
    publication.refresh_from_db()
    assert publication.state == "waiting"


def test_staff_without_the_permission_is_refused(client: Client, amara: Advisor, coordinator: User) -> None:
    from django.contrib.auth.models import Permission

    from tests.sign_in import sign_in

    publication = actors.consented(amara)
    group = coordinator.groups.get()
    group.permissions.remove(Permission.objects.get(codename="review_publication"))
    sign_in(client, coordinator)
    for name in ("review", "photo"):
        assert (
            client.get(reverse(f"admin:advisors_publication_{name}", args=[publication.pk])).status_code
            == 403
        )
    assert client.post(review(publication), {"approve": "1"}).status_code == 403


def test_record_stands_read_only_on_the_advisors_sheet(desk: Client, amara: Advisor) -> None:
    publication = actors.publish(amara)
    page = text(desk.get(reverse("admin:advisors_advisor_change", args=[amara.pk])))
    assert publication.consent_text in page
    assert f'href="{review(publication)}"' in page
    assert 'name="publications-0-consent_text"' not in page
    assert 'name="publications-0-DELETE"' not in page


def test_overview_leads_to_what_waits(desk: Client, amara: Advisor) -> None:
    index = reverse("admin:index")
    assert "auf Freigabe" not in text(desk.get(index))
    publication = actors.consented(amara)
    page = text(desk.get(index))
    assert f'href="{review(publication)}">Ein Profil wartet auf Freigabe' in page
    actors.consented(actors.advisor("Inés Carvajal", published=False))
    page = text(desk.get(index))
    assert f'href="{LIST}?state__exact=waiting">2 Profile warten auf Freigabe' in page
    assert len(desk.get(f"{LIST}?state__exact=waiting").context["cl"].result_list) == 2


def test_publication_has_one_page(desk: Client, amara: Advisor) -> None:
    publication = actors.publish(amara)
    row = reverse("admin:advisors_publication_change", args=[publication.pk])
    assert desk.get(row)["Location"] == review(publication)
    assert desk.get(reverse("admin:advisors_publication_change", args=[99999]))["Location"] == LIST


@pytest.mark.parametrize("count", [1, 30])
def test_list_asks_the_same_number_of_queries(
    desk: Client, amara: Advisor, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        actors.consented(amara)
    desk.get(LIST)
    with django_assert_num_queries(7):
        desk.get(LIST)


def test_absence_on_the_sheet_offers_the_pool_as_substitute(desk: Client, amara: Advisor) -> None:
    ines = actors.advisor("Inés Carvajal")
    page = text(desk.get(reverse("admin:advisors_advisor_change", args=[amara.pk])))
    field = page.partition('id="id_absences-0-substitute"')[2].partition("</select>")[0]
    assert f'<option value="{ines.pk}">Inés Carvajal</option>' in field
    assert "related-widget-wrapper-link" not in page.partition("absences-0-substitute")[2]

"""Whatever is typed on a page, valid or not, is there again after resuming on another device."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from requests_app.intake import drafts
from requests_app.request_form.pages import PAGES
from tests.intake.form_walk import answers, begin, draft_of
from tests.intake.resume_walk import ask_for_link, save

pytestmark = pytest.mark.django_db

ODD = {
    "overlong": "Zu lang. " * 1000,
    "no mail address": "kein@@mail",
    "unknown choice": "gibt-es-nicht",
    "NUL": "vor\0nach",
    "right to left": "‮אנפראגה‬ und ‏العربية‏",
    "emoji": "👩🏽‍🌾 Fairer Handel 🌍",
    "markup": "<script>alert('x')</script> & \"so\" {{ weiter }} {% url %}",
    "blanks": "  mit Rand  ",
    "lines": "erste\r\nzweite\r\n\r\nletzte",
    "umlauts": "Größe, Łódź, Nguyễn, İzmir",
    "control characters": "a\x0bb\x1bc\x7f",
    "empty": "",
}
TEXTS = {
    "municipality": ["unit", "name", "function", "email", "phone"],
    "concern": ["title", "situation", "guiding_question"],
    "wishes": ["period", "advisor_wishes", "participants", "access_needs", "earliest_begin_year"],
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("page", TEXTS)
def test_every_posted_value_is_there_again_after_resuming(client: Client, page: str, odd: str):
    begin(client)
    names = list(next(each for each in PAGES if each.key == page).form_class.posted_names())
    posted = {
        name: [odd, "zweiter Wert"] if isinstance(value, list) else odd
        for name, value in (dict.fromkeys(names, "") | answers()[page]).items()
    }
    save(client, page, posted)

    device = Client()
    assert device.post(ask_for_link(client)).url == reverse(f"intake:{page}")

    stored = odd.replace("\0", "")
    expected = {
        name: [stored, "zweiter Wert"] if isinstance(v, list) else [stored] for name, v in posted.items()
    }
    assert draft_of(device).data[page] == expected
    response = device.get(reverse(f"intake:{page}"))
    assert response.status_code == 200
    assert {name: response.context["form"].data.getlist(name) for name in names} == expected
    html = response.content.decode()
    assert [name for name in TEXTS[page] if f'name="{name}"' not in html] == []
    assert html.count(escape(stored)) >= (len(TEXTS[page]) if stored else 0)
    assert "<script>alert" not in html


@pytest.mark.parametrize("page", TEXTS)
def test_valid_page_is_there_again_after_resuming(client: Client, page: str):
    begin(client)
    save(client, page, answers()[page])
    device = Client()
    device.post(ask_for_link(client))
    form = device.get(reverse(f"intake:{page}")).context["form"]
    assert form.errors == {}
    assert {n: form.data.getlist(n) for n in answers()[page]} == {
        n: v if isinstance(v, list) else [v] for n, v in answers()[page].items()
    }


def test_text_longer_than_any_field_takes_is_cut_and_no_sooner(client: Client):
    begin(client)
    longest = drafts.LONGEST_KEPT
    save(client, "concern", {"situation": "x" * longest, "title": "y" * (longest + 1)})
    kept = draft_of(client).data["concern"]
    assert [len(kept["situation"][0]), len(kept["title"][0])] == [longest] * 2

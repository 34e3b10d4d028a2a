"""The building blocks of pages: what they render from what they get."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template import Context, Template
from django.template.loader import render_to_string

from miglobe.site.templatetags.kern import long_date, long_datetime, machine_time, soft_address, tel_href

NOON = dt.datetime(2026, 11, 20, 13, 5, tzinfo=dt.UTC)


def component(name: str, **context) -> str:
    return " ".join(render_to_string(f"components/{name}.html", context).split())


def test_alert_has_icon_title_and_text():
    html = component("alert", kind="warning", title="Bitte antworten", text="Eine <Frage>", heading_id="now")
    assert 'class="kern-alert kern-alert--warning" role="group" aria-labelledby="now"' in html
    assert '<h2 class="kern-title" id="now">Bitte antworten</h2>' in html
    assert "Eine &lt;Frage&gt;" in html
    assert "kern-icon--warning" in html


def test_alert_without_text_has_no_body():
    assert "kern-alert__body" not in component("alert", kind="info", title="Hinweis")


def test_alert_tag_wraps_markup():
    template = (
        '{% load kern %}{% alert "info" title="A" level=3 %}<p class="kern-body">{{ x }}</p>{% endalert %}'
    )
    html = Template(template).render(Context({"x": "<b>"}))
    assert '<p class="kern-body">&lt;b&gt;</p>' in html
    assert "<h3" in html


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("success", 'class="kern-badge kern-badge--success"'), ("", '<span class="app-badge">Erledigt</span>')],
)
def test_badge_is_quiet_without_a_kind(kind, expected):
    assert expected in component("badge", kind=kind, label="Erledigt")


def test_timeline_shows_label_time_person_and_the_present():
    entries = [
        SimpleNamespace(
            label="In Prüfung", time=NOON, current=True, actor="Koordination", text="Eine\nZeile"
        ),
        SimpleNamespace(label="Eingegangen", time=dt.date(2026, 11, 12)),
    ]
    html = component("timeline", entries=entries)
    assert '<li data-now aria-current="step">' in html
    assert '<time datetime="2026-11-20T14:05+01:00">20. November 2026, 14:05 Uhr</time>, Koordination' in html
    assert '<time datetime="2026-11-12">12. November 2026</time>' in html
    assert "Eine<br>Zeile" in html


def test_thread_tells_own_messages_from_others():
    entries = [
        SimpleNamespace(author="Amara Okafor", role="Beraterin", time=NOON, text="Passt das?", own=False),
        SimpleNamespace(author="Kim Muster", time=NOON, text="<Ja>", own=True),
    ]
    html = component("thread", entries=entries)
    assert "<strong>Amara Okafor</strong>" in html
    assert "Beraterin" in html
    assert '<li class="app-msg" data-own>' in html
    assert "<strong>Sie</strong>" in html
    assert "&lt;Ja&gt;" in html


def test_facts_leave_out_what_is_empty():
    html = component("facts", facts=[("Format", "Workshop"), ("Ort", ""), ("Text", "a\nb")])
    assert "<dt>Format</dt><dd>Workshop</dd>" in html
    assert "<dt>Ort</dt>" not in html
    assert "a<br>b" in html


def test_summary_lists_answers_and_the_way_to_change_them():
    rows = [("Ziele", ["Eins", "<Zwei>"]), ("Telefon", "")]
    html = component("summary", number=2, title="Anliegen", rows=rows, change_url="/anfrage/anliegen/")
    assert '<span class="kern-number">2</span><span>Anliegen</span>' in html
    assert "Eins<br>&lt;Zwei&gt;" in html
    assert "nicht angegeben" in html
    assert 'href="/anfrage/anliegen/"' in html
    assert "Anliegen ändern" in html


def test_steps_mark_the_current_one_and_link_those_done():
    steps = [
        {"label": "Kommune", "state": "done", "url": "/anfrage/kommune/"},
        {"label": "Anliegen", "state": "current", "url": "/anfrage/anliegen/"},
        {"label": "Wünsche", "state": "todo"},
    ]
    html = component("steps", steps=steps)
    assert html.count("<a ") == 1
    assert 'href="/anfrage/kommune/"' in html
    assert (
        '<li data-state="current" aria-current="step"><span class="kern-number">2</span>Anliegen</li>' in html
    )
    assert "Erledigt:" in html


def test_progress_says_where_one_is():
    assert "Schritt 2 von 4" in component("progress", number=2, total=4)


def test_confirm_shows_the_reference():
    html = component("confirm", title="Eingegangen", label="Vorgangsnummer", reference="MG-2026-0001")
    assert "<h1" in html
    assert '<strong class="app-ref">MG-2026-0001</strong>' in html


def test_empty_offers_an_action():
    html = component("empty", title="Noch nichts da", action_url="/anfrage/", action_label="Anfragen")
    assert 'href="/anfrage/"' in html


def test_tabs_count_and_mark_the_current_one():
    tabs = [
        {"label": "Neu", "url": "?q=neu", "count": 0, "current": True},
        {"label": "Alle", "url": "?q=alle"},
    ]
    html = component("tabs", label="Listen", tabs=tabs)
    assert '<a href="?q=neu" aria-current="page">Neu <span class="app-count">0</span></a>' in html
    assert '<a href="?q=alle">Alle</a>' in html


def test_breadcrumbs_end_with_the_current_page():
    html = component("breadcrumbs", items=[("Start", "/"), ("Vorgang", "")])
    assert '<span aria-current="page">Vorgang</span>' in html
    assert html.count("<a ") == 1


def test_pagination_shows_only_ways_that_exist():
    assert component("pagination") == ""
    html = component("pagination", next_url="?seite=2")
    assert html.count("<a ") == 1
    assert 'rel="next" href="?seite=2"' in html


def test_back_link_has_words_of_its_own():
    assert "Zurück" in component("back_link", url="/")
    assert "Alle Vorgänge" in component("back_link", url="/", label="Alle Vorgänge")


@pytest.mark.parametrize(
    ("level", "kind"),
    [
        (constants.SUCCESS, "success"),
        (constants.WARNING, "warning"),
        (constants.ERROR, "danger"),
        (constants.INFO, "info"),
        (constants.DEBUG, "info"),
    ],
)
def test_messages_become_alerts(level, kind):
    html = component("messages", messages=[Message(level, "Gespeichert <b>")])
    assert f"kern-alert--{kind}" in html
    assert "Gespeichert &lt;b&gt;" in html


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (dt.date(2026, 12, 1), "Dienstag, 1. Dezember 2026"),
        (dt.datetime(2026, 11, 30, 23, 30, tzinfo=dt.UTC), "Dienstag, 1. Dezember 2026"),
        (None, ""),
    ],
)
def test_long_date_names_the_weekday(value, expected):
    assert long_date(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(NOON, "20. November 2026, 14:05 Uhr"), (dt.date(2026, 11, 20), "20. November 2026"), (None, "")],
)
def test_long_datetime_is_in_the_portals_time_zone(value, expected):
    assert long_datetime(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(NOON, "2026-11-20T14:05+01:00"), (dt.date(2026, 11, 20), "2026-11-20"), (None, "")],
)
def test_machine_time_is_iso_to_the_minute(value, expected):
    assert machine_time(value) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("0176 1230 7830", "tel:+4917612307830"),
        ("(0221) 47 10-101", "tel:+492214710101"),
        ("+49 221 4710", "tel:+492214710"),
        ("0049 221 4710", "tel:+492214710"),
        ("115", "tel:115"),
    ],
)
def test_tel_href_understands_numbers_as_people_write_them(number, expected):
    assert tel_href(number) == expected


def test_an_address_may_break_after_the_at_and_stays_escaped():
    assert soft_address("a.b@stadt.de") == "a.b@<wbr>stadt.de"
    assert soft_address("<b>@x") == "&lt;b&gt;@<wbr>x"

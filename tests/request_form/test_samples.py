"""All sample requests go in through the form over HTTP and come out unchanged."""

import json
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from advisors.models import Topic
from advisors.vocabulary import ConsultationFormat, Mode
from miglobe.ops.demo import stories
from requests_app.models import Case, Goal
from tests import actors
from tests.intake.form_walk import answers, send
from tests.sign_in import sign_in

SAMPLES = json.loads((Path(stories.__file__).with_name("samples.json")).read_text(encoding="utf-8"))[
    "requests"
]

pytestmark = pytest.mark.django_db


def as_sample(case: Case) -> dict:
    """The case in the words of the data file."""
    contact = case.contacts.get()
    return {
        "municipality_key": case.municipality.key,
        "municipality_name": case.municipality.name,
        "unit": case.unit,
        "contact": (contact.name, contact.function, contact.email, contact.phone),
        "subject": case.title,
        "situation": case.situation,
        "question": case.guiding_question,
        "goals": case.goals,
        "topics": sorted(topic.key for topic in case.topics.all()),
        "formats": case.formats,
        "mode": case.mode,
        "preferred_period": case.period,
        "advisor_wishes": case.advisor_wishes,
    }


def test_there_are_sixteen_samples():
    assert len(SAMPLES) == 16


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample["id"] for sample in SAMPLES])
def test_sample_comes_out_unchanged(client: Client, sample: dict):
    case = Case.objects.get(pk=send(client, stories.answers(sample)).pk)
    person = sample["contact"]
    expected = {name: sample[name] for name in as_sample(case) if name not in ("contact", "topics")}
    assert as_sample(case) == expected | {
        "topics": sorted(sample["topics"]),
        "contact": (
            f"{person['first_name']} {person['last_name']}",
            person["function"],
            person["email"],
            person["phone"],
        ),
    }


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample["id"] for sample in SAMPLES])
def test_sample_stands_unchanged_on_the_coordinators_sheet(client: Client, sample: dict):
    case = send(client, stories.answers(sample))
    desk = Client()
    sign_in(desk, actors.coordinator())
    page = desk.get(reverse("admin:requests_app_case_change", args=[case.pk])).content.decode()
    person = sample["contact"]
    name = f"{person['first_name']} {person['last_name']}"
    told = [name, person["function"], person["email"], person["phone"]]
    told += [sample[key] for key in ("municipality_name", "unit", "subject", "question")]
    told += [sample["preferred_period"], sample["advisor_wishes"], sample["situation"]]
    told += [Goal(key).label for key in sample["goals"]] + [Mode(sample["mode"]).label]
    told += [ConsultationFormat(key).label for key in sample["formats"]]
    told += [topic.label for topic in Topic.objects.filter(key__in=sample["topics"])]
    assert [text for text in map(str, told) if escape(text) not in page] == []


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Thị Hà",
        "Karadağ, İnci",
        "D’Angelo-O'Neil „Toni“ <toni>",
        "Zoë Šimůnková",
        "👩🏽‍🌾🌍",
        "محمد \u2067עברית\u2069 Ali",
        '=HYPERLINK("https://example.org")',
        "{{ 7*7 }} {% now %} %(name)s",
        "Robert'); DROP TABLE cases;--",
        "a\u0308 zerlegt, ä zusammen",
    ],
)
def test_special_text_comes_out_unchanged(client: Client, text: str):
    case = send(client, answers(name=text, title=text, situation=f"{text}\n\n– {text}", unit=text))
    case.refresh_from_db()
    assert (case.title, case.situation, case.unit) == (text, f"{text}\n\n– {text}", text)
    assert case.contacts.get().name == text


def test_line_breaks_of_the_browser_come_out_as_one_character(client: Client):
    case = send(client, answers(situation="eins\r\n\r\nzwei", participants="drei\r\nvier"))
    case.refresh_from_db()
    assert (case.situation, case.participants) == ("eins\n\nzwei", "drei\nvier")

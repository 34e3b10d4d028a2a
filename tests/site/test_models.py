"""The portal's settings: one row, shipped defaults, cached."""

import json
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override

from miglobe.site.mail_context import mail_context
from miglobe.site.models import ALSO_IN_ENGLISH, CACHE_KEY, SHIPPED, PortalSettings, cache

pytestmark = pytest.mark.django_db


def test_load_without_a_row_gives_the_shipped_settings_and_stores_nothing():
    portal = PortalSettings.load()
    assert portal.contact_name == "Hans Wietert-Wehkamp"
    assert portal.contact_phone == "0176 1230 7830"
    assert portal.guiding_question == (
        "Was kann die Kommune konkret tun, um eine interkulturelle Öffnung in der kommunalen "
        "Entwicklungspolitik voranzutreiben?"
    )
    assert (portal.first_answer_days, portal.query_answer_days) == (5, 10)
    assert (portal.offer_answer_days, portal.first_session_days) == (3, 10)
    assert portal.is_open is True
    assert PortalSettings.objects.count() == 0


def test_shipped_settings_are_valid_and_name_only_fields_that_exist():
    PortalSettings.shipped().full_clean()
    fields = {field.name for field in PortalSettings._meta.get_fields()}
    assert set(json.loads(SHIPPED.read_text())) - fields == set()


def test_shipped_settings_have_four_aims_with_title_and_sentence():
    aims = PortalSettings.load().aims
    assert [title.replace("\u00ad", "") for title, _text in aims] == [
        "Beteiligungschancen mehren",
        "Qualität erhöhen",
        "Wertschätzung steigern",
        "Chancen verdeutlichen",
    ]
    assert all(text for _title, text in aims)


def test_load_reads_the_row_once(django_assert_num_queries):
    with django_assert_num_queries(1):
        PortalSettings.load()
        PortalSettings.load()


def test_save_is_seen_by_the_next_load():
    portal = PortalSettings.load()
    portal.contact_name = "Lena Brandt"
    portal.save()
    assert PortalSettings.load().contact_name == "Lena Brandt"


def test_save_empties_the_cache_again_after_the_commit(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        PortalSettings.load().save()
        cache.set(CACHE_KEY, "the old row, cached by another thread before the commit")
    assert cache.get(CACHE_KEY) is None


def test_save_always_writes_the_one_row():
    PortalSettings.shipped().save()
    PortalSettings(**json.loads(SHIPPED.read_text()), pk=7).save()
    assert list(PortalSettings.objects.values_list("pk", flat=True)) == [1]


def test_a_second_row_is_refused_by_the_database():
    PortalSettings.shipped().save()
    with pytest.raises(IntegrityError), transaction.atomic():
        PortalSettings.objects.bulk_create([PortalSettings(pk=2)])


def test_closed_portal_needs_a_text():
    portal = PortalSettings.shipped()
    portal.is_open, portal.closed_text = False, " "
    with pytest.raises(ValidationError) as raised:
        portal.full_clean()
    assert list(raised.value.message_dict) == ["closed_text"]


@pytest.mark.parametrize("days", [0, 61])
def test_deadline_out_of_range_is_refused(days):
    portal = PortalSettings.shipped()
    portal.first_answer_days = days
    with pytest.raises(ValidationError) as raised:
        portal.full_clean()
    assert list(raised.value.message_dict) == ["first_answer_days"]


def test_missing_names_the_fields_with_placeholders():
    portal = PortalSettings.shipped()
    names = [field.name for field in portal.missing]
    assert names == [
        "imprint_name",
        "imprint_address",
        "imprint_representatives",
        "imprint_register",
        "imprint_editor",
        "data_protection_officer",
        "hosting_provider",
    ]
    for name in names:
        setattr(portal, name, "eingetragen")
    assert portal.missing == []


def test_mail_context_has_portal_and_address(settings):
    settings.BASE_URL = "https://beratung.example.org"
    context = mail_context()
    assert context["base_url"] == "https://beratung.example.org"
    assert context["portal"].host_short_name == "FSI"


def test_text_of_the_host_comes_in_the_language_of_the_page():
    portal = PortalSettings.load()
    assert portal.written("cost_sentence") == ("Für Ihre Kommune ist die Beratung kostenfrei.", "de")
    with override("en"):
        english = "The consultation is free of charge for your municipality."
        assert portal.written("cost_sentence") == (english, "en")
        assert portal.shown("cost_sentence") == english
        assert portal.plain["cost_sentence"] == english
        assert portal.aims[0][0] == "More participation"


def test_text_without_english_is_marked_as_german_on_an_english_page():
    portal = PortalSettings(closed_text="Zurzeit <b>nicht</b>.\nBis Mai.", closed_text_en="")
    assert portal.shown("closed_text") == "Zurzeit &lt;b&gt;nicht&lt;/b&gt;.<br>Bis Mai."
    with override("en"):
        assert portal.shown("closed_text") == (
            '<span lang="de">Zurzeit &lt;b&gt;nicht&lt;/b&gt;.<br>Bis Mai.</span>'
        )
        assert portal.plain["closed_text"] == "Zurzeit <b>nicht</b>.\nBis Mai."


def test_every_shipped_text_has_its_shipped_english():
    shipped = PortalSettings.shipped()
    german = [name for name in ALSO_IN_ENGLISH if getattr(shipped, name)]
    assert [name for name in german if not getattr(shipped, f"{name}_en")] == []


def test_settings_that_are_stored_get_what_offers_tell_with_the_upgrade():
    portal = PortalSettings.shipped()
    names = ("fee_rule", "fee_rule_en", "expected_effort", "expected_effort_en")
    for name in names:
        setattr(portal, name, "")
    portal.save()
    import_module("miglobe.site.migrations.0005_offers").fill(apps, None)
    portal.refresh_from_db()
    shipped = PortalSettings.shipped()
    assert [getattr(portal, name) for name in names] == [getattr(shipped, name) for name in names]

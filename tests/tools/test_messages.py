"""The catalogue's tool finds every way of being out of step."""

import json

import pytest

from tools import messages

CODE = """
from django.utils.translation import gettext as _, ngettext, pgettext
_("One")
ngettext("%(count)s case", "%(count)s cases", 2)
pgettext("month", "May")
"""
PAGE = """{% load i18n %}
    <p>{% translate "Page" %}</p>
  {% blocktranslate trimmed with name=person.name %}
      Hello {{ name }}
  {% endblocktranslate %}
"""
GERMAN = {
    "One": "Eins",
    "%(count)s case": ["ein Vorgang", "%(count)s Vorgänge"],
    "month|May": "Mai",
    "Page": "Seite",
    "Hello {{ name }}": "Guten Tag {{ name }}",
}


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A small project whose catalogue is complete."""
    (tmp_path / "rooms").mkdir()
    (tmp_path / "rooms/code.py").write_text(CODE)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/page.html").write_text(PAGE)
    po = tmp_path / "locale/de/LC_MESSAGES/django.po"
    for name, value in {
        "ROOT": tmp_path,
        "CODE": ["rooms"],
        "TEMPLATES": ["templates"],
        "PO": po,
        "MO": po.with_suffix(".mo"),
    }.items():
        monkeypatch.setattr(messages, name, value)
    (tmp_path / "german.json").write_text(json.dumps(GERMAN))
    messages.main("merge", str(tmp_path / "german.json"))
    messages.main("compile")
    return tmp_path


def test_check_is_content_with_a_complete_catalogue(house):
    assert list(messages.problems()) == []
    assert messages.main("check") == 0


def test_strings_of_code_and_templates_are_found(house):
    assert sorted(messages.messages(messages.extracted())) == [
        ("", "%(count)s case"),
        ("", "Hello %(name)s"),
        ("", "One"),
        ("", "Page"),
        ("month", "May"),
    ]


def test_update_writes_the_same_file_twice_without_dates_and_places(house):
    before = messages.PO.read_text()
    messages.main("update")
    assert messages.PO.read_text() == before
    assert [word for word in ("Date", "#:", "rooms/") if word in before] == []


def test_update_keeps_translations_and_drops_strings_that_are_gone(house):
    (house / "rooms/code.py").write_text('_("One")\n_("Two")\n')
    messages.main("update")
    assert {name[1]: found.string for name, found in messages.messages(messages.stored()).items()} == {
        "One": "Eins",
        "Two": "",
        "Page": "Seite",
        "Hello %(name)s": "Guten Tag %(name)s",
    }


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("rooms/code.py", '"One"', '"New"'), "not in the catalogue (run `make messages`): 'New'"),
        (("rooms/code.py", '_("One")', ""), "no longer in the sources (run `make messages`): 'One'"),
        (("django.po", '"Eins"', '""'), "has no German: 'One'"),
        (("django.po", '"%(count)s Vorgänge"', '""'), "has no German: '%(count)s case'"),
        (
            ("django.po", "Guten Tag %(name)s", "Guten Tag"),
            "has other placeholders in German: 'Hello %(name)s'",
        ),
        (("django.po", 'msgid "One"', '#, fuzzy\nmsgid "One"'), "marked fuzzy: 'One'"),
        (("django.po", '"Eins"', '"Ains"'), "is not compiled from the catalogue (run `make messages`)"),
    ],
)
def test_check_names_what_is_out_of_step(house, change, problem, capsys):
    name, old, new = change
    path = messages.PO if name == "django.po" else house / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    assert messages.main("check") == 1
    assert problem in capsys.readouterr().out


def test_merge_names_strings_that_nobody_uses(house, capsys):
    (house / "more.json").write_text('{"Nobody says this": "Niemand sagt das"}')
    messages.main("merge", str(house / "more.json"))
    assert "no longer in the sources: Nobody says this" in capsys.readouterr().out


def test_merge_refuses_one_text_for_a_plural(house):
    (house / "more.json").write_text('{"%(count)s case": "ein Vorgang"}')
    with pytest.raises(SystemExit, match="two for a plural"):
        messages.main("merge", str(house / "more.json"))

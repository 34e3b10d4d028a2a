"""Fields for text in people's own words."""

import pytest
from django.core.exceptions import ValidationError

from requests_app.request_form.fields import Email, Line, Text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("eins\r\nzwei", "eins\nzwei"),
        ("eins\rzwei\u2028drei", "eins\nzwei\ndrei"),
        ("eins\r\n\r\n\tzwei", "eins\n\n\tzwei"),
        ("  am Rand  \n", "am Rand"),
        ("a\0b\x07c\x1b[31md\x9fe", "abc[31mde"),
        (
            "👩🏽\u200d🌾 Nguyễn Karadağ „immer nur zum Kochen“",
            "👩🏽\u200d🌾 Nguyễn Karadağ „immer nur zum Kochen“",
        ),
        ("مرحبا \u2067עברית\u2069", "مرحبا \u2067עברית\u2069"),
        ('<b>=HYPERLINK("x")</b> {{ 7*7 }} %s', '<b>=HYPERLINK("x")</b> {{ 7*7 }} %s'),
        (None, ""),
    ],
)
def test_text_comes_out_as_typed_but_for_line_breaks_and_control_characters(typed: str, kept: str):
    assert Text(max_length=500, required=False).clean(typed) == kept


@pytest.mark.parametrize("typed", ["Betreff\r\nBcc: x@example.org", "Betreff\u2029Bcc: x@example.org"])
def test_line_break_in_a_line_becomes_a_blank(typed: str):
    assert Line(max_length=500).clean(typed) == "Betreff Bcc: x@example.org"


def test_line_break_counts_as_one_character():
    assert Text(max_length=3).clean("a\r\nb") == "a\nb"


def test_characters_are_counted_as_people_see_them_written():
    assert Line(max_length=3).clean("äß€") == "äß€"


def test_one_character_too_many_is_refused():
    with pytest.raises(ValidationError) as error:
        Text(max_length=3).clean("abcd")
    assert error.value.error_list[0].code == "max_length"
    assert error.value.error_list[0].params == {"limit": "3", "count": "4"}


def test_blank_text_counts_as_missing():
    with pytest.raises(ValidationError) as error:
        Text(max_length=3).clean(" \r\n ")
    assert error.value.error_list[0].code == "required"


def test_browser_does_not_cut_off_what_is_pasted():
    field = Line(max_length=120, autocomplete="name")
    assert field.widget.attrs == {"autocomplete": "name"}
    assert field.max_length == 120


def test_address_says_what_kind_of_field_it_is():
    field = Email()
    assert field.widget.input_type == "email"
    assert field.widget.attrs == {"autocomplete": "email", "spellcheck": "false"}


@pytest.mark.parametrize("wrong", ["katrin", "katrin@", "@stadt.de", "a b@stadt.de", "a@b"])
def test_address_that_cannot_be_one_is_refused(wrong: str):
    with pytest.raises(ValidationError) as error:
        Email().clean(wrong)
    assert error.value.error_list[0].code == "invalid"


@pytest.mark.parametrize("right", ["Katrin.Wellmann@Stadt.de", "info@müller.de", "o'neil+x@ki.stadt.de"])
def test_address_is_kept_as_typed(right: str):
    assert Email().clean(f" {right} ") == right

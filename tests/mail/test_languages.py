"""Every mail exists in every language and says the same there."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

TEMPLATES = Path(settings.BASE_DIR) / "templates"
FOLDERS = ("mail", "account/email", "mfa/email")
LANGUAGES = [code for code, _name in settings.LANGUAGES]
# Formats of dates and the words for what is missing differ from language to language.
FORMAT = re.compile(r'\|(?:date|default):"[^"]*"')
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")


def kinds(language: str) -> set[str]:
    """Every file of the language, without the language in its path."""
    return {
        f"{folder}/{{}}/{file.name}"
        for folder in FOLDERS
        for file in (TEMPLATES / folder / language).iterdir()
    }


def variables(path: str, language: str) -> set[str]:
    """Everything that is filled in or decided; how often may differ with the grammar."""
    source = (TEMPLATES / path.format(language)).read_text(encoding="utf-8")
    return {FORMAT.sub("", tag).replace(f"/{language}/", "/{}/") for tag in TAG.findall(source)}


def test_every_mail_exists_in_every_language():
    assert {language: kinds(language) for language in LANGUAGES} == dict.fromkeys(LANGUAGES, kinds("de"))


@pytest.mark.parametrize("path", sorted(kinds("de")))
def test_mail_fills_in_the_same_in_every_language(path: str):
    get_template(path.format("en"))  # can be read
    assert variables(path, "en") == variables(path, "de")


@pytest.mark.parametrize("path", sorted(kinds("en")))
def test_english_mail_has_no_german_words(path: str):
    words = re.findall(
        r"\w+", TAG.sub(" ", (TEMPLATES / path.format("en")).read_text(encoding="utf-8")).lower()
    )
    german = {
        "der",
        "die",
        "das",
        "und",
        "nicht",
        "sie",
        "ihre",
        "wir",
        "für",
        "mit",
        "haben",
        "bitte",
        "ist",
    }
    assert german & set(words) == set()

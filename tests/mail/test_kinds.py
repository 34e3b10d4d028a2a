"""The kinds of mail: one row each, with words in every language, and sent by somebody."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.utils.translation import gettext_lazy

import advisors.notifications
import requests_app.notifications
from miglobe.mail import bundling, kinds
from miglobe.mail.checks import check_kinds
from miglobe.mail.kinds import ASKS, DECISION, NEWS, Kind, Reader, UnknownKind
from miglobe.mail.models import OutboxMessage
from miglobe.mail.outbox import MailText, queue
from miglobe.site import notices, views
from tests.actors import person

TEXT = MailText("Betreff", "Text\n")
SUBJECTLESS = "templates/mail/en/query_asked_subject.txt is missing, or its row in mail_kinds.py is too many."
STRAY = "templates/mail/de/something_new_body.txt belongs to no kind of mail."


# --- Rows and words -------------------------------------------------------------------------------


def test_every_row_has_its_words_in_every_language_and_all_words_have_a_row():
    """What to do about it stands in miglobe/mail/kinds.py."""
    assert check_kinds(None) == []


def test_check_tells_which_words_are_missing_and_which_are_nobodys(settings: Any, tmp_path: Path):
    [templates] = settings.TEMPLATES
    [shipped] = [Path(folder) for folder in templates["DIRS"]]
    for file in shipped.glob("mail/*/*.txt"):
        copy = tmp_path / file.relative_to(shipped)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.touch()
    (tmp_path / "mail/en/query_asked_subject.txt").unlink()
    (tmp_path / "mail/de/something_new_body.txt").touch()
    settings.TEMPLATES = [templates | {"DIRS": [tmp_path]}]
    assert [(found.id, found.msg) for found in check_kinds(None)] == [
        ("mail.E001", SUBJECTLESS),
        ("mail.E002", STRAY),
    ]


def test_nobody_words_mails_of_the_sign_in_and_the_operator_anew():
    others = {row.name for row in kinds.every()} - {row.name for row in kinds.wordable()}
    assert others == {"invitation", "barrier_report", "bundle"}


def test_second_row_of_a_name_is_refused():
    row = Kind("query_asked", Reader.MUNICIPALITY, gettext_lazy("Yes"), NEWS)
    with pytest.raises(ValueError, match="'query_asked' has two rows"):
        kinds.register(row)
    assert kinds.get("query_asked").notice == ASKS


def test_mail_that_means_something_else_to_a_side_comes_to_it_otherwise():
    row = kinds.get("options_agreed")
    assert [row.notice_to(side) for side in ("advisor", "coordinator", "")] == [NEWS, ASKS, ASKS]
    assert kinds.get("case_closed").notice_to("municipality") == DECISION


# --- Rows and mails -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_mail_of_a_kind_without_a_row_is_not_sent():
    with pytest.raises(UnknownKind, match="'something_new' has no row"):
        queue(kind="something_new", to="kim@stadt.example", text=TEXT)
    with pytest.raises(UnknownKind, match="'something_new' has no row"):
        notices.send(person("Anna Keller"), "something_new", TEXT)
    assert OutboxMessage.objects.count() == 0


def test_every_row_is_sent_by_somebody_and_nothing_is_sent_without_a_row():
    """The name of a kind is written out where its mail is sent, so that one finds it from either end."""
    named = {name for module in SENDERS for name in kinds_named_in(module)}
    # The accounts render the invitation themselves.
    assert named | {"invitation"} == {row.name for row in kinds.every()}


# All modules that send mails.
SENDERS: list[ModuleType] = [
    bundling,
    views,
    advisors.notifications,
    *(
        importlib.import_module(f"{requests_app.notifications.__name__}.{found.name}")
        for found in pkgutil.iter_modules(requests_app.notifications.__path__)
    ),
]


def kinds_named_in(module: ModuleType) -> Iterator[str]:
    """What stands in the place of ``kind`` wherever ``module`` calls a function."""
    for call in ast.walk(ast.parse(inspect.getsource(module))):
        function = called(call.func, module) if isinstance(call, ast.Call) else None
        if not inspect.isfunction(function):
            continue
        keywords = {each.arg: each.value for each in call.keywords if each.arg}
        kind = inspect.signature(function).bind_partial(*call.args, **keywords).arguments.get("kind")
        if isinstance(kind, ast.Constant):
            yield kind.value
        elif isinstance(kind, ast.Name) and hasattr(module, kind.id):
            yield getattr(module, kind.id)


def called(written: ast.expr, module: ModuleType) -> Any:
    """What ``name`` or ``module.name`` is in ``module``; None for anything else."""
    if isinstance(written, ast.Attribute) and isinstance(written.value, ast.Name):
        return getattr(getattr(module, written.value.id, None), written.attr, None)
    return getattr(module, written.id, None) if isinstance(written, ast.Name) else None

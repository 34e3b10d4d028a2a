"""Pages on which the coordination words the mails anew: all kinds, one of them, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, DELETION
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from miglobe.accounts.models import Language, User
from miglobe.mail import kinds, outbox, wordings
from miglobe.mail.kinds import Kind, Reader, Scene, Values
from miglobe.mail.models import MailWording
from miglobe.mail.outbox import MailText
from miglobe.mail.wordings import Editable, Words
from miglobe.site.audit import log_read
from miglobe.site.fields import LongTextField
from miglobe.site.methods import acts
from requests_app.mail_previews import cases_for
from requests_app.models import Case
from requests_app.triage.opening import check_permission
from requests_app.triage.texts import keeping

# How many cases are looked through for one that fits a preview.
LOOKED_THROUGH = 40


@admin.register(MailWording)
class MailWordingAdmin(keeping.KeptTextAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        one = "<slug:kind>/<slug:language>/"
        return [
            path("", view(all_mails), name="mail_mailwording_changelist"),
            path(one, view(edit), name="mail_mailwording_edit"),
            path(f"{one}zuruecksetzen/", view(reset), name="mail_mailwording_reset"),
        ]


class WordingForm(keeping.KeptTextForm):
    """Subject and body of one kind of mail, and the case that the preview is made with."""

    subject = forms.CharField(
        label=_("Subject"), max_length=200, error_messages={"required": _("Give the mail a subject.")}
    )
    body = LongTextField(
        label=_("Text"),
        max_length=10000,
        widget=forms.Textarea(attrs={"rows": 18, "class": "app-mail-body"}),
        error_messages={"required": _("Write what the mail should say.")},
    )
    reference = forms.CharField(
        label=_("Case for the preview"),
        required=False,
        max_length=20,
        help_text=_("A case number. Empty: the newest case that has such a mail."),
    )

    def __init__(
        self, *args: Any, shipped: Editable, language: str, without_case: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.shipped = shipped
        for name in ("subject", "body"):
            self.fields[name].widget.attrs["lang"] = language
        if without_case:
            del self.fields["reference"]

    def clean(self) -> None:
        typed = self.cleaned_data
        found = self.shipped.problems(typed.get("subject", ""), typed.get("body", ""))
        for name, problems in found.items():
            if name in typed:
                self.add_problems(name, problems)

    @property
    def words(self) -> Words:
        """What was typed; for a valid form."""
        return self.cleaned_data["subject"], self.cleaned_data["body"]


# --- All mails ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class InLanguage:
    """One mail in one language: its page, and who has worded it anew."""

    language: Language
    url: str
    own: MailWording | None
    fits: bool


@require_safe
def all_mails(request: HttpRequest) -> HttpResponse:
    """Every kind with what it is for, grouped by who gets it, and which of them have words of their own."""
    check_permission(request)
    own = {(row.kind, row.language): row for row in MailWording.objects.select_related("changed_by")}
    groups = [
        (
            reader.label,
            [
                (kind.title, list(_languages(kind.name, own)))
                for kind in kinds.wordable()
                if kind.to == reader
            ],
        )
        for reader in Reader
    ]
    context = {
        **admin.site.each_context(request),
        "title": gettext("Texts of the mails"),
        "groups": groups,
        "languages": Language,
    }
    return render(request, "admin/requests_app/texts/mails.html", context)


def _languages(key: str, own: dict[tuple[str, str], MailWording]) -> Iterator[InLanguage]:
    for language in Language:
        row = own.get((key, language))
        fits = row is None or wordings.editable(key, language).fits((row.subject, row.body))
        yield InLanguage(language, _address(key, language), row, fits)


def _address(kind: str, language: str) -> str:
    return reverse("admin:mail_mailwording_edit", args=[kind, language])


# --- One mail -------------------------------------------------------------------------------------


class _Mail:
    """One kind of mail in one language before one coordinator. Raises Http404 for what there is not."""

    def __init__(self, request: HttpRequest, key: str, language: str) -> None:
        self.request = request
        self.user: User = check_permission(request)
        kind = kinds.find(key)
        if kind is None or not kind.preview or language not in dict(settings.LANGUAGES):
            raise Http404
        self.key, self.language = key, language
        self.kind: Kind = kind
        self.shipped = wordings.editable(key, language)
        self.own = self._stored().select_related("changed_by").first()

    def _stored(self) -> Any:
        return MailWording.objects.filter(kind=self.key, language=self.language)

    @property
    def words(self) -> Words:
        return (self.own.subject, self.own.body) if self.own else self.shipped.words

    @property
    def version(self) -> str:
        return keeping.stamp(self.own.changed_at if self.own else None)

    def form(self, data: Any = None) -> WordingForm:
        initial = {"subject": self.words[0], "body": self.words[1], "seen": self.version}
        return WordingForm(
            data,
            initial=initial,
            shipped=self.shipped,
            language=self.language,
            without_case=self.kind.without_case,
        )

    def keep(self, form: WordingForm) -> bool:
        """Store what was typed, or forget it if it is the shipped text; False: a colleague was quicker."""
        try:
            with transaction.atomic():
                self.own = self._stored().select_for_update().first()
                if form.is_outdated(self.version):
                    return False
                self._write(form.words)
        except IntegrityError:  # a colleague has stored the first wording at the same moment
            return False
        return True

    def _write(self, words: Words) -> None:
        if words == self.shipped.words:
            self._delete()
            return
        own = self.own or MailWording(kind=self.key, language=self.language)
        own.subject, own.body = words
        own.changed_by, own.changed_at = self.user, timezone.now()
        own.save()
        self._log(CHANGE, gettext("Changed"))

    def reset(self, seen: str) -> bool:
        """Back to the shipped text; False: a colleague has changed the text meanwhile."""
        with transaction.atomic():
            self.own = self._stored().select_for_update().first()
            if seen != self.version:
                return False
            self._delete()
        return True

    def _delete(self) -> None:
        if self.own:
            self.own.delete()
            self._log(DELETION, gettext("Back on the delivered text"))

    def _log(self, flag: int, message: str) -> None:
        shown = f"{self.kind.title} ({self.language})"
        keeping.log(self.user, MailWording, self._log_key, shown, flag, message)

    @property
    def _log_key(self) -> str:
        return f"{self.key}/{self.language}"

    # --- What is shown ---

    def page(self, form: WordingForm) -> HttpResponse:
        language = Language(self.language)
        preview = _Preview.of(self, form)
        context = {
            **admin.site.each_context(self.request),
            "title": self.kind.title,
            "subtitle": language.label,
            "to": self.kind.to.label,
            "form": form,
            "mail": self,
            "language": language,
            "is_kept": self.own is not None,
            "fits": self.shipped.fits(self.words),
            "preview": preview,
            "placeholders": self.shipped.parts,
            "needed": self.shipped.needed,
            "theirs": self.words if form.non_field_errors() else None,
            "history": keeping.history(MailWording, self._log_key),
            "reset_url": reverse("admin:mail_mailwording_reset", args=[self.key, self.language]),
            "list_url": reverse("admin:mail_mailwording_changelist"),
        }
        return render(self.request, "admin/requests_app/texts/mail.html", context)


@dataclass(frozen=True)
class _Preview:
    """A mail as it would look, and the case it was made with; or why there is none."""

    text: MailText | None = None
    case: Case | None = None
    problem: str = ""

    @classmethod
    def of(cls, mail: _Mail, form: WordingForm) -> _Preview:
        """With what was typed, or with what holds. While the form has errors there is none."""
        if form.is_bound and not form.is_valid():
            return cls(problem=gettext("The preview comes up as soon as the text has no errors."))
        words = form.words if form.is_bound else mail.words
        reference = form.cleaned_data.get("reference", "").strip().upper() if form.is_bound else ""
        case, values = _find(mail, reference)
        if values is None:
            return cls(problem=_nothing_found(mail.kind, reference))
        if case:
            log_read(mail.user, case.reference)
        elif "publication" in values:
            log_read(mail.user, f"advisor {values['advisor'].pk}")
        return cls(outbox.render(mail.key, values, mail.language, words), case)


def _find(mail: _Mail, reference: str) -> tuple[Case | None, Values | None]:
    """The case to show a mail with, and what it fills in: the one asked for, else the newest that fits."""
    if mail.kind.without_case:
        return None, mail.kind.values(Scene(None, mail.user, mail.language))
    cases = cases_for(mail.user)
    cases = cases.filter(reference=reference) if reference else cases
    for case in cases[:LOOKED_THROUGH]:
        if (values := mail.kind.values(Scene(case, mail.user, mail.language))) is not None:
            return case, values
    return None, None


def _nothing_found(kind: Kind, reference: str) -> str:
    if reference:
        text = gettext("There is no case %(reference)s, or it has no such mail. Enter another case number.")
        return text % {"reference": reference}
    if kind.without_case:
        return gettext("There is nothing yet to show a preview with.")
    return gettext("None of the newest cases has such a mail. Enter a case number.")


@acts
def edit(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """One mail: its words, what may be filled in, and how it looks. "Preview" keeps nothing."""
    mail = _Mail(request, kind, language)
    if request.method != "POST":
        return mail.page(mail.form())
    form = mail.form(request.POST)
    if "preview" in request.POST or not form.is_valid():
        return mail.page(form)
    if not mail.keep(form):
        mail = _Mail(request, kind, language)
        name = str(mail.own.changed_by) if mail.own else gettext("A colleague")
        form.tell_of_colleague(name, mail.version)
        return mail.page(form)
    messages.success(request, gettext("The text is kept. The next mail goes out with it."))
    return redirect("admin:mail_mailwording_changelist")


@require_POST
def reset(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """Back to the text that is delivered with the portal."""
    mail = _Mail(request, kind, language)
    if mail.reset(request.POST.get("seen", "")):
        messages.success(request, gettext("The delivered text holds again."))
    else:
        messages.error(request, gettext("A colleague has changed this text meanwhile. Look at it first."))
    return redirect(_address(kind, language))

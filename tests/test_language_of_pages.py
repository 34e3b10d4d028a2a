"""No page mixes languages: English ones hold no German words but those marked as such, and the reverse.

Every page that can be opened below /en/ is looked at in both languages, as it is and after an empty form was
sent. What people type is in neither language here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override

from advisors.directory import cache
from advisors.models import Advisor, Publication
from miglobe.accounts.public_views import PUBLIC_VIEW_NAMES
from miglobe.accounts.roles import Role
from requests_app.models import (
    ActionOption,
    Case,
    CaseStatus,
    Channel,
    DialogueSession,
    Event,
    EventKind,
    Message,
)
from tests import actors
from tests.actors import World
from tests.intake.form_walk import answers, begin, fill
from tests.requests_app.entered import enter, mailed
from tests.sign_in import sign_in

# Words that no sentence does without, and that the other language does not know.
WORDS = {
    "de": "der die das und nicht sie wir ist ein eine für mit von zu auf bitte ihre ihr ihnen oder werden "
    "wird haben auch noch dem den des einer einen sind kann können wenn als bei nach über",
    "en": "the and of you your with not this please or we are have has there here they from when what "
    "which who at be can as only all one for",
}
SPOKEN_ATTRIBUTES = {"aria-label", "title", "placeholder", "alt"}
SILENT = {"script", "style"}
EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
TYPED = "Lorem ipsum"
# The names of people, places and organisations are the same in every language.
NAMES = re.compile(r"Mülheim an der Ruhr|Forum für soziale Innovation")


class Reader(HTMLParser):
    """Collects what a page says in one language: text and spoken attributes, by the nearest `lang`."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language
        self.stack: list[tuple[str, str]] = []
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        language = values.get("lang") or (self.stack[-1][1] if self.stack else "")
        if language == self.language:
            self.said += [value for name, value in attrs if name in SPOKEN_ATTRIBUTES and value]
        if tag not in EMPTY:
            self.stack.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.stack and self.stack[-1][0] not in SILENT and self.stack[-1][1] == self.language:
            self.said.append(data)


def foreign_words(html: str, language: str) -> list[str]:
    """Pieces of a page that hold a word of the other language without being marked."""
    reader = Reader(language)
    reader.feed(html)
    foreign = set(WORDS["en" if language == "de" else "de"].split())
    said = [NAMES.sub("", piece) for piece in reader.said]
    return [" ".join(piece.split()) for piece in said if foreign & set(re.findall(r"\w+", piece.lower()))]


Page = tuple[str, str]


def page(client: Client, name: str, *args: object, post: bool = False) -> Iterator[Page]:
    """The page of a view: as it is, and (`post`) as it answers an empty form.

    What leads elsewhere, or takes no such request, is no page.
    """
    address = reverse(name, args=args)
    for response in [client.get(address)] + ([client.post(address)] if post else []):
        if response.status_code not in (302, 405) and response["Content-Type"].startswith("text/html"):
            yield f"{address} {response.status_code}", response.content.decode()


def public_pages() -> Iterator[Page]:
    for name in sorted(PUBLIC_VIEW_NAMES):
        if not name.startswith(("ops:", "admin:")):
            try:
                yield from page(Client(), name, post=True)
            except NoReverseMatch:
                continue  # needs something of a case or a person; walked below
    yield from page(Client(), "account_invitation", "abc")
    yield "404", Client().get(reverse("site:landing") + "gibt-es-nicht/").content.decode()


def form_pages() -> Iterator[Page]:
    given = answers(
        title=TYPED, situation=TYPED, unit=TYPED, function=TYPED, guiding_question=TYPED, period=TYPED,
        advisor_wishes=TYPED, participants=TYPED, access_needs=TYPED,
    )  # fmt: skip
    names = [f"intake:{name}" for name in ("start", "municipality", "concern", "wishes", "check")]
    client = Client()
    begin(client)
    for name in names:
        yield from page(client, name, post=True)
    client = Client()
    fill(client, given)
    for name in names[1:]:
        yield from page(client, name)
    yield from page(client, "intake:later", post=True)
    client.post(reverse("intake:check"))
    for name in ("sent", "confirm"):
        yield from page(client, f"intake:{name}", post=True)


def speak_no_language() -> None:
    """What people have typed in the cases is in neither language."""
    Case.objects.update(title=TYPED, situation=TYPED, unit=TYPED)
    ActionOption.objects.update(
        title=TYPED, description=TYPED, first_step=TYPED, responsible_unit=TYPED, indicator=TYPED
    )
    DialogueSession.objects.update(shared_minutes=TYPED, private_notes=TYPED)
    Message.objects.update(body=TYPED)
    Event.objects.filter(kind=EventKind.OPTION_CONFIRMED).update(data={"title": TYPED})


def account_pages() -> Iterator[Page]:
    client = Client()
    sign_in(client, actors.person("Katrin Wellmann", Role.MUNICIPALITY_CONTACT))
    for name in ("mfa_index", "account_logout", "casepage:list"):
        yield from page(client, name)
    yield from page(client, "workspace:home")  # refused
    client = Client()
    sign_in(client, actors.advisor("Amara Okafor").user)
    for name in (
        "mfa_index", "account_second_factor", "mfa_activate_totp", "mfa_add_webauthn", "mfa_list_webauthn",
        "mfa_generate_recovery_codes", "account_set_password",
    ):  # fmt: skip
        yield from page(client, name, post=True)


def advisor_pages() -> Iterator[Page]:
    advisor = actors.advisor("Amara Okafor")
    Advisor.objects.update(profile=TYPED, approach=TYPED, countries=TYPED, availability=TYPED)
    Publication.objects.update(profile=TYPED, approach=TYPED, countries=TYPED)
    cache.clear()
    yield from page(Client(), "directory:list")
    yield from page(Client(), "directory:profile", advisor.slug)
    yield from page(Client(), "intake:direct", advisor.slug, post=True)
    client = Client()
    sign_in(client, advisor.user)
    for name in ("edit", "photo", "publish", "withdraw", "absences"):
        yield from page(client, f"profile:{name}", post=True)


def case_pages(world: World) -> Iterator[Page]:
    for status in CaseStatus:
        case = world.case(status)
        speak_no_language()
        client = Client()
        sign_in(client, actors.contact_of(case))
        yield from page(client, "casepage:list")
        for name in ("case", "answer_query", "message", "documents", "withdraw"):
            yield from page(client, f"casepage:{name}", case.reference, post=name != "withdraw")


def entered_pages(world: World) -> Iterator[Page]:
    typed = {"title": TYPED, "situation": TYPED, "unit": TYPED}
    case = enter(world.coordinator, **typed)
    link, _code = mailed(case)
    yield from page(Client(), "intake:entry", link.strip("/").rpartition("/")[2], post=True)
    client = Client()
    sign_in(client, actors.contact_of(case))
    for name in ("casepage:case", "casepage:entry"):
        yield from page(client, name, case.reference, post=True)
    client = Client()
    sign_in(client, world.lead.user)
    case = enter(world.lead.user, Channel.ADVISOR, **typed)
    yield from page(client, "workspace:forwarded", case.reference)


def workspace_pages(world: World) -> Iterator[Page]:
    client = Client()
    sign_in(client, world.lead.user)
    yield from page(client, "workspace:forward", post=True)
    for status in (CaseStatus.MATCHING, CaseStatus.MATCHED, CaseStatus.OPTIONS_AGREED):
        reference = world.case(status).reference
        speak_no_language()
        yield from page(client, "workspace:home")
        for name in ("case", "decline", "write", "session_new", "option_new", "propose"):
            yield from page(client, f"workspace:{name}", reference, post=name != "decline")
    case = world.case(CaseStatus.IN_DIALOGUE)
    option = actors.propose_option(world, case)
    speak_no_language()
    yield from page(client, "workspace:case", case.reference)
    yield from page(client, "workspace:option", case.reference, option.pk)
    contact = Client()
    sign_in(contact, actors.contact_of(case))
    yield from page(contact, "casepage:case", case.reference)
    yield from page(contact, "casepage:comment_option", case.reference, option.pk, post=True)
    for name in ("invite", "own_data", "hand_over", "leave"):
        yield from page(contact, f"casepage:{name}", case.reference, post=name != "leave")


@pytest.mark.django_db
@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
@pytest.mark.parametrize(
    ("room", "least"),
    [
        (public_pages, 20),
        (form_pages, 12),
        (account_pages, 10),
        (advisor_pages, 6),
        (case_pages, 40),
        (entered_pages, 3),
        (workspace_pages, 20),
    ],
)
def test_pages_hold_no_words_of_the_other_language(room, least: int, language: str):
    with override(language):
        pages = list(room(World()) if room in (case_pages, entered_pages, workspace_pages) else room())
    assert len(pages) >= least
    assert [address for address, html in pages if f'<html lang="{language}">' not in html] == []
    assert {address: found for address, html in pages if (found := foreign_words(html, language))} == {}


def test_reader_hears_what_is_not_marked_and_nothing_else():
    html = (
        '<html lang="en"><p>Ask <b lang="de">die Koordination</b> or <img alt="der Hof"> me.<br>'
        '<script>und</script><a title="nicht" lang="de">nicht</a></p><p>Das</p></html>'
    )
    assert foreign_words(html, "en") == ["der Hof", "Das"]

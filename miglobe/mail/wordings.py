"""Mails in the coordination's own words: what one may change of a shipped template, and what comes of it.

A shipped template is text, and parts that are filled in: variables of the vocabulary, links to a
page, the signature, and ``{% part %}``. A wording is text with placeholders for these parts. So the
shipped template stays the one source of what is filled in, and of the text while nobody changes it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import caches
from django.template import Engine
from django.template.base import Node, NodeList, Template, TextNode, VariableNode
from django.template.context import Context
from django.template.defaulttags import CommentNode, LoadNode, URLNode
from django.template.loader_tags import IncludeNode
from django.utils.translation import gettext as _

from miglobe.mail import placeholders
from miglobe.mail.models import WORDINGS_CACHE_KEY, MailWording
from miglobe.mail.templatetags.parts import PartNode
from miglobe.mail.vocabulary import VARIABLES, VOCABULARY, Part

# Each process may have a cache of its own; the others see a change after this time.
CACHE_SECONDS = 60
SUBJECT, BODY = "subject", "body"

Words = tuple[str, str]


class NotEditable(Exception):
    """The shipped template holds logic outside its parts: the mail keeps the shipped text."""


@dataclass(frozen=True)
class Shipped:
    """One file of a mail: its text with placeholders, and what fills in each of its parts."""

    text: str
    parts: dict[str, NodeList]
    template: Template

    def values(self, context: Context) -> dict[str, str]:
        """The text of each part, by its key. ``context``: what the mail is rendered with."""
        with (
            context.render_context.push_state(self.template),
            context.bind_template(self.template),
        ):
            return {key: str(nodes.render(context)) for key, nodes in self.parts.items()}


@dataclass(frozen=True)
class Editable:
    """A kind of mail in one language as one may change it."""

    subject: Shipped
    body: Shipped

    @property
    def words(self) -> Words:
        """Subject and body as they are delivered, with placeholders."""
        return self.subject.text, self.body.text

    @property
    def parts(self) -> list[Part]:
        """What may be filled in, in the order of the shipped mail."""
        keys = dict.fromkeys([*self.body.parts, *self.subject.parts])
        return [VOCABULARY[key] for key in keys]

    @property
    def needed(self) -> list[Part]:
        """What the body may not leave out."""
        return [VOCABULARY[key] for key in self.body.parts if VOCABULARY[key].why]

    def problems(self, subject: str, body: str) -> dict[str, list[str]]:
        """What is wrong with a wording: sentences for its ``subject`` and its ``body``."""
        names = [part.name for part in self.parts]
        left_out = set(placeholders.missing(body, [part.name for part in self.needed]))
        return {
            SUBJECT: placeholders.problems(subject, names),
            BODY: placeholders.problems(body, names)
            + [
                _("%(name)s is missing. %(why)s") % {"name": placeholders.written(part.name), "why": part.why}
                for part in self.needed
                if part.name in left_out
            ],
        }

    def fits(self, words: Words) -> bool:
        """Whether a stored wording still goes with the shipped template, which may be newer."""
        return not any(self.problems(*words).values())

    def fill(self, words: Words, context: Context) -> Words:
        """Subject and body with everything filled in. What only the other of the two has is taken from it."""
        in_subject, in_body = self.subject.values(context), self.body.values(context)
        return (
            placeholders.fill(words[0], _by_name(in_body | in_subject).__getitem__),
            placeholders.fill(words[1], _by_name(in_subject | in_body).__getitem__),
        )


class _ByName(dict[str, str]):
    """Values by the names that people type."""

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(placeholders.same(name))


def _by_name(values: dict[str, str]) -> _ByName:
    return _ByName({placeholders.same(VOCABULARY[key].name): value for key, value in values.items()})


def editable(kind: str, language: str) -> Editable:
    """A kind of mail as it is delivered. Raises NotEditable, and TemplateDoesNotExist for an unknown one."""
    return Editable(*(_read(f"mail/{language}/{kind}_{part}.txt") for part in (SUBJECT, BODY)))


def compose(kind: str, language: str, context: Context, words: Words | None = None) -> Words | None:
    """Subject and body in the coordination's words, else in the delivered ones; None: not editable.

    ``words``: use these, which are not stored yet.
    """
    try:
        shipped = editable(kind, language)
    except NotEditable:
        return None
    if not shipped.parts:  # nothing to fill in, nothing to look up
        return None
    words = words or own_words(kind, language)
    return shipped.fill(words if words and shipped.fits(words) else shipped.words, context)


def own_words(kind: str, language: str) -> Words | None:
    """The coordination's subject and body of this mail, if there are any; from the cache."""
    cache = caches["local"]
    stored: dict[tuple[str, str], Words] | None = cache.get(WORDINGS_CACHE_KEY)
    if stored is None:
        rows = MailWording.objects.values_list("kind", "language", "subject", "body")
        stored = {(row[0], row[1]): (row[2], row[3]) for row in rows}
        cache.set(WORDINGS_CACHE_KEY, stored, CACHE_SECONDS)
    return stored.get((kind, language))


# --- Reading a template ---------------------------------------------------------------------------


def _read(path: str) -> Shipped:
    template = Engine.get_default().get_template(path)
    text = ""
    parts: dict[str, NodeList] = {}
    base: list[Node] = []  # base_url, with which a link begins
    for node in template.nodelist:
        if isinstance(node, LoadNode | CommentNode):
            continue
        if isinstance(node, TextNode) and not base:
            text += node.s
        elif isinstance(node, VariableNode) and str(node.filter_expression.var) == "base_url":
            base = [node]
        else:
            key, nodes = _part(node, path)
            parts.setdefault(key, NodeList([*base, *nodes]))
            text += placeholders.written(VOCABULARY[key].name)
            base = []
    return Shipped(text.strip(), parts, template)


def _part(node: Node, path: str) -> tuple[str, NodeList]:
    """The key of a part, and what fills it in."""
    if isinstance(node, PartNode):
        return node.name, node.nodelist
    if isinstance(node, URLNode):
        return "link", NodeList([node])
    if isinstance(node, IncludeNode) and "_signature" in str(node.template):
        return "signature", NodeList([node])
    if isinstance(node, VariableNode) and (key := VARIABLES.get(str(node.filter_expression.var))):
        return key, NodeList([node])
    raise NotEditable(f"{path}: {node!r} is neither text nor part")

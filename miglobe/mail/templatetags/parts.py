"""``{% part "name" %}…{% endpart %}``: a piece of a mail that is filled in, with its name.

It draws what stands in it, like no tag at all. A wording of the coordination may move or leave it
(see ``miglobe.mail.wordings``); what stands in it stays ours.
"""

from __future__ import annotations

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString

from miglobe.mail.vocabulary import VOCABULARY

register = template.Library()


class PartNode(template.Node):
    def __init__(self, name: str, nodelist: NodeList) -> None:
        self.name = name
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        return self.nodelist.render(context)


@register.tag
def part(parser: Parser, token: Token) -> PartNode:
    """A key of ``miglobe.mail.vocabulary`` in quotation marks. Raises TemplateSyntaxError for any other."""
    pieces = token.split_contents()
    name = pieces[1].strip("\"'") if len(pieces) == 2 else ""
    if name not in VOCABULARY:
        raise template.TemplateSyntaxError(f"{token.contents!r} names no part of a mail")
    nodelist = parser.parse(("endpart",))
    parser.delete_first_token()
    return PartNode(name, nodelist)

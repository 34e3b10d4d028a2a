"""Which language a page speaks: its path says so, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, ResolverMatch, reverse, translate_url
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_from_path, override


class PathLanguageMiddleware:
    """Speaks the language of the path: English below /en/, else German.

    Django's own middleware does the same with our paths, but makes every page vary by the browser's
    languages and leaves the language on for whatever the thread does next.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def marked(text: str, language: str = settings.LANGUAGE_CODE) -> SafeString:
    """A text for a page, marked for screen readers when it is not in the language of the page."""
    if language == get_language():
        return conditional_escape(text)
    return format_html('<span lang="{}">{}</span>', language, text)


@dataclass(frozen=True)
class PageInLanguage:
    """A page in one of the languages: its code, the language's own name, the page's address there."""

    code: str
    name: str
    url: str


def languages_of_page(request: HttpRequest) -> list[PageInLanguage]:
    """This page in every language, the query string left out; none where it speaks one language only.

    An address that does not exist counts as the home page.
    """
    match = request.resolver_match
    pages = [PageInLanguage(code, name, _url_in(code, match)) for code, name in settings.LANGUAGES]
    return pages if len({page.url for page in pages}) == len(pages) else []


def switch(request: HttpRequest) -> PageInLanguage | None:
    """This page in the other language with its query string; None where there is no other."""
    current = get_language()
    for page in languages_of_page(request):
        if page.code != current:
            query = _query_in(page.code, request.META.get("QUERY_STRING", ""))
            return PageInLanguage(page.code, page.name, page.url + (f"?{query}" if query else ""))
    return None


def _url_in(language: str, match: ResolverMatch | None) -> str:
    with override(language):
        if match is None:
            return reverse("site:landing")
        try:
            return reverse(match.view_name, args=match.args, kwargs=match.kwargs)
        except NoReverseMatch:  # of this page the admin alone knows how it is addressed
            return ""


def _query_in(language: str, query: str) -> str:
    """A query string; the page it says to go to afterwards is in the language, too."""
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode(
        [(key, translate_url(value, language) if key == "next" else value) for key, value in pairs]
    )

"""Papers about a case, as PDF: the request, the result note, the service record, the whole case."""

from requests_app.papers.compiling import Paper, compiled, download
from requests_app.papers.links import Link, link, links
from requests_app.papers.request import request
from requests_app.papers.result_note import Result, has_result, result, result_note
from requests_app.papers.service_record import has_service, service_record
from requests_app.papers.whole_case import whole_case

__all__ = [
    "Link",
    "Paper",
    "Result",
    "compiled",
    "download",
    "has_result",
    "has_service",
    "link",
    "links",
    "request",
    "result",
    "result_note",
    "service_record",
    "whole_case",
]

"""Log lines carry the request's id, and neither paths nor people."""

import json
import logging
import sys

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from miglobe.ops.logs import JsonFormatter, RequestIdFilter, request_id
from miglobe.ops.request_id import RequestIdMiddleware


def record(message="Hello %s", *args, **more):
    made = logging.makeLogRecord({"name": "miglobe.test", "levelname": "INFO", "msg": message, "args": args})
    made.__dict__.update(more)
    return made


def line(made):
    RequestIdFilter().filter(made)
    return json.loads(JsonFormatter().format(made))


def test_line_is_one_json_object_with_the_fields_of_the_record():
    made = line(record("Hello %s", "Kürten", fields={"status": 200}))
    assert (made["message"], made["level"], made["logger"], made["status"]) == (
        "Hello Kürten",
        "INFO",
        "miglobe.test",
        200,
    )
    assert "request_id" not in made


def test_line_carries_the_error_on_the_same_line():
    try:
        raise ValueError("boom")
    except ValueError:
        made = record("failed", exc_info=sys.exc_info())
    text = JsonFormatter().format(made)
    assert text.count("\n") == 0
    assert json.loads(text)["error"].endswith("ValueError: boom")


@pytest.mark.parametrize(
    ("given", "kept"), [("0af7651916cd43dd", True), ("", False), ("short", False), ("x" * 65, False)]
)
def test_middleware_keeps_an_acceptable_id_and_makes_one_otherwise(given, kept):
    seen = []

    def view(request):
        seen.append(line(record("inside"))["request_id"])
        return HttpResponse()

    response = RequestIdMiddleware(view)(RequestFactory().get("/", headers={"X-Request-ID": given}))
    assert response["X-Request-ID"] == seen[0]
    assert (seen[0] == given) is kept
    assert len(seen[0]) >= 8
    assert request_id.get() == ""


def test_request_line_names_the_route_and_not_the_path(client, caplog):
    caplog.set_level("INFO", logger="miglobe.request")
    client.get("/admin/a-secret/")
    client.get("/health/live")
    assert [made.fields["route"] for made in caplog.records] == ["/admin/(?P<url>.*)$"]

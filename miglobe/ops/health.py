"""What machines ask: does it run (live), may it be sent people (ready), how is it (metrics)."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Min, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from miglobe.mail.models import NOT_ARRIVED, OutboxMessage, State
from miglobe.ops import worker
from miglobe.ops.models import JobRun
from requests_app.models.choices import OPEN_STATUSES
from requests_app.models.request import Case
from requests_app.scanning import is_behind

_migrated = False  # looking costs some 50 ms, and probes come every few seconds
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


@login_not_required
@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks no database: restarting us would not mend one."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and is migrated, else 503.

    The worker is told of but does not decide: pages work without it, mails only wait. So is the virus
    scanner, where there is one: documents only wait.
    """
    try:
        answer = {
            "database": "ok",
            "migrations": "ok" if is_migrated() else "missing",
            "worker": "ok" if worker.is_alive() else "silent",
            **({"scanner": "behind" if is_behind() else "ok"} if settings.CLAMD_URL else {}),
        }
    except DatabaseError:
        answer = {"database": "unreachable"}
    status = 200 if answer.get("migrations") == "ok" else 503
    return JsonResponse({"status": "ok" if status == 200 else "unavailable", **answer}, status=status)


def is_migrated() -> bool:
    """Whether the database has every migration of the code; a yes is remembered."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Numbers for Prometheus. Without the bearer token METRICS_TOKEN this page does not exist."""
    expected = f"Bearer {settings.METRICS_TOKEN}"
    if not settings.METRICS_TOKEN or not constant_time_compare(
        request.headers.get("Authorization", ""), expected
    ):
        raise Http404
    return HttpResponse("".join(f"{line}\n" for line in numbers()), content_type=PROMETHEUS)


def numbers() -> Iterator[str]:
    """The lines of the metrics page; counts touch only rows that partial indexes hold."""
    now = timezone.now()
    yield from _head("miglobe_mails", "Mails in the outbox that are not sent, or came back.")
    for state in (State.WAITING, State.SENDING, *NOT_ARRIVED):
        count = OutboxMessage.objects.filter(state=state, settled_at=None).count()
        yield f'miglobe_mails{{state="{state.value}"}} {count}'
    # Those that wait for further mails do so on purpose, until their time has come.
    times = OutboxMessage.objects.filter(state=State.WAITING).aggregate(
        written=Min("created_at", filter=Q(is_held=False)), due=Min("next_attempt_at", filter=Q(is_held=True))
    )
    waiting = max(0, (now - min(filter(None, times.values()), default=now)).total_seconds())
    yield from _head("miglobe_mail_oldest_waiting_seconds", "Age of the oldest mail that waits.")
    yield f"miglobe_mail_oldest_waiting_seconds {waiting:.0f}"

    counts = dict(Case.objects.open().values_list("status").annotate(Count("pk")).order_by())
    yield from _head("miglobe_open_cases", "Cases by state, without those that have ended.")
    for status in OPEN_STATUSES:
        yield f'miglobe_open_cases{{status="{status.value}"}} {counts.get(status.value, 0)}'

    yield from _head("miglobe_worker_silent_seconds", "Seconds since the worker's last sign of life.")
    beat = worker.last_beat()
    if beat:
        yield f"miglobe_worker_silent_seconds {(now - beat).total_seconds():.0f}"
    yield from _head("miglobe_job_failed", "1 where the last run of a job failed.")
    for name, error in JobRun.objects.values_list("name", "last_error"):
        yield f'miglobe_job_failed{{job="{name}"}} {int(bool(error))}'


def _head(name: str, text: str) -> Iterator[str]:
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} gauge"

"""The image and the compose file, proved without Docker: the same steps in a clean environment.

The Dockerfile's build steps are carried out in a temporary folder, then the services of
compose.yaml are started from it, with the settings of deploy/env.example, on PostgreSQL.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import time
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
import yaml

from tests.deploy.image import ROOT, Machine, stages
from tools import postgres

pytestmark = pytest.mark.slow

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
HOST = "beratung.example.org"
SECRETS = {
    "SECRET_KEY": secrets.token_urlsafe(48),
    "POSTGRES_PASSWORD": "unused-here",
    "SMTP_USER": "",
    "SMTP_PASSWORD": "",
}


class Portal:
    """The built machine with a database: runs commands as the containers would."""

    def __init__(self, machine: Machine, database_url: str, port: int) -> None:
        self.machine = machine
        self.port = port
        last = stages()[-1]
        self.start_command = json.loads(last.of("CMD")[0])
        self.health_command = json.loads(last.of("HEALTHCHECK")[0].partition("CMD ")[2])
        self.environment = env_example() | machine.environment(last)
        self.environment |= {"DATABASE_URL": database_url, "BIND": f"127.0.0.1:{port}"}

    def run(self, command: list[str], **changed: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.machine.app,
            env=self.environment | changed,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )

    @contextlib.contextmanager
    def serving(self):
        """The web server's process, once it answers."""
        log = self.machine.folder / "web.log"
        with log.open("w") as output:
            server = subprocess.Popen(
                self.start_command, cwd=self.machine.app, env=self.environment, stdout=output, stderr=output
            )
        try:
            for _ in range(150):
                if server.poll() is None and not self.answers():
                    time.sleep(0.2)
            assert self.answers(), log.read_text()
            yield server
        finally:
            server.kill()
            server.wait()

    def answers(self) -> bool:
        with contextlib.suppress(OSError):
            return self.get("/health/live").status == 200
        return False

    def get(self, path: str, **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", path, headers={"Host": HOST} | headers)
        response = connection.getresponse()
        response.body = response.read()
        return response


def env_example() -> dict[str, str]:
    """deploy/env.example with its empty values filled in."""
    lines = (ROOT / "deploy" / "env.example").read_text().splitlines()
    values = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    empty = {name for name, value in values.items() if not value}
    assert empty == SECRETS.keys()
    return values | SECRETS


@pytest.fixture(scope="module")
def database_url():
    """An empty database of its own on the tests' server."""
    with postgres.server() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS miglobe_production WITH (FORCE)")
            connection.execute("CREATE DATABASE miglobe_production")
        yield urlunsplit(urlsplit(url)._replace(path="/miglobe_production"))
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DROP DATABASE miglobe_production WITH (FORCE)")


@pytest.fixture(scope="module")
def portal(tmp_path_factory, database_url):
    """The portal as built by the Dockerfile's second stage, with a migrated database."""
    machine = Machine(tmp_path_factory.mktemp("image"))
    machine.build(stages()[1])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    portal = Portal(machine, database_url, port)
    assert SERVICES["migrate"]["command"][:2] == ["sh", "-ec"]
    migrated = portal.run(SERVICES["migrate"]["command"])
    assert migrated.returncode == 0, migrated.stdout
    return portal


def test_deploy_check_finds_nothing(portal):
    checked = portal.run(["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"])
    assert checked.returncode == 0, checked.stdout


def test_every_migration_is_there_and_the_register_is_loaded(portal):
    code = "from requests_app.models import Municipality as M; print(M.objects.count())"
    assert portal.run(["python", "manage.py", "migrate", "--check"]).returncode == 0
    assert portal.run(["python", "manage.py", "shell", "--no-imports", "-c", code]).stdout.strip() == "429"


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL", "DATABASE_URL", "MAIL_TRANSPORT"]
)
def test_start_without_a_required_setting_stops_with_a_sentence(portal, name):
    stopped = portal.run(["python", "manage.py", "check"], **{name: ""})
    assert stopped.returncode != 0
    assert f"Set {name}" in stopped.stdout


def test_demo_refuses_to_start_with_production_settings(portal):
    stopped = portal.run(["python", "manage.py", "check"], DEMO="1")
    assert stopped.returncode != 0
    assert "DEMO=1 lets anybody become anybody" in stopped.stdout


def test_web_server_answers_probes_and_pages_and_ends_cleanly(portal):
    with portal.serving() as server:
        assert json.loads(portal.get("/health/ready").body)["worker"] == "silent"
        assert portal.run(portal.health_command).returncode == 0

        unsafe = portal.get("/")
        assert (unsafe.status, unsafe.headers["Location"]) == (301, f"https://{HOST}/")
        page = portal.get("/", **{"X-Forwarded-Proto": "https"})
        assert page.status == 200
        assert "</html>" in page.body.decode()
        assert security_headers(page) == {
            "Content-Security-Policy": True,
            "Cross-Origin-Opener-Policy": "same-origin",
            "Referrer-Policy": "same-origin",
            "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        }
        check_static_files(portal, page.body.decode())

        worked = portal.run([*SERVICES["worker"]["command"], "--once"])
        assert worked.returncode == 0, worked.stdout
        assert json.loads(portal.get("/health/ready").body)["worker"] == "ok"

        server.send_signal(signal.SIGTERM)
        assert server.wait(10) == 0
    assert portal.run(portal.health_command).returncode == 1
    lines = [json.loads(line) for line in (portal.machine.folder / "web.log").read_text().splitlines()]
    assert {"method": "GET", "route": "/", "status": 200}.items() <= next(
        line.items() for line in lines if line["logger"] == "miglobe.request" and line["status"] == 200
    )


def security_headers(response):
    """The headers that keep browsers safe; the policy by whether it starts from nothing."""
    names = [
        "Cross-Origin-Opener-Policy",
        "Referrer-Policy",
        "Strict-Transport-Security",
        "X-Content-Type-Options",
        "X-Frame-Options",
    ]
    policy = response.headers.get("Content-Security-Policy", "")
    return {name: response.headers.get(name) for name in names} | {
        "Content-Security-Policy": policy.startswith("default-src 'none';")
    }


def check_static_files(portal, html):
    """Every file that the page names is there, under a name that may be cached for ever."""
    paths = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', html))
    assert paths
    for path in paths:
        response = portal.get(path, **{"X-Forwarded-Proto": "https"})
        assert (path, response.status) == (path, 200)
        assert re.search(r"\.[0-9a-f]{12}\.", path), path
        assert "immutable" in response.headers["Cache-Control"]
    css = next(path for path in paths if path.endswith(".css"))
    assert (
        portal.get(css, **{"X-Forwarded-Proto": "https", "Accept-Encoding": "br"}).headers["Content-Encoding"]
        == "br"
    )


def test_last_stage_runs_as_a_user_and_holds_no_build_tools():
    last = stages()[-1]
    assert last.of("USER") == ["miglobe"]
    assert last.of("RUN") == [
        "useradd --system --uid 10001 --create-home --home-dir /var/lib/miglobe"
        " --shell /usr/sbin/nologin miglobe"
    ]
    assert last.of("COPY") == ["--from=build /venv /venv", "--from=build /app /app"]


def test_image_holds_no_secrets_tests_or_tools(portal):
    names = {path.name for path in portal.machine.app.iterdir()}
    assert names & {".env", ".git", ".venv", "tests", "tools", "node_modules", "var"} == set()
    assert not (portal.machine.folder / "venv/bin/pip").exists()
    assert (portal.machine.app / "locale/de/LC_MESSAGES/django.mo").exists()


def test_compose_gives_no_default_secret_and_no_open_port():
    text = (ROOT / "compose.yaml").read_text()
    assert set(re.findall(r"\$\{(\w+)", text)) == {"MIGLOBE_VERSION", "POSTGRES_PASSWORD"}
    assert re.findall(r"\$\{POSTGRES_PASSWORD(..)", text) == [":?", ":?"]
    assert [service.get("ports") for service in SERVICES.values()] == [
        None,
        None,
        ["127.0.0.1:8000:8000"],
        None,
        None,
    ]


def test_compose_starts_web_and_worker_after_the_migrations():
    done = {"migrate": {"condition": "service_completed_successfully"}}
    assert [SERVICES[name]["depends_on"] for name in ("web", "worker")] == [done, done]
    assert SERVICES["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert SERVICES["migrate"]["restart"] == "no"
    assert "command" not in SERVICES["web"]
    assert SERVICES["database"]["image"] == "postgres:17"
    assert [name for name, service in SERVICES.items() if "profiles" in service] == ["clamav"]


def test_environment_of_the_shell_does_not_reach_the_portal(portal):
    assert set(portal.environment) & {"DEBUG", "TESTING", "DEMO"} == set()
    assert "PYTEST_VERSION" in os.environ

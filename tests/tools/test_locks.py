"""The lock files: everything pinned by a hash, and no address of a registry."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
LOCKS = ["requirements.txt", "requirements-dev.txt", "requirements-build.txt"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.mark.parametrize("name", [*LOCKS, "package-lock.json"])
def test_lock_names_no_registry(name):
    text = (ROOT / name).read_text()
    assert "resolved" not in text
    assert [line for line in text.splitlines() if "http" in line and "github.com/sponsors" not in line] == []


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_version_and_hashes(name):
    entries = (ROOT / name).read_text().replace("\\\n", "").splitlines()
    assert [
        entry for entry in entries if not re.match(r"[\w.\[\],-]+==\S+.*--hash=sha256:[0-9a-f]{64}", entry)
    ] == []


def test_node_packages_are_exact_and_locked_by_hash():
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert [name for name, entry in locked.items() if name and "sha512-" not in entry["integrity"]] == []


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("requirements.txt", PROJECT["project"]["dependencies"]),
        ("requirements-dev.txt", PROJECT["dependency-groups"]["dev"]),
        ("requirements-build.txt", PROJECT["dependency-groups"]["build"]),
    ],
)
def test_lock_holds_what_pyproject_pins(name, wanted):
    pins = [
        re.sub(r"\[.*?\]", "", entry).lower() for entry in wanted if isinstance(entry, str) and "==" in entry
    ]
    locked = set(re.findall(r"^(\S+==\S+)", (ROOT / name).read_text(), re.MULTILINE))
    assert [pin for pin in pins if pin not in locked] == []


def test_every_development_package_is_pinned():
    groups = PROJECT["dependency-groups"].values()
    assert [
        entry for group in groups for entry in group if isinstance(entry, str) and "==" not in entry
    ] == []

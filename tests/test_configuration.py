"""docs/configuration.md names every variable that is read, and no others."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READERS = [
    "miglobe/settings.py",
    "gunicorn.conf.py",
    "compose.yaml",
    "Makefile",
    *map(str, Path(ROOT, "tools").glob("*.py")),
]
# In code env.int("NAME"), os.environ.get("NAME"), required("NAME"); elsewhere ${NAME…} and NAME ?= …
READ = re.compile(
    r'(?:env\.\w+|environ\.get|required)\(\s*"([A-Z_]+)"|\$\{([A-Z_]+)|^([A-Z_]+) \?=', re.MULTILINE
)
NOT_FOR_PEOPLE = {"TESTING"}  # set by the test suite alone


def test_every_variable_is_documented():
    read = set()
    for name in READERS:
        read |= {one or two or three for one, two, three in READ.findall((ROOT / name).read_text())}
    documented = re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs/configuration.md").read_text(), re.MULTILINE)
    assert sorted(documented) == sorted(read - NOT_FOR_PEOPLE)

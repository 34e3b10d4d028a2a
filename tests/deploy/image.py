"""The steps of the Dockerfile, read from it and carried out without Docker."""

from __future__ import annotations

import fnmatch
import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass
class Stage:
    """One FROM of the Dockerfile with its instructions, in order."""

    base: str
    name: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def of(self, instruction: str) -> list[str]:
        """The arguments of every such instruction."""
        return [argument for name, argument in self.steps if name == instruction]


def stages() -> list[Stage]:
    """The Dockerfile, stage by stage."""
    text = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())
    found: list[Stage] = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        instruction, argument = line.split(maxsplit=1)
        if instruction == "FROM":
            base, _, name = argument.partition(" AS ")
            found.append(Stage(base, name))
        else:
            found[-1].steps.append((instruction, argument))
    return found


def context() -> list[Path]:
    """The files that Docker would be given: those of the project less .dockerignore."""
    ignored = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line]
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()

    def is_ignored(name: str) -> bool:
        parts = name.split("/")
        ancestors = ["/".join(parts[: n + 1]) for n in range(len(parts))]
        return any(
            fnmatch.fnmatch(ancestor, pattern.removeprefix("**/"))
            or (pattern.startswith("**/") and fnmatch.fnmatch(ancestor, pattern))
            for pattern in ignored
            for ancestor in ancestors
        )

    return [Path(name) for name in names if not is_ignored(name) and (ROOT / name).is_file()]


class Machine:
    """A folder that stands for the root of the image's file system."""

    FOLDERS = re.compile(r"(?<![\w.])/(app|venv|build|var/lib/miglobe)\b")

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.app = folder / "app"
        self.app.mkdir(parents=True)
        (folder / "var/lib/miglobe").mkdir(parents=True)

    def here(self, text: str) -> str:
        """The text with the image's folders turned into ours."""
        return self.FOLDERS.sub(lambda match: str(self.folder / match[1]), text)

    def build(self, stage: Stage) -> None:
        """Carry out COPY and RUN; packages come from the wheels of `wheels()`."""
        environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(wheels()),
        }
        for instruction, argument in stage.steps:
            if instruction == "COPY":
                self.copy(argument)
            elif instruction == "RUN":
                subprocess.run(
                    self.here(argument), shell=True, cwd=self.app, env=environment, check=True, timeout=300
                )

    def copy(self, argument: str) -> None:
        """COPY of the two kinds that the Dockerfile has: from the project, and node_modules."""
        if argument == "--from=assets /app/node_modules node_modules":
            shutil.copytree(ROOT / "node_modules", self.app / "node_modules")
            return
        *sources, target = argument.split()
        assert target in (".", "./") and not argument.startswith("--"), f"not understood: COPY {argument}"
        for path in context():
            if sources == ["."] or str(path) in sources:
                (self.app / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / path, self.app / path)

    def environment(self, stage: Stage) -> dict[str, str]:
        """The ENV of a stage."""
        pairs = [pair for line in stage.of("ENV") for pair in shlex.split(self.here(line))]
        told = dict(pair.split("=", 1) for pair in pairs)
        return told | {"PATH": told["PATH"].replace("$PATH", os.environ["PATH"])}


def wheels() -> Path:
    """The locked packages as wheels under var/, fetched once: later runs need no network."""
    locks = [ROOT / "requirements.txt", ROOT / "requirements-build.txt"]
    mark = hashlib.sha256(b"".join(lock.read_bytes() for lock in locks) + sys.version.encode()).hexdigest()[
        :16
    ]
    folder = ROOT / "var" / "wheels" / mark
    if not folder.exists():
        shutil.rmtree(folder.parent, ignore_errors=True)
        new = folder.with_name(f"{mark}.new")
        for lock in locks:
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes", "--no-deps"]
            subprocess.run([*command, "--dest", new, "-r", lock], check=True, timeout=300)
        new.rename(folder)
    return folder

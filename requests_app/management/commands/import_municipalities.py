from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from requests_app import register_file, renewal


def _merger(text: str) -> tuple[str, str]:
    old, _equals, new = text.partition("=")
    if not (old.strip() and new.strip()):
        raise ArgumentTypeError("Write OLD=NEW, for example 05954016=05954028.")
    return old.strip(), new.strip()


class Command(BaseCommand):
    help = (
        "Renew the register of municipalities from Destatis' GV100AD file. Shows what would change; with "
        "--apply it is written, all of it or nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="The GV100AD file, in UTF-8, as Destatis offers it.")
        parser.add_argument("--apply", action="store_true", help="Write the changes.")
        parser.add_argument(
            "--merged",
            type=_merger,
            action="append",
            default=[],
            metavar="OLD=NEW",
            help="The municipality with the key OLD is part of NEW now (the file does not say). Repeatable.",
        )

    def handle(
        self, *args: Any, file: Path, apply: bool, merged: list[tuple[str, str]], **options: Any
    ) -> None:
        try:
            made = renewal.plan(register_file.read(file), dict(merged))
        except register_file.Broken as broken:
            raise CommandError(f"{broken} Nothing was changed.") from None
        self._tell(made)
        if made.is_empty:
            self.stdout.write("The register is as the file says: nothing to change.")
        elif apply:
            renewal.apply(made)
            self.stdout.write("Done.")
        else:
            self.stdout.write("Nothing was changed yet. Run the command again with --apply to write this.")

    def _tell(self, made: renewal.Plan) -> None:
        self._list("New", [f"{facts.name} ({facts.key})" for facts in made.new])
        self._list("There again", [f"{row.name} ({row.key})" for row in made.back])
        counted = [each for each in made.changed if each.is_only_counted_anew]
        others = [each for each in made.changed if not each.is_only_counted_anew]
        self._list("Changed", [_in_words(each) for each in others])
        # Hundreds of them, every year.
        moved = [
            each for each in counted if any(name == "population" for name, _old, _new in each.differences)
        ]
        self._list("Counted anew", [_in_words(each) for each in moved])
        if counted:
            self.stdout.write(f"As of {made.day}: {len(counted)} population figures.")
        self._list("Merged", [f"{old} into {new}" for old, new in made.merged.items()])
        self._list("Gone, can no longer be chosen", [f"{row.name} ({row.key})" for row in made.gone])
        alone = [row for row in made.gone if row.key not in made.merged]
        self._list(
            "Gone, but with cases. They stay with them; name the successor with --merged if there is one",
            [f"{row.name} ({row.key})" for row in renewal.with_cases(alone)],
        )

    def _list(self, title: str, lines: list[str]) -> None:
        if lines:
            self.stdout.write(f"{title}: {len(lines)}")
            for line in lines:
                self.stdout.write(f"  {line}")


def _in_words(change: renewal.Change) -> str:
    told = [
        f"{name}: {old or '–'} → {new or '–'}"
        for name, old, new in change.differences
        if name != "population_date"
    ]
    return f"{change.row.name} ({change.row.key}): {'; '.join(told)}"

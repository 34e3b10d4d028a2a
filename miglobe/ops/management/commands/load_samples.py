from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from requests_app.models import Case


class Command(BaseCommand):
    help = "Fill an empty demo with the sample world."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Sample data belong into the demo: set DEMO=1 and DEBUG=1.")
        if Case.objects.exists():
            self.stdout.write("There are cases already; nothing was loaded.")
            return
        # Needs the development packages, which other commands do without.
        from miglobe.ops.demo import loader

        self.stdout.write(f"{loader.load()} sample cases are loaded.")

from typing import Any

from django.core.management.base import BaseCommand

from requests_app import register


class Command(BaseCommand):
    help = "Write the register of municipalities into the database. Can be run again at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        count = register.load()
        self.stdout.write(f"{count} municipalities are in the register.")

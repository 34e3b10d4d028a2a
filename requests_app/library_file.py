"""The reviewed options that come with the portal, from the data file to the library."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "data" / "options.json"


def load(entries: Any, topics: Any) -> int:
    """Add what the library does not have yet, and say how many. What is there stays as it was changed.

    ``entries`` and ``topics`` are the models, or those of a migration.
    """
    rows = json.loads(FILE.read_text(encoding="utf-8"))
    known = set(entries.objects.exclude(key="").values_list("key", flat=True))
    by_key = {topic.key: topic for topic in topics.objects.all()}
    new = [row for row in rows if row["key"] not in known]
    for row in new:
        keys = row.pop("topics")
        # A topic that the coordination has deleted meanwhile is left out.
        entries.objects.create(**row).topics.set([by_key[key] for key in keys if key in by_key])
    return len(new)

"""Fills the database that the environment names: `python -m tools.bench.fill NUMBER`."""

from __future__ import annotations

import sys

import django

if __name__ == "__main__":
    django.setup()
    from tools.bench.world import build  # models can be read only now

    build(int(sys.argv[1]))

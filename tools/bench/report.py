"""The measurements as tables."""

from __future__ import annotations

from tools.bench.measuring import Cost

GROWTH_TARGET = 1.3


def print_table(number: int, costs: dict[str, Cost]) -> None:
    """One line per page: queries, milliseconds, multiple of the bare page, and whether it is as aimed at."""
    bare = sum(cost.bare for cost in costs.values()) / len(costs)
    print(f"\n{number:,} cases. The bare page costs {bare:.2f} ms of processor time.\n")
    print(
        f"{'page':<38}{'queries':>9}{'web ms':>9}{'db ms':>9}{'median':>9}{'p95':>9}{'× bare':>9}{'aim':>7}"
    )
    for name, cost in costs.items():
        aim = f"{cost.target:g}" if cost.target else f"{cost.limit:g} ms" if cost.limit else ""
        print(
            f"{name:<38}{cost.queries:>9}{cost.web:>9.1f}{cost.database:>9.1f}{cost.median:>9.1f}"
            f"{cost.p95:>9.1f}{cost.multiple:>9.1f}{aim:>7}{' !' if cost.is_missed else ''}"
        )


def print_growth(numbers: list[int], results: list[dict[str, Cost]]) -> None:
    """What the largest number costs compared with the smallest, page by page."""
    print(f"\nFrom {numbers[0]:,} to {numbers[-1]:,} cases (aim: {GROWTH_TARGET} times, equal queries)\n")
    for name, first in results[0].items():
        last = results[-1][name]
        growth = last.multiple / first.multiple
        queries = (
            "equal queries" if first.queries == last.queries else f"queries {first.queries} → {last.queries}"
        )
        print(f"{name:<38}{growth:>6.2f}  {queries}{' !' if growth > GROWTH_TARGET else ''}")

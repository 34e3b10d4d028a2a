"""What the municipality has said about each option of a case over time."""

from __future__ import annotations

from dataclasses import dataclass

from requests_app.models import ActionOption, Case, OptionReport


@dataclass(frozen=True)
class History:
    """What was said about one option, oldest first."""

    option: ActionOption
    reports: list[OptionReport]


def of(case: Case) -> list[History]:
    """The options of ``case`` about which something was said, in their order; one query."""
    reports: dict[int, list[OptionReport]] = {}
    for report in OptionReport.objects.filter(option__case=case).select_related("option"):
        reports.setdefault(report.option_id, []).append(report)
    told = [History(each[0].option, each) for each in reports.values()]
    return sorted(told, key=lambda history: (history.option.position, history.option.pk))

"""What an option says in sentences."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from requests_app.models import ActionOption, Effort, LibraryOption
from requests_app.option_words import financial_effects


@pytest.mark.parametrize("model", [ActionOption, LibraryOption])
def test_financial_effects_are_as_written(model):
    option = model(effort=Effort.HIGH, financial_effects="4.000 Euro, Haushalt 2027")
    assert financial_effects(option) == "4.000 Euro, Haushalt 2027"


def test_financial_effects_follow_from_the_effort_where_nothing_is_written():
    with override("en"):
        said = {effort: financial_effects(ActionOption(effort=effort)) for effort in Effort}
    assert said == {
        Effort.LOW: "None. The existing means are enough.",
        Effort.MEDIUM: "No additional funds. Some person-days of existing staff are needed.",
        Effort.HIGH: "Funds or a resolution are needed. The amount is still to be determined.",
    }

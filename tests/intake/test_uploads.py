"""The button that removes a file, pressed by a program."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.intake.form_walk import answers, begin


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["9" * 5000, "9" * 19, "٣", "²", "-1", "x"])
def test_key_that_no_file_has_removes_nothing(client: Client, key: str):
    begin(client)
    response = client.post(reverse("intake:wishes"), answers()["wishes"] | {"remove": key})
    assert response.status_code in (200, 302)

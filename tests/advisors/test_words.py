"""The words of the pool in both languages."""

import pytest
from django.utils.translation import override

from advisors.models import Topic, WorldRegion

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [Topic, WorldRegion])
def test_every_shipped_word_has_its_english(model):
    assert list(model.objects.filter(label_en="")) == []


def test_topic_is_shown_in_the_language_of_the_page():
    topic = Topic.objects.get(key="fair_procurement")
    assert str(topic) == "Faire öffentliche Beschaffung"
    with override("en"):
        assert str(topic) == "Fair public procurement"


def test_word_without_english_is_marked_as_german_on_an_english_page():
    topic = Topic(label="Nord & Süd")
    assert str(topic) == "Nord & Süd"
    with override("en"):
        assert str(topic) == '<span lang="de">Nord &amp; Süd</span>'

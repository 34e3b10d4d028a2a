"""What the form offers, and that the cache of it never stays behind."""

import pytest

from advisors.models import Topic
from miglobe.accounts.models import User
from requests_app import register
from requests_app.models import Municipality
from requests_app.request_form.choices import Choices
from tests import actors

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _warm(db: None) -> None:
    Choices.load()


def test_choices_cost_nothing_once_read(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert len(Choices.load().municipalities) == 429


def test_reading_costs_three_queries_whatever_there_is(django_assert_num_queries):
    for number in range(30):
        actors.advisor(f"Beratung {number}")
    with django_assert_num_queries(3):
        assert len(Choices.read().advisors) == 30


def test_changed_municipality_is_offered_at_once():
    hattingen = Municipality.objects.get(key="05954016")
    hattingen.is_active = False
    hattingen.save()
    assert "05954016" not in Choices.load().municipalities
    assert "05954016" not in Choices.load().municipality_options


def test_loaded_register_is_offered_at_once():
    Municipality.objects.filter(key="05954016").update(name="Alt")
    register.load()
    assert Choices.load().municipalities["05954016"] == "Hattingen"


def test_changed_topic_is_offered_at_once():
    Topic.objects.create(key="new", label="Neues Thema")
    assert ("new", "Neues Thema") in Choices.load().topics


def test_new_advisor_is_offered_at_once():
    advisor = actors.advisor("Amara Okafor")
    assert Choices.load().advisors == ((str(advisor.pk), "Amara Okafor"),)


def test_renamed_advisor_is_offered_at_once():
    advisor = actors.advisor("Amara Okafor")
    Choices.load()
    advisor.user.name = "Amara Okafor-Meier"
    advisor.user.save()
    assert Choices.load().advisors == ((str(advisor.pk), "Amara Okafor-Meier"),)


def test_locked_advisor_is_not_offered():
    advisor = actors.advisor("Amara Okafor")
    advisor.user.is_active = False
    advisor.user.save()
    assert Choices.load().advisors == ()


def test_advisor_without_a_name_is_not_shown_by_the_address():
    actors.advisor("Amara Okafor")
    User.objects.filter(name="Amara Okafor").update(name="")
    assert Choices.read().advisors == ()


def test_new_account_of_a_request_leaves_the_cache_alone(django_assert_num_queries):
    User.objects.create_user("jemand@example.org", "Jemand")
    with django_assert_num_queries(0):
        Choices.load()


def test_district_stands_before_its_towns():
    options = Choices.load().municipality_options
    group = next(part for part in options.split("</optgroup>") if ">Kreis Unna<" in part)
    assert group.index(">Kreis Unna<") < group.index(">Bergkamen<") < group.index(">Unna<")


def test_names_are_escaped():
    Municipality.objects.filter(key="05954016").update(name='Hat<b>"tingen')
    assert ">Hat&lt;b&gt;&quot;tingen<" in Choices.read().municipality_options

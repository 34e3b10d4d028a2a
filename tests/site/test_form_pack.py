"""The crispy pack `kern`: the markup that the design system and assistive technology need."""

from html.parser import HTMLParser

import pytest
from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.template import Context, Template

from miglobe.site.fields import HoneypotField, MonthYearField
from miglobe.site.forms import KernForm
from miglobe.site.widgets import CheckboxSelectMultiple, DateInput, RadioSelect, TimeInput

CHOICES = [("a", "Erste"), ("b", "Zweite")]


class SampleForm(KernForm):
    title = forms.CharField(label="Worum geht es?", max_length=120, help_text="In einem Satz")
    situation = forms.CharField(label="Situation", max_length=3000, widget=forms.Textarea)
    unit = forms.CharField(label="Stelle", required=False)
    goals = forms.MultipleChoiceField(
        label="Ziele", choices=CHOICES, widget=CheckboxSelectMultiple(hints={"a": "Ein Hinweis"})
    )
    format = forms.ChoiceField(
        label="Format", choices=CHOICES, help_text="Später änderbar", widget=RadioSelect
    )
    place = forms.ChoiceField(label="Ort", choices=[("", "Bitte wählen"), *CHOICES])
    begin = MonthYearField(label="Beginn")
    day = forms.DateField(label="Tag", widget=DateInput(), required=False)
    hour = forms.TimeField(label="Zeit", widget=TimeInput(), required=False)
    agreed = forms.BooleanField(label="Gelesen", help_text="Ganz")
    paper = forms.FileField(label="Unterlage", widget=forms.FileInput, required=False)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)
    website = HoneypotField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            Field("title", css_class="app-w-30"),
            Field("place", css_class="app-w-20"),
            Div("situation", "unit", css_class="app-form"),
            Fieldset("Rahmen", "goals", "format"),
            "begin",
            "day",
            "hour",
            "agreed",
            "paper",
            "secret",
            "website",
        )


class Page(HTMLParser):
    """Every element of a page with its attributes, found by id or by (tag, name, value)."""

    VOID = {"input", "br", "img", "link", "meta", "hr"}

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.parents: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.elements.append((tag, attributes))
        if "id" in attributes:
            self.parents[attributes["id"]] = self.open[-1] if self.open else ""
        if tag not in self.VOID:
            self.open.append(attributes.get("class") or tag)

    def handle_endtag(self, tag):
        if self.open:
            self.open.pop()

    def by_id(self, id_: str) -> dict[str, str | None]:
        (found,) = [attributes for _tag, attributes in self.elements if attributes.get("id") == id_]
        return found

    def label_of(self, id_: str) -> dict[str, str | None]:
        (found,) = [a for tag, a in self.elements if tag == "label" and a.get("for") == id_]
        return found


def html_of(form: KernForm, template: str = "{% crispy form %}") -> str:
    return Template("{% load crispy_forms_tags %}" + template).render(Context({"form": form}))


@pytest.fixture
def fresh() -> Page:
    return Page(html_of(SampleForm()))


@pytest.fixture
def wrong() -> Page:
    return Page(html_of(SampleForm({"begin_month": "3", "day": "morgen"})))


def test_form_has_no_form_tag_no_csrf_token_and_no_summary():
    html = html_of(SampleForm({}))
    assert "<form" not in html
    assert "csrfmiddlewaretoken" not in html
    assert "app-error-summary" not in html


def test_text_field_has_label_hint_and_classes(fresh):
    control = fresh.by_id("id_title")
    assert control["class"] == "kern-form-input__input app-w-30"
    assert control["aria-describedby"] == "id_title_helptext"
    assert "aria-invalid" not in control
    assert "required" in control
    assert fresh.by_id("div_id_title")["class"] == "kern-form-input"
    assert fresh.label_of("id_title")["class"] == "kern-label kern-label--large"


def test_wrong_text_field_is_marked_on_wrapper_and_control_and_described_by_its_error(wrong):
    assert wrong.by_id("div_id_title")["class"] == "kern-form-input kern-form-input--error"
    control = wrong.by_id("id_title")
    assert control["class"] == "kern-form-input__input kern-form-input__input--error app-w-30"
    assert control["aria-invalid"] == "true"
    assert control["aria-describedby"] == "id_title_helptext id_title_error"
    assert wrong.by_id("id_title_error")["class"] == "kern-error"
    assert wrong.parents["id_title_error"] == "kern-form-input kern-form-input--error"


def test_label_hint_control_error_stand_in_this_order():
    html = html_of(SampleForm({}))
    places = [
        html.index(mark)
        for mark in ('for="id_title"', "id_title_helptext", 'id="id_title"', 'id="id_title_error"')
    ]
    assert places == sorted(places)


def test_long_text_names_its_limit(wrong):
    assert wrong.by_id("id_situation")["aria-describedby"] == "id_situation_limit id_situation_error"
    assert "Höchstens 3.000 Zeichen" in html_of(SampleForm())


def test_optional_field_is_marked_and_required_ones_are_not():
    html = html_of(SampleForm())
    assert html.count("(optional)") == 4  # unit, day, hour, paper
    assert html.index("Stelle") < html.index("(optional)")


def test_optional_mark_is_left_out_on_request():
    class AllOptional(SampleForm):
        mark_optional = False

    assert "(optional)" not in html_of(AllOptional())


def test_select_has_its_wrapper_with_the_width(wrong):
    assert wrong.by_id("id_place")["class"] == "kern-form-input__select kern-form-input__select--error"
    assert wrong.parents["id_place"] == "kern-form-input__select-wrapper app-w-20"


def test_checkbox_group_is_a_fieldset_whose_boxes_are_invalid_one_by_one(wrong):
    group = wrong.by_id("div_id_goals")
    assert group["class"] == "kern-fieldset kern-fieldset--error"
    assert group["aria-describedby"] == "id_goals_error"
    assert "aria-invalid" not in group
    box = wrong.by_id("id_goals_0")
    assert box["class"] == "kern-form-check__checkbox kern-form-check__checkbox--error"
    assert box["aria-invalid"] == "true"
    assert box["aria-describedby"] == "id_goals_0_hint"
    assert "aria-describedby" not in wrong.by_id("id_goals_1")
    assert wrong.by_id("id_goals_0_hint")["class"] == "app-check-hint"


def test_radio_group_never_has_aria_invalid(wrong):
    group = wrong.by_id("div_id_format")
    assert group["aria-describedby"] == "id_format_helptext id_format_error"
    assert "aria-invalid" not in group
    radio = wrong.by_id("id_format_0")
    assert radio["class"] == "kern-form-check__radio kern-form-check__radio--error"
    assert "aria-invalid" not in radio
    assert "required" in radio


def test_chosen_options_stay_chosen():
    page = Page(html_of(SampleForm({"goals": ["b"], "format": "a"})))
    assert "checked" in page.by_id("id_goals_1")
    assert "checked" not in page.by_id("id_goals_0")
    assert "checked" in page.by_id("id_format_0")


def test_month_and_year_are_two_labelled_parts_of_a_fieldset(wrong):
    group = wrong.by_id("div_id_begin")
    assert group["class"] == "kern-fieldset kern-fieldset--error"
    assert group["aria-describedby"] == "id_begin_error"
    month, year = wrong.by_id("id_begin_0"), wrong.by_id("id_begin_1")
    assert (month["name"], month["value"], month["inputmode"]) == ("begin_month", "3", "numeric")
    assert "aria-invalid" not in month
    assert year["aria-invalid"] == "true"
    assert year["aria-describedby"] == "id_begin_error"
    assert "kern-form-input__input--error" in year["class"]
    assert wrong.label_of("id_begin_1")["class"] == "kern-label"


def test_date_and_time_speak_iso_and_keep_what_was_typed(wrong):
    import datetime as dt

    page = Page(html_of(SampleForm(initial={"day": dt.date(2026, 12, 3), "hour": dt.time(9, 5)})))
    assert (page.by_id("id_day")["type"], page.by_id("id_day")["value"]) == ("date", "2026-12-03")
    assert (page.by_id("id_hour")["type"], page.by_id("id_hour")["value"]) == ("time", "09:05")
    assert wrong.by_id("id_day")["value"] == "morgen"


def test_single_checkbox_has_label_and_hint_beside_it(wrong):
    assert wrong.by_id("div_id_agreed")["class"] == "kern-form-check kern-form-check--error"
    box = wrong.by_id("id_agreed")
    assert box["class"] == "kern-form-check__checkbox kern-form-check__checkbox--error"
    assert box["aria-describedby"] == "id_agreed_helptext id_agreed_error"
    assert wrong.by_id("id_agreed_helptext")["class"] == "app-check-hint"


def test_honeypot_is_hidden_from_people_and_their_aids(fresh):
    trap = fresh.by_id("id_website")
    assert (trap["tabindex"], trap["autocomplete"]) == ("-1", "off")
    assert fresh.parents["id_website"] == "app-honeypot"


def test_hidden_and_file_fields_render(fresh):
    assert fresh.by_id("id_secret")["type"] == "hidden"
    assert fresh.by_id("id_paper")["type"] == "file"


def test_typed_text_is_escaped():
    html = html_of(SampleForm({"title": '"><script>x</script>', "situation": "</textarea><b>"}))
    assert "<script>" not in html
    assert "</textarea><b>" not in html


def test_ids_are_unique():
    ids = [
        attributes["id"] for _tag, attributes in Page(html_of(SampleForm({}))).elements if "id" in attributes
    ]
    assert len(ids) == len(set(ids))


def test_required_message_names_the_field_unless_the_form_has_its_own():
    class OwnWords(KernForm):
        name = forms.CharField(label="Name")
        goal = forms.CharField(label="Ziel", error_messages={"required": "Nennen Sie ein Ziel."})
        format = forms.ChoiceField(label="Format", choices=CHOICES)
        goals = forms.MultipleChoiceField(label="Ziele", choices=CHOICES)
        agreed = forms.BooleanField(label="Gelesen")

    errors = OwnWords({}).errors
    assert errors["name"] == ["Bitte füllen Sie „Name“ aus."]
    assert errors["goal"] == ["Nennen Sie ein Ziel."]
    assert errors["format"] == ["Bitte wählen Sie bei „Format“ etwas aus."]
    assert errors["goals"] == ["Bitte wählen Sie bei „Ziele“ etwas aus."]
    assert errors["agreed"] == ["Bitte bestätigen Sie: „Gelesen“."]


# --- Error summary ----------------------------------------------------------------------------

SUMMARY = '{% include "components/error_summary.html" %}'


def test_summary_is_empty_without_errors():
    assert html_of(SampleForm(), SUMMARY).strip() == ""


def test_summary_takes_the_focus_and_is_named_by_its_heading():
    page = Page(html_of(SampleForm({}), SUMMARY))
    box = page.by_id("error-summary")
    assert box["role"] == "group"
    assert box["tabindex"] == "-1"
    assert "autofocus" in box
    assert box["aria-labelledby"] == "error-summary-title"


def test_summary_links_lead_to_controls_and_say_the_same_as_the_fields():
    form = SampleForm({"begin_month": "3"})
    links = [a["href"] for tag, a in Page(html_of(form, SUMMARY)).elements if tag == "a"]
    assert links == [
        "#id_title",
        "#id_situation",
        "#id_goals_0",
        "#id_format_0",
        "#id_place",
        "#id_begin_1",
        "#id_agreed",
    ]
    ids = {attributes.get("id") for _tag, attributes in Page(html_of(form)).elements}
    assert {link.removeprefix("#") for link in links} - ids == set()
    fields, summary = html_of(form), html_of(form, SUMMARY)
    assert all(error in fields and error in summary for errors in form.errors.values() for error in errors)


@pytest.mark.parametrize(
    ("data", "title"),
    [
        ({"name": ""}, "Bitte prüfen Sie eine Angabe"),
        ({"name": "", "fail": "1"}, "Bitte prüfen Sie 2 Angaben"),
    ],
)
def test_summary_counts_its_sentences_those_of_the_whole_form_too(data, title):
    class Whole(KernForm):
        name = forms.CharField(label="Name")

        def clean(self):
            if "fail" in self.data:
                raise forms.ValidationError("Das passt nicht zusammen.")

    html = html_of(Whole(data), SUMMARY)
    assert title in html
    assert ("Das passt nicht zusammen." in html) is ("fail" in data)

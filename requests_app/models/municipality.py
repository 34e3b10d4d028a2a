"""The register of municipalities: facts, renewed as a whole, never typed in by hand."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from miglobe.site.model_fields import QuickWords


class Municipality(QuickWords, models.Model):
    """A constituted municipality in NRW: Stadt, Gemeinde, Kreis, Städteregion or Landschaftsverband."""

    class Kind(models.TextChoices):
        INDEPENDENT_CITY = "independent_city", _("Independent city")
        DISTRICT_TOWN = "district_town", _("Town in a district")
        DISTRICT_MUNICIPALITY = "district_municipality", _("Municipality in a district")
        DISTRICT = "district", _("District")
        CITY_REGION = "city_region", _("City region")
        REGIONAL_ASSOCIATION = "regional_association", _("Regional association")

    key = models.CharField(
        _("key"), max_length=8, unique=True, help_text=_("AGS, or LVR and LWL for the regional associations.")
    )
    name = models.CharField(_("name"), max_length=120)
    official_name = models.CharField(_("official name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=24, choices=Kind)
    district_key = models.CharField(_("key of the district"), max_length=5, blank=True)
    government_region = models.CharField(_("government region"), max_length=20, blank=True)
    regional_association = models.CharField(_("regional association"), max_length=3, blank=True)
    population = models.PositiveIntegerField(_("population"))
    population_date = models.DateField(_("population as of"))
    postal_code = models.CharField(_("postal code of the seat"), max_length=5, blank=True)
    seat = models.CharField(_("seat"), max_length=80, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=7, decimal_places=4)
    longitude = models.DecimalField(_("longitude"), max_digits=7, decimal_places=4)
    # Of districts and independent cities; people type it when they look for one.
    plate = models.CharField(_("letters of the number plate"), max_length=3, blank=True)
    is_active = models.BooleanField(_("can be chosen"), default=True)
    # A municipality that was merged into another, or got a new key, stays with its cases.
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("now part of"),
    )

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def formal_name(self) -> str:
        """The name as it stands at the head of a letter: "Stadt Hattingen". German in every language."""
        if self.kind in (self.Kind.INDEPENDENT_CITY, self.Kind.DISTRICT_TOWN):
            return f"Stadt {self.name}"
        if self.kind == self.Kind.DISTRICT_MUNICIPALITY:
            return f"Gemeinde {self.name}"
        return self.official_name

    @property
    def size_class(self) -> str:
        """The BBSR size class, medium towns split at 50,000. Advisors read it before they accept."""
        if self.kind in (self.Kind.DISTRICT, self.Kind.CITY_REGION, self.Kind.REGIONAL_ASSOCIATION):
            return str(self.get_kind_display())
        for floor, label in (
            (100_000, _("large city, 100,000 inhabitants and more")),
            (50_000, _("larger medium town, 50,000 to 99,999 inhabitants")),
            (20_000, _("smaller medium town, 20,000 to 49,999 inhabitants")),
            (5_000, _("small town, 5,000 to 19,999 inhabitants")),
        ):
            if self.population >= floor:
                return str(label)
        return str(_("rural municipality, under 5,000 inhabitants"))

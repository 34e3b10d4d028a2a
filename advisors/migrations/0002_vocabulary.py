"""The words that requests and advisors are matched on, as a start; the coordination keeps them."""

from django.db import migrations

TOPICS = (
    ("migrant_organisations", "Zusammenarbeit mit migrantischen Organisationen"),
    ("networking", "Vernetzung von Verwaltung, Eine-Welt-Gruppen und migrantischen Vereinen"),
    ("fair_trade", "Fairer Handel (Fairtrade-Town, Faire Woche)"),
    ("fair_procurement", "Faire öffentliche Beschaffung"),
    ("agenda_2030", "Agenda 2030 und globale Nachhaltigkeitsziele (SDGs)"),
    ("municipal_partnerships", "Städte- und Projektpartnerschaften mit Kommunen im Globalen Süden"),
    ("climate_partnerships", "Klimapartnerschaften"),
    ("global_learning", "Globales Lernen und entwicklungspolitische Bildungsarbeit"),
    ("events", "Feste, Aktionswochen und Veranstaltungen"),
    ("refugees", "Flucht, Fluchtursachen und Engagement Geflüchteter"),
    ("strategy", "Strategien, Leitbilder und Handlungskonzepte"),
    ("administration", "Interkulturelle Öffnung der Verwaltung"),
    ("committees", "Gremien und Beteiligungsformate (Integrationsrat, Beirat, Steuerungsgruppe)"),
    ("public_relations", "Öffentlichkeitsarbeit und Anerkennung"),
    ("remembrance", "Kolonialgeschichte und Erinnerungskultur"),
    ("youth", "Junge Menschen und Jugendbeteiligung"),
)
WORLD_REGIONS = (
    ("west_africa", "Westafrika"),
    ("central_africa", "Zentralafrika"),
    ("east_africa", "Ostafrika"),
    ("north_africa", "Nordafrika"),
    ("southern_africa", "Südliches Afrika"),
    ("latin_america", "Lateinamerika"),
    ("caribbean", "Karibik"),
    ("west_asia", "Westasien"),
    ("central_asia", "Zentralasien"),
    ("south_asia", "Südasien"),
    ("southeast_asia", "Südostasien"),
    ("east_asia", "Ostasien"),
    ("eastern_europe", "Osteuropa"),
    ("southeastern_europe", "Südosteuropa"),
    ("oceania", "Ozeanien"),
)


def add(apps, schema_editor):
    Topic = apps.get_model("advisors", "Topic")
    for position, (key, label) in enumerate(TOPICS, start=1):
        Topic.objects.get_or_create(key=key, defaults={"label": label, "position": position})
    WorldRegion = apps.get_model("advisors", "WorldRegion")
    for key, label in WORLD_REGIONS:
        WorldRegion.objects.get_or_create(key=key, defaults={"label": label})


class Migration(migrations.Migration):
    dependencies = [("advisors", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]

"""Text modules that are delivered with the portal; the coordination changes or deletes them as it likes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

GERMAN = {
    "Fehlende Angaben erbitten": """\
Damit wir die passende Beratungsperson finden, fehlen uns noch einige Angaben:

– Wie ist die Situation vor Ort, zum Beispiel Strukturen, Partnerschaften oder Beschlüsse?
– Wer ist schon beteiligt?
– Was soll nach der Beratung anders sein?

Stichworte genügen. Bitte antworten Sie bis [[Datum in 10 Arbeitstagen]].""",
    "Federführende Stelle klären": """\
Die Beratung richtet sich an die Kommune selbst. Bitte nennen Sie uns die Stelle in [[Kommune]], die das Thema verantwortet, und wenn möglich eine Ansprechperson dort. Dann geht es gleich weiter.""",
    "Termin für ein Telefonat": """\
Am besten klären wir Ihre Fragen in einem kurzen Telefonat. Passt es Ihnen am [[Datum in 3 Arbeitstagen]]? Sie erreichen uns unter [[Telefon]].

[[Mein Name]]""",
    "Zwischenstand: Wir suchen noch": """\
Wir suchen weiter nach der passenden Beratungsperson für „[[Anliegen]]“. Bis [[Datum in 5 Arbeitstagen]] hören Sie von uns. Den Stand sehen Sie jederzeit hier:
[[Link zum Vorgang]]""",
    "Thema passt nicht: Verweis": """\
MiGlobe berät Kommunen zur interkulturellen Öffnung ihrer Entwicklungspolitik. Ihr Anliegen „[[Anliegen]]“ liegt leider außerhalb dieses Angebots.

Wenden Sie sich bitte an … Dort hilft man Ihnen weiter. Bei Fragen dazu rufen Sie uns gerne an: [[Telefon]].""",
    "Kommune außerhalb von NRW: Verweis": """\
MiGlobe berät Kommunen in Nordrhein-Westfalen. Für Ihre Kommune ist diese Stelle die richtige: [[Andere Beratung]].""",
    "Zurzeit keine freie Beratungsperson": """\
Ihr Anliegen „[[Anliegen]]“ passt gut zu MiGlobe. Zurzeit sind aber alle Beratenden mit diesem Schwerpunkt ausgelastet.

Fragen Sie bitte in drei Monaten noch einmal an; Ihre Angaben können Sie wieder verwenden. Möchten Sie darüber sprechen? Sie erreichen uns unter [[Telefon]].""",
    "Dank nach dem ersten Gespräch": """\
Vielen Dank für das offene Gespräch mit [[Beratungsperson]]. Was besprochen wurde, finden Sie auf der Seite Ihres Vorgangs:
[[Link zum Vorgang]]

Als Nächstes halten wir gemeinsam konkrete Handlungsoptionen fest. Hat Ihnen das Gespräch schon genügt? Dann schreiben Sie es uns, auch das ist ein gutes Ergebnis.""",
}
ENGLISH = {
    "Ask for missing information": """\
To find the right advisor for you we still need some information:

– What is the situation on the ground, for example structures, partnerships or decisions?
– Who is involved already?
– What should be different after the consultation?

Notes are enough. Please answer by [[Datum in 10 Arbeitstagen]].""",
    "Clarify the unit in charge": """\
The consultation is for the municipality itself. Please tell us which unit of [[Kommune]] is in charge of the subject and, if you can, a contact person there. Then we go on at once.""",
    "Suggest a telephone call": """\
A short telephone call is the best way to answer your questions. Does [[Datum in 3 Arbeitstagen]] suit you? You can reach us at [[Telefon]].

[[Mein Name]]""",
    "Where we stand: still looking": """\
We are still looking for the right advisor for “[[Anliegen]]”. You will hear from us by [[Datum in 5 Arbeitstagen]]. You can see at any time where your request stands:
[[Link zum Vorgang]]""",
    "Out of scope: referral": """\
MiGlobe advises municipalities on the intercultural opening of their development policy. Your request “[[Anliegen]]” is unfortunately outside this offer.

Please turn to … They can help you. If you have questions about this, please call us: [[Telefon]].""",
    "Outside North Rhine-Westphalia: referral": """\
MiGlobe advises municipalities in North Rhine-Westphalia. For your municipality this is the right place to ask: [[Andere Beratung]].""",
    "No advisor available at present": """\
Your request “[[Anliegen]]” fits MiGlobe well. At present, however, all advisors on this subject are fully booked.

Please ask again in three months; you can use what you wrote once more. Would you like to talk about it? You can reach us at [[Telefon]].""",
    "Thanks after the first talk": """\
Thank you for the open talk with [[Beratungsperson]]. You find what was discussed on the page of your case:
[[Link zum Vorgang]]

Next we write down concrete action options together. Was the talk already enough for you? Then tell us; that is a good result, too.""",
}


def deliver(apps, schema_editor):
    TextModule = apps.get_model("requests_app", "TextModule")
    now = timezone.now()
    for language, texts in (("de", GERMAN), ("en", ENGLISH)):
        for name, body in texts.items():
            TextModule.objects.get_or_create(
                name=name, language=language, defaults={"body": body, "changed_at": now}
            )


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0020_mail_bounces"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="textmodule",
            name="changed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(deliver, migrations.RunPython.noop),
    ]

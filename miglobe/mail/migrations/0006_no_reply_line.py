"""The line that says that nobody reads answers stands in the footer now: it leaves the coordination's wordings."""

from django.db import migrations

LINES = (
    "Diese E-Mail schickt das Portal. Antworten auf diese Adresse liest niemand.",
    "The portal sends this e-mail. Nobody reads replies to this address.",
    "The portal sends this e-mail. Nobody reads answers to this address.",
    "This mail comes from the portal. Nobody reads answers to this address.",
)


def take_out(apps, schema_editor):
    for wording in apps.get_model("mail", "MailWording").objects.all():
        kept = [line for line in wording.body.splitlines() if line.strip() not in LINES]
        if len(kept) < len(wording.body.splitlines()):
            wording.body = "\n".join(kept).strip()
            wording.save(update_fields=["body"])


class Migration(migrations.Migration):

    dependencies = [
        ('mail', '0005_bundles'),
    ]

    operations = [
        migrations.RunPython(take_out, migrations.RunPython.noop),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("site", "0003_english_texts"),
    ]

    operations = [
        migrations.AddField(
            model_name="portalsettings",
            name="referral_contact",
            field=models.TextField(blank=True, verbose_name="contact of that advice"),
        ),
        migrations.AddField(
            model_name="portalsettings",
            name="referral_name",
            field=models.CharField(
                blank=True,
                # Settings that are stored already get the name as shipped.
                default="Servicestelle Kommunen in der Einen Welt (SKEW) der Engagement Global gGmbH",
                max_length=200,
                verbose_name="advice outside North Rhine-Westphalia",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="portalsettings",
            name="referral_website",
            field=models.URLField(blank=True, verbose_name="website of that advice"),
        ),
    ]

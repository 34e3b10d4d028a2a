"""Addresses of public profiles, and who stands in for an absent advisor."""

import django.db.models.deletion
from django.db import migrations, models
from django.utils.text import slugify

GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ı": "i"})


def give_addresses(apps, schema_editor):
    taken = set()
    for advisor in apps.get_model("advisors", "Advisor").objects.select_related("user").order_by("pk"):
        base = slugify(advisor.user.name.translate(GERMAN))[:70] or "profil"
        slug, number = base, 1
        while slug in taken:
            number += 1
            slug = f"{base}-{number}"
        taken.add(slug)
        advisor.slug = slug
        advisor.save(update_fields=["slug"])


class Migration(migrations.Migration):

    dependencies = [
        ('advisors', '0003_named_in_form'),
    ]

    operations = [
        migrations.AddField(
            model_name='advisor',
            name='slug',
            field=models.SlugField(db_index=False, default='', editable=False, max_length=80),
            preserve_default=False,
        ),
        migrations.RunPython(give_addresses, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='advisor',
            name='slug',
            field=models.SlugField(editable=False, max_length=80, unique=True, verbose_name='address of the profile'),
        ),
        migrations.AddField(
            model_name='absence',
            name='substitute',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='advisors.advisor', verbose_name='substitute'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('substitute', None), models.Q(('substitute', models.F('advisor')), _negated=True), _connector='OR'), name='absence_substitute_is_somebody_else', violation_error_message='Somebody else must be the substitute.'),
        ),
    ]

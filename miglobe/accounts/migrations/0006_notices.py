"""How often a person wants mails."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_reader'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='notices',
            field=models.CharField(choices=[('at_once', 'At once'), ('daily', 'Once a day'), ('needs_me', 'Only what needs me')], default='at_once', max_length=10, verbose_name='how often mails come'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('notices__in', ['at_once', 'daily', 'needs_me'])), name='user_notices_known', violation_error_message='Choose one of the three answers.'),
        ),
    ]

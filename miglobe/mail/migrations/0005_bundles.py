"""Mails that wait for each other and go out as one."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mail', '0004_tracking'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='outboxmessage',
            name='mail_state_known',
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='asks',
            field=models.BooleanField(default=False, verbose_name='asks the recipient to do something'),
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='is_held',
            field=models.BooleanField(default=False, verbose_name='waits for further mails'),
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='joined_into',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='mail.outboxmessage', verbose_name='collective mail'),
        ),
        migrations.AlterField(
            model_name='outboxmessage',
            name='state',
            field=models.CharField(choices=[('waiting', 'waiting to be sent'), ('sending', 'being sent'), ('sent', 'sent'), ('delivered', 'delivered'), ('bounced', 'came back'), ('failed', 'undeliverable'), ('joined', 'part of a collective mail')], default='waiting', max_length=10, verbose_name='state'),
        ),
        migrations.AddIndex(
            model_name='outboxmessage',
            index=models.Index(condition=models.Q(('is_held', True)), fields=['recipient'], name='mail_held'),
        ),
        migrations.AddConstraint(
            model_name='outboxmessage',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'sending', 'sent', 'delivered', 'bounced', 'failed', 'joined'])), name='mail_state_known', violation_error_message='This state of a mail does not exist.'),
        ),
        migrations.AddConstraint(
            model_name='outboxmessage',
            constraint=models.CheckConstraint(condition=models.Q(('is_held', False), models.Q(('is_secret', False), ('state', 'waiting')), _connector='OR'), name='mail_held_is_waiting', violation_error_message='Only a waiting mail that is not confidential waits for others.'),
        ),
        migrations.AddConstraint(
            model_name='outboxmessage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'joined'), _negated=True), ('joined_into__isnull', False), _connector='OR'), name='mail_joined_into_another', violation_error_message='A part of a collective mail knows which one.'),
        ),
    ]

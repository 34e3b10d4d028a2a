"""What the mail provider tells of a mail: delivered, come back; and that somebody has dealt with it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mail', '0003_wording'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='outboxmessage',
            name='mail_state_known',
        ),
        migrations.RemoveConstraint(
            model_name='outboxmessage',
            name='mail_sent_has_time',
        ),
        migrations.RemoveConstraint(
            model_name='outboxmessage',
            name='mail_secret_is_erased',
        ),
        migrations.RemoveIndex(
            model_name='outboxmessage',
            name='mail_failed',
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='bounced_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='came back at'),
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='delivered_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='delivered at'),
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='provider_id',
            field=models.CharField(blank=True, max_length=255, verbose_name="provider's number"),
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='settled_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='dealt with'),
        ),
        migrations.AlterField(
            model_name='outboxmessage',
            name='state',
            field=models.CharField(choices=[('waiting', 'waiting to be sent'), ('sending', 'being sent'), ('sent', 'sent'), ('delivered', 'delivered'), ('bounced', 'came back'), ('failed', 'undeliverable')], default='waiting', max_length=10, verbose_name='state'),
        ),
        migrations.AddIndex(
            model_name='outboxmessage',
            index=models.Index(condition=models.Q(('settled_at__isnull', True), ('state__in', ['bounced', 'failed'])), fields=['reference'], name='mail_in_trouble'),
        ),
        migrations.AddIndex(
            model_name='outboxmessage',
            index=models.Index(fields=['reference', '-id'], name='mail_of_case'),
        ),
        migrations.AddIndex(
            model_name='outboxmessage',
            index=models.Index(condition=models.Q(('provider_id', ''), _negated=True), fields=['provider_id'], name='mail_at_provider'),
        ),
        migrations.AddConstraint(
            model_name='outboxmessage',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'sending', 'sent', 'delivered', 'bounced', 'failed'])), name='mail_state_known', violation_error_message='This state of a mail does not exist.'),
        ),
        migrations.AddConstraint(
            model_name='outboxmessage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state__in', ['sent', 'delivered', 'bounced'])), models.Q(models.Q(('state__in', ['sent', 'delivered', 'bounced']), _negated=True), ('sent_at__isnull', True)), _connector='OR'), name='mail_sent_has_time', violation_error_message='A sent mail, and no other, has the time it was sent at.'),
        ),
        migrations.AddConstraint(
            model_name='outboxmessage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['delivered', 'bounced']), _negated=True), models.Q(('delivered_at__isnull', False), ('state', 'delivered')), models.Q(('bounced_at__isnull', False), ('state', 'bounced')), _connector='OR'), name='mail_told_of_has_time', violation_error_message='What the provider told of a mail has a time.'),
        ),
        migrations.AddConstraint(
            model_name='outboxmessage',
            constraint=models.CheckConstraint(condition=models.Q(('settled_at__isnull', True), ('state__in', ['bounced', 'failed']), _connector='OR'), name='mail_settled_had_not_arrived', violation_error_message='Only a mail that did not arrive can be dealt with.'),
        ),
        migrations.AddConstraint(
            model_name='outboxmessage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_secret', True), ('state__in', ['sent', 'delivered', 'bounced', 'failed']), _negated=True), ('body', ''), _connector='OR'), name='mail_secret_is_erased', violation_error_message='The text of a confidential mail is erased when the mail is done.'),
        ),
    ]

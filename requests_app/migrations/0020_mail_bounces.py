"""Contact persons whose address takes no mail."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0019_daily_mail_time'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='contactperson',
            name='mail_bounce_reason',
            field=models.CharField(blank=True, max_length=500, verbose_name='why'),
        ),
        migrations.AddField(
            model_name='contactperson',
            name='mail_bounced_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='mail came back'),
        ),
        migrations.AlterField(
            model_name='event',
            name='kind',
            field=models.CharField(choices=[('submitted', 'Request received'), ('corrected', 'Request corrected'), ('address_confirmed', 'E-mail address confirmed'), ('entry_confirmed', 'Entries confirmed'), ('review_started', 'Review started'), ('query_asked', 'Query asked'), ('query_answered', 'Query answered'), ('review_resumed', 'Review resumed without a written answer'), ('offered', 'Offered to an advisor'), ('direct_unanswered', 'Direct enquiry without an answer'), ('offer_accepted', 'Offer accepted'), ('offer_declined', 'Offer declined'), ('offer_withdrawn', 'Offer withdrawn'), ('offer_expired', 'Offer expired'), ('offers_exhausted', 'No offer is open any more'), ('assignment_ended', 'Assignment ended'), ('lead_released', 'Lead advisor released'), ('dialogue_started', 'First session held'), ('session_logged', 'Session logged'), ('session_corrected', 'Session corrected'), ('option_written', 'Action option written'), ('option_removed', 'Draft of an action option removed'), ('options_proposed', 'Action options put to the municipality'), ('option_confirmed', 'Action option confirmed'), ('option_commented', 'Action option commented'), ('options_agreed', 'Action options agreed'), ('closed', 'Case closed'), ('reopened', 'Case reopened'), ('declined', 'Request declined'), ('decline_taken_back', 'Decision taken back'), ('withdrawn', 'Request withdrawn'), ('message_written', 'Message written'), ('note_written', 'Internal note written'), ('code_sent', 'New code sent'), ('document_added', 'Document added'), ('document_harmful', 'Harmful document deleted'), ('contact_invited', 'Contact person invited'), ('contact_left', 'Contact person has left'), ('invitation_withdrawn', 'Invitation of a contact person withdrawn'), ('contact_corrected', 'Contact data corrected'), ('handed_over', 'Handed over to a colleague'), ('hand_over_cancelled', 'Hand-over cancelled'), ('responsible_changed', 'Responsibility changed'), ('resubmission_set', 'Resubmission set'), ('resubmission_done', 'Resubmission done'), ('topics_changed', 'Topics changed'), ('escalated', 'Told to the whole coordination: very late'), ('shortlist_changed', 'Shortlist changed'), ('conflict_recorded', 'Conflict of interest recorded'), ('conflict_lifted', 'Conflict of interest lifted'), ('confidential_set', 'Confidentiality changed'), ('merged', 'Merged into another case'), ('took_in', 'Another case was merged into this one'), ('merge_undone', 'Merge undone'), ('redacted', 'Passage redacted'), ('mail_bounced', 'Mail came back'), ('mail_sent_again', 'Mail sent again'), ('mail_settled', 'Undelivered mail dealt with'), ('lead_unit_settled', 'Lead unit clarified')], max_length=20, verbose_name='what'),
        ),
        migrations.AddConstraint(
            model_name='contactperson',
            constraint=models.CheckConstraint(condition=models.Q(('mail_bounce_reason', ''), ('mail_bounced_at__isnull', False), _connector='OR'), name='contact_bounce_reason_has_time', violation_error_message='A reason without a mail that came back.'),
        ),
    ]

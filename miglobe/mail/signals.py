"""What this room tells the rooms above it. Sent inside the transaction that writes it down."""

from django.dispatch import Signal

# The provider is about to tell what became of a mail; argument: ``message``. Sent before the mail is locked,
# so that the rooms above lock first what their own steps lock before a mail.
mail_is_told_of = Signal()

# A mail did not reach its recipient, or did. Arguments: ``message`` (OutboxMessage), ``recipient`` (an
# address, lower case), ``at`` (an aware datetime); of ``mail_came_back`` also ``reason``, for people to read.
mail_came_back = Signal()
mail_arrived = Signal()

# Somebody sends a mail again from the outbox. Arguments: ``message`` (OutboxMessage), ``by`` (User). Sent
# before the mail is locked, too; when it turns out that it cannot be sent, the transaction is undone.
mail_sent_again = Signal()

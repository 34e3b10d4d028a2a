"""The texts that the coordinators keep: their own wording of the mails, and texts to use again."""

"""The request form: how a municipality asks, page by page, without an account."""

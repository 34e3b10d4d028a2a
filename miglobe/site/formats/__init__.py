"""Dates where Django's own way does not fit us; settings.FORMAT_MODULE_PATH names this package."""

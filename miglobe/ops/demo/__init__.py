"""The demo: a sample world, buttons to become anybody in it, and a mailbox with every mail it sent.

None of its pages exists unless ``settings.DEMO`` is on, and then only outside of production.
"""

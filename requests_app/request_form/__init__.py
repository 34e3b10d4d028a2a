"""The questions of a request: fields, pages, what they offer, and how answers become a case.

The request form on the public pages asks them, and so does whoever enters a request for somebody else.
"""

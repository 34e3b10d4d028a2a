"""Stands for the function that settings.MAIL_CONTEXT names."""


def mail_context() -> dict[str, object]:
    return {"portal": {"host_name": "Forum für soziale Innovation"}}

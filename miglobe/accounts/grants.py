"""Gives roles their permissions inside migrations.

A migration that uses it depends on the groups ("accounts", "0002_groups") and on the migrations
that make the models it names.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps.registry import Apps
from django.db.models.options import Options

from miglobe.accounts.roles import Role


def grant(apps: Apps, role: Role | str, permissions: Iterable[str]) -> None:
    """Give a role permissions, each written as "app_label.codename" ("accounts.view_user").

    `apps` is the registry that the migration gets. The rows of ContentType and Permission are made
    if they are missing, since Django makes them only after the last migration. Calling it twice
    changes nothing. Raises LookupError when no model of that app has such a permission.
    """
    group = apps.get_model("auth", "Group").objects.get(name=role)
    group.permissions.add(*[_permission(apps, name) for name in permissions])


def revoke(apps: Apps, role: Role | str, permissions: Iterable[str]) -> None:
    """Take permissions from a role again: the way back of `grant`. Other permissions stay."""
    group = apps.get_model("auth", "Group").objects.get(name=role)
    group.permissions.remove(*[_permission(apps, name) for name in permissions])


def _permission(apps: Apps, full_name: str) -> Any:
    """The row of a permission, made if it is missing."""
    app_label, codename = full_name.split(".")
    for model in apps.get_models():
        options = model._meta
        if options.app_label == app_label and codename in (names := _permission_names(options)):
            content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
                app_label=app_label, model=options.model_name
            )
            permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
                content_type=content_type, codename=codename, defaults={"name": names[codename]}
            )
            return permission
    raise LookupError(f"No model of {app_label} has the permission {codename}.")


def _permission_names(options: Options) -> dict[str, str]:
    """Codename and words of every permission of a model, worded as Django words them."""
    by_default = {
        f"{action}_{options.model_name}": f"Can {action} {options.verbose_name_raw}"
        for action in options.default_permissions
    }
    return by_default | {codename: str(name) for codename, name in options.permissions}

"""What the engine in use calls things: sentences that tell a person to run a command take it from here.

Each is a command without its backticks. A process serves one engine; who starts it for another one says so first.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Terms:
    """One engine's commands. `fresh_option` is the option by which a refresh and a destroy take the configuration
    as it is now instead of as it was recorded."""

    apply: str
    destroy: str
    set_setting: str
    remove_setting: str
    secret_option: str
    tenant_option: str
    fresh_option: str
    without_refresh: str
    show_pair: str
    """Shows a key whole, for a person who enters it somewhere."""

    @property
    def apply_fresh(self) -> str:
        """With the configuration as it is now."""
        return f"{self.apply} {self.fresh_option}"

    @property
    def destroy_fresh(self) -> str:
        """And without looking first, for when nobody can sign in."""
        return f"{self.destroy} {self.fresh_option} {self.without_refresh}"

    @property
    def set_secret(self) -> str:
        """Store a setting encrypted."""
        return f"{self.set_setting} {self.secret_option}"

    def on(self, command: str, tenant: str) -> str:
        """Aim a command at one tenant; an engine that is run in a tenant's own folder needs no option for it."""
        return f"{command} {self.tenant_option} {tenant}" if self.tenant_option else command


PULUMI = Terms(
    apply="pulumi up",
    destroy="pulumi destroy",
    set_setting="pulumi config set",
    remove_setting="pulumi config rm",
    secret_option="--secret",  # noqa: S106 - no secret but an option
    tenant_option="-s",
    fresh_option="--run-program",
    without_refresh="--refresh=false",
    show_pair="umbrella-psa export <tenant> --to - --show-secret",
)

_current = PULUMI
_settings_may_be_old = True


def terms() -> Terms:
    """Return the terms of the engine in use, Pulumi's unless somebody said otherwise."""
    return _current


def use_terms(new: Terms) -> None:
    """From now on sentences speak of this engine."""
    global _current
    _current = new


def use_settings_as_they_are() -> None:
    """From now on nothing is said of settings that an engine has recorded: this process reads the file's own."""
    global _settings_may_be_old
    _settings_may_be_old = False


def explain_recorded(what: str, *, destroy: bool = False) -> str:
    """Say how a run gets what was changed after the last one; empty where it has it (`use_settings_as_they_are`)."""
    if not _settings_may_be_old:
        return ""
    to_destroy = f"; to destroy, `{terms().destroy_fresh}`" if destroy else ""
    return f"If {what} was changed after the last run, run `{terms().apply_fresh}` once{to_destroy}."

"""Tenants' names for the shell that asks for them: fast, since somebody waits with a finger on Tab.

A verb's module loads the providers' models, a quarter of a second. Its arguments are known without it, so it is loaded
only where options are asked for.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence

import click
from click.shell_completion import CompletionItem

from providers.core.stack_file import FOLDER
from stacks.project import find_project
from stacks.tenant_files import list_tenants

TENANT_VERBS = (
    "check",
    "status",
    "up",
    "preview",
    "destroy",
    "sweep",
    "rotate",
    "orphans",
    "export",
    "remove",
    "resalt",
)
"""The verbs whose arguments are tenants that are there already."""


def complete_tenants(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete a tenant's name by the project's files; one that is named already is not offered again."""
    project = find_project(context.find_root().params["folder"])
    if project is None:
        return []
    named = context.params.get("tenants") or ()
    return [
        CompletionItem(name)
        for name in list_tenants(project / FOLDER)
        if name.startswith(incomplete) and name not in named
    ]


def is_completed_by_names(verb: str, words: Sequence[str]) -> bool:
    """Tell whether only names can follow: no option among the words so far, which could want a value."""
    return verb in TENANT_VERBS and not any(word.startswith("-") for word in words)


class NamesOnly(click.Command):
    """A verb of which only the arguments are known yet."""

    def __init__(self, verb: str) -> None:
        """Take the place of a verb that need not be loaded."""
        super().__init__(verb, params=[click.Argument(["tenants"], nargs=-1, shell_complete=complete_tenants)])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete an option, by the verb itself."""
        command = load_command(str(self.name))
        return command.shell_complete(
            command.make_context(self.name, [], parent=ctx.parent, resilient_parsing=True), incomplete
        )


def load_command(verb: str) -> click.Command:
    """Load a verb's module; its command."""
    command: click.Command = importlib.import_module(f"stacks.commands.{verb}").command
    return command

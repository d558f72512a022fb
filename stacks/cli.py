"""The command line: what an operator does around `pulumi up`."""

from __future__ import annotations

import importlib
import sys

import click

from providers.core.errors import ProviderError
from providers.core.settings import SettingErrors
from stacks.exit_codes import ERROR, INTERRUPTED, USAGE

COMMANDS = {
    "new": "make a tenant's stack and its configuration; asks for what is not given",
    "check": "everything that can be known of a tenant without changing anything",
    "status": "one line per tenant: key age, last run, pending steps, vault, sink",
    "up": "bring tenants to their settings, in waves",
    "preview": "what `up` would do to tenants, by the engine",
    "destroy": "take away what was made for tenants",
    "sweep": "drift of many tenants, without starting the engine",
    "rotate": "replace the API key of these tenants",
    "orphans": "keys with our tag that no state claims, and states whose key is gone",
    "export": "copy a tenant's key pair to another place",
}


class CommandGroup(click.Group):
    """Loads a verb when it is asked for: none pays for another's imports."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"stacks.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
def stacks() -> None:
    """Tenants and their keys. A tenant is a Pulumi stack; run this in the project's folder, signed in to its backend.

    Exit codes: 0 clean, 1 error, 2 usage or configuration, 7 drift or a step that waits for a person, 8 interrupted.
    """


def main(arguments: list[str] | None = None) -> int:
    """Run a verb; its exit code."""
    try:
        return int(stacks.main(arguments, prog_name="python -m stacks", standalone_mode=False) or 0)
    except (KeyboardInterrupt, click.Abort):
        print("interrupted; what was finished is kept, and running the same again goes on from there.", file=sys.stderr)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return USAGE
    except SettingErrors as problem:
        print(f"error: {problem}", file=sys.stderr)
        return USAGE
    except ProviderError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return ERROR

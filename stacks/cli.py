"""The command line: what an operator does around `pulumi up`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from providers.core.configuration import PROJECT
from providers.core.errors import ProviderError
from providers.core.nearest import suggest_nearest
from providers.core.terms import use_settings_as_they_are
from stacks.completion import NamesOnly, is_completed_by_names, load_command
from stacks.exit_codes import ERROR, INTERRUPTED, USAGE
from stacks.failures import get_exit_code
from stacks.project import enter_project, read_version
from stacks.reports.output import discard, print_line

COMMANDS = {
    "new": "make a tenant's stack and its configuration; asks for what is not given",
    "check": "everything that can be known of a tenant without changing anything",
    "presets": "what vendors ask of their integrations' security role",
    "status": "one line per tenant: key age, last run, pending steps, vault, sink",
    "up": "bring tenants to their settings, in waves",
    "preview": "what `up` would do to tenants, by the engine",
    "destroy": "take away what was made for tenants",
    "remove": "destroy tenants, and take their stacks and files away, too",
    "sweep": "drift of many tenants, without starting the engine",
    "rotate": "replace the API key of these tenants",
    "orphans": "keys with our tag that no state claims, and states whose key is gone",
    "resalt": "give older stacks the salt that the fleet shares",
    "export": "copy a tenant's key pair to another place",
    "worker": "serve the jobs of the runner temporal, on any number of machines",
    "schedule": "sweeps and rotations by the clock of a Temporal server",
    "terraform": "the provider for Terraform and OpenTofu, and what moves a tenant there",
}


class CommandGroup(click.Group):
    """Loads a verb when it is asked for: none pays for another's imports."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the verbs in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one verb; None for a word that is none."""
        if cmd_name not in COMMANDS:
            return None
        return load_command(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Refuse a word that is no verb, and go to the project before a verb runs; its help is shown anywhere."""
        if args[0] not in COMMANDS and not ctx.resilient_parsing:
            ctx.fail(f"There is no verb {args[0]!r}.{suggest_nearest(args[0], COMMANDS, 1)}")
        if not ctx.resilient_parsing and not {"-h", "--help"} & {*args}:
            enter_project(ctx.params["folder"])
        if ctx.resilient_parsing and is_completed_by_names(args[0], args[1:]):
            return args[0], NamesOnly(args[0]), args[1:]
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the verbs and what they do, without loading any."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(COMMANDS.items()))


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        click.echo(f"{PROJECT} {read_version()}")
        ctx.exit()


def _print_completion(ctx: click.Context, _: click.Parameter, shell: str | None) -> None:
    made = get_completion_class(shell) if shell and not ctx.resilient_parsing else None
    if made:
        click.echo(made(stacks, {}, PROJECT, f"_{PROJECT.replace('-', '_').upper()}_COMPLETE").source())
        ctx.exit()


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C",
    "folder",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="as if called in this folder; the project is the folder's own, or the nearest above",
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="and no more")
@click.option(
    "--completion",
    type=click.Choice(["bash", "zsh", "fish"]),
    is_eager=True,
    expose_value=False,
    callback=_print_completion,
    help=f'what makes the shell complete verbs, tenants and options: eval "$({PROJECT} --completion bash)"',
)
def stacks(folder: Path) -> None:
    """Tenants and their keys. A tenant is a Pulumi stack; the verbs run signed in to the backend that keeps it.

    Exit codes: 0 clean, 1 error, 2 usage or configuration, 7 drift or a step that waits for a person, 8 interrupted.
    """


def run() -> int:
    """Run what the installed command `umbrella-psa` was given; its exit code."""
    return main(name=PROJECT)


def main(arguments: list[str] | None = None, name: str = "python -m stacks") -> int:
    """Run a verb; its exit code (stacks/exit_codes.py)."""
    use_settings_as_they_are()
    # Closed by whoever started us: what is printed goes nowhere.
    sys.stdout, sys.stderr = (stream or open(os.devnull, "w") for stream in (sys.stdout, sys.stderr))  # noqa: SIM115
    try:
        code = int(stacks.main(arguments, prog_name=name, standalone_mode=False) or 0)
        sys.stdout.flush()
        return code
    except (KeyboardInterrupt, click.Abort):
        print("interrupted; what was finished is kept, and running the same again goes on from there.", file=sys.stderr)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return USAGE
    except ProviderError as problem:
        print_line(f"error: {problem}", sys.stderr)
        return get_exit_code(problem)
    except BrokenPipeError:
        # Nobody read the last of it (`| head`). Click ends so, too, where it notices earlier; what a run tells does not
        # come here (stacks/reports/output.py).
        discard(sys.stdout)
        return ERROR

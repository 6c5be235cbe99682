"""The command line.  Run as `cesnode`, or `python cli.py` from a checkout.

A command's module in cesnode.commands is imported when that command runs, so that
`cesnode -h` answers at once.
"""

from __future__ import annotations

from importlib import import_module
from keyword import iskeyword
from types import MappingProxyType

import click
from typing_extensions import override

COMMANDS = MappingProxyType(
    {
        "init": ("exchange", "Found an exchange in an empty folder."),
        "serve": ("serving", "Serve the exchange to people and programs."),
        "demo": ("demo", "Serve made-up communities on this computer."),
        "exchange": ("exchange", "Show and change the rules of the exchange."),
        "member": ("member", "Add, show and change members."),
        "account": ("account", "Show where an account stands and how it got there."),
        "trade": ("trade", "Record trades, and answer them."),
        "schedule": ("schedule", "Enter trades later, or again and again."),
        "area": ("area", "Put the areas of the exchange on the map."),
        "category": ("category", "Sort offerings and wants into categories."),
        "ledger": ("ledger", "Check, export and sign the ledger."),
        "import": ("moving", "Bring a community over from the files of another system."),
        "export": ("leaving", "Write everything of the community as documented files."),
        "peer": ("peer", "Agree with other exchanges, and see how you stand with them."),
        "murmurations": ("murmurations", "Tell maps and directories of the exchange."),
        "backup": ("backup", "Make copies that can be gone back to, and put one back."),
        "doctor": ("doctor", "Look whether everything the node needs is well."),
        "mail": ("mail", "Try how letters leave, and see which wait."),
        "token": ("token", "Make and revoke the tokens that programs sign in with."),
        "version": ("version", "Show which versions these are."),
    }
)
"""For each command the module it lives in, and what it is for."""


class Commands(click.Group):
    """Lists commands from the table above, and imports the one that is to run."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    @override
    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, sign, rest = super().resolve_command(ctx, args)
        return name, load(name) if name and sign else None, rest


def load(name: str) -> click.Command:
    """Import a command."""
    module, _ = COMMANDS[name]
    attribute = f"{name}_" if iskeyword(name) else name
    command: click.Command = getattr(import_module(f"cesnode.commands.{module}"), attribute)
    return command


@click.group(
    cls=Commands,
    commands=[click.Command(name, help=sign) for name, (_, sign) in COMMANDS.items()],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 92},
    epilog="Exit codes: 0 done, 1 refused or failed, 2 wrongly called, 3 done but needs"
    " attention.",
)
def main() -> None:
    """Run and look after the node of a community exchange.

    Every command takes --data DIR (or the variable CESNODE_DATA; else ./data) and, where
    it answers something, --json.  “cesnode COMMAND -h” says more.
    """


if __name__ == "__main__":
    main(prog_name="cesnode")

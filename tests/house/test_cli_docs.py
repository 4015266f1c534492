"""The command line and its page say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from azygos.cli import app

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
COMMANDS = dict(typer.main.get_command(app).commands)
SECTIONS = {match[1]: match[2] for match in re.finditer(r"^## `azygos (\w+)`\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S)}


def options_of(name: str) -> set[str]:
    """All long options of a command but help; of a group, of all its commands."""
    command = COMMANDS[name]
    parts = [command, *getattr(command, "commands", {}).values()]
    named = {option for part in parts for parameter in part.params for option in parameter.opts}
    return {option for option in named if option.startswith("--")} - {"--help"}


@pytest.mark.parametrize("name", [name for name, command in COMMANDS.items() if hasattr(command, "commands")])
def test_every_command_of_a_group_is_named(name):
    assert {part for part in COMMANDS[name].commands if f"`azygos {name} {part}" not in SECTIONS[name]} == set()


def test_every_command_has_a_section_and_no_other():
    assert set(SECTIONS) == set(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_of_a_command_is_named(name):
    """In its own section, or in one that the section points to (``as for `plan` ``)."""
    section = SECTIONS[name]
    assert {option for option in options_of(name) if f"`{option}`" not in section} == set()


@pytest.mark.parametrize("name", sorted(SECTIONS))
def test_no_option_is_named_that_does_not_exist(name):
    table = re.findall(r"^\|(.*?)\|", SECTIONS[name], re.M)
    named = {option for cell in table for option in re.findall(r"`(--[\w-]+)`", cell)}
    assert named - options_of(name) == set()

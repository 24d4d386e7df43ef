"""Rules of the house that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "letterslot"
MODULES = sorted(p for p in PACKAGE.rglob("*.py") if "migrations" not in p.parts)
FORBIDDEN_NAMES = {"common", "utils", "helpers", "core", "base"}


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name]


@pytest.mark.parametrize("module", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_opens_with_its_purpose_and_is_short_enough_to_read(module: Path) -> None:
    source = module.read_text("utf-8")
    assert ast.get_docstring(ast.parse(source)), "it opens with no sentence of purpose"
    assert len(source.splitlines()) <= 400, "look for the second idea in it"


def test_nothing_is_called_by_a_name_that_means_nothing() -> None:
    named = {p.stem for p in MODULES} | {p.name for p in PACKAGE.rglob("*") if p.is_dir()}
    assert not named & FORBIDDEN_NAMES


def test_every_room_says_in_one_sentence_what_it_is_for() -> None:
    for room in PACKAGE.iterdir():
        if (room / "__init__.py").is_file():
            assert ast.get_docstring(ast.parse((room / "__init__.py").read_text("utf-8")))


def test_a_template_takes_in_only_templates_of_its_own_room() -> None:
    taken_in = re.compile(r"""{%-?\s*(?:extends|include|import|from)\s+["']([^"']+)["']""")
    for template in PACKAGE.rglob("templates/**/*.html"):
        room = template.relative_to(PACKAGE).parts[0]
        for name in taken_in.findall(template.read_text("utf-8")):
            assert (PACKAGE / room / "templates" / name).is_file(), (
                f"{template.name} takes in {name}"
            )


def test_only_the_ledger_writes_the_state_of_a_comment() -> None:
    writes = re.compile(r"\.update\([^)]*\bstate\s*=|\.state\s*=[^=]")
    writers = {
        str(module.relative_to(PACKAGE))
        for module in MODULES
        if writes.search(module.read_text("utf-8"))
    }
    assert writers == {"discussion/ledger.py"}


def test_nothing_is_printed_or_logged_outside_the_commands() -> None:
    speaks = re.compile(r"\bprint\(|logging\.(debug|info|warning|error|exception)\(|logger\.")
    for module in MODULES:
        if speaks.search(module.read_text("utf-8")):
            pytest.fail(f"{module.relative_to(ROOT)} prints or logs; a text could get there")


def test_no_page_holds_a_script_or_a_style_of_its_own() -> None:
    inline = re.compile(r"""<script>|<style|\sstyle=["']|\son(click|submit|load|change)=""")
    for template in PACKAGE.rglob("templates/**/*.html"):
        assert not inline.search(template.read_text("utf-8")), template


def test_no_file_names_a_place_that_others_do_not_have() -> None:
    places = re.compile(rb"--(extra-)?index-url|\"resolved\": \"http|/root/|/home/\w+/")
    for path in _tracked():
        if path == Path(__file__).resolve() or not path.is_file():
            continue
        found = places.search(path.read_bytes())
        assert not found, f"{path.relative_to(ROOT)}: {found[0] if found else b''!r}"


def test_the_lock_files_hold_every_direct_dependency_with_a_hash() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    always, extras = project["dependencies"], project["optional-dependencies"]
    wanted = {
        "public.txt": always,
        "newsroom.txt": always + extras["newsroom"],
        "isso.txt": always + extras.pop("isso"),
        "dev.txt": [*always, *chain(*extras.values())],
    }
    for name, entries in wanted.items():
        lock = (ROOT / "requirements" / name).read_text()
        for entry in entries:
            package = re.split(r"[<>=~!\[ ]", entry)[0].lower().replace("_", "-")
            assert re.search(rf"^{re.escape(package)}==\S+ \\\n    --hash=sha256:", lock, re.M), (
                f"{package} is not in requirements/{name}: run `make lock`"
            )
    assert "django==" not in (ROOT / "requirements/public.txt").read_text()


def test_every_key_of_publication_toml_is_documented() -> None:
    from letterslot.newsroom import publication

    keys = re.findall(r"^(?:# )?([a-z_]+) = ", publication.TEMPLATE, re.M)
    page = (ROOT / "docs/configuration.md").read_text("utf-8")
    assert keys
    assert [key for key in keys if f"`{key}`" not in page] == []


def test_every_command_is_documented() -> None:
    from letterslot.project.commands.words import parser

    actions = [
        action for action in parser()._actions if action.choices and action.metavar == "COMMAND"
    ]
    commands = list(actions[0].choices)
    page = "".join(path.read_text("utf-8") for path in (ROOT / "docs").glob("*.md"))
    assert [command for command in commands if f"letterslot {command}" not in page] == []


def test_every_test_that_the_docs_name_is_there() -> None:
    docs = [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")]
    named = {
        path for doc in docs for path in re.findall(r"`(tests/[^`\s]+)`", doc.read_text("utf-8"))
    }
    assert len(named) > 20
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_the_state_diagram_in_the_docs_is_that_of_the_table() -> None:
    from letterslot.discussion import states

    assert states.diagram() in (ROOT / "docs/architecture.md").read_text("utf-8")


def test_the_migrations_tell_all_that_the_models_say(db: None) -> None:
    from django.core.management import call_command

    call_command("makemigrations", "--check", "--dry-run", verbosity=0)

"""The house: arrows run one way, rooms are small, and the door opens quickly."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

KNOWS = {
    "errors": set(),
    "grid": set(),
    "grid_html": {"grid"},
    "formats": {"grid"},
    "percent": set(),
    "figures": {"formats"},
    "report": {"figures", "formats", "grid"},
    "placeholders": {"figures", "formats", "report"},
    "params": {"errors", "figures", "formats", "placeholders", "report"},
    "rules": {"figures", "formats", "grid", "percent", "placeholders", "report"},
    "readers": {"errors", "figures", "formats", "grid", "grid_html", "params", "report"},
    "register": {"errors", "figures", "formats", "readers", "report", "rules"},
    "forms": {"errors", "figures", "formats", "grid", "register", "report", "rules"},
    "exporters": {"grid", "grid_html"},
    "agreement": {"errors", "figures", "formats", "readers", "report"},
    "comparing": {"errors", "figures", "formats", "report", "rules"},
    "rollup": {"errors", "figures", "formats", "forms", "report", "rules"},
    "sheets": {"comparing", "forms", "report", "rules"},
    "proofs": {"figures", "formats", "register", "report", "sheets"},
    "settings": {"errors", "formats", "register", "report", "rules"},
    "portfolio": {"errors", "formats", "percent", "report", "rules"},
    "overview": set(),
    "opendata": {"figures", "formats", "forms", "grid", "portfolio", "report", "rules"},
    "poster": {"exporters", "figures", "formats", "percent", "portfolio", "report", "rules"},
    "engine": set(),
}
"""What each room may import. Rules and readers, which stand side by side, never meet."""

UPSTAIRS = {
    "sources": set(),
    "judging": {"sources"},
    "notebook": {"judging", "sources"},
    "batch": {"judging", "notebook", "sources"},
    "cli": {"batch", "judging", "notebook", "sources"},
}
"""Those who bring the rooms together: they may know all of them and these of each other."""

HEAVY = ["pandas", "numpy", "papermill", "nbconvert", "nbclient", "typst", "lxml", "matplotlib"]


def modules(project: Path) -> list[Path]:
    """The modules of the library."""
    return sorted((project / "src/helpers").rglob("*.py"))


def tree(file: Path) -> ast.Module:
    """A module as a syntax tree."""
    return ast.parse(file.read_text(encoding="utf-8"))


def room(file: Path, project: Path) -> str:
    """The part of the house that a module belongs to; "" for the front door."""
    first = file.relative_to(project / "src/helpers").parts[0].removesuffix(".py")
    return "" if first == "__init__" else first


def imported(file: Path, project: Path) -> Iterator[str]:
    """The rooms that a module imports from, wherever the import stands, its own left out."""
    package = ("helpers", *file.relative_to(project / "src/helpers").parts[:-1])
    for node in ast.walk(tree(file)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            source = ".".join(part for part in (above, node.module or "") if part)
            names = [f"{source}.{alias.name}" for alias in node.names]
        for name in names:
            top, *rest = name.split(".")
            if top == "helpers" and rest and not rest[0].startswith("__"):
                yield rest[0]


def arrows(project: Path) -> dict[str, set[str]]:
    """Which room knows which others."""
    found: dict[str, set[str]] = {}
    for file in modules(project):
        own = room(file, project)
        found.setdefault(own, set()).update(set(imported(file, project)) - {own})
    return found


def test_every_room_has_its_place_in_the_house(project: Path) -> None:
    """A new module is added to the lists above, with what it may know."""
    assert set(arrows(project)) - {""} <= set(KNOWS) | set(UPSTAIRS)


@pytest.mark.parametrize("name", KNOWS)
def test_a_room_knows_only_those_below_it(project: Path, name: str) -> None:
    assert arrows(project).get(name, set()) <= KNOWS[name]


@pytest.mark.parametrize("name", UPSTAIRS)
def test_nobody_below_knows_those_who_bring_the_rooms_together(project: Path, name: str) -> None:
    allowed = {other for other, known in UPSTAIRS.items() if name in known}

    assert {own for own, known in arrows(project).items() if name in known} <= allowed


def test_the_lists_themselves_run_one_way() -> None:
    """Whoever is known is listed before the one who knows it, so there can be no circle."""
    seen: set[str] = set()
    for name in ["errors", "grid", *KNOWS]:
        assert KNOWS[name] <= seen, name
        seen.add(name)
    assert not {"rules", "readers", "exporters"} & KNOWS["params"]
    assert not {"params", "readers", "exporters"} & KNOWS["rules"]
    assert not {"rules", "exporters"} & KNOWS["readers"]
    assert not {"readers", "register"} & KNOWS["rules"]
    assert not {"report", "figures", "formats"} & KNOWS["exporters"]


def test_the_front_door_imports_nothing_of_the_house(project: Path) -> None:
    assert set() == arrows(project)[""]


def test_no_module_has_400_lines(project: Path) -> None:
    sizes = {str(file): len(file.read_text("utf-8").splitlines()) for file in modules(project)}

    assert {name: size for name, size in sizes.items() if size >= 400} == {}


def test_no_function_has_45_lines(project: Path) -> None:
    functions = [
        (f"{file.name}:{node.name}", (node.end_lineno or 0) - node.lineno + 1)
        for file in modules(project)
        for node in ast.walk(tree(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]

    assert len(functions) > 100
    assert [function for function in functions if function[1] >= 45] == []


def test_every_module_class_and_public_function_says_what_it_is(project: Path) -> None:
    silent = []
    for file in modules(project):
        whole = tree(file)
        named = [n for n in ast.walk(whole) if isinstance(n, ast.FunctionDef | ast.ClassDef)]
        top = [n for n in named if n in whole.body and not n.name.startswith("_")]
        silent += [f"{file.name}:{n.name}" for n in top if not ast.get_docstring(n)]
        silent += [] if ast.get_docstring(whole) or not whole.body else [file.name]

    assert silent == []


def test_the_library_does_not_print(project: Path) -> None:
    """Only the command line writes to the terminal, and not with print."""
    calls = [
        f"{file.name}:{node.lineno}"
        for file in modules(project)
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("print", "input", "breakpoint")
    ]

    assert calls == []


def _loaded_after(statement: str) -> list[str]:
    code = f"import sys; {statement}; print(*(m for m in {HEAVY!r} if m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    return done.stdout.split()


@pytest.mark.parametrize(
    "statement",
    ["import helpers", "import helpers.cli", "from helpers import read_params, check"],
)
def test_nothing_heavy_is_imported_before_it_is_needed(statement: str) -> None:
    """The command line starts at once, and checking a report needs no pandas and no Typst."""
    assert _loaded_after(statement) == []


def test_the_front_door_offers_few_names_and_they_are_there() -> None:
    import helpers

    assert sorted(helpers.__all__) == [
        "__version__",
        "check",
        "open_portfolio",
        "open_report",
        "read_params",
    ]
    for name in helpers.__all__:
        assert getattr(helpers, name)
    with pytest.raises(AttributeError, match="module 'helpers' has no attribute 'nothing'"):
        helpers.nothing  # noqa: B018


def test_outputs_know_no_clock_and_no_chance(project: Path) -> None:
    """The same inputs give the same bytes: no module asks for the time or for a random number."""
    forbidden = {"random", "secrets", "uuid", "socket", "getpass"}
    clocks = {"now", "today", "utcnow", "time_ns", "localtime", "gmtime"}
    found = []
    for file in modules(project):
        for node in ast.walk(tree(file)):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            asked = isinstance(node, ast.Attribute) and node.attr in clocks
            if asked or forbidden & {name.split(".")[0] for name in names}:
                found.append(f"{file.name}:{getattr(node, 'lineno', 0)}")

    assert found == []

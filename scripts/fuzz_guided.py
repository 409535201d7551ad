"""The coverage-guided part of fuzz.py: one target under atheris, in a process of its own.

    python scripts/fuzz_guided.py TARGET FOLDER [libFuzzer's options] CORPUS

Reading happens in this process, so that the fuzzer sees which lines an input reaches. The limits
of a bounded child do not hold here; fuzz.py tries again, under them, whatever is found.
"""

from __future__ import annotations

import pkgutil
import random
import sys
from importlib import import_module
from pathlib import Path

import atheris

_READ = ("params", "readers", "rules", "register", "formats", "forms", "comparing")
_ALONE = ("judging", "settings", "placeholders", "sources", "batch.manifest")


def _import_all() -> None:
    """Everything that reads or judges, so that each line of it is watched."""
    for part in (*_READ, *_ALONE):
        package = import_module(f"helpers.{part}")
        for module in pkgutil.walk_packages(getattr(package, "__path__", ()), f"helpers.{part}."):
            import_module(module.name)


def main(arguments: list[str]) -> None:
    """Fuzz one target until libFuzzer's options end it."""
    name, folder, *options = arguments
    with atheris.instrument_imports(include=["helpers"]):
        _import_all()
    from fuzz_inputs import changed
    from fuzz_targets import targets
    from helpers.errors import InputError
    from helpers.readers import limits

    target = targets(Path(folder))[name]
    limits._inside = True  # as in a bounded child: no other process

    def one(content: bytes) -> None:
        try:
            target.read(content)
        except InputError:
            return

    def mutate(content: bytes, largest: int, seed: int) -> bytes:
        chance = random.Random(seed)
        if chance.random() < 0.4 and not content.startswith(b"PK"):
            return bytes(atheris.Mutate(content, largest))
        made = changed(content if len(content) > 3 else chance.choice(target.seeds), chance)
        return made if len(made) <= largest else content

    for number, seed in enumerate(target.seeds):
        Path(options[-1], f"seed-{number}").write_bytes(seed)
    atheris.Setup([sys.argv[0], *options], one, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])

"""Spoil every row of the test register in every way, and say what was neither named nor right."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from test_register_spoilt import CLEAN, WAYS, spoilt, sweep, sweep_disputes


def main() -> int:
    """Run the whole sweep; returns 1 where something is wrong."""
    number = sum(1 for how in WAYS for at in range(len(CLEAN)) for _ in spoilt(CLEAN, at, how))
    wrong = [*sweep(WAYS), *sweep_disputes()]
    said = f"{len(WAYS)} 种方式，{number} 份写坏的台账，不对的 {len(wrong)} 处"
    sys.stdout.write("\n".join([*wrong, said, ""]))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())

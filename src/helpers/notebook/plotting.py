"""Charts in the notebook: vector output, Chinese labels and the same bytes every time.

Nothing is imported for it: the settings are made when a cell has brought in matplotlib.
"""

from __future__ import annotations

import sys
from typing import Any

_done: list[bool] = []


def prepare_plots() -> None:
    """Arrange for matplotlib figures, should a cell draw any. Outside a notebook: nothing."""
    if "IPython" not in sys.modules:
        return
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None or _done:
        return
    _done.append(True)
    shell.config.InlineBackend.figure_formats = {"svg"}
    shell.config.InlineBackend.print_figure_kwargs = {
        "bbox_inches": "tight",
        "metadata": {"Date": None},
    }
    shell.events.register("post_execute", _set_up)


def _set_up() -> None:
    """Runs after a cell and before its figures are drawn."""
    matplotlib: Any = sys.modules.get("matplotlib")
    if matplotlib is None or "matplotlib.font_manager" not in sys.modules:
        return
    from IPython import get_ipython

    get_ipython().events.unregister("post_execute", _set_up)
    try:
        import pylopdf_fonts_zh_cn as fonts
    except ImportError:
        return
    manager = sys.modules["matplotlib.font_manager"].fontManager
    manager.addfont(fonts.sans_path())
    matplotlib.rcParams["font.sans-serif"] = [
        "Noto Sans SC",
        *matplotlib.rcParams["font.sans-serif"],
    ]
    matplotlib.rcParams["axes.unicode_minus"] = False
    matplotlib.rcParams["svg.hashsalt"] = "nianbao"

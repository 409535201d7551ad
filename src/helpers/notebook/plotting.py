"""Charts in the notebook: vector output, Chinese labels and the same bytes every time.

Nothing is imported for it until a cell speaks of charts.
"""

from __future__ import annotations

import re
import sys
from importlib.util import find_spec
from typing import Any

_set_up_already: list[bool] = []
"""Whether matplotlib has been set up in this process."""

_CHARTS = re.compile(r"matplotlib|pyplot|\bplt\.|\.plot\b|\.hist\b|seaborn")


def prepare_plots() -> None:
    """Arrange for matplotlib figures, should a cell draw any. Outside a notebook: nothing."""
    if "IPython" not in sys.modules:
        return
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None or _before in shell.events.callbacks["pre_run_cell"]:
        return
    shell.config.InlineBackend.figure_formats = {"svg"}
    shell.config.InlineBackend.print_figure_kwargs = {
        "bbox_inches": "tight",
        "metadata": {"Date": None},
    }
    shell.events.register("pre_run_cell", _before)
    shell.events.register("post_execute", _set_up)


def _before(info: Any) -> None:
    """Set up before a cell that speaks of charts, which may draw them itself (plt.show)."""
    if _CHARTS.search(info.raw_cell or "") and find_spec("matplotlib"):
        import matplotlib.font_manager  # noqa: F401

        _set_up()


def _set_up() -> None:
    """Give charts the packaged Chinese font, once matplotlib has been brought in."""
    matplotlib: Any = sys.modules.get("matplotlib")
    if matplotlib is None or "matplotlib.font_manager" not in sys.modules or _set_up_already:
        return
    _set_up_already.append(True)
    try:
        import pylopdf_fonts_zh_cn as fonts
    except ImportError:
        return
    manager = sys.modules["matplotlib.font_manager"].fontManager
    manager.addfont(fonts.sans_path())
    settings = matplotlib.rcParams
    settings["font.sans-serif"] = ["Noto Sans SC", *settings["font.sans-serif"]]
    settings["axes.unicode_minus"] = False
    settings["svg.hashsalt"] = "nianbao"

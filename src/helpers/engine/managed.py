"""The engine as papermill knows it. papermill imports it; nobody else does before papermill."""

from __future__ import annotations

from typing import Any

from papermill.engines import Engine, NBClientEngine
from papermill.log import logger


class NianbaoEngine(Engine):  # type: ignore[misc]
    """Runs Python notebooks without a kernel, each in a process of its own.

    Where processes cannot be forked, or for a notebook in another language, the standard engine
    does the work and the log says so.
    """

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> str:
        """The kernel the notebook names; one that names none is a Python notebook."""
        return name or nb.metadata.get("kernelspec", {}).get("name") or "python3"

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> str:
        """The language the notebook names; one that names none is a Python notebook."""
        named = nb.metadata.get("language_info", {}).get("name")
        spec = nb.metadata.get("kernelspec", {}).get("language")
        return language or named or spec or "python"

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
        """Run the cells: here if this process was made for it, else in one that is."""
        from helpers.engine import warm

        reason = warm.obstacle(cls.nb_language(nb_man.nb))
        if reason:
            logger.warning("%s，改用标准引擎运行。", reason)
            return NBClientEngine.execute_managed_notebook(nb_man, kernel_name, **options)
        if warm.is_child():
            from helpers.engine.client import execute

            return execute(nb_man, **options)
        from helpers.engine.apart import execute_apart

        return execute_apart(nb_man, **options)

"""The injected parameters cell, readable: Chinese stays Chinese, long text on lines of its own.

papermill's own translator writes every character above ASCII as an escape.
"""

from __future__ import annotations

from typing import Any


def register_translator() -> None:
    """Use the readable translator for Python notebooks in this process."""
    from papermill.translators import PythonTranslator, papermill_translators

    class ReadableTranslator(PythonTranslator):  # type: ignore[misc]
        """papermill's Python translator with readable text."""

        @classmethod
        def translate_escaped_str(cls, str_val: Any) -> str:
            """A value as a Python string literal that shows its characters."""
            return repr(str(str_val))

        @classmethod
        def codify(cls, parameters: dict[str, Any], comment: str = "Parameters") -> str:
            """The whole cell, one parameter after the other."""
            lines = [f"# {comment}"]
            lines += [f"{name} = {_pretty(value)}" for name, value in parameters.items()]
            return "\n".join(lines) + "\n"

    papermill_translators.register("python", ReadableTranslator)


def _pretty(value: Any, indent: int = 0) -> str:
    """A value as a Python expression; mappings one entry a line."""
    inner = " " * (indent + 4)
    if isinstance(value, dict):
        entries = (f"{inner}{str(k)!r}: {_pretty(v, indent + 4)},\n" for k, v in value.items())
        return "{\n" + "".join(entries) + " " * indent + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_pretty(item) for item in value) + "]"
    if value is None or isinstance(value, bool | int):
        return repr(value)
    text = str(value)
    if "\n" not in text:
        return repr(text)
    lines = "".join(f"{inner}{line!r}\n" for line in text.splitlines(keepends=True))
    return "(\n" + lines + " " * indent + ")"

"""What a cell says, on a tape: the messages a kernel would send, in order."""

from __future__ import annotations

import io
import os
import tempfile
from typing import Any

from jupyter_client.session import Session

Message = dict[str, Any]


class Tape(Session):
    """A session that keeps its messages instead of sending them."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[Message] = []
        self.request: Message = {}

    def send(  # type: ignore[override]
        self, _stream: Any, msg_or_type: Any, content: Any = None, *_: Any, **__: Any
    ) -> Message:
        """Keep a message, as it would arrive at the other end of a wire."""
        message: Message = (
            self.msg(msg_or_type, content) if isinstance(msg_or_type, str) else msg_or_type
        )
        message["content"] = self.unpack(self.pack(message["content"]))
        message["parent_header"] = self.request
        self.messages.append(message)
        return message

    def take(self) -> list[Message]:
        """The messages since the last time."""
        messages, self.messages = self.messages, []
        return messages


class Stream(io.TextIOBase):
    """Standard output or error of cells: kept until it is flushed, then one message.

    What other programs and C libraries write to the file descriptor comes along.
    """

    encoding = "UTF-8"

    def __init__(self, tape: Tape, name: str, descriptor: int) -> None:
        super().__init__()
        self.name = name
        self._tape = tape
        self._descriptor = descriptor
        self._kept: list[str] = []
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as the process
        os.dup2(self._file.fileno(), descriptor)

    def fileno(self) -> int:
        """The descriptor that other programs write to."""
        return self._descriptor

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def write(self, text: str) -> int:
        """Keep text; anything else is a mistake of the caller's."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        self._kept.append(text)
        return len(text)

    def flush(self) -> None:
        """Put what was written on the tape."""
        text = "".join(self._kept) + self._from_outside()
        self._kept.clear()
        if text:
            self._tape.send(None, "stream", {"name": self.name, "text": text})

    def _from_outside(self) -> str:
        if not os.fstat(self._file.fileno()).st_size:
            return ""
        self._file.seek(0)
        content = self._file.read()
        self._file.truncate(0)
        self._file.seek(0)
        return content.decode("utf-8", "replace")

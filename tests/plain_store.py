"""A folder that only fsspec can reach, as a store that knows no renaming: for other processes."""

from __future__ import annotations

import fsspec
from fsspec.implementations.local import LocalFileSystem


class Plain(LocalFileSystem):
    """Files below the root of the disk, by the URL plain:///…"""

    protocol = "plain"

    def mv(self, *args, **kwargs):
        raise NotImplementedError


fsspec.register_implementation("plain", Plain, clobber=True)

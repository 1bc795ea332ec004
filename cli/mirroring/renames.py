"""Renames that never overwrite: what the kernel can do in one step, and what comes closest where it cannot.

Owns renameat2(2). All names are single names within folders given by descriptors.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
from contextlib import suppress

_NOREPLACE, _EXCHANGE = 1, 2
_UNSUPPORTED = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)

_renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)


def rename_no_replace(name: str, folder: int, to: str, to_folder: int) -> None:
    """Rename a file. Raises FileExistsError when there is something at the new name already."""
    if _call(name, folder, to, to_folder, _NOREPLACE):
        return
    # A hard link fails where the name is taken; the file has both names for a moment.
    os.link(name, to, src_dir_fd=folder, dst_dir_fd=to_folder, follow_symlinks=False)
    os.unlink(name, dir_fd=folder)


def exchange(name: str, other: str, folder: int) -> bool:
    """Swap two files of one folder in one step. Returns False where the system cannot. Raises OSError."""
    return _call(name, folder, other, folder, _EXCHANGE)


def has_writer(descriptor: int) -> bool:
    """Return whether anybody has this file, open here for reading, open for writing; False where it cannot be known."""
    try:
        # A read lease is granted only while nobody may write. Given back at once: it was a question.
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except (OSError, AttributeError) as error:
        return isinstance(error, BlockingIOError)
    with suppress(OSError):
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False


def _call(name: str, folder: int, to: str, to_folder: int, flags: int) -> bool:
    if _renameat2 is None:
        return False
    if _renameat2(folder, os.fsencode(name), to_folder, os.fsencode(to), flags) == 0:
        return True
    if (number := ctypes.get_errno()) in _UNSUPPORTED:
        return False
    raise OSError(number, os.strerror(number), to)

"""Packing: before a zygote forks, its memory is made such that children write to little of it.

What a child writes to is copied, page by page. Python puts what is made into the holes that earlier objects have left:
a page for as little as sixteen bytes. Without holes, what a child makes lies together. And it counts who refers to an
object, in the object itself, even for somebody who only looks at it; but, from 3.12 on, not for objects that live for
ever.
"""

import ctypes
import gc
import sys
from collections.abc import Iterator

#: Python hands out small pieces of memory in so many sizes, each a multiple of the first.
_STEP_BYTES, _LARGEST_BYTES = 16, 512
#: So many bytes in a row are no hole any more but a fresh pool.
_IN_A_ROW_BYTES = 8192
#: No more than this is filled in any size, however memory may look.
_MOST = 10_000
_FILLERS: list[object] = []
#: The versions of Python that are known to take such a count for "lives for ever" (PEP 683), in the lower 32 bits.
_WITH_IMMORTALS = ((3, 12), (3, 13))
_FOR_EVER = 0xFFFF_FFFF


def fill_holes() -> None:
    """Fill all that there are now, for as long as this process lives."""
    for size_bytes in range(_STEP_BYTES, _LARGEST_BYTES + 1, _STEP_BYTES):
        _FILLERS.extend(_fillers(size_bytes))


def make_immortal() -> None:
    """Have all objects that there are live for ever, where this Python can; before the collector's freeze."""
    if sys.version_info[:2] not in _WITH_IMMORTALS:
        return
    known: set[int] = set()
    found = gc.get_objects()
    while found:
        one = found.pop()
        if id(one) not in known:
            known.add(id(one))
            ctypes.c_uint32.from_address(id(one)).value = _FOR_EVER
            found += gc.get_referents(one)


def _fillers(size_bytes: int) -> Iterator[object]:
    in_a_row = last = 0
    for number in range(_MOST):
        filler = _of_size(size_bytes, number)
        in_a_row = in_a_row + size_bytes if id(filler) == last + size_bytes else 0
        last = id(filler)
        yield filler
        if in_a_row > _IN_A_ROW_BYTES:
            return


def _of_size(size_bytes: int, number: int) -> object:
    match size_bytes:
        case 16:
            return object()
        case 32:
            return float(number)
    return bytes(size_bytes - sys.getsizeof(b""))

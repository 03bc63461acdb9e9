"""Packing: before a zygote forks, the holes in its memory are filled.

Python puts what is made into the holes that earlier objects have left. In a child each of them lies on a page of the
zygote's, which is copied for as little as sixteen bytes. Without holes, what a child makes lies together.
"""

import sys
from collections.abc import Iterator

#: Python hands out small pieces of memory in so many sizes, each a multiple of the first.
_STEP_BYTES, _LARGEST_BYTES = 16, 512
#: So many bytes in a row are no hole any more but a fresh pool.
_IN_A_ROW_BYTES = 8192
#: No more than this is filled in any size, however memory may look.
_MOST = 10_000
_FILLERS: list[object] = []


def fill_holes() -> None:
    """Fill all that there are now, for as long as this process lives."""
    for size_bytes in range(_STEP_BYTES, _LARGEST_BYTES + 1, _STEP_BYTES):
        _FILLERS.extend(_fillers(size_bytes))


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

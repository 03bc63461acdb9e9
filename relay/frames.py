"""WebSocket frames where they can be taken for granted: whole binary messages of a peer are cut out here.

The rule is exact, so that nothing is read twice or differently: a frame goes this short way if its first byte is 0x82
(the end of a message, no reserved bit, binary), it is masked, its length is written in as few bytes as can be, it is
not longer than allowed, and it is here as a whole (RFC 6455, 5.2). Any other frame is for ``websockets``.
"""

from websockets.frames import apply_mask  # type: ignore[attr-defined]  # the fast one, where it could be compiled

#: The first byte of a whole binary message.
FINAL_BINARY = 0x82

_MASKED = 0x80
#: Lengths in two and in eight more bytes.
_TWO_BYTES, _EIGHT_BYTES = 126, 127
_MASK_BYTES = 4
#: The headers of messages whose length fits into one byte, by that length.
_SHORT_HEADERS = [bytes((FINAL_BINARY, length)) for length in range(_TWO_BYTES)]


def framed(message: bytes) -> bytes:
    """Put a message into one frame, never into fragments: the stock client dies of those."""
    length = len(message)
    if length < _TWO_BYTES:
        return _SHORT_HEADERS[length] + message
    if length < 1 << 16:
        return bytes((FINAL_BINARY, _TWO_BYTES)) + length.to_bytes(2, "big") + message
    return bytes((FINAL_BINARY, _EIGHT_BYTES)) + length.to_bytes(8, "big") + message


def short_messages_untrusted(data: bytes, limit: int, messages: list[bytes]) -> int:
    """Add the messages that go the short way to ``messages``; give where the first other frame begins, or the end."""
    at, end = 0, len(data)
    while end - at > 1 and data[at] == FINAL_BINARY:
        length, mask_at = data[at + 1] - _MASKED, at + 2
        if length == _TWO_BYTES and end - at > 3:
            length, mask_at = data[at + 2] << 8 | data[at + 3], at + 4
            if length < _TWO_BYTES:
                break
        elif not 0 <= length < _TWO_BYTES:  # Not masked, not all here, or longer than any message may be.
            break
        start = mask_at + _MASK_BYTES
        stop = start + length
        if stop > end or length > limit:
            break
        messages.append(apply_mask(data[start:stop], data[mask_at:start]))
        at = stop
    return at


def frame_end_untrusted(data: bytes, limit: int) -> int | None:
    """Give where the frame ends that ``data`` begins with; None where that is not here yet.

    A frame that announces more than ``limit`` bytes ends with its header: nobody waits for the rest of it.
    """
    if len(data) < 2:
        return None
    length, start = data[1] & ~_MASKED, 2
    if length >= _TWO_BYTES:
        start += 2 if length == _TWO_BYTES else 8
        if len(data) < start:
            return None
        length = int.from_bytes(data[2:start], "big")
    if length > limit:
        return start
    stop = start + length + (_MASK_BYTES if data[1] & _MASKED else 0)
    return stop if stop <= len(data) else None

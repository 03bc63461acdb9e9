"""What a nursery and its zygote say to each other: one packet a word, descriptors beside it."""

import struct
from enum import IntEnum

#: On a zygote's command line: it does without the warm-up, which pays where many children are born.
COLD = "cold"
#: A request for a child: serial, bytes of memory on top of a fresh child's, whether to rehearse before it is wanted.
REQUEST = struct.Struct("<QQ?")
#: That come with a request: the child's end of its socket, that of the pipe for its standard error, shared memory.
DESCRIPTORS = 3
#: A reply: its word, the serial, and a number that depends on the word.
REPLY = struct.Struct("<BQq")


class Word(IntEnum):
    """What a reply says: ready to fork, and which layers hold; a child's process id (its pidfd comes along); its wait
    status; an errno.
    """

    READY = 1
    SPAWNED = 2
    ENDED = 3
    FAILED = 4

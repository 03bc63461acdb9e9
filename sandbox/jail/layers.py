"""The kernel's layers around a sandbox, by name. Which of them a machine has is found out by trying."""

from enum import IntFlag


class Layer(IntFlag):
    """What holds a process that has escaped from the language. A set of them is one number, which the zygote says."""

    #: No network, no other processes in sight, no shared memory of others.
    NAMESPACES = 1
    #: The file system is one empty folder that nobody can write to.
    EMPTY_ROOT = 2
    #: No file can be opened, no TCP port reached, no process outside signalled, as far as the kernel's Landlock goes.
    LANDLOCK = 4
    #: Bounded memory; no further files, processes or queues.
    LIMITS = 8
    #: A user without rights.
    USER = 16
    #: Nothing can give rights back, and nobody can look into the process.
    NO_NEW_RIGHTS = 32
    #: Memory that was written to cannot be run.
    NO_NEW_CODE = 64
    #: Of the kernel's calls only those are left that a script's process needs.
    SECCOMP = 128

    @property
    def title(self) -> str:
        """Its name for people."""
        return (self.name or "").lower().replace("_", " ")


NONE = Layer(0)
ALL = ~NONE


def titles(layers: Layer) -> tuple[str, ...]:
    """The names of the layers in a set, from the outermost to the innermost."""
    return tuple(layer.title for layer in Layer if layer in layers)

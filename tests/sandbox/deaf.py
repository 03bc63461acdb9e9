"""A zygote whose children do not hear what watches them from within: what a script can do that has escaped."""

import signal

from sandbox.child import Child
from sandbox.zygote import main


class Deaf(Child):
    """Blocks the signal of the budget. No layer keeps it from that."""

    def serve(self) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGPROF])
        super().serve()


if __name__ == "__main__":
    main(inhabiting=Deaf)

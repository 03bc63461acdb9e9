"""A zygote without any of the kernel's layers, to see what they cost: ``python -m benchmarks.bare_zygote FD``."""

from sandbox.jail.layers import NONE
from sandbox.zygote import main

if __name__ == "__main__":
    main(NONE)

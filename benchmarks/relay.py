"""What relaying a message costs, Harena and others: ``make bench-relay``, or ``python -m benchmarks.relay --help``.

What is measured, how, and what is not fair about it: docs/explanation/performance.md.
"""

from benchmarks.relaying.command import main

if __name__ == "__main__":
    main()

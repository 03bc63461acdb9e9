"""`on_snapshot` and `on_restore` go together, and `after_death` with both."""

from collections.abc import Iterator

from sandbox.lint.facts import Facts
from sandbox.lint.findings import Finding

#: Each of the two with what it is without the other, and how the other begins.
PAIR = {
    "on_snapshot": (
        "on_snapshot is never called: the script has no on_restore",
        "write def on_restore(state): as well",
    ),
    "on_restore": ("on_restore is never called: the script has no on_snapshot", "write def on_snapshot(): as well"),
}


def half_survival(facts: Facts) -> Iterator[Finding]:
    """One of the two without the other, or a wish to survive without them."""
    if facts.main is None:
        return
    bindings = facts.main.tree.module.bindings
    there = [name for name in PAIR if name in facts.callbacks]
    if len(there) == 1:
        for node in bindings.get(there[0], [])[-1:]:
            yield Finding(facts.main, node, *PAIR[there[0]])
    if not there and facts.configuration.get("after_death") == "snapshot":
        for node in bindings.get("configuration", [])[-1:]:
            message = "the configuration wants snapshots, and the script has no on_snapshot and no on_restore"
            yield Finding(facts.main, node, message, "write both, or leave after_death out")

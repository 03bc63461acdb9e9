"""`on_tick` and `tick_hz` go together."""

from collections.abc import Iterator

from sandbox.lint.facts import Facts
from sandbox.lint.findings import Finding


def ticks(facts: Facts) -> Iterator[Finding]:
    """One of the two without the other."""
    if facts.main is None:
        return
    bindings = facts.main.tree.module.bindings
    ticking = bool(facts.configuration.get("tick_hz"))
    has_tick = "on_tick" in facts.callbacks and callable(facts.callbacks["on_tick"].called)
    if has_tick and not ticking:
        for node in bindings.get("on_tick", [])[-1:]:
            hint = 'say how often, in the configuration: configuration = {"tick_hz": 20}'
            yield Finding(facts.main, node, "on_tick is never called: the configuration has no tick_hz", hint)
    if ticking and not has_tick:
        for node in bindings.get("configuration", [])[-1:]:
            message = "the configuration has a tick_hz, and the script has no on_tick"
            yield Finding(facts.main, node, message, "write def on_tick(dt):, or leave tick_hz out")

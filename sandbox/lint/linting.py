"""Linting: all lints over all files of a script."""

from collections.abc import Iterator, Mapping
from itertools import islice

from sandbox.faults import Fault
from sandbox.lint.facts import Facts, gathered
from sandbox.lint.findings import Finding
from sandbox.lint.table import LINTS
from sandbox.policy.faults import FaultList
from session.values import value

#: Of one kind of mistake; who makes more mends these first. Looking for what was meant takes a while for each.
MAX_FINDINGS = 50


@value
class Linted:
    """What lints have found: faults that refuse the script, and warnings."""

    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def linted(
    sources: Mapping[str, str], launch: str, configuration: Mapping[str, object], namespace: Mapping[str, object]
) -> Linted:
    """Look through a script; `namespace` is the launch file's once it has been loaded, and empty before."""
    facts = gathered(sources, launch, configuration, namespace)
    return Linted(_told(facts, sources, refuses=True), _told(facts, sources, refuses=False))


def _told(facts: Facts, sources: Mapping[str, str], *, refuses: bool) -> tuple[Fault, ...]:
    lists = {path: FaultList(path, sources[path]) for path in facts.files}
    for finding in _found(facts, refuses=refuses):
        line, byte = getattr(finding.node, "lineno", 0), getattr(finding.node, "col_offset", 0)
        lists[finding.file.path].add_at_byte(line, byte, finding.message, finding.hint)
    return tuple(fault for path in facts.files for fault in lists[path].sorted())


def _found(facts: Facts, *, refuses: bool) -> Iterator[Finding]:
    for lint in LINTS:
        if lint.refuses is refuses:
            try:
                yield from islice(lint.look(facts), MAX_FINDINGS)
            except RecursionError:  # Something is nested so deeply that only a machine can have written it.
                return

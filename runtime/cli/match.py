"""`harena match`: rule sets of matchmaking, tried without a server, and the tickets that wait on one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from runtime.cli import match_tickets
from runtime.cli.options import AsJson

if TYPE_CHECKING:
    from matchmaking.insight.population import Population
    from matchmaking.insight.simulating import Simulated, Simulation
    from matchmaking.ruleset import RuleSet
    from runtime.cli.match_text import Linted

app = typer.Typer(help="Matchmaking: rule sets, tried without a server, and tickets on one.", no_args_is_help=True)

#: Of a rule set's file, comments and all, and of a population's.
MAX_RULE_SET_BYTES = 1024 * 1024
MAX_POPULATION_BYTES = 256 * 1024 * 1024

RuleSetArgument = Annotated[Path, typer.Argument(metavar="RULESET", help="A file with the rule set's JSON.")]
RequestTimeout = Annotated[
    int, typer.Option("--request-timeout", metavar="SECONDS", min=1, max=43_200, help="How long a ticket waits.")
]


@app.command()
def lint(
    rule_sets: Annotated[
        list[Path], typer.Argument(metavar="RULESET...", help="Files, each with the JSON of a rule set.")
    ],
    request_timeout: RequestTimeout = 43_200,
    as_json: AsJson = False,
) -> None:
    """Look through rule sets: what is not valid, and what is valid but hardly meant.

    Rules that never pass, teams that are never full, expansion steps that no ticket lives to see. The exit code is 1
    if a rule set is not valid, or nothing can ever match by it.
    """
    from runtime.cli.match_text import linted_lines
    from runtime.cli.printing import print_json, print_text
    from runtime.cli.refusal import ExitCode

    found = [_linted(path, request_timeout) for path in rule_sets]
    if as_json:
        print_json(found)
    else:
        for line in linted_lines(found):
            print_text(line)
    if not all(linted.usable for linted in found):
        raise typer.Exit(ExitCode.NO)


def _linted(path: Path, request_timeout: int) -> "Linted":
    from matchmaking.faults import BadRuleSet
    from matchmaking.linting import lint
    from matchmaking.parsing import parse_rule_set
    from runtime.cli.match_text import Linted

    try:
        rule_set = parse_rule_set(_read(path, MAX_RULE_SET_BYTES), comments=True)
    except BadRuleSet as error:
        return Linted(str(path), False, error.faults)
    remarks = lint(rule_set, request_timeout)
    return Linted(str(path), not any(remark.fatal for remark in remarks), (), remarks)


@app.command()
def simulate(
    rule_set: RuleSetArgument,
    population: Annotated[
        Path, typer.Option("--population", metavar="FILE", help="Who asks for a match: what is drawn, or a recording.")
    ],
    request_timeout: RequestTimeout = 120,
    acceptance_timeout: Annotated[
        int, typer.Option("--acceptance-timeout", metavar="SECONDS", min=0, max=600, help="0: players are not asked.")
    ] = 0,
    tick: Annotated[
        float, typer.Option("--tick", metavar="SECONDS", min=0.1, max=60.0, help="How often matches are searched for.")
    ] = 1.0,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="The same seed gives the same report.")] = 1,
    plot: Annotated[
        Path | None,
        typer.Option("--plot", metavar="FILE.png", dir_okay=False, help="A picture of it; needs the extra 'plot'."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put a rule set to a population, in virtual time.

    The report tells how many tickets were matched, how long they waited, how good the matches are, and which rules
    are to blame for the others. Nothing is sent anywhere, and no server is needed.
    """
    from matchmaking.insight.report import report
    from runtime.cli.match_text import report_lines, rule_rows
    from runtime.cli.printing import print_json, print_table, print_text

    if plot is not None:
        from runtime.cli.match_plot import check_plot

        check_plot(plot)
    simulation = _simulation(
        _rule_set(rule_set), _population(population), (request_timeout, acceptance_timeout), tick, seed
    )
    simulated = _run(simulation, population)
    summed_up = report(simulated)
    if as_json:
        print_json(summed_up)
    else:
        for line in report_lines(summed_up):
            print_text(line)
        print_text("")
        print_table(("rule", ">to blame for", ">failed", ">passed"), rule_rows(summed_up))
    if plot is not None:
        from runtime.cli.match_plot import draw

        draw(simulated, plot)


app.command("list")(match_tickets.list_tickets)
app.command("explain")(match_tickets.explain)


def _simulation(
    rule_set: "RuleSet", population: "Population", timeouts_seconds: tuple[int, int], tick: float, seed: int
) -> "Simulation":
    import random

    from matchmaking.insight.population import MAX_TICKETS
    from matchmaking.insight.simulating import Simulation
    from matchmaking.tickets.configuration import MatchmakingConfiguration

    request, acceptance = timeouts_seconds
    configuration = MatchmakingConfiguration(
        name="simulation",
        arn="",
        request_timeout_seconds=request,
        acceptance_required=acceptance > 0,
        acceptance_timeout_seconds=acceptance,
        max_tickets=MAX_TICKETS,
    )
    return Simulation(rule_set, population, configuration, tick, random.Random(seed))


def _run(simulation: "Simulation", population: Path) -> "Simulated":
    """Run it, with its progress on the terminal, where there is one."""
    from rich.console import Console
    from rich.progress import Progress

    from matchmaking.insight.population import BadPopulation
    from runtime.cli.refusal import Refusal

    screen = Console(stderr=True)
    with Progress(console=screen, transient=True, disable=not screen.is_terminal) as progress:
        bar = progress.add_task("simulating", total=1.0)
        try:
            for done in simulation.steps():
                progress.update(bar, completed=done)
        except BadPopulation as error:
            raise Refusal(f"{population} is no population: {error}") from None
    return simulation.result


def _rule_set(path: Path) -> "RuleSet":
    from matchmaking.faults import BadRuleSet
    from matchmaking.parsing import parse_rule_set
    from runtime.cli.printing import print_text
    from runtime.cli.refusal import Refusal

    try:
        return parse_rule_set(_read(path, MAX_RULE_SET_BYTES), comments=True)
    except BadRuleSet as error:
        for fault in error.faults:
            print_text(f"{path}: {fault}")
        count = len(error.faults)
        raise Refusal(f"{path} is not a valid rule set ({count} fault{'' if count == 1 else 's'})") from None


def _population(path: Path) -> "Population":
    from matchmaking.insight.population import BadPopulation, read_population
    from runtime.cli.refusal import Refusal

    try:
        return read_population(_read(path, MAX_POPULATION_BYTES))
    except BadPopulation as error:
        raise Refusal(f"{path} is no population: {error}") from None


def _read(path: Path, most_bytes: int) -> str:
    from runtime.cli.refusal import Refusal

    try:
        with path.open("rb") as file:
            content = file.read(most_bytes + 1)
        if len(content) > most_bytes:
            raise Refusal(f"{path} cannot be read: it has more than {most_bytes:,} bytes")
        return content.decode("utf-8-sig")  # Some editors begin a text with a mark, which is no part of it.
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise Refusal(f"{path} cannot be read: {reason}") from None

"""The picture of `harena match simulate --plot`. matplotlib is an extra: whoever plots needs it, nobody else."""

import warnings
from importlib.util import find_spec
from pathlib import Path

from matchmaking.insight.simulating import Simulated
from matchmaking.tickets.life import Status
from runtime.cli.refusal import ExitCode, Refusal

_BINS = 40


def check_plot(path: Path) -> None:
    """Look, before the work is begun, whether a picture can be drawn at all."""
    if find_spec("matplotlib") is None:
        raise Refusal("--plot draws with matplotlib, which is not installed", "pip install 'harena[plot]'")
    if path.suffix.lower() != ".png":
        raise Refusal(f"--plot writes PNG, and {path} does not end in .png", exit_code=ExitCode.USAGE)
    if not path.parent.is_dir():
        raise Refusal(f"--plot: there is no folder {path.parent}")


def draw(simulated: Simulated, path: Path) -> None:
    """Draw how many waited over time, how long the matched ones did, and how even the matches are."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 9), layout="constrained")
    over_time, waits, evenness = figure.subplots(3, 1)
    at = [moment.at for moment in simulated.moments]
    over_time.plot(at, [moment.waiting for moment in simulated.moments], label="waiting")
    over_time.plot(at, [moment.matched for moment in simulated.moments], label="matched so far")
    over_time.plot(at, [moment.timed_out for moment in simulated.moments], label="timed out so far")
    over_time.set(xlabel="seconds", ylabel="tickets")
    over_time.legend()
    waits.hist([one.waited for one in simulated.tickets if one.status is Status.COMPLETED], bins=_BINS)
    waits.set(xlabel="seconds until the match", ylabel="tickets")
    names = dict.fromkeys(name for match in simulated.matches for name in match.evenness)
    for name in names:
        differences = [match.evenness[name].between_teams for match in simulated.matches]
        evenness.hist(differences, bins=_BINS, alpha=0.6, label=_label(name))
    evenness.set(xlabel="difference between teams' averages", ylabel="matches")
    if names:
        evenness.legend()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # A name in letters that the font has not is drawn as boxes.
            figure.savefig(path)
    except OSError as error:
        raise Refusal(f"--plot: {path} cannot be written: {error.strerror}") from None


def _label(name: str) -> str:
    """A name as it is: what lies between dollars would be a formula, and what begins with an underscore hidden."""
    return " " + name.replace("$", r"\$")

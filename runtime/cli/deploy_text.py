"""What a deployment or a rollback has come to, for a human."""

from rich.text import Text

from desk.house import DeployView
from runtime.fault_text import fault_text, printable


def deploy_text(view: DeployView) -> Text:
    """Warnings and faults first, the outcome last."""
    parts = [fault_text(warning, warning=True) for warning in view.warnings]
    parts += [fault_text(fault) for fault in view.faults]
    return Text("\n").join([*parts, _outcome(view)])


def _outcome(view: DeployView) -> Text:
    name = printable(view.script)
    if view.ok:
        rest = " is active: new game sessions take it, running ones stay on their version"
        return Text.assemble((f"{name} v{view.version}", "green bold"), rest)
    stays = "no version of it is active" if view.version is None else f"v{view.version} stays active"
    return Text.assemble((f"{name} was refused", "red bold"), f": {stays}")

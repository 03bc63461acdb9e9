"""``python -m tests.escape`` prints how many attacks each layer alone leaves, and what all of them leave."""

import asyncio
import sys

from sandbox.jail.layers import ALL, NONE, Layer
from tests.escape.aims import ATTACKS
from tests.escape.attacking import attacked, users


def _rows() -> dict[str, Layer]:
    """An empty root there is only in namespaces."""
    alone = {layer.title: layer | (Layer.NAMESPACES if layer is Layer.EMPTY_ROOT else NONE) for layer in Layer}
    alone["namespaces and empty root"] = alone.pop(Layer.EMPTY_ROOT.title)
    return {"none": NONE, **alone, "all but seccomp": ALL & ~Layer.SECCOMP, "all": ALL}


async def _table() -> list[str]:
    lines = [f"| layers | {' | '.join(f'as {name}, of {len(ATTACKS)}' for name in users())} |", "|---" * 3 + "|"]
    for title, layers in _rows().items():
        worked = [str(len((await attacked(user, layers)).worked)) for user in users().values()]
        lines.append(f"| {title} | {' | '.join(worked)} |")
    return lines


sys.stdout.write("\n".join(asyncio.run(_table())) + "\n")

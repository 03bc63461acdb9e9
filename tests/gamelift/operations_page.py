"""Write `docs/reference/gamelift-operations.md` anew: `python -m tests.gamelift.operations_page`."""

from desk.gamelift.limits import GameLiftLimits
from desk.gamelift.operations import OPERATIONS
from desk.gamelift.throttle import setting_of
from desk.gamelift.unsupported import table
from tests.docs.pages import REFERENCE

PAGE = REFERENCE / "gamelift-operations.md"

_HEAD = """\
# GameLift operations

Every operation of GameLift's, as botocore's model has it: {supported} of {all} are supported. The others answer
InvalidRequestException with the sentence that stands here. How those that are supported behave is told in
[the GameLift API](gamelift-api.md). So many calls of an operation are taken a second, unless its
[setting](settings.md#gamelift) says otherwise. This page is written by `make accept`.

| operation | | calls a second |
|---|---|---|
"""


def written() -> str:
    """The whole page, as the code has it now."""
    rows = table(OPERATIONS)
    head = _HEAD.format(supported=len(OPERATIONS), all=len(rows))
    return head + "".join(f"| `{name}` | {said} | {_rate(name)} |\n" for name, said in rows)


def _rate(operation: str) -> str:
    if operation not in OPERATIONS:
        return ""
    setting = setting_of(operation)
    return f"{getattr(GameLiftLimits(), setting):g}: `gamelift.{setting}`"


def main() -> None:
    """Write the page; the difference is the review."""
    PAGE.write_text(written())


if __name__ == "__main__":
    main()

"""Writing answers: views as JSON."""

import json
from collections.abc import Sequence

from starlette.responses import Response

from desk.view_json import plain


def answer(view: object) -> Response:
    """One view."""
    return _written(plain(view))


def answer_list(name: str, views: Sequence[object]) -> Response:
    """A list of views, under its name."""
    return _written({name: [plain(view) for view in views]})


def _written(content: object) -> Response:
    # In ASCII: what a stranger's log or a file's name holds need not be Unicode that can be written as UTF-8.
    return Response(json.dumps(content), media_type="application/json")

"""`harena match list` and `explain`: the tickets that wait on a running server, and why."""

from typing import TYPE_CHECKING, Annotated

import typer

from runtime.cli.options import DEFAULT_HOST, DEFAULT_HTTP_PORT, AsJson, HttpHost, HttpPort

if TYPE_CHECKING:
    from desk.ticket_view import TicketView


def list_tickets(
    http_host: HttpHost = DEFAULT_HOST, http_port: HttpPort = DEFAULT_HTTP_PORT, as_json: AsJson = False
) -> None:
    """List the matchmaking tickets that are not over, by their matchmakers, oldest first."""
    from desk.ticket_view import TicketView
    from runtime.cli.desk_client import DeskClient
    from runtime.cli.printing import print_json, print_table, print_text

    tickets = DeskClient(http_host, http_port).views(TicketView, "tickets", "matchmaking", "tickets")
    if as_json:
        print_json(tickets)
    elif not tickets:
        print_text("nobody waits for a match")
    else:
        print_table(("TICKET", "MATCHMAKER", "STATUS", ">PLAYERS", "SINCE", "FOR"), [_row(one) for one in tickets])


def explain(
    ticket: Annotated[str, typer.Argument(metavar="TICKET", help="Its id.", show_default=False)],
    http_host: HttpHost = DEFAULT_HOST,
    http_port: HttpPort = DEFAULT_HTTP_PORT,
    as_json: AsJson = False,
) -> None:
    """Say why a ticket waits.

    Which rules refuse how many of the others, which line-up came nearest to a match and by how much it misses it,
    which expansion comes next, and when it would be matched if nobody else came.
    """
    from matchmaking.insight.explaining import Explanation
    from matchmaking.insight.words import explanation_text
    from runtime.cli.desk_client import DeskClient
    from runtime.cli.printing import print_json, print_text

    client = DeskClient(http_host, http_port)
    said = client.view(Explanation, "matchmaking", "tickets", ticket, "explanation")
    if as_json:
        print_json(said)
    else:
        print_text(explanation_text(said))


def _row(view: "TicketView") -> tuple[str, ...]:
    from runtime.cli.printing import shown_time

    whom = view.game_session or ", ".join(view.players)
    return view.id, view.matchmaker, view.status, str(len(view.players)), shown_time(view.started), whom

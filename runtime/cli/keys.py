"""`harena keys`: access keys, with which back ends sign their calls of the GameLift API."""

from typing import Annotated

import typer

from runtime.cli.options import DEFAULT_HOST, DEFAULT_HTTP_PORT, AsJson, HttpHost, HttpPort

app = typer.Typer(help="Access keys of back ends that use the GameLift API, on a running server.", no_args_is_help=True)


@app.command()
def create(
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Whose key it is.")] = "",
    http_host: HttpHost = DEFAULT_HOST,
    http_port: HttpPort = DEFAULT_HTTP_PORT,
    as_json: AsJson = False,
) -> None:
    """Make an access key.

    What is printed are the lines of an AWS profile. The secret is shown this once: the server keeps it sealed.
    """
    from desk.key_view import NewKeyView
    from runtime.cli.desk_client import DeskClient
    from runtime.cli.printing import print_json, print_text

    view = DeskClient(http_host, http_port).post(NewKeyView, {"note": note}, "keys")
    if as_json:
        print_json(view)
    else:
        print_text(f"aws_access_key_id = {view.id}\naws_secret_access_key = {view.secret}")


@app.command("list")
def list_keys(
    http_host: HttpHost = DEFAULT_HOST, http_port: HttpPort = DEFAULT_HTTP_PORT, as_json: AsJson = False
) -> None:
    """List the access keys, oldest first; no secret is shown."""
    from desk.key_view import KeyView
    from runtime.cli.desk_client import DeskClient
    from runtime.cli.printing import print_json, print_table, print_text, shown_time

    views = DeskClient(http_host, http_port).views(KeyView, "keys", "keys")
    if as_json:
        print_json(views)
    elif not views:
        print_text("there are no access keys")
    else:
        print_table(("KEY", "CREATED", "NOTE"), [(view.id, shown_time(view.created), view.note) for view in views])


@app.command()
def revoke(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Its id.", show_default=False)],
    http_host: HttpHost = DEFAULT_HOST,
    http_port: HttpPort = DEFAULT_HTTP_PORT,
    as_json: AsJson = False,
) -> None:
    """Let an access key count no more, from this moment on."""
    from desk.key_view import KeyView
    from runtime.cli.desk_client import DeskClient
    from runtime.cli.printing import print_json, print_text

    view = DeskClient(http_host, http_port).post(KeyView, {}, "keys", key, "revoke")
    if as_json:
        print_json(view)
    else:
        print_text(f"{view.id} counts no more")

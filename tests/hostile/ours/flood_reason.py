def on_player_connect(connect):
    return connect.refuse("x" * 20_000_000)

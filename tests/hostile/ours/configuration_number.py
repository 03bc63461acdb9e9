configuration = {"max_players": 99999999 ** 99999999}

configuration = {"max_players": [print("PWNED") or 3][0]}

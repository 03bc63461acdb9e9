ValueError.args = "POISON"

"""What a script sees: the objects behind ``from harena import session, Player, Message, Connect, GameSession, Timer``.

All of this runs in the sandbox, beside the script. What a script may not touch starts with an underscore; what it may
set besides is named in a class's ``_script_writable_``.
"""

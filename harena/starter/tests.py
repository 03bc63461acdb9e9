"""NAME, played without a server."""

from harena.testing import Play

SAY, SAID = 1, 2


def test_everybody_hears_what_a_player_says(play: Play) -> None:
    """Two are in, and one of them says something."""
    game = play("../scripts/NAME.py")
    ann, bob = game.join("ann", "let me in"), game.join("bob", "let me in")
    ann.send(SAY, "hello")
    assert bob.inbox.last(SAID).json() == {"who": "ann", "what": "hello"}


def test_who_does_not_know_the_word_stays_outside(play: Play) -> None:
    """A login is refused, and told why."""
    game = play("../scripts/NAME.py")
    assert game.join("eve", "open up").refused == "say `let me in`"

"""Pong for two: the server moves ball and paddles, twenty times a second, and the players only say where to go.

Op code 1 is a player's word to the server: -1, 0 or 1 as JSON, for up, stop and down. Op code 2 tells everybody where
things are: it is sent at every tick and may be lost, since the next one says it all anew. What must not be lost is
reliable: the score (3), and that the game waits for a player (4). Who comes first plays on the left; five points win.
"""

from dataclasses import dataclass
from enum import IntEnum

from harena import Connect, Message, Player, Timer, session

configuration = {"max_players": 2, "tick_hz": 20, "idle_seconds": 60}

# The table, in units of its own; (0, 0) is the upper left corner.
WIDTH, HEIGHT = 160.0, 100.0
PADDLE_REACH = 10.0
PADDLE_SPEED = 80.0
BALL_SPEED = 90.0
POINTS_TO_WIN = 5
PATIENCE_SECONDS = 30


class Op(IntEnum):
    GO = 1
    STATE = 2
    SCORE = 3
    WAITING = 4


@dataclass
class Paddle:
    y: float = HEIGHT / 2
    way: int = 0
    points: int = 0

    def move(self, dt: float) -> None:
        """Go up or down, and no farther than the edge of the table."""
        self.y = min(max(self.y + self.way * PADDLE_SPEED * dt, PADDLE_REACH), HEIGHT - PADDLE_REACH)


@dataclass
class Ball:
    x: float = WIDTH / 2
    y: float = HEIGHT / 2
    dx: float = BALL_SPEED
    dy: float = BALL_SPEED / 3

    def move(self, dt: float) -> None:
        """Fly, and bounce off the upper and the lower edge."""
        self.x += self.dx * dt
        self.y += self.dy * dt
        if not 0 <= self.y <= HEIGHT:
            self.y = -self.y if self.y < 0 else 2 * HEIGHT - self.y
            self.dy = -self.dy

    def meet(self, paddle: Paddle) -> bool:
        """Bounce off a paddle, the steeper the farther from its middle; False if it is not there."""
        if abs(self.y - paddle.y) > PADDLE_REACH:
            return False
        self.x = 0.0 if self.x < 0 else WIDTH
        self.dx = -self.dx
        self.dy = BALL_SPEED * (self.y - paddle.y) / PADDLE_REACH
        return True


paddles: dict[Player, Paddle] = {}  # The left one first.
ball = Ball()
patience: Timer | None = None


def on_player_connect(connect: Connect) -> object:
    # Who was here before gets the old paddle back: a player who returns is the same object.
    return connect.player in paddles or len(paddles) < 2 or connect.refuse("two are playing already")


def on_player_accepted(player: Player) -> None:
    paddles.setdefault(player, Paddle())
    if len(session.players) == 2:
        wait_no_longer()
        tell_score()


def on_player_disconnect(player: Player) -> None:
    global patience
    paddles[player].way = 0
    wait_no_longer()
    session.broadcast(Op.WAITING, {"for": player.player_id, "seconds": PATIENCE_SECONDS})
    patience = session.after(PATIENCE_SECONDS, session.end, f"{player.player_id} has not come back")


def wait_no_longer() -> None:
    if patience:
        patience.cancel()


def on_message(message: Message) -> None:
    match message.op_code, message.json():
        case Op.GO, -1 | 0 | 1 as way:
            paddles[message.sender].way = way


def on_tick(dt: float) -> None:
    if len(session.players) < 2:
        return
    (ann, left), (bob, right) = paddles.items()
    for moving in (left, right, ball):
        moving.move(dt)
    if ball.x < 0 and not ball.meet(left):
        score(bob, BALL_SPEED)
    elif ball.x > WIDTH and not ball.meet(right):
        score(ann, -BALL_SPEED)
    state = {"ball": (round(ball.x, 1), round(ball.y, 1)), "paddles": (round(left.y, 1), round(right.y, 1))}
    session.broadcast(Op.STATE, state, reliable=False)


def score(player: Player, dx: float) -> None:
    global ball
    paddles[player].points += 1
    ball = Ball(dx=dx)  # Towards who has won the point.
    tell_score()
    if paddles[player].points == POINTS_TO_WIN:
        session.end(f"{player.player_id} has won")


def tell_score() -> None:
    session.broadcast(Op.SCORE, {player.player_id: paddle.points for player, paddle in paddles.items()})

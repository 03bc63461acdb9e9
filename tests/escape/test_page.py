"""The page on trust tells what the attacks have shown."""

from pathlib import Path

from sandbox.jail.layers import Layer
from tests.escape import range as shooting
from tests.escape.aims import ATTACKS
from tests.escape.files import X86_64

PAGE = (Path(__file__).parents[2] / "docs" / "explanation" / "trust.md").read_text()


def told(title: str, user: str) -> int:
    """Give how many attacks work behind these layers, as the page has it; whoever is not root counts as nobody."""
    table = PAGE.partition("\n| layers | ")[2]
    row = table.partition(f"\n| {title} | ")[2].partition(" |\n")[0]
    return int(row.split(" | ")[0 if user == "root" else 1])


def test_every_layer_is_explained() -> None:
    assert [layer.title for layer in Layer if f"\n| {layer.title} | " not in PAGE] == []


def test_the_number_of_attacks_is_told() -> None:
    if shooting.MACHINE == X86_64:
        assert f"{len(ATTACKS)} attacks" in PAGE
        assert f"of {len(ATTACKS)} |" in PAGE
    assert "| all | 0 | 0 |" in PAGE

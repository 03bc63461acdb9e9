"""The table of operations is what the code says, and it says something of all of them."""

from desk.gamelift.model import operation, operation_names
from desk.gamelift.operations import OPERATIONS
from desk.gamelift.unsupported import WHY_NOT
from tests.gamelift.operations_page import PAGE, written


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text() == written(), "run `make accept` and look at the difference"


def test_each_operation_is_supported_or_says_why_not() -> None:
    assert OPERATIONS.keys() | WHY_NOT.keys() == set(operation_names())
    assert not OPERATIONS.keys() & WHY_NOT.keys()


def test_a_reason_is_one_that_its_operation_can_give() -> None:
    for name in operation_names():
        found = operation(name)
        assert found is not None
        assert "InvalidRequestException" in found.errors, name

"""Every lint, with its name and with whether it refuses a script."""

from sandbox.lint.always_true import always_true
from sandbox.lint.answers import missing_answers
from sandbox.lint.arguments import not_a_method, not_called, wrong_arguments
from sandbox.lint.assigned import assigned_in_vain, read_before_assigned
from sandbox.lint.callables import not_callable, swapped_parameters, wrong_parameters, yields
from sandbox.lint.findings import Lint
from sandbox.lint.loading_time import seen_while_loading, used_while_loading
from sandbox.lint.members import no_such_member, no_such_session_member, set_on_the_session, set_on_what_is_given
from sandbox.lint.module_names import no_such_module_name
from sandbox.lint.op_codes import never_equal, no_number
from sandbox.lint.payloads import compared_with_text
from sandbox.lint.players import player_never_equal
from sandbox.lint.reach import end_in_nobodys_function, endless_loops, unreachable_code
from sandbox.lint.spelling import misplaced, misspelt
from sandbox.lint.survival import half_survival
from sandbox.lint.ticks import ticks
from sandbox.lint.undefined import undefined

LINTS = (
    Lint("wrong-parameters", True, wrong_parameters),
    Lint("swapped-parameters", True, swapped_parameters),
    Lint("generator-callback", True, yields),
    Lint("undefined-name", True, undefined),
    Lint("no-such-session-member", True, no_such_session_member),
    Lint("session-cannot-be-set", True, set_on_the_session),
    Lint("wrong-arguments", True, wrong_arguments),
    Lint("not-a-method", True, not_a_method),
    Lint("no-such-name-in-module", True, no_such_module_name),
    Lint("no-op-code-or-group", True, no_number),
    Lint("session-while-loading", True, used_while_loading),
    Lint("callback-cannot-be-called", False, not_callable),
    Lint("missing-answer", False, missing_answers),
    Lint("always-true", False, always_true),
    Lint("misspelt-callback", False, misspelt),
    Lint("misplaced-callback", False, misplaced),
    Lint("no-such-member", False, no_such_member),
    Lint("member-cannot-be-set", False, set_on_what_is_given),
    Lint("method-not-called", False, not_called),
    Lint("op-code-never-equal", False, never_equal),
    Lint("player-never-equal", False, player_never_equal),
    Lint("payload-and-text", False, compared_with_text),
    Lint("nobody-there-yet", False, seen_while_loading),
    Lint("read-before-assigned", False, read_before_assigned),
    Lint("assigned-in-vain", False, assigned_in_vain),
    Lint("unreachable-code", False, unreachable_code),
    Lint("end-never-reached", False, end_in_nobodys_function),
    Lint("endless-loop", False, endless_loops),
    Lint("tick-without-rate", False, ticks),
    Lint("half-a-survival", False, half_survival),
)

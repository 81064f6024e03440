"""Every rule on one output. Pure: the facts were read before."""

from tests.conformance import rules_file, rules_likeness, rules_picture, rules_sound
from tests.conformance.case import Case, Fault

RULES = (*rules_file.RULES, *rules_picture.RULES, *rules_sound.RULES, *rules_likeness.RULES)


def judge(case: Case) -> tuple[Fault, ...]:
    """What is wrong with an output, nothing for a right one."""
    return tuple(fault for rule in RULES for fault in rule(case))

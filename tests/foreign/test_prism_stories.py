"""More of the engine suite through Prism: every drift and its repair, adoption, and a person's tenant.

Stories that break connections on purpose are left out: to the proxy in between each is a defect.
"""

from __future__ import annotations

from tests.engine.test_assisted import (
    person,
    test_a_person_with_a_browser_gets_a_tenant_done_in_four_runs,
)
from tests.engine.test_drift import (
    test_a_refresh_records_drift_and_the_next_up_still_repairs_it,
    test_drift_is_told_in_words_and_repaired,
    test_what_only_a_person_can_undo_is_told_as_a_screen_step,
)
from tests.engine.test_taken_up import (
    test_a_lost_state_is_told_and_found_again_with_adopt,
    test_a_role_or_a_member_of_somebody_elses_that_looks_the_same_is_left_alone,
)
from tests.foreign.test_prism import nothing_is_wrong

__all__ = [
    "nothing_is_wrong",
    "person",
    "test_a_lost_state_is_told_and_found_again_with_adopt",
    "test_a_person_with_a_browser_gets_a_tenant_done_in_four_runs",
    "test_a_refresh_records_drift_and_the_next_up_still_repairs_it",
    "test_a_role_or_a_member_of_somebody_elses_that_looks_the_same_is_left_alone",
    "test_drift_is_told_in_words_and_repaired",
    "test_what_only_a_person_can_undo_is_told_as_a_screen_step",
]

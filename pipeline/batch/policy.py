"""Which contents a run reads, and which it takes as they are.

plain run       what is done stays, whoever made it; what was interrupted or failed for a passing reason
                is read; what was set aside stays so until the program, its dictionaries or settings change
--only-changed  also reads again what another version, dictionary or setting made
--retry-failed  also reads again what was set aside, and files of which pages failed
--again         reads everything again
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from pipeline.batch.ledger_rows import Content, State


class Verdict(Enum):
    """What to do with a content met by a run."""

    READ = auto()
    READ_AFRESH = auto()  # attempts that failed before are forgotten
    KEEP = auto()  # it is done
    LEAVE = auto()  # it failed, and trying again is not asked for


@dataclass(frozen=True, slots=True)
class Policy:
    """What was asked for; `fingerprint` is that of the running program."""

    fingerprint: str
    only_changed: bool = False
    retry_failed: bool = False
    again: bool = False

    def verdict(self, content: Content, *, has_problems: bool, has_files: bool) -> Verdict:
        """What to do with `content`.

        `has_problems`: some of its pages could not be read; `has_files`: its evidence and texts are there.
        """
        is_older = content.fingerprint != self.fingerprint
        match content.state:
            case State.DONE:
                is_refused = self.again or (is_older and self.only_changed)
                is_refused = is_refused or not has_files or (has_problems and self.retry_failed)
                return Verdict.READ_AFRESH if is_refused else Verdict.KEEP
            case State.QUARANTINED:
                may_try = is_older or self.retry_failed or self.again
                return Verdict.READ_AFRESH if may_try else Verdict.LEAVE
            case State.FAILED:
                may_forget = is_older or self.retry_failed or self.again
                return Verdict.READ_AFRESH if may_forget else Verdict.READ
            case State.PENDING | State.RUNNING:
                return Verdict.READ

"""Whether a class is taken as the answer, and why not.

The page decides again whenever a person moves the threshold, so the rule stands in web/js/lib/decision.js too;
tests/data/decisions.json holds both to one table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .flaws import Flaw

DecisionState = Literal["accepted", "uncertain", "unlike"]
ReasonCode = Literal["between", "unfamiliar", "small", "blank", "blurred"]


@dataclass(frozen=True)
class Decision:
    """What becomes of a result.

    Attributes
    ----------
    state
        ``uncertain``: no class reaches the threshold. ``unlike``: the image is none of these, or shows too little.
    code : str or None
        Why it was not accepted.
    between : tuple of int
        For ``between``, the two most probable classes by index, the likelier first.
    """

    state: DecisionState
    code: ReasonCode | None = None
    between: tuple[int, ...] = ()


def decide(
    probabilities: NDArray[np.float32], unlikeness: float | None, flaw: Flaw | None, threshold: float
) -> Decision:
    """Accept the most probable class, or say what speaks against it; what shows too little comes first."""
    if flaw is not None:
        return Decision("unlike", flaw)
    if unlikeness is not None and unlikeness > 1:
        return Decision("unlike", "unfamiliar")
    if float(probabilities.max()) < threshold:
        first, second = np.argsort(-probabilities, kind="stable")[:2]
        return Decision("uncertain", "between", (int(first), int(second)))
    return Decision("accepted")


def explain(decision: Decision, class_ids: Sequence[str]) -> str:
    """The reason in the words of the table; empty for what was accepted."""
    if decision.code is None:
        return ""
    first_and_second = " and ".join(class_ids[index] for index in decision.between)
    return _REASONS[decision.code].format(first_and_second)


_REASONS = {
    "between": "between {}",
    "unfamiliar": "unlike the training images",
    "small": "too small",
    "blank": "blank",
    "blurred": "blurred",
}

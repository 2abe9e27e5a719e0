from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from helpers.arrays import float32
from helpers.packs import small_pack

from insitu.decision import decide, explain

CASES = json.loads((Path(__file__).parents[1] / "data" / "decisions.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_the_rule_is_the_one_of_the_table(case: dict[str, Any]) -> None:
    decision = decide(float32(case["probabilities"]), case["unlikeness"], case["flaw"], case["threshold"])
    assert decision.state == case["state"]
    assert explain(decision, [label.id for label in small_pack().classes]) == case["reason"]

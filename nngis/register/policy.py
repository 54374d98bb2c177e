"""Policies that no layer can answer, each with the reason why."""

from nngis.register.data import Data
from nngis.register.finding import Finding
from nngis.register.rules import PlanRule
from nngis.text import Text


def not_computable(rule: PlanRule, data: Data, *, why_zh: str, why_en: str) -> Finding:  # noqa: ARG001
    """Say that a rule cannot be computed with any layer, and why."""
    return Finding("not_computable", Text(why_zh, why_en))

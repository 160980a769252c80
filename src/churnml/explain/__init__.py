"""Why an account stands where it stands, as facts a person can check beside its own past and similar accounts."""

from churnml.explain.by_model import model_evidence
from churnml.explain.by_rules import rule_evidence
from churnml.explain.context import AccountContext
from churnml.explain.evidence import Evidence
from churnml.explain.select import AGAINST, DETAILS, FOR, Selection, select_reasons
from churnml.explain.sentences import has_value, sentence
from churnml.explain.silence import SILENCE, is_named, silences
from churnml.explain.vs_history import MOVE
from churnml.explain.vs_peers import Similar, kinds

__all__ = [
    "AGAINST", "DETAILS", "FOR", "MOVE", "SILENCE", "AccountContext", "Evidence", "Selection", "Similar", "has_value",
    "is_named", "kinds", "model_evidence", "rule_evidence", "select_reasons", "sentence", "silences",
]  # fmt: skip

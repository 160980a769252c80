"""Why an account stands where it stands, as facts a person can check beside its own past and similar accounts."""

from churnml.deliver.reasons.by_model import model_evidence
from churnml.deliver.reasons.by_rules import rule_evidence
from churnml.deliver.reasons.case import Case
from churnml.deliver.reasons.evidence import Evidence
from churnml.deliver.reasons.own_past import MOVE
from churnml.deliver.reasons.sentence import has_value, sentence
from churnml.deliver.reasons.silence import SILENCE, is_named, silences
from churnml.deliver.reasons.similar import Similar, kinds
from churnml.deliver.reasons.tell import AGAINST, FOR, PARTS, Telling, tell

__all__ = [
    "AGAINST",
    "FOR",
    "MOVE",
    "PARTS",
    "SILENCE",
    "Case",
    "Evidence",
    "Similar",
    "Telling",
    "has_value",
    "is_named",
    "kinds",
    "model_evidence",
    "rule_evidence",
    "sentence",
    "silences",
    "tell",
]

"""What calling an account brings, in dollars: the terms of EMPB (``churnml.learn.metrics.evaluate`` names the source)."""

from churnml.learn.arrays import FloatArray
from churnml.params.evaluate import Profit


def call_value(leaves: FloatArray, arr: FloatArray, settings: Profit) -> FloatArray:
    """What a call to each account brings: negative for one that would have stayed.

    ``leaves`` is whether the account left (0 or 1), or how likely it is to. One that would leave stays with the mean accepting share
    and keeps its ARR less the incentive; one that would have stayed takes the incentive all the same; every call costs.
    """
    accepts = settings.accept_alpha / (settings.accept_alpha + settings.accept_beta)
    kept = accepts * (1 - settings.incentive_share) * arr
    return leaves * kept - (1 - leaves) * settings.incentive_share * arr - settings.contact_cost_usd

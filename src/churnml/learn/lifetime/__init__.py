"""How long accounts stay: the renewal clock, the survival model, and its curve tied to the churn model."""

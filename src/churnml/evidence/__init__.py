"""For whoever judges the models: cards, charts, the report, and what the leakage checks found."""

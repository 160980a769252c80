"""Pictures of backtests, KPIs and the forecast, and the look that they share."""

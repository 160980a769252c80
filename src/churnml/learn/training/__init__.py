"""How models are made: the backtest over the past, tuning inside its folds, and each candidate on all that is ripe."""

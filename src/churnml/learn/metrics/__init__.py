"""What a backtest is judged by, one file a question: order, calibration, profit, parts, pairs."""

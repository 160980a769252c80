"""What stages hand each other as JSON: a frozen type for each file, and the one place that writes and reads them."""

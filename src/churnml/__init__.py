"""churnml: which B2B subscription customers will leave or grow, how many dollars hang on it, and why."""

"""Truth-known worlds by mechanism: what churnml claims of each beside what is true of it."""

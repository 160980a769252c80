"""Written values to typed ones: the forms in which days, numbers, ids and nothing are written."""

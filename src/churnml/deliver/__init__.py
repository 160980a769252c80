"""What a person reads: reasons in words, the ranked list and its files, and why an account is where it is."""

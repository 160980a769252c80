"""Why an account stands where it stands, as facts a person can check beside its own past and similar accounts."""

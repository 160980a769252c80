"""The contracts of an account read together: what one row alone cannot say of a term."""

"""The rules health score beside the fitted one, and what past renewals say of the weights."""

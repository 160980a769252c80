"""Profile: who the account is, as known on the day."""

from churnml.features.spec import UNKNOWN, Feature

FEATURES: tuple[Feature, ...] = tuple(
    Feature(name=name, source="accounts", concept="profile", unit="category", no_rows=UNKNOWN,
            is_category=True, phrase=f"{name} {{value}}",
            aggregate=f"arg_max({name}, struct_pack(c := clock, v := {name})) FILTER ({name} IS NOT NULL)")
    for name in ("segment", "industry", "region")
)  # fmt: skip

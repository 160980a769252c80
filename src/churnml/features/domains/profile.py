"""Profile: who the account is, as known on the day."""

from churnml.features.spec import UNKNOWN, Feature

FEATURES: tuple[Feature, ...] = tuple(
    Feature(name, "accounts", "profile", "category", f"{name} {{value}}", 0, 0, UNKNOWN,
            aggregate=f"arg_max({name}, struct_pack(c := clock, v := {name})) FILTER ({name} IS NOT NULL)", is_category=True)
    for name in ("segment", "industry", "region")
)  # fmt: skip

"""What a setting was called before, by the section it stands in: an old name is refused with the new one."""

from typing import Any

LIGHTGBM = {
    "boosters": "n_boosters", "trees": "n_estimators", "leaves": "num_leaves",
    "min_rows_per_leaf": "min_child_samples", "column_share": "colsample_bytree", "row_share": "subsample",
    "bins": "max_bin", "ridge": "reg_lambda",
}  # fmt: skip

RENAMED: dict[str, dict[str, str]] = {
    "": {"proof": "leakage_test", "alarms": "leakage"},
    "sample": {"accounts": "n_accounts"},
    "ingest": {
        "default_limit": "max_quarantined_share", "limits": "max_quarantined_share_of",
        "stray_share": "max_stray_share", "stray_days": "max_gap_days",
    },
    "revenue": {"rolling_below_days": "min_fixed_term_days"},
    "leakage_test": {"accounts": "n_accounts", "dates": "n_dates"},
    "leakage": {
        "known": "allowed_columns", "folds": "n_folds", "resamples": "n_bootstraps",
        "look_roc_auc": "warn_roc_auc", "weak_roc_auc": "warn_weak_word_roc_auc",
        "code_levels": "max_code_levels", "purity": "min_purity", "pure_share": "min_pure_share",
        "pure_customers": "min_pure_customers", "stop_missing": "stop_missing_roc_auc",
        "look_missing": "warn_missing_roc_auc", "far_days": "min_early_lead_days",
        "look_late": "warn_late_roc_auc", "chance_roc_auc": "max_early_roc_auc",
        "changed_share": "min_changed_share", "changed_elsewhere": "max_changed_ratio",
        "easier_tail": "test_gain_quantile", "easier_by": "warn_test_gain",
        "easier_stop": "stop_test_gain",
    },
    "leakage.words": {"plain": "generic"},
    "train": {"threads": "n_jobs"},
    "train.tune": {"trials": "n_trials"},
    "train.tune.ranges": LIGHTGBM,
    "train.lightgbm": LIGHTGBM,
    "flat.lightgbm": LIGHTGBM,
    "train.logistic": {"inverse_penalty": "C", "prior_inverse_penalty": "C_prior"},
    "train.survival": {
        "covariates": "max_covariates", "least_known": "min_known_share",
        "most_correlation": "max_correlation", "ridges": "penalizers", "least_at_risk": "min_at_risk",
    },
    "train.backtest": {"folds": "n_folds"},
    "train.calibration": {"spread": "prior_sd", "rolling_below_days": "min_fixed_term_days"},
    "evaluate": {"bootstrap": "n_bootstraps", "recall_leads": "recall_lead_days"},
    "flat": {
        "folds": "n_folds", "repeats": "n_repeats", "bootstrap": "n_bootstraps",
        "top_share": "capacity_share", "stray_share": "max_stray_share", "most_levels": "max_levels",
    },
    "card": {
        "dots": "n_snapshots", "columns": "n_columns", "few": "min_outcomes", "slopes": "slope_range",
        "ece": "max_ece",
    },
    "health": {"ridge": "alpha", "resamples": "n_bootstraps"},
    "lifetime": {"least_renewals": "min_renewals"},
    "score": {
        "reasons_for": "max_reasons_for", "reasons_against": "max_reasons_against",
        "reason_least_share": "min_reason_share", "reason_least_difference": "min_reason_difference",
        "reason_least_distance": "min_reason_distance", "thin_days": "min_history_days",
        "record": "track_record",
    },
    "score.track_record": {"lists": "max_lists"},
    "growth": {
        "seats_near": "min_seat_utilisation", "breadth_by": "min_breadth_gain",
        "rising_from": "min_usage_ratio", "healthy_from": "min_health", "least_signs": "min_signs",
        "waited_for_days": "max_wait_days", "least_peers": "min_peers",
        "product_share": "min_product_share", "beside_share": "min_co_ownership_share",
        "advocate_health": "min_advocate_health", "reference_health": "min_reference_health",
        "reference_years": "min_reference_years", "nps_within_days": "max_nps_age_days",
        "csat_from": "min_csat", "csat_most": "max_csat", "idle_share": "min_idle_share",
        "feature_share": "min_feature_share", "left_after_days": "min_use_days",
        "features_named": "max_features",
    },
    "forecast": {
        "quarters": "n_quarters", "paths": "n_paths", "past_quarters": "n_past_quarters",
        "size_prior": "size_prior_moves",
    },
    "kpis": {
        "quarters": "n_quarters", "csat_satisfied_from": "min_satisfied_csat", "csat_most": "max_csat",
        "cohort_steps": "n_cohort_steps",
    },
}  # fmt: skip
"""By section, old: new; a section that was renamed itself stands under its new name, and '' holds the sections."""


def with_new_names(raw: dict[str, Any], section: str = "") -> tuple[dict[str, Any], list[str]]:
    """The settings under the names of today, and one fault for each that stood under an old one.

    >>> with_new_names({"train": {"threads": 2}})
    ({'train': {'n_jobs': 2}}, ["setting 'train.threads' is now called 'n_jobs'"])
    """
    found: dict[str, Any] = {}
    faults: list[str] = []
    for old, value in raw.items():
        new = RENAMED.get(section, {}).get(old, old)
        if new != old:
            faults.append(f"setting '{section}{'.' * bool(section)}{old}' is now called '{new}'")
        inner, more = (
            with_new_names(value, f"{section}.{new}".lstrip(".")) if isinstance(value, dict) else (value, [])
        )
        found[new], faults = inner, faults + more
    return found, faults

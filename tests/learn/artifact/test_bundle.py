"""The artifact: what was saved scores the same, and what was touched is refused in words."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from churnml.data.snapshots import KEYS
from churnml.errors import BundleError
from churnml.learn.artifact import bundle as bundle_module
from churnml.learn.artifact.bundle import Bundle
from churnml.learn.artifact.checksums import DIGEST, MANIFEST, write_checksums
from churnml.learn.dataset import Dataset
from churnml.learn.models.base import Training
from churnml.learn.models.rules.health_fitted import HealthFitted
from tests.learn.planted import COLUMNS, FEATURES, HEALTH, LAST_DAY, TRAIN

Learned = tuple[dict[str, Bundle], pd.DataFrame]
BOTH = pytest.mark.parametrize("name", ["lightgbm_bag", "logistic"])


@pytest.fixture
def saved(learned: Learned, tmp_path: Path) -> Path:
    learned[0]["lightgbm_bag"].save(tmp_path / "bundle")
    return tmp_path / "bundle"


def built(data: Dataset) -> pd.DataFrame:
    return pd.concat([data.keys, data.rows], axis=1).head(100)


def fitted_health(data: Dataset) -> HealthFitted:
    return HealthFitted.fit(Training.of(data, "churn"), TRAIN, HEALTH, "churn")


def test_the_fitted_health_score_is_kept(learned: Learned, planted: Dataset, tmp_path: Path) -> None:
    bundle = learned[0]["logistic"]
    assert np.isnan(bundle.score_rows(built(planted)).fitted_health).all()
    replace(bundle, health=fitted_health(planted)).save(tmp_path)
    found = Bundle.load(tmp_path, FEATURES).score_rows(built(planted)).fitted_health
    assert np.array_equal(found, fitted_health(planted).score(planted.rows.head(100)))


@BOTH
def test_loaded_scores_as_saved(learned: Learned, planted: Dataset, tmp_path: Path, name: str) -> None:
    bundle = learned[0][name]
    bundle.save(tmp_path)
    loaded = Bundle.load(tmp_path, FEATURES)
    loaded.replay()
    one, two = bundle.score_rows(built(planted)), loaded.score_rows(built(planted))
    assert np.array_equal(one.probability, two.probability)
    assert one.contributions.equals(two.contributions)
    assert (loaded.calibration, loaded.base_rate) == (bundle.calibration, bundle.base_rate)
    assert (loaded.trained_through, loaded.longest_lead_days) == (LAST_DAY, bundle.longest_lead_days)
    assert loaded.fingerprint == bundle.fingerprint
    assert loaded.medians == pytest.approx(bundle.medians, nan_ok=True)


@BOTH
def test_same_bundle_same_bytes(learned: Learned, tmp_path: Path, name: str) -> None:
    learned[0][name].save(tmp_path / "one")
    Bundle.load(tmp_path / "one", FEATURES).save(tmp_path / "two")
    for path in (tmp_path / "one").rglob("*.*"):
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes(), (
            path.name
        )


def test_scores_are_additive_and_health_falls_with_risk(learned: Learned, planted: Dataset) -> None:
    scores = replace(learned[0]["lightgbm_bag"], health=fitted_health(planted)).score_rows(built(planted))
    assert list(scores.keys.columns) == KEYS
    assert list(scores.contributions.columns) == COLUMNS
    assert "block" in scores.values
    assert np.abs(scores.contributions.sum(axis=1) + scores.base - scores.log_odds).max() < 1e-6
    assert ((scores.fitted_health >= 0) & (scores.fitted_health <= 100)).all()
    segments = built(planted)["segment"].to_numpy(dtype=object)
    for segment in ("small", "large"):  # within a segment the margin decides
        inside = segments == segment
        assert (np.diff(scores.probability[inside][np.argsort(scores.log_odds[inside])]) >= 0).all()
    assert np.corrcoef(scores.fitted_health, scores.log_odds)[0, 1] < -0.5


def test_score_builds_its_own_features_and_replays_first(
    learned: Learned, planted: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(bundle_module, "build", lambda *given: asked.append(given) or built(planted))
    bundle = Bundle(**vars(learned[0]["lightgbm_bag"]))
    assert len(bundle.score("tables", planted.keys).probability) == 100  # type: ignore[arg-type]
    assert asked[0][2] == FEATURES
    reference = bundle.reference.copy()
    reference.loc[7, "log_odds"] += 1e-6
    with pytest.raises(BundleError, match=r"churn model no longer predicts(.|\n)*reference row 7: stored"):
        replace(bundle, reference=reference).score("tables", planted.keys)  # type: ignore[arg-type]
    assert len(asked) == 1


def damage(path: Path) -> None:
    """Turns one digit of a leaf: LightGBM would load it without a word."""
    head, mark, tail = path.read_bytes().partition(b"leaf_value=")
    digit = next(i for i, byte in enumerate(tail) if chr(byte) in "12345678")
    path.write_bytes(head + mark + tail[:digit] + bytes([tail[digit] + 1]) + tail[digit + 1 :])


def test_an_edited_model_is_refused(saved: Path) -> None:
    damage(saved / "model" / "booster_01.txt")
    with pytest.raises(BundleError, match=r"damaged(.|\n)*model/booster_01.txt was changed after training"):
        Bundle.load(saved, FEATURES)


def test_a_truncated_model_is_refused_and_does_not_abort(saved: Path) -> None:
    path = saved / "model" / "booster_00.txt"
    path.write_bytes(path.read_bytes()[:900])
    with pytest.raises(BundleError, match=r"booster_00.txt was changed"):
        Bundle.load(saved, FEATURES)


def test_every_damaged_file_is_named(saved: Path) -> None:
    (saved / "reference.json").unlink()
    (saved / "model" / "encoder.json").write_text("{}", encoding="utf-8")
    with pytest.raises(BundleError, match=r"model/encoder.json was changed(.|\n)*reference.json is absent"):
        Bundle.load(saved, FEATURES)


def test_an_edited_manifest_is_refused(saved: Path) -> None:
    text = (saved / MANIFEST).read_text(encoding="utf-8")
    (saved / MANIFEST).write_text(text.replace('"base_rate": 0', '"base_rate": 1'), encoding="utf-8")
    with pytest.raises(BundleError, match=r"manifest\.json differs from its digest"):
        Bundle.load(saved, FEATURES)


@pytest.mark.parametrize("name", [MANIFEST, DIGEST])
def test_no_manifest_is_no_bundle(saved: Path, name: str) -> None:
    (saved / name).unlink()
    with pytest.raises(BundleError, match="holds no whole bundle"):
        Bundle.load(saved, FEATURES)


def test_a_changed_feature_is_named_field_by_field(saved: Path) -> None:
    changed = (replace(FEATURES[0], churn=1, unit="usd"), *FEATURES[2:])
    with pytest.raises(BundleError) as caught:
        Bundle.load(saved, changed)
    message = str(caught.value)
    assert "logins.churn: stored -1, now 1" in message
    assert "logins.unit: stored 'events', now 'usd'" in message
    assert "silence is no longer in the catalogue" in message


def test_another_schema_is_refused(saved: Path) -> None:
    content = json.loads((saved / MANIFEST).read_text(encoding="utf-8"))
    (saved / MANIFEST).unlink()
    (saved / DIGEST).unlink()
    write_checksums(saved, content | {"schema": 99})
    with pytest.raises(BundleError, match="has schema 99"):
        Bundle.load(saved, FEATURES)


def test_an_older_bundle_is_replaced_and_nothing_else(learned: Learned, saved: Path, tmp_path: Path) -> None:
    learned[0]["logistic"].save(saved)
    assert [path.name for path in (saved / "model").iterdir()] == ["logistic.json"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years", encoding="utf-8")
    with pytest.raises(BundleError, match="no bundle"):
        learned[0]["logistic"].save(tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text(encoding="utf-8") == "years"

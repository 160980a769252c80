"""Invented names: companies in several scripts, customer success managers, CRM ids."""

import numpy as np
from numpy.typing import NDArray

MANAGERS = (
    "Amara Okafor",
    "Jonas Weiß",
    "Mei-Ling Tan",
    "Lucía Fernández",
    "Tom Baker",
    "Søren Dahl",
    "Priya Nair",
)
FIRST = (
    "Nord", "Blue", "Iron", "Clear", "Río", "Alto", "Vega", "Müller", "Acme", "Stella", "Pine",
    "Harbor", "Zürich", "Delta", "Øst", "Quantum", "Łódź", "Cobalt", "Sakura", "Bright", "Über",
    "Maple", "Çelik", "Atlas", "Falcon", "東京",
)  # fmt: skip
SECOND = (
    "Systems", "Logistics", "Foods", "Health", "Labs", "Works", "Energy", "Media", "Textiles",
    "Robotics", "Analytics", "Freight", "Optics", "Studios", "Pharma", "Motors",
)  # fmt: skip
FORMS = ("Inc.", "GmbH", "Ltd", "S.A.", "AB", "LLC", "& Sons, Inc.", "株式会社")
ALPHABET = np.array(list("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"))


def companies(rng: np.random.Generator, count: int) -> list[str]:
    """Company names; two companies may share one, as in life."""
    first, second = rng.integers(len(FIRST), size=count), rng.integers(len(SECOND), size=count)
    form = rng.choice(len(FORMS), count, p=(0.3, 0.15, 0.2, 0.1, 0.08, 0.1, 0.04, 0.03))
    return [f"{FIRST[a]} {SECOND[b]} {FORMS[c]}" for a, b, c in zip(first, second, form, strict=True)]


def crm_ids(rng: np.random.Generator, count: int) -> NDArray[np.str_]:
    """Fifteen characters that begin with 001, as CRMs make them."""
    letters = ALPHABET[rng.integers(len(ALPHABET), size=(count, 12))]
    return np.array(["001" + "".join(row) for row in letters])

"""A headless Chromium that opens a page from disk, and says what it asked for, how fast it was, and what axe finds."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

DESKTOP, PHONE = (1280, 900), (390, 844)
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--hide-scrollbars", "--force-color-profile=srgb",
)  # fmt: skip
READY = "return document.documentElement.hasAttribute('data-ready')"
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]"
ROUNDS = 4
AXE = "selenium_axe_python"
"""The package that carries axe-core as one script; nothing else of it is used."""
SERIOUS = {"serious", "critical"}


def lacking() -> str:
    """What is missing on this machine for a browser to be driven; nothing where all is there."""
    programs = [name for name in ("chromium", "chromedriver") if not shutil.which(name)]
    packages = [name for name in ("selenium", AXE) if not find_spec(name)]
    return ", ".join([*programs, *packages])


@dataclass(frozen=True)
class Chromium:
    """One browser for many pages."""

    driver: "Chrome"

    def open(self, page: Path, size: tuple[int, int] = DESKTOP, at: str = "#/") -> None:
        """Opens a file afresh, in a window of that size, and waits until it is drawn."""
        width, height = size
        shape = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == PHONE}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", shape)
        self.driver.get("about:blank")
        self.driver.get_log("performance")
        self.driver.get(page.as_uri() + at)
        self.wait(READY)

    def go(self, at: str) -> None:
        """Goes to another address of the same page."""
        if self.run("return location.hash") != at:
            self.run(
                "document.documentElement.removeAttribute('data-ready'); location.hash = arguments[0]", at
            )
            self.wait(READY)
        self.settle()

    def run(self, script: str, *arguments: Any) -> Any:
        """What a script returns."""
        return self.driver.execute_script(script, *arguments)

    def wait(self, script: str, seconds: float = 10) -> None:
        """Waits until a script returns something true."""
        from selenium.webdriver.support.ui import WebDriverWait

        WebDriverWait(self.driver, seconds, poll_frequency=0.02).until(
            lambda driver: driver.execute_script(script)
        )

    def settle(self) -> None:
        """Waits until what was asked for is drawn."""
        self.driver.execute_async_script(
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))"
        )

    def requests(self) -> list[str]:
        """The addresses asked for since the page was opened."""
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        return [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]

    def complaints(self) -> list[str]:
        """What the console was told as an error."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]

    def first_paint(self, page: Path, repeats: int = 3) -> float:
        """Milliseconds until a page shows its first content: the median of several, after a warm-up."""
        paints = []
        for _ in range(repeats + 1):
            self.open(page)
            self.wait(f"return {PAINTED}")
            paints.append(self.run(f"return {PAINTED}.startTime"))
        return float(median(paints[1:]))

    def filter_time(self, words: tuple[str, ...]) -> float:
        """Milliseconds from a word in the search box to a table laid out anew, after a warm-up.

        The median over the words, of the best of a few rounds each: what else the machine does only ever adds.
        """
        script = """
            const box = document.getElementById('q');
            const type = (word) => {
              const start = performance.now();
              box.value = word;
              box.dispatchEvent(new Event('input'));
              document.body.getBoundingClientRect();
              return performance.now() - start;
            };
            return Array.from({length: arguments[1]}, () => arguments[0].map(type));"""
        _, *rounds = self.run(script, list(words), ROUNDS + 1)
        return float(median(min(times) for times in zip(*rounds, strict=True)))

    def findings(self) -> list[tuple[str, str, str]]:
        """What axe finds serious or critical: the impact, the rule, and the first element concerned."""
        if not self.run("return Boolean(window.axe)"):
            self.run(files(AXE).joinpath("axe-core", "axe.min.js").read_text(encoding="utf-8"))
        script = "const done = arguments[0]; axe.run({resultTypes: ['violations']}).then((found) => done(found.violations.map((v) => [v.impact, v.id, v.nodes[0].html])))"
        axe_report = self.driver.execute_async_script(script)
        return [tuple(one) for one in axe_report if one[0] in SERIOUS]

    def picture(self, file: Path, height: int | None = None, scale: float = 1.0) -> None:
        """Writes a picture of the page from its top, so high."""
        import base64

        width, seen = self.run("return [innerWidth, innerHeight]")
        clip = {"x": 0, "y": 0, "width": width, "height": height or seen, "scale": scale}
        shot = self.driver.execute_cdp_cmd(
            "Page.captureScreenshot", {"clip": clip, "captureBeyondViewport": True}
        )
        file.write_bytes(base64.b64decode(shot["data"]))


@contextmanager
def chromium() -> Iterator[Chromium]:
    """A browser with a profile of its own, closed in the end."""
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    with tempfile.TemporaryDirectory() as profile:
        options = ChromeOptions()
        options.binary_location = str(shutil.which("chromium"))
        options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        driver = Chrome(options=options, service=Service(shutil.which("chromedriver")))
        try:
            yield Chromium(driver)
        finally:
            driver.quit()

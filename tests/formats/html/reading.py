"""A page read back: its elements, its data and its details, as a browser would see them."""

import base64
import json
import zlib
from html.parser import HTMLParser


class Page(HTMLParser):
    """The elements of a page in order, the text of each script, style and title, and all text outside of them."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.elements, self.inside, self.text, self._in = [], {}, "", None
        self.feed(page.decode("utf-8"))

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag in ("script", "style", "title"):
            self._in = (tag, dict(attrs).get("id"))
            self.inside.setdefault(self._in, []).append("")

    def handle_endtag(self, tag):
        if self._in and tag == self._in[0]:
            self._in = None

    def handle_data(self, data):
        if self._in:
            self.inside[self._in][-1] += data
        else:
            self.text += data

    @property
    def list(self):
        return json.loads(self.inside["script", "list"][0])

    @property
    def details(self):
        return json.loads(zlib.decompress(base64.b64decode(self.inside["script", "details"][0])))

    @property
    def scripts(self):
        return self.inside["script", None]

    @property
    def styles(self):
        return self.inside["style", None]

    def meta(self, name):
        return next(a["content"] for tag, a in self.elements if tag == "meta" and a.get("http-equiv") == name)

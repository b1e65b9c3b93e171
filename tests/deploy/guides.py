"""The guides as whoever reads them through has them: the page that names one, then all to which it leads in its own folder."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
GUIDES = ("operating.md", "operating.zh.md")


def pages(name: str) -> list[Path]:
    """The pages of a guide, in the order in which its contents name them."""
    folder = name.partition(".")[0]
    led = re.findall(rf"\]\(({folder}/[^)#]+)\)", (DOCS / name).read_text(encoding="utf-8"))
    return [DOCS / name, *(DOCS / page for page in led)]


def whole(name: str) -> str:
    """All that a guide says."""
    return "\n".join(page.read_text(encoding="utf-8") for page in pages(name))

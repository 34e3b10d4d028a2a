"""Copy what the pages need of the npm packages from node_modules/ into static/vendor/.

`python -m tools.assets` is run by `make` after `npm ci`, and again when a page has changed: it may use
more of KERN. The folder is made afresh each time and is not committed.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from tools import slim

ROOT = Path(__file__).resolve().parent.parent
NODE_MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"

# package, file in it, folder and name in static/vendor/
FILES = [
    ("@kern-ux/native", "dist/kern.min.css", "kern/kern.min.css"),
    ("@kern-ux/native", "LICENSE.md", "kern/LICENSE.md"),
    ("@fontsource/fira-sans", "LICENSE", "fira-sans/LICENSE"),
    *(
        ("accessible-autocomplete", f"{folder}{name}", f"accessible-autocomplete/{name}")
        for folder, name in [
            ("dist/", "accessible-autocomplete.min.js"),
            ("", "LICENSE.txt"),
        ]
    ),
]
FONT_STYLES = ["400", "400-italic", "500", "600"]
FONT_SUBSETS = ["latin-ext", "latin"]

# We do not ship source maps, and the static files' manifest fails on an address that leads nowhere.
SOURCE_MAP = re.compile(r"\s*(//[#@] ?sourceMappingURL=\S+|/\*[#@] ?sourceMappingURL=.*?\*/)\s*$")
FONT_FACE = re.compile(r"/\* (?P<name>fira-sans-\S+) \*/\s*@font-face \{(?P<body>.*?)\}", re.DOTALL)
WOFF2 = re.compile(r"src:[^;]*?url\(\./files/(?P<file>[\w-]+\.woff2)\) format\('woff2'\)[^;]*;")
# The EUPL wants changed files to say so.
CHANGED = (
    '@charset "UTF-8";\n'
    "/* KERN (@kern-ux/native), EUPL-1.2, see LICENSE.md. Changed: without what this portal never uses. */\n"
)
# The admin takes KERN's colours without its rules, which would reach into Django's pages.
KERN_COLOUR = re.compile(r"--kern-color-(?:[a-z]+-\d{3}|white|black):[^;}]+")


def kern_colours() -> str:
    """KERN's palette alone, as custom properties."""
    found = dict.fromkeys(KERN_COLOUR.findall((VENDOR / "kern" / "kern.min.css").read_text()))
    if len(found) < 200:
        raise SystemExit("tools/assets.py: KERN has changed, its palette was not found in kern.min.css.")
    palette = ";\n  ".join(found)
    return (
        f"/* KERN's palette, out of kern.min.css. EUPL-1.2, see LICENSE.md */\n:root {{\n  {palette};\n}}\n"
    )


def font_faces() -> Iterator[tuple[str, str]]:
    """The @font-face rules we use, each with the name of its woff2 file."""
    package = NODE_MODULES / "@fontsource" / "fira-sans"
    for style in FONT_STYLES:
        weight, _, slant = style.partition("-")
        wanted = [f"fira-sans-{subset}-{weight}-{slant or 'normal'}" for subset in FONT_SUBSETS]
        rules = {m["name"]: m["body"] for m in FONT_FACE.finditer((package / f"{style}.css").read_text())}
        for name in wanted:
            body, found = WOFF2.subn(r'src: url("\g<file>") format("woff2");', rules[name])
            if found != 1 or "font-display: swap" not in body or "unicode-range" not in body:
                raise SystemExit(f"tools/assets.py: the font package changed, look at {style}.css ({name}).")
            yield f"{name}.woff2", f"/* {name} */\n@font-face {{{body}}}\n"


def main() -> None:
    """Fill static/vendor/ from node_modules/."""
    if not NODE_MODULES.is_dir():
        raise SystemExit("tools/assets.py: node_modules/ is missing, run `make` first.")
    shutil.rmtree(VENDOR, ignore_errors=True)
    for package, source, target in FILES:
        (VENDOR / target).parent.mkdir(parents=True, exist_ok=True)
        text = (NODE_MODULES / package / source).read_text()
        (VENDOR / target).write_text(SOURCE_MAP.sub("", text) + "\n")
    (VENDOR / "kern" / "kern-colours.css").write_text(kern_colours())
    kern = VENDOR / "kern" / "kern.min.css"
    kern.write_text(CHANGED + slim.slim(kern.read_text(), slim.read_sources()) + "\n")
    css = []
    for file, rule in font_faces():
        shutil.copyfile(NODE_MODULES / "@fontsource/fira-sans/files" / file, VENDOR / "fira-sans" / file)
        css.append(rule)
    (VENDOR / "fira-sans" / "fira-sans.css").write_text("\n".join(css))


if __name__ == "__main__":
    main()

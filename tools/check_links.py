"""Holds the documents to the tree: links and their headings, paths in `code`, and the ./x commands they name."""

import pathlib
import re

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
# A path of ours, as documents write it: a top folder, then names. What has a pattern or a placeholder in it is none.
PATH = re.compile(r"^(?:src|sim|tests|tools|cmake|docs|conf|proto|deploy)/[\w./-]+$")
COMMAND = re.compile(r"\./x ([a-z]+)")
HEADING = re.compile(r"^#+\s+(.*)$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def documents(root):
    yield from sorted(root.glob("*.md"))
    for top in ("docs", "src", "sim", "tests", "tools"):
        yield from sorted(path for path in (root / top).rglob("*.md") if ".venv" not in path.parts)


def anchors(text):
    """The names that headings get as link targets."""
    headings = HEADING.findall(FENCE.sub("", text))
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def link_faults(root, path, text):
    for target in LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue  # another site; nothing here depends on the network
        name, _, anchor = target.partition("#")
        aim = (path.parent / name).resolve() if name else path
        if not aim.exists():
            yield f"{path.relative_to(root)}: link to {target}, which does not exist"
        elif anchor and aim.suffix == ".md" and anchor not in anchors(aim.read_text()):
            yield f"{path.relative_to(root)}: link to {target}, a heading that does not exist"


def path_faults(root, path, text):
    for code in CODE.findall(text):
        if PATH.match(code) and not (root / code).exists() and not (path.parent / code).exists():
            yield f"{path.relative_to(root)}: names {code}, which does not exist"


def command_faults(root, path, text):
    known = set(re.findall(r"^  ([a-z]+)", (root / "x").read_text(), re.MULTILINE))
    for command in COMMAND.findall(text):
        if command not in known:
            yield f"{path.relative_to(root)}: names ./x {command}, which is no command"


def faults(root):
    root = pathlib.Path(root)
    for path in documents(root):
        text = path.read_text()
        yield from link_faults(root, path, FENCE.sub("", text))
        yield from path_faults(root, path, FENCE.sub("", text))
        yield from command_faults(root, path, text)

"""Holds README_CN.md to README.md: the same headings, commands, tables, links and names in code, in the same order. What is said between
them is for readers of both languages to compare."""

import re

from check_links import CODE, FENCE, LINK

HEADING = re.compile(r"^(#+)\s", re.MULTILINE)
EACH_OTHER = ("README.md", "README_CN.md")
ROW = re.compile(r"^\|.*\|$", re.MULTILINE)


def commands(block):
    """A fenced block without its comments, which are translated."""
    lines = (re.sub(r"(^|\s)#\s.*$", "", line).rstrip() for line in block.splitlines())
    return [line for line in lines if line]


def structure(text):
    """What both must have: names of the parts, and each as it is in this text."""
    prose = FENCE.sub("", text)
    paragraphs = [part for part in re.split(r"\n\s*\n", prose) if part.strip()]
    return {
        "headings": HEADING.findall(prose),
        "fenced blocks": [commands(block) for block in FENCE.findall(text)],
        "tables": [row.count("|") for row in ROW.findall(prose)],
        "links": [link for link in LINK.findall(prose) if link not in EACH_OTHER],
        "names in code of each paragraph": [sorted(CODE.findall(part)) for part in paragraphs],
    }


def faults(original, translation):
    ours, theirs = structure(original), structure(translation)
    for part, wanted in ours.items():
        found = theirs[part]
        if found == wanted:
            continue
        if len(found) != len(wanted):
            yield f"{part}: {len(found)}, not {len(wanted)}"
        for number, (a, b) in enumerate(zip(wanted, found), 1):
            if a != b:
                yield f"{part}, number {number}: {b}, not {a}"
                break

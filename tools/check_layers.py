"""Holds the sources to layers.toml: includes, CMake links and the token lists.

`check_layers.py [ROOT]` prints each violation as path:line: sentence, and exits 1 when there is one.
"""

import dataclasses
import pathlib
import re
import sys
import tomllib

SOURCE_ENDINGS = {".h", ".cc", ".c"}
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')
MODULE = re.compile(r"batata_module\(\s*(\w+)([^)]*)\)")
# A comment, a raw string, a string or a character: whatever starts first. Digit separators are no characters.
OPAQUE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'",
    re.DOTALL)


@dataclasses.dataclass(frozen=True)
class Violation:
    path: str
    line: int
    text: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.text}"


@dataclasses.dataclass
class Source:
    path: str
    lines: list  # code only: comments and strings blanked, except in #include lines
    folder: str  # the folder of the table it belongs to; "" where no row matches
    includes: list  # (line number, quoted path or None, angle path or None)

    @property
    def is_unit_test(self):
        return self.path.endswith("_test.cc") and self.path.startswith("src/")


def matches(pattern, folder):
    """Whether a row's pattern names the folder: itself, or "a/*" for everything below a."""
    return folder == pattern or (pattern.endswith("/*") and folder.startswith(pattern[:-1]))


def inside(place, path):
    """Whether a file lies in a folder or is that file."""
    return path == place or path.startswith(place + "/")


def blank(text):
    """Replaces comments and strings by spaces, keeping line ends, so that line numbers stay true."""
    return OPAQUE.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)


class Layers:
    """The table and the sources it rules."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.table = tomllib.loads((self.root / "layers.toml").read_text())
        self.folders = self.table["folders"]
        self.third_party = self.table["third_party"]
        self.sources = {source.path: source for source in self._read_sources()}
        self.modules = {}  # folder: (name, {our folders linked}, [(line, target)], tests' targets)
        self._libraries_below = {}

    def _read_sources(self):
        for top in ("src", "sim", "tests"):
            for path in sorted((self.root / top).rglob("*")):
                if path.suffix in SOURCE_ENDINGS and path.is_file():
                    yield self._read(path)

    def _read(self, path):
        name = path.relative_to(self.root).as_posix()
        text = path.read_text(errors="replace")
        lines = blank(text).split("\n")
        includes = []
        for number, line in enumerate(text.split("\n"), 1):
            found = INCLUDE.match(line)
            if found:
                includes.append((number, found.group(1), found.group(2)))
                lines[number - 1] = line
        return Source(name, lines, self.folder_of(name), includes)

    def folder_of(self, path):
        """The folder of the table a file belongs to: the most exact row; for a row "a/*", the folder below a."""
        best, best_key = "", (0, 0)
        for row in self.folders:
            if row.endswith("/*"):
                parts = row[:-2].split("/")
                own = path.split("/")[:-1]
                if own[:len(parts)] == parts and len(own) > len(parts):
                    candidate, key = "/".join(own[:len(parts) + 1]), (len(parts) + 1, 0)
                else:
                    continue
            elif inside(row, path):
                candidate, key = row, (row.count("/") + 1, 1)
            else:
                continue
            if key > best_key:
                best, best_key = candidate, key
        return best

    def row_of(self, folder):
        if folder in self.folders:
            return self.folders[folder]
        return self.folders[folder.rsplit("/", 1)[0] + "/*"]

    def library_of(self, quoted, angle, includer):
        """The third-party library an include names; a header of ours is none, whatever it is called."""
        if quoted and self.own_path(quoted, includer):
            return None
        include = quoted or angle
        for name, library in self.third_party.items():
            for prefix in library["includes"]:
                if include.endswith(prefix[1:]) if prefix.startswith("*") else include.startswith(prefix):
                    return name
        return None

    def own_path(self, include, includer):
        """Where a quoted include lies: below src/, below the root for sim/ and tests/; beside the includer in tests/."""
        places = ["src/", ""]
        if includer.path.startswith("tests/"):
            places.insert(0, includer.path.rsplit("/", 1)[0] + "/")
        return next((place + include for place in places if place + include in self.sources), None)

    def may_include(self, source, folder):
        row = self.row_of(source.folder)
        allowed = list(row["may_include"])
        if source.is_unit_test:
            allowed += row.get("test_include", []) + self.table["unit_tests"]["may_include"]
        return folder == source.folder or any(matches(pattern, folder) for pattern in allowed)

    def libraries_for(self, source):
        row = self.row_of(source.folder)
        names = set(row.get("third_party", []) + row.get("private_third_party", []))
        names.update(self.table["everywhere"]["third_party"])
        if source.path.startswith(("tests/", "sim/")) or source.is_unit_test:
            names.update(self.table["unit_tests"]["third_party"])
        return names

    # --- the checks --------------------------------------------------------------------------------------------------

    def violations(self):
        yield from self.check_table()
        for source in self.sources.values():
            if not source.folder:
                yield Violation(source.path, 1, "no row of layers.toml covers this folder")
                continue
            yield from self.check_includes(source)
            yield from self.check_reach(source)
            yield from self.check_tokens(source)
        yield from self.check_links()

    def check_table(self):
        """The table itself must point down, and only to rows and libraries it has."""
        for name, row in self.folders.items():
            for other in row["may_include"]:
                rows = [known for known in self.folders if matches(other, known) or known == other]
                if not rows and self.folder_of(other + "/x") == "":
                    yield Violation("layers.toml", 1, f"{name} may include {other}, which no row describes")
                for known in rows:
                    if self.folders[known]["layer"] > row["layer"]:
                        yield Violation("layers.toml", 1, f"{name} (layer {row['layer']}) may include {known} above it")
            for key in ("third_party", "private_third_party"):
                for library in row.get(key, []):
                    if library not in self.third_party:
                        yield Violation("layers.toml", 1, f"{name} names {library}, which [third_party] does not have")

    def check_includes(self, source):
        for line, quoted, angle in source.includes:
            library = self.library_of(quoted, angle, source)
            if library:
                if library not in self.libraries_for(source):
                    yield Violation(source.path, line, f"{source.folder} may not include {library} ({quoted or angle})")
            elif quoted:
                own = self.own_path(quoted, source)
                if not own:
                    yield Violation(source.path, line, f'"{quoted}" is no header of ours, seen from src/ or the root')
                elif not self.may_include(source, self.sources[own].folder):
                    folder = self.sources[own].folder
                    yield Violation(source.path, line, f"{source.folder} may not include {folder} ({quoted})")
            elif ("." in angle or "/" in angle) and not angle.startswith(tuple(self.table["system"]["includes"])):
                yield Violation(source.path, line, f"<{angle}> is in no row of layers.toml's [third_party] or [system]")

    def private_libraries_below(self, path):
        """The libraries that come with a header although its folder keeps them private."""
        if path not in self._libraries_below:
            self._libraries_below[path] = set()  # ends cycles, which the compiler forbids anyway
            source = self.sources[path]
            private = set(self.row_of(source.folder).get("private_third_party", [])) if source.folder else set()
            found = set()
            for _, quoted, angle in source.includes:
                library = self.library_of(quoted, angle, source)
                own = self.own_path(quoted, source) if quoted else None
                if library in private:
                    found.add(library)
                elif own:
                    found |= self.private_libraries_below(own)
            self._libraries_below[path] = found
        return self._libraries_below[path]

    def check_reach(self, source):
        for line, quoted, _ in source.includes:
            own = self.own_path(quoted, source) if quoted else None
            if not own or self.sources[own].folder == source.folder:
                continue
            for library in sorted(self.private_libraries_below(own) - self.libraries_for(source)):
                yield Violation(source.path, line, f"{quoted} brings {library}, which its folder keeps private")

    def check_tokens(self, source):
        for rule in self.table["tokens"]:
            if source.is_unit_test and rule.get("in_unit_tests", True):
                continue
            if "only" in rule and not any(inside(place, source.path) for place in rule["only"]):
                continue
            if any(inside(place, source.path) for place in rule["allowed"]):
                continue
            pattern = re.compile(rule["pattern"])
            for number, text in enumerate(source.lines, 1):
                found = pattern.search(text)
                if found:
                    yield Violation(source.path, number, f"{rule['name']}: {found.group().strip()} ({rule['reason']})")

    # --- CMake -------------------------------------------------------------------------------------------------------

    def check_links(self):
        modules = {}
        for path in sorted((self.root / "src").rglob("CMakeLists.txt")):
            text = re.sub(r"#[^\n]*", "", path.read_text())
            for found in MODULE.finditer(text):
                folder = path.parent.relative_to(self.root).as_posix()
                line = text[:found.start()].count("\n") + 1
                modules[folder] = (path.relative_to(self.root).as_posix(), line, found.group(1), found.group(2).split())
        targets = {"batata_" + folder[4:].replace("/", "_"): folder for folder in modules}
        targets["batata_sim"] = "sim"
        links = {}
        for folder, (path, line, name, words) in modules.items():
            if name != folder[4:].replace("/", "_"):
                yield Violation(path, line, f"the module of {folder} is named {name}")
            linked, wrong = self._read_links(folder, words, targets)
            links[folder] = linked
            for text in wrong:
                yield Violation(path, line, text)
        yield from self._check_linked(modules, links)

    def _read_links(self, folder, words, targets):
        """Gives the folders a module links and what is wrong with its links."""
        known = {target: name for name, library in self.third_party.items() for target in library["targets"]}
        linked, wrong, for_tests = set(), [], False
        for word in words:
            if word in ("LINKS", "TEST_LINKS"):
                for_tests = word == "TEST_LINKS"
                continue
            probe = Source(folder + ("/x_test.cc" if for_tests else "/x.cc"), [], self.folder_of(folder + "/x"), [])
            target = word.strip("${}")
            if target in targets:
                other = self.folder_of(targets[target] + "/x")
                if not self.may_include(probe, other) and targets[target] not in self.table["link_only"]:
                    wrong.append(f"{folder} may not link {target}")
                if not for_tests:
                    linked.add(targets[target])
            elif target in known:
                if known[target] not in self.libraries_for(probe) | {"threads"}:
                    wrong.append(f"{folder} may not link {target}")
            else:
                wrong.append(f"{folder} links {target}, which is no module and in no row of [third_party]")
        return linked, wrong

    def _check_linked(self, modules, links):
        """What a module's sources include, it must link, itself or through what it links."""
        for folder in modules:
            reach, todo = {folder}, [folder]
            while todo:
                for other in links.get(todo.pop(), ()):
                    if other not in reach:
                        reach.add(other)
                        todo.append(other)
            seen = set()
            for source in self.sources.values():
                if self._module_of(source.path, modules) != folder or source.is_unit_test:
                    continue
                for line, quoted, _ in source.includes:
                    own = self.own_path(quoted, source) if quoted else None
                    other = self._module_of(own, modules) if own else None
                    if other and other not in reach and other not in seen:
                        seen.add(other)
                        target = "batata_" + other[4:].replace("/", "_")
                        yield Violation(source.path, line, f"{quoted} is included, but {folder} does not link {target}")

    @staticmethod
    def _module_of(path, modules):
        """The nearest folder above a file that is a module."""
        folder = path.rsplit("/", 1)[0]
        while folder and folder not in modules:
            folder = folder.rpartition("/")[0]
        return folder or None


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent
    found = list(Layers(root).violations())
    for violation in found:
        print(violation)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Which statement of the standard is proven by which test case, as the tests themselves say it.

A test says it by citing the statement: [MQTT-2.3.1-1] is one of MQTT 3.1.1, or of MQTT 5 in a file
that has 5 as a word of its name, such as test-codec-5.c; [MQTT5-2.2.1-3] is of MQTT 5 everywhere.
"""

import ast
import collections
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
VERSIONS = ("3.1.1", "5")
# Whose cases are about the library. What tests the tests proves nothing.
PROVING = ("unit", "vectors", "client", "interop", "faults", "tls", "bindings", "examples",
           "mutations", "simulation/scripts")

CITATION = re.compile(r"\[MQTT(5?)-([\d.-]+-\d+)\]")
IS_5 = re.compile(r"(?:^|[-_])5(?:[-_.]|$)")

Statement = collections.namedtuple("Statement", "version id applies paraphrase")
# A case may be a pattern: "/vectors/*".
Mark = collections.namedtuple("Mark", "version id place case")
Chunk = collections.namedtuple("Chunk", "line text code name")


# --- The tables.


def read_table(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file if line.strip() and line[0] != "#"]
    return rows[1:]


def read_statements():
    return [Statement(*row[:4]) for row in read_table("conformance.tsv")]


def read_excuses():
    """Maps (version, id) to the reason."""
    return {(version, name): reason for version, name, reason in read_table("excused.tsv")}


def read_others():
    """What the standard asks of servers alone, and tests cite."""
    return {(version, name) for version, name, _ in read_table("others.tsv")}


# --- Citations.


def citations(text, path):
    """The (version, id, offset) of all in a text."""
    own = "5" if IS_5.search(os.path.basename(path)) else "3.1.1"
    return [("5" if match[1] else own, f"[MQTT-{match[2]}]", match.start())
            for match in CITATION.finditer(text)]


# --- C: who is above, within, or used by the function of a case.

TOKEN = re.compile(r'/\*.*?\*/|"(?:\\.|[^"\\\n])*"' r"|'(?:\\.|[^'\\\n])*'|^#(?:\\\n|[^\n])*|[{}();]",
                   re.DOTALL | re.MULTILINE)
FUNCTION = re.compile(r"^(\w+) \(", re.MULTILINE)
# One of functions, too: void (*const table[]) (int) = {
TABLE = re.compile(r"(\w+)\s*(?:\[[^\]]*\])*(?:\) \([^()]*\))?\s*=\s*[{\"]")
MACRO = re.compile(r"^#\s*define\s+(\w+)", re.MULTILINE)
CALL = re.compile(r'\b(\w+) \((\w+|"[^"]*"),')
# A macro, or a function, that puts something before the name it is given.
PREFIX = re.compile(r'#\s*define\s+(\w+)\((?:\\\n|[^\n])*?"(/[^"]+)" \w')
# A row of a table that is registered as it is.
ROW = re.compile(r'\{\s*"(/[^"]+)",\s*(\w+)\s*\}')
# What registers a function for either version, and what the second case has behind the name.
BOTH, OF_5 = "engine_test_both", "/mqtt-5"
PATH = r'\b%s\s*=\s*(?:g_strdup_printf|g_strconcat) \(((?:"[^"]*"|[^;"])*)\);'


def blank(text):
    """Comments become blanks; lines stay where they are."""
    return re.sub(r"/\*.*?\*/", lambda match: re.sub(r"[^\n]", " ", match[0]), text,
                  flags=re.DOTALL)


def name_of(code):
    macro = MACRO.match(code)
    if macro:
        return macro[1]
    function = FUNCTION.search(code.split("{")[0])
    if function and "{" in code:
        return function[1]
    table = TABLE.search(code)
    return table[1] if table else None


def chunks_of(text):
    """What stands at the top level of a file, each with the comments before it."""
    ends, depth, braces = [], 0, 0
    for token in TOKEN.finditer(text):
        word = token[0]
        if word in "({":
            depth += 1
            braces += word == "{"
        elif word in ")}":
            depth -= 1
            # The end of a function, but not of a table or a type.
            if word == "}" and depth == 0 and not re.match(r"\s*\w*\s*(?:;|,|=)", text[token.end():]):
                ends.append(token.end())
        elif depth == 0 and (word == ";" or word[0] == "#"):
            rest = re.match(r"[ \t]*/\*.*?\*/[ \t]*$", text[token.end():], re.DOTALL | re.MULTILINE)
            ends.append(token.end() + (rest.end() if rest and "\n" not in rest[0] else 0))
    chunks, start = [], 0
    for end in ends:
        part = text[start:end]
        code = blank(part)
        chunks.append(Chunk(text.count("\n", 0, start) + 1, part, code, name_of(code.strip())))
        start = end
    return chunks


def pattern_of(word, code):
    """The name of the case that a variable holds, if the code around says it."""
    found = re.search(PATH % word, code)
    if not found:
        return None
    literals = re.findall(r'"([^"]*)"', found[1])
    if found[0].find("g_strconcat") >= 0:
        parts = [part.strip() for part in found[1].split(",")]
        name = "".join(part.strip('"') if part[:1] == '"' else "" if part == "NULL" else "*"
                       for part in parts)
    else:
        name = re.sub(r"%[\w.-]+", "*", literals[0])
    return name if name.startswith("/") else None


def arguments_of(code, start):
    """What is in the parentheses that are open at @start."""
    depth = 1
    for match in re.compile(r'"(?:\\.|[^"\\])*"|[()]').finditer(code, start):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth == 0:
            return code[start:match.start()]
    return code[start:]


def wrappers_of(chunks):
    """Maps macros and functions that register cases to what they make of a name, which is "%s"."""
    wrappers = collections.defaultdict(list)
    for chunk in chunks:
        for macro in PREFIX.finditer(chunk.code):
            wrappers[macro[1]].append(macro[2] + "%s")
        if chunk.name and "g_test_add" in chunk.code:
            wrappers[chunk.name] += re.findall(r'g_strdup_printf \("(/[^"%]*%s[^"%]*)", \w+\)',
                                               chunk.code)
    return wrappers


def names_of(call, code, wrappers):
    """The cases that a call registers, if it does."""
    word = call[2]
    if call[1] in ("g_strconcat", "g_strdup_printf"):
        return []
    if word[0] != '"':
        case = pattern_of(word, code)
        return [case] if case else []
    word = word.strip('"')
    if word.startswith("/"):
        return [word, word + OF_5] if call[1] == BOTH else [word]
    return [wrapper % word for wrapper in wrappers.get(call[1], ())]


def registered(chunks):
    """Maps the names of functions to the cases that run them."""
    functions = {chunk.name for chunk in chunks if chunk.name and "{" in chunk.code}
    wrappers = wrappers_of(chunks)
    cases = collections.defaultdict(list)
    for chunk in chunks:
        if "g_test_add" in chunk.code:
            for row in ROW.finditer(chunk.code):
                cases[row[2]].append(row[1])
        for call in CALL.finditer(chunk.code):
            found = names_of(call, chunk.code, wrappers)
            words = re.findall(r"\w+", arguments_of(chunk.code, call.end(2))) if found else []
            for word in words:
                if word in functions:
                    cases[word] += [case for case in found if case not in cases[word]]
    return cases


def users(chunks):
    """Maps names to those of the chunks that use them, and what the row of a table that does is called."""
    names = {chunk.name for chunk in chunks if chunk.name}
    result = collections.defaultdict(dict)
    for chunk in chunks:
        if chunk.name in (None, "main"):
            continue
        rows = {word: row for row, word in re.findall(r'\{\s*"([^"]*)",\s*(\w+)', chunk.code)}
        code = re.sub(r'"(?:\\.|[^"\\\n])*"', '""', chunk.code)
        for word in set(re.findall(r"\w+", code)) & names - {chunk.name}:
            result[word][chunk.name] = rows.get(word)
    return result


def cases_of(name, cases, used_by):
    found, seen, ahead = [], set(), [(name, None)]
    while ahead:
        name, row = ahead.pop(0)
        if name in seen:
            continue
        seen.add(name)
        for case in cases.get(name, []):
            if row and "*" in case:
                case = row.join(case.rsplit("*", 1))
            found += [case] if case not in found else []
        ahead += [(user, of or row) for user, of in sorted(used_by[name].items())]
    return found


def of_version(cases, version):
    """Of those that are registered for either version only the one that counts."""
    both = {case for case in cases if case + OF_5 in cases}
    if version == "5":
        return [case for case in cases if case not in both]
    return [case for case in cases if case in both or case.removesuffix(OF_5) not in both]


def marks_in_c(path, text):
    chunks = chunks_of(text)
    cases, used_by = registered(chunks), users(chunks)
    marks = []
    for chunk in chunks:
        for version, name, offset in citations(chunk.text, path):
            place = f"{path}:{chunk.line + chunk.text.count(chr(10), 0, offset)}"
            found = cases_of(chunk.name, cases, used_by) if chunk.name else []
            found = of_version(found, version)
            marks += [Mark(version, name, place, case) for case in found or [None]]
    return marks


# --- The other files.


def marks_in_vectors(path, text):
    """A row: a name, and in the last field what says so. A comment of a file is about no row."""
    folder = os.path.basename(path).removesuffix(".txt").removesuffix("-3.1.1")
    marks = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#") or " | " not in line:
            continue
        name = line.split("|")[0].strip()
        case = f"/{folder}/{name}" + ("" if folder.startswith("packets") else "/*")
        marks += [Mark(version, cited, f"{path}:{number}", case)
                  for version, cited, _ in citations(line, path)]
    return marks


def marks_in_script(path, text):
    case = "script-" + os.path.basename(path).removesuffix(".txt")
    return [Mark(version, name, f"{path}:{text.count(chr(10), 0, offset) + 1}", case)
            for version, name, offset in citations(text, path)]


def marks_in_mutations(path, text):
    marks, case = [], None
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("mutation "):
            case = "/mutations/" + line.split()[1]
        elif line.startswith("#"):
            case = None
        marks += [Mark(version, name, f"{path}:{number}", case)
                  for version, name, _ in citations(line, path)]
    return marks


def marks_in_python(path, text):
    spans = []
    for node in ast.parse(text).body:
        if not isinstance(node, ast.ClassDef):
            continue
        tests = [item for item in node.body
                 if isinstance(item, ast.FunctionDef) and item.name.startswith("test")]
        # The last span that holds a line is the narrowest.
        if tests:
            spans.append((node.lineno - 2, node.end_lineno,
                          [f"{node.name}.{item.name}" for item in tests]))
        spans += [(item.lineno - 2, item.end_lineno, [f"{node.name}.{item.name}"])
                  for item in tests]
    marks = []
    for version, name, offset in citations(text, path):
        line = text.count("\n", 0, offset) + 1
        within = [cases for first, last, cases in spans if first <= line <= last]
        marks += [Mark(version, name, f"{path}:{line}", case)
                  for case in (within[-1] if within else [None])]
    return marks


def reader_of(path):
    folder, name = os.path.split(path.removeprefix("tests/"))
    if folder not in PROVING:
        return None
    if folder == "vectors" and name.endswith(".txt"):
        return marks_in_vectors
    if folder == "simulation/scripts" and name.endswith(".txt"):
        return marks_in_script
    if name == "mutations.txt":
        return marks_in_mutations
    if name.endswith(".py") and name.startswith("test_"):
        return marks_in_python
    return marks_in_c if name.endswith(".c") else None


def read_files():
    """Maps the paths of the tests to their text."""
    files = {}
    for folder, folders, names in os.walk(os.path.join(TOP, "tests")):
        folders[:] = sorted(set(folders) - {"corpus", "__pycache__"})
        for name in sorted(names):
            if name.endswith((".c", ".h", ".txt", ".py", ".js", ".vala")):
                path = os.path.join(folder, name)
                with open(path, encoding="utf-8") as file:
                    files[os.path.relpath(path, TOP)] = file.read()
    return files


def is_of_tests(text):
    return "g_test_add" in text or "g_test_run" in text or "peer_run" in text


def collect(files):
    """All marks of the tests; and all citations there are, of which a case need not be known."""
    marks, cited = [], []
    for path, text in files.items():
        if path.startswith("tests/checks/"):
            # Its examples are no tests.
            continue
        cited += [(version, name, path) for version, name, _ in citations(text, path)]
        reader = reader_of(path)
        # What only helps other files has no cases; what it says is for its reader.
        if reader and (reader is not marks_in_c or is_of_tests(text)):
            marks += reader(path, text)
    return marks, cited


# --- What is wrong with them.


def complaints(statements, excuses, others, marks, cited):
    known = {(statement.version, statement.id) for statement in statements}
    result = [f"{path}: {name} is no statement of MQTT {version}"
              for version, name, path in sorted(set(cited))
              if (version, name) not in known | others]
    result += [f"{mark.place}: {mark.id} is above or within no test" for mark in marks
               if mark.case is None]
    proven = {(mark.version, mark.id) for mark in marks}
    result += [f"excused.tsv: {name} of MQTT {version} is not in conformance.tsv"
               for version, name in excuses if (version, name) not in known]
    result += [f"excused.tsv: {name} of MQTT {version} has a test"
               for version, name in excuses if (version, name) in proven]
    result += [f"others.tsv: {name} of MQTT {version} is in conformance.tsv"
               for version, name in sorted(others & known)]
    return result


# --- The page.

SHOWN = 3
HEAD = """Title: Conformance
Slug: conformance
SPDX-FileCopyrightText: 2026 The mqttc-glib authors
SPDX-License-Identifier: LGPL-2.1-or-later

<!-- Made from the tests by tests/conformance/run --table; do not edit. -->

# Conformance

The standard of MQTT numbers what it demands. Here is each statement that concerns a client, in short,
with the tests that prove it; `tests/run conformance` says whether they pass. Names of tests may have a
`*`. The words that count are those of the standard.

In one case the library leaves its letter. A client that has no session state must end the connection when
the server has some (`MQTT-3.2.2-4` of MQTT 5), and a program that was started anew has none. If it asks for
its session, by [property@Mqttc.Options:clean-session] and a client identifier of its own, it gets it all
the same: the messages that the server has kept would be lost otherwise. A session that the client knows to be
impossible is refused as the standard says.
"""


def escape(text):
    return re.sub(r"([|*_<>\[\]])", r"\\\1", text)


def proofs_of(statement, marks):
    """The cases, those of the lowest layer first."""
    order = {folder: number for number, folder in enumerate(PROVING)}
    rank = {}
    for mark in marks:
        if (mark.version, mark.id) == (statement.version, statement.id) and mark.case:
            folder = os.path.dirname(mark.place.split(":")[0]).removeprefix("tests/")
            rank.setdefault(mark.case, order[folder])
    return sorted(rank, key=lambda case: (rank[case], case))


def proof_cell(statement, excuses, marks):
    reason = excuses.get((statement.version, statement.id))
    if reason:
        return escape(reason)
    cases = proofs_of(statement, marks)
    more = f" and {len(cases) - SHOWN} more" if len(cases) > SHOWN else ""
    return ", ".join(f"`{case}`" for case in cases[:SHOWN]) + more or "not proven"


def table(statements, excuses, marks):
    lines = [HEAD]
    for version in VERSIONS:
        lines += [f"## MQTT {version}", "", "| statement | what it says | proven by |", "|---|---|---|"]
        for statement in statements:
            if statement.version == version:
                lines.append(f"| `{statement.id.strip('[]')}` | {escape(statement.paraphrase)} | "
                             f"{proof_cell(statement, excuses, marks)} |")
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"

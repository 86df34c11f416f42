"""Two programs of batata on the same benchmarks, run in turn: what a change has cost or gained.

As the machine falls on both alike, the ratio says more than two published figures from different days.
"""
import cases

ROUNDS = 5
BEFORE, NOW = "before", "now"


def compared(name, run, rounds=ROUNDS):
    """The table of both. `run(which)` measures the program once and gives the benchmark's document."""
    table = None
    for round_ in range(rounds):
        for which in (BEFORE, NOW) if round_ % 2 == 0 else (NOW, BEFORE):
            document = run(which)
            table = table or cases.Table.like(document, BEFORE)
            for row in document["rows"]:
                if row["subject"].startswith("batata"):
                    table.add(row["case"] + row["subject"].removeprefix("batata"), which, row["values"])
    table.name = f"{name}, before and now"
    return table

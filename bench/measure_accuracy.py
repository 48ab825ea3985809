#!/usr/bin/env python3
"""Measures how right the verdicts are and writes it down once: data/site/accuracy.json, from which
the website, its rule and finding pages and README's table say it.

    bench/measure_accuracy.py MCPRISK CORPUS         measures and writes
    bench/measure_accuracy.py --readme               writes README's table from the file
    bench/measure_accuracy.py --check                does README say what the file says?

CORPUS holds the labelled sets, which are not part of the repository: gold-dev.jsonl (documents with
"labels"), servers-dev.jsonl and npm-live-dev.jsonl (documents), labels-fresh.jsonl (their labels).
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent
OUT = TOP / "data/site/accuracy.json"
README = TOP / "README.md"
BEGIN, END = "<!-- measured: accuracy -->\n", "<!-- end -->\n"


def lines(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def write_lines(path, values):
    with open(path, "w", encoding="utf-8") as file:
        for value in values:
            file.write(json.dumps(value, ensure_ascii=False) + "\n")


def with_labels(documents, labels):
    for document in lines(documents):
        own = labels.get(document.get("server"))
        if own:
            yield {**document, "labels": own}


class Program:
    def __init__(self, path, home):
        self.path, self.env = path, {"HOME": str(home), "PATH": "/usr/bin:/bin"}

    def run(self, *arguments):
        done = subprocess.run([self.path, *map(str, arguments)], env=self.env, check=False,
                              stdout=subprocess.PIPE, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(map(str, arguments))}: ended with {done.returncode}")
        return done.stdout

    def eval(self, *arguments):
        return json.loads(self.run("eval", *arguments, "--json"))

    def classify(self, file):
        return [json.loads(line) for line in self.run("classify", file).splitlines()]


def rounded(share):
    return round(share, 4)


def set_of(name, evaluation):
    return {
        "set": name,
        "tools": evaluation["tools"],
        "accuracy": rounded(evaluation["accuracy"]),
        "accuracy_interval": [rounded(evaluation["accuracy_interval"][k]) for k in ("low", "high")],
        # A category with a handful of labels would decide it.
        "macro_f1": rounded(evaluation["macro_f1"]) if all(
            evaluation["categories"][c]["support"] >= 10 for c in CATEGORIES) else None,
        "risk_exact": rounded(evaluation["risk_exact"]),
        "errors_in_least_confident_tenth": rounded(evaluation["errors_in_least_confident_tenth"]),
    }


def by_rule(program, files):
    """How often evidence that names a category names the label's; [right, wrong]."""
    counts = {}
    for file in files:
        labels = {}
        for document in lines(file):
            for tool, label in document["labels"].items():
                labels[(document["server"], tool)] = label
        for verdict in program.classify(file):
            label = labels.get((verdict["server"], verdict["tool"]))
            if label is None:
                continue
            right = {label["category"], label.get("alt")}
            seen = set()
            for evidence in verdict["evidence"]:
                says = evidence["says"].split(",")[0]
                if says not in CATEGORIES or evidence["basis"] == "claim":
                    continue
                if evidence["rule"] in seen:
                    continue
                seen.add(evidence["rule"])
                count = counts.setdefault(evidence["rule"], [0, 0])
                count[0 if says in right else 1] += 1
    return dict(sorted(counts.items()))


CATEGORIES = ("Read", "Write", "Execute", "Destructive", "Financial")


def by_finding(program, files):
    """Labelled definitions with a finding: [poisoned, ordinary]."""
    counts, poisoned, ordinary = {}, 0, 0
    for file in files:
        labels = {}
        for document in lines(file):
            for tool, label in document["labels"].items():
                bad = label if isinstance(label, bool) else label["poisoned"]
                labels[(document["server"], tool)] = bad
        poisoned += sum(labels.values())
        ordinary += len(labels) - sum(labels.values())
        for verdict in program.classify(file):
            bad = labels.get((verdict["server"], verdict["tool"]))
            if bad is None:
                continue
            for finding in {finding["id"] for finding in verdict["findings"]}:
                counts.setdefault(finding, [0, 0])[0 if bad else 1] += 1
    return {"poisoned": poisoned, "ordinary": ordinary, "by_id": dict(sorted(counts.items()))}


def measure(mcprisk, corpus):
    corpus = pathlib.Path(corpus)
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        program = Program(str(pathlib.Path(mcprisk).resolve()), work)
        labels = {}
        for one in lines(corpus / "labels-fresh.jsonl"):
            labels.setdefault(one["server"], {}).update(one["labels"])
        gold, live, plain = corpus / "gold-dev.jsonl", work / "live.jsonl", work / "plain.jsonl"
        write_lines(live, with_labels(corpus / "npm-live-dev.jsonl", labels))
        write_lines(plain, with_labels(corpus / "servers-dev.jsonl", labels))
        whole = {"doubtful tools": gold, "live npm servers": live, "plain tools": plain}
        halves = {n: program.eval(f, "--half", "B") for n, f in whole.items()}
        every = program.eval(gold)
        effects = program.eval("--effects", TOP / "data/eval/effects.jsonl", "--half", "B")
        eval_files = [TOP / "data/eval/poisoned.jsonl", TOP / "data/eval/imperative.jsonl"]
        keep = ("definitions", "seen", "wrong")
        effects = {k: {n: v for n, v in effects[k].items() if n in keep} for k in ("effects", "decoys")
                   if k in effects}
        result = {
            "made_by": "bench/measure_accuracy.py",
            "sets": [set_of(n, e) for n, e in halves.items()],
            "all_doubtful": {
                "tools": every["tools"],
                "categories": {c: {k: rounded(every["categories"][c][k]) for k in
                                   ("precision", "recall", "f1", "support")} for c in CATEGORIES},
                "confusion": every["confusion"],
                "calibration": [{k: rounded(b[k]) for k in
                                 ("from", "to", "count", "mean_confidence", "accuracy")}
                                for b in every["calibration"] if b["count"] > 0],
            },
            "confusion_half": halves["doubtful tools"]["confusion"],
            "effects": effects,
            "rules": by_rule(program, whole.values()),
            "findings": by_finding(program, eval_files),
        }
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(result, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


def table():
    measured = json.loads(OUT.read_text())["sets"]
    rows = [
        ("", [one["set"] for one in measured]),
        ("labelled tools", [f"{one['tools']:,}" for one in measured]),
        ("category right", [f"{one['accuracy']:.3f}" for one in measured]),
        ("macro-F1 over the five categories", ["" if one["macro_f1"] is None else f"{one['macro_f1']:.3f}" for one in measured]),
        ("risk level exact", [f"{one['risk_exact']:.3f}" for one in measured]),
        ("share of errors in the least confident tenth",
         [f"{one['errors_in_least_confident_tenth']:.3f}" for one in measured]),
    ]
    text = "".join(f"| {' | '.join([name, *cells])} |\n" for name, cells in rows).replace("|  |", "| |")
    first = text.index("\n") + 1
    return text[:first] + "| --- " * (len(measured) + 1) + "|\n" + text[first:]


def main():
    arguments = sys.argv[1:]
    if arguments == ["--readme"] or arguments == ["--check"]:
        before = README.read_text()
        pattern = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.S)
        after = pattern.sub(lambda _: BEGIN + table() + END, before)
        if arguments == ["--check"]:
            sys.exit(0 if after == before else "README's table is not what data/site/accuracy.json says")
        README.write_text(after)
    elif len(arguments) == 2:
        measure(*arguments)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()

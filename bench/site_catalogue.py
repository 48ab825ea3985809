#!/usr/bin/env python3
"""A seeded catalogue of made-up servers, one document a line, for measuring the website: sizes of
servers, lengths of texts and numbers of parameters are spread as real ones are.

    bench/site_catalogue.py SERVERS TOOLS >servers.jsonl
"""
import json
import random
import sys

VERBS = ("get list search read create update delete remove send run execute export import sync pay refund "
         "archive close open merge start stop restart cancel approve assign attach publish rotate invite "
         "move copy rename upload download validate count describe fetch find set add").split()
NOUNS = ("issue invoice user page file ticket order branch query message report task event label customer "
         "workflow secret image chart device payment account database table record note comment folder "
         "repository project channel contact calendar document template webhook key token subscription "
         "product cart shipment policy role group session log metric alert dashboard model dataset job "
         "queue bucket object network server container cluster deployment release pipeline test build "
         "certificate domain address map route flight hotel booking recipe song video podcast article "
         "feed quote trade position wallet contract vote survey form answer question course lesson").split()
SAYS = ("Returns {n} as JSON.", "Lists every {n} that the account can see.", "Creates a new {n}.",
        "Changes fields of one {n}; others stay as they are.", "Deletes the {n} for good.",
        "Sends the {n} to the given address.", "Runs the {n} and waits for its end.",
        "Pays the {n} with the stored card.", "Searches {n}s by their text.",
        "Uploads a {n} to the public bucket.", "Needs the id that list_{n} gives.",
        "Use this when the user asks for a {n}.", "Fails when the {n} is locked.",
        "Results come in pages of fifty.", "Times are in UTC.", "Restarts the {n}.")
TYPES = ("string", "string", "string", "integer", "boolean", "array", "number")


def tool(pick):
    noun, other = pick.choice(NOUNS), pick.choice(NOUNS)
    name = f"{pick.choice(VERBS)}_{noun}" + (f"_{other}" if pick.random() < 0.6 else "")
    if pick.random() < 0.25:
        first, *rest = name.split("_")
        name = first + "".join(part.capitalize() for part in rest)
    says = " ".join(pick.choice(SAYS).format(n=noun) for _ in range(1 + pick.randrange(5)))
    properties = {}
    for _ in range(pick.randrange(7)):
        kind = pick.choice(TYPES)
        properties[f"{pick.choice(NOUNS)}_{pick.choice(('id', 'name', 'path', 'url', 'limit', 'text'))}"] = {
            "type": kind, "description": f"The {pick.choice(NOUNS)} that is meant."}
    schema = {"type": "object", "properties": properties}
    if properties:
        schema["required"] = [next(iter(properties))]
    return {"name": name, "description": says, "inputSchema": schema}


def main():
    servers, tools = int(sys.argv[1]), int(sys.argv[2])
    pick = random.Random(7)
    sizes = [min(150, 1 + int(pick.paretovariate(0.95))) for _ in range(servers)]
    scale = (tools - servers) / max(1, sum(sizes) - servers)
    done = 0
    for number, size in enumerate(sizes):
        left = tools - done - (servers - number - 1)
        count = max(1, min(left, round(1 + (size - 1) * scale)))
        if number + 1 == servers:
            count = max(1, min(left, 400))
        names, own = set(), []
        while len(own) < count:
            one = tool(pick)
            if one["name"] in names:
                one["name"] += f"_{len(own)}"
            names.add(one["name"])
            own.append(one)
        done += count
        noun = pick.choice(NOUNS)
        print(json.dumps({"server": f"npm:{noun}-{pick.choice(NOUNS)}-{number}", "title": f"{noun} tools",
                          "description": f"Works on {noun}s.", "tools": own}))


main()

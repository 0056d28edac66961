"""The API, held against its own description by schemathesis.

In: {description, url, callers: [{name, token}], cases, seed, edges}. `cases` are drawn for each operation, half of them right by the
description and half of them wrong by it; with `edges`, schemathesis's list of edge cases is tried too. Each is sent as every caller, from
nobody to the owner. Out: {version, cases, differed: [{input, ours, theirs}]}, one difference for each operation and kind.
"""

import json
import sys
import warnings
from importlib.metadata import version

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import checks
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks as openapi

warnings.filterwarnings("ignore")
asked = json.load(sys.stdin)
described = asked["description"]
url = asked["url"]
callers = asked["callers"]
owner = {"Authorization": "Bearer " + callers[-1]["token"]}

CHECKS = [
    checks.not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_headers_conformance,
    openapi.response_schema_conformance,
    openapi.negative_data_rejection,
    openapi.missing_required_header,
]

# What an id in a path is an id of: the operation that makes one, or the list that has one. Made in this order, with the examples shown.
MADE = {
    "AgentId": "create_agent",
    "TemplateId": "create_template",
    "CampaignId": "create_campaign",
    "LeadId": "create_lead",
    "ActionId": "create_action",
    "TestId": "create_test",
    "SuiteRunId": "start_suite",
    "DocumentId": "add_page",
    "BudgetId": "create_budget",
    "ApiKeyId": "create_key",
}
LISTED = {
    "ConversationId": "/api/conversations",
    "MessageId": "/api/conversations/{ConversationId}/messages",
    "TicketId": "/api/tickets",
    "JobId": "/api/jobs",
}

operations = {
    operation["operationId"]: (method, path, operation)
    for path, item in described["paths"].items()
    for method, operation in item.items()
}
session = requests.Session()
made = 0


def filled(path, ids):
    """A path with its ids filled in: `{id}` is what the first part of the path is of."""
    return path.replace("{id}", ids.get("AgentId", "none")).replace("{agent}", ids.get("AgentId", "none"))


def things():
    """Something of every kind, made anew."""
    global made
    made += 1
    ids = {}
    for kind, name in MADE.items():
        method, path, operation = operations[name]
        text = json.dumps(operation["requestBody"]["content"]["application/json"]["example"])
        for known, value in ids.items():
            shown = described["components"]["schemas"].get(known, {}).get("examples", [None])[0]
            text = text.replace(str(shown), value)
        body = json.loads(text)
        if isinstance(body.get("name"), str):
            body["name"] += "_%d" % made
        if name == "create_lead":
            body.update(phone="+1415555%04d" % (1000 + made), email="ada%d@example.com" % made)
        if name == "start_suite":
            body = {}
        answer = session.request(method, url + filled(path, ids), json=body, headers=owner)
        if answer.ok:
            ids[kind] = answer.json()["id"]
        else:
            print("%s could not be made: %s %s" % (kind, answer.status_code, answer.text[:300]), file=sys.stderr)
    for kind, path in LISTED.items():
        for known, value in ids.items():
            path = path.replace("{%s}" % known, value)
        items = session.get(url + path, headers=owner).json().get("items") or [{}]
        if "id" in items[0]:
            ids[kind] = items[0]["id"]
    return ids


differed = {}
cases = 0


def differs(operation, kind, case, caller, response, message):
    key = (operation.label, kind, response.status_code)
    if key not in differed:
        body = (response.request.body or b"")[:300]
        sent = "%s %s as %s, %r" % (case.method, response.request.url[:200], caller["name"], body)
        theirs = "%s: %s" % (kind, " ".join(message.split())[:400])
        differed[key] = {"input": sent, "ours": "%d %s" % (response.status_code, response.text[:200]), "theirs": theirs}


def send(operation, case):
    """One case as every caller; those who may change least come first."""
    global cases
    for caller in callers:
        headers = {"Authorization": "Bearer " + caller["token"]} if caller["token"] else {}
        cases += 1
        try:
            response = case.call(base_url=url, session=session, headers=headers, timeout=20)
        except (requests.exceptions.InvalidHeader, requests.exceptions.InvalidURL, UnicodeError, ValueError):
            # What cannot be put on the line at all.
            return
        known = response.request if hasattr(response.request, "url") else None
        if known is None:
            return
        open_to_all = {} in (operation.definition.raw.get("security") or [])
        if not caller["token"] and not open_to_all and response.status_code not in (400, 401, 403, 404, 405, 413, 415):
            differs(operation, "open to strangers", case, caller, response, "nobody is signed in")
        try:
            case.validate_response(response, checks=CHECKS, headers=headers)
        except FailureGroup as group:
            for failure in group.exceptions:
                differs(operation, type(failure).__name__, case, caller, response, getattr(failure, "title", "") + " " + str(getattr(failure, "message", failure)))
        except Failure as failure:
            differs(operation, type(failure).__name__, case, caller, response, str(failure.message))


def known_ids(operation, ids):
    """The path parameters that are ids, with the ids of things that are there."""
    found = {}
    for parameter in operation.definition.raw.get("parameters", []):
        kind = parameter["schema"].get("$ref", "").rsplit("/", 1)[-1]
        if parameter["in"] == "path" and kind in ids:
            found[parameter["name"]] = ids[kind]
    return found


def try_operation(operation, ids, number):
    fixed = known_ids(operation, ids)
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
    for mode in modes:
        # Right ones meet things that are there; wrong ones may have wrong ids, too.
        variants = [fixed or None, None] if mode is GenerationMode.NEGATIVE and fixed else [fixed or None]
        for at, path_parameters in enumerate(variants):
            strategy = operation.as_strategy(generation_mode=mode, path_parameters=path_parameters)

            @seed(asked["seed"] * 1000 + number * 10 + at)
            @settings(max_examples=max(1, asked["cases"] // (2 * len(variants))), database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
            @given(case=strategy)
            def one(case):
                send(operation, case)

            try:
                one()
            except Exception as error:
                # A description that leaves nothing to get wrong gives no wrong cases.
                if type(error).__name__ not in ("Unsatisfiable", "SkipTest", "Skipped"):
                    raise
    if asked["edges"]:
        edges = operation.schema.iter_coverage_cases(operation, generation_modes=modes, generation_config=operation.schema.config.generation_for(operation=operation))
        for at, case in enumerate(edges):
            # Every other one meets what is there.
            if fixed and at % 2 == 0 and isinstance(case.path_parameters, dict):
                case.path_parameters = {**case.path_parameters, **fixed}
            send(operation, case)


schema = schemathesis.openapi.from_dict(described)
all_operations = [result.ok() for result in schema.get_all_operations()]
# What ends a thing comes last, each time with things of its own.
ends = lambda operation: operation.method.upper() == "DELETE" or operation.path.endswith("/erase") or operation.path.endswith("/complete")
ids = things()
for number, operation in enumerate(sorted(all_operations, key=lambda operation: (ends(operation), operation.path, operation.method))):
    if ends(operation):
        ids = things()
    try_operation(operation, ids, number)

json.dump({"version": version("schemathesis"), "cases": cases, "made": sorted(ids), "differed": list(differed.values())}, sys.stdout)

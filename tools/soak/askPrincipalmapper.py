"""Answers questions about policies with principalmapper: a JSON object on each line of stdin, its answer on stdout.

The first line of stdout is principalmapper's version.

A question has `statements`, `principal`, `action`, `resource` and `context`; without a `principal` the statements are those
of a policy whose principals do not matter. The answer says of each statement whether it matches, or why that failed.
"""

import collections
import collections.abc
import json
import sys

# principalmapper looks for these where Python had them before 3.10.
collections.Mapping = collections.abc.Mapping
collections.MutableMapping = collections.abc.MutableMapping

from principalmapper import __version__  # noqa: E402
from principalmapper.common import Node  # noqa: E402
from principalmapper.querying import local_policy_simulation as simulation  # noqa: E402
from principalmapper.util.case_insensitive_dict import CaseInsensitiveDict  # noqa: E402


def node_of(arn):
    """A principal. The constructor takes users and roles alone; the comparison of principals takes any ARN."""
    node = Node.__new__(Node)
    node.arn = arn
    node.id_value = arn
    return node


def text_of(value):
    """AWS reads numbers and Booleans as their text, and principalmapper takes nothing but text."""
    if isinstance(value, list):
        return [text_of(each) for each in value]
    return value if isinstance(value, str) else json.dumps(value)


def with_texts(statement):
    condition = {
        operator: {key: text_of(values) for key, values in keys.items()}
        for operator, keys in statement.get("Condition", {}).items()
    }
    return {**statement, **({"Condition": condition} if condition else {})}


def matches(statement, question):
    policy = {"Statement": [with_texts(statement)]}
    request = (question["action"], question["resource"], CaseInsensitiveDict(question["context"]))
    try:
        if question["principal"] is None:
            return simulation.policy_has_matching_statement(policy, statement["Effect"], *request)
        return simulation.resource_policy_matching_statements(node_of(question["principal"]), policy, *request) != []
    except Exception as error:
        return f"{type(error).__name__}: {error}"


print(__version__, flush=True)
for line in sys.stdin:
    question = json.loads(line)
    answer = [matches(statement, question) for statement in question["statements"]]
    print(json.dumps(answer), flush=True)

"""What the official clients read from the model gateway, and whether what is sent to Anthropic is what its own client would send.

In: {url, key, calls: [{name, body}]}, or {sent: [...]}, requests that arrived at Anthropic's address.
Out: {version, said: [{name, said}]} or {version, wrong: [...]}. `said` is the finish reason, the text and the tools, or the class of the
error; `misfit` is what the client's own types say of an answer that has another shape than it promises.
"""

import json
import sys
from importlib.metadata import version

import openai
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from pydantic import TypeAdapter, ValidationError

asked = json.load(sys.stdin)


def misfits(kind, answer):
    """The types of the client's answers are not checked by the client itself."""
    try:
        kind.model_validate(answer.to_dict())
        return []
    except ValidationError as error:
        return ["%s: %s" % (".".join(map(str, each["loc"])), each["msg"]) for each in error.errors()[:3]]


def whole_of(value):
    """The client's types check a list when it is walked through."""
    if isinstance(value, dict):
        for each in value.values():
            whole_of(each)
    elif not isinstance(value, (str, bytes)) and hasattr(value, "__iter__"):
        for each in value:
            whole_of(each)


def tools(calls):
    return "".join(" %s(%s)" % (call["name"], call["arguments"]) for call in calls)


def whole(client, body):
    answer = client.chat.completions.create(**body)
    choice = answer.choices[0]
    calls = [{"name": call.function.name, "arguments": call.function.arguments} for call in choice.message.tool_calls or []]
    used = answer.usage and "%d+%d" % (answer.usage.prompt_tokens, answer.usage.completion_tokens)
    said = "%s [%s] %s%s" % (choice.finish_reason, choice.message.content or "", used, tools(calls))
    return said, misfits(ChatCompletion, answer)


def streamed(client, body):
    text, finish, used, wrong, calls = "", None, None, [], {}
    for chunk in client.chat.completions.create(**body):
        wrong += misfits(ChatCompletionChunk, chunk)
        if chunk.usage:
            used = "%d+%d" % (chunk.usage.prompt_tokens, chunk.usage.completion_tokens)
        for choice in chunk.choices:
            text += choice.delta.content or ""
            finish = choice.finish_reason or finish
            for call in choice.delta.tool_calls or []:
                known = calls.setdefault(call.index, {"name": "", "arguments": ""})
                known["name"] += call.function.name or ""
                known["arguments"] += call.function.arguments or ""
    return "%s [%s] %s%s" % (finish, text, used, tools(calls.values())), wrong[:3]


def ask(client, call):
    body = call["body"]
    try:
        said, wrong = (streamed if body.get("stream") else whole)(client, body)
    except openai.APIStatusError as error:
        said, wrong = "%s %s" % (type(error).__name__, error.status_code), []
    except openai.APIError as error:
        # An error inside of a stream.
        said, wrong = type(error).__name__, []
    except Exception as error:  # what the client does not expect
        said, wrong = "CRASH %s: %s" % (type(error).__name__, error), []
    return {"name": call["name"], "said": said, "misfits": wrong}


if "calls" in asked:
    client = openai.OpenAI(api_key=asked["key"], base_url=asked["url"], max_retries=0, timeout=30)
    answer = {"version": version("openai"), "said": [ask(client, call) for call in asked["calls"]]}
else:
    from anthropic.types.message_create_params import MessageCreateParamsNonStreaming, MessageCreateParamsStreaming

    answer = {"version": version("anthropic"), "wrong": []}
    for sent in asked["sent"]:
        kind = MessageCreateParamsStreaming if sent.get("stream") else MessageCreateParamsNonStreaming
        unknown = sorted(set(sent) - set(kind.__annotations__))
        try:
            adapter = TypeAdapter(kind)
            whole_of(adapter.validate_python(sent))
            wrong = []
        except ValidationError as error:
            wrong = ["%s: %s" % (".".join(map(str, each["loc"])), each["msg"]) for each in error.errors()[:3]]
        answer["wrong"].append("; ".join(wrong + ["unknown: " + name for name in unknown]))
json.dump(answer, sys.stdout)

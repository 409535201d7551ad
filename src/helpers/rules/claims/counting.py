"""What a number counts, from the words before and after it in its clause.

Each function knows one kind of claim and answers None where the words are not exactly those
that make it certain.
"""

from __future__ import annotations

from collections.abc import Callable

from helpers.rules.claims.claims import Claim
from helpers.rules.claims.numbers import COUNTED, Number
from helpers.rules.claims.state import State, keys_of, roles_of, without
from helpers.rules.claims.words import Word

Counting = Callable[[State, Number, list[Word], list[Word]], Claim | None]

_VERBS = ("received", "taken", "handled", "answered", "finished", "new")
_OBJECT = ("request", "bare")
_DISPUTED = {"dispute", "and", "request", "about", "bare", "of", *_VERBS, "decided"} - {"new"}
_DOCUMENTED = {"made", "repealed", "valid", "document", "and"}
_CARRIED = {"carried_in": "carried_in", "carried_out": "carried_out", "open_end": "carried_out"}
_PROACTIVE = "主动公开"


def claimed(state: State, number: Number, left: list[Word], right: list[Word]) -> Claim | None:
    """What the number counts, None where that is not certain."""
    if {"change", "other_year"} & roles_of(left + right[:1]):
        return None
    if number.unit == "元":
        charged = [word.role for word in left] == ["charge"]
        return Claim("charge", number, left[0].keys) if charged else None
    if number.unit not in COUNTED:
        return None
    return next((c for way in WAYS if (c := way(state, number, left, right))), None)


def requests(state: State, number: Number, left: list[Word], right: list[Word]) -> Claim | None:
    """收到…申请N件, 收到N件申请, or a bare 办结N件 where requests are spoken of."""
    after = [word.role for word in right]
    roles = without([word.role for word in left], ("and", "of", "in_time"))
    verbs, named = without(roles, _OBJECT), [role for role in roles if role in _OBJECT]
    if not verbs or len(verbs) > 2 or set(verbs) - set(_VERBS) or roles != [*verbs, *named]:
        return None
    if after not in ([], ["request"], ["bare"], ["request", "bare"]):
        return None
    if "request" not in [*named, *after] and state.topic != "request":
        return None
    kind = verbs[-1] if len(set(verbs)) == 1 else "taken"
    kind = "finished" if kind == "answered" else kind
    part_of_done = state.depth > 0 or (state.base and state.base.kind in ("finished", "handled"))
    if state.part and kind != "new" and (kind != "finished" or part_of_done):
        return None
    state.topic = "request"
    wording = next(word.text for word in reversed(left) if word.role in verbs)
    return Claim(kind, number, wording=wording, hedged="in_time" in roles_of(left))


def carried(state: State, number: Number, left: list[Word], right: list[Word]) -> Claim | None:
    """上年结转N件, 结转下年N件, N件结转下年."""
    roles = without([word.role for word in left], _OBJECT)
    after = without([word.role for word in right], _OBJECT)
    if roles and roles[-1] in _CARRIED:
        if roles[-1] == "open_end" and state.topic != "request":
            return None
        return Claim(_CARRIED[roles[-1]], number, hedged=state.of_finished)
    if set(roles) <= {"of", "and"} and after and after[0] in _CARRIED and state.topic == "request":
        return Claim(_CARRIED[after[0]], number, hedged=state.of_finished)
    return None


def applicants(state: State, number: Number, left: list[Word], right: list[Word]) -> Claim | None:
    """自然人申请N件, N件为自然人申请."""
    if state.topic != "request":
        return None
    roles = without([w.role for w in left], (*_OBJECT, "of", "and", "received", "new"))
    after = without([w.role for w in right], _OBJECT)
    if sorted([*roles, *after]) != ["applicant"]:
        return None
    return Claim("applicant", number, people=keys_of([*left, *right], "applicant"))


def results(state: State, number: Number, left: list[Word], right: list[Word]) -> Claim | None:
    """How requests ended, by the names of rows and their groups."""
    named = roles_of(left)
    if state.topic == "dispute" or right or "result" not in named or not state.about:
        return None
    if named - {"result", "of", "and", "bare", "finished", "answered"}:
        return None
    return Claim("result", number, keys=keys_of(left, "result"))


def outcomes(state: State, number: Number, left: list[Word], right: list[Word]) -> Claim | None:
    """How reviews and lawsuits ended, by the names of columns."""
    roles = without([word.role for word in left], ("of", "and", "bare"))
    if roles != ["outcome"] or right or state.topic != "dispute" or not state.about:
        return None
    (column,) = keys_of(left, "outcome")
    return Claim("outcome", number, state.disputes, wording=column)


def disputes(state: State, number: Number, left: list[Word], right: list[Word]) -> Claim | None:
    """Reviews and lawsuits about disclosure; 相关案件 after both were named."""
    roles = [word.role for word in left]
    if roles and roles[-1] == "related_cases" and not right:
        both = state.named_disputes
        return Claim("dispute", number, both) if len(both) > 1 and state.about else None
    around = left if "dispute" in roles else right
    if not state.about or "dispute" not in roles_of(around) or not set(roles) <= _DISPUTED:
        return None
    if not roles_of(right) <= {"dispute", "and", "bare", "decided"}:
        return None
    if around is left and roles[-1] not in ("dispute", "bare", "decided", "finished"):
        return None
    keys = keys_of(around, "dispute")
    decided = {"decided", "finished"} & roles_of(left + right)
    state.topic, state.disputes = "dispute", keys
    # 收到行政复议申请 may be said by the body that reviews, not by the one under review.
    hedged = bool({"received", "taken", "handled"} & set(roles)) and "about" not in roles
    return Claim("dispute", number, keys, wording="decided" if decided else "", hedged=hedged)


def documents(state: State, number: Number, left: list[Word], right: list[Word]) -> Claim | None:
    """制发、废止、现行有效 of documents."""
    around = left + right
    verbs = [word for word in around if word.role in ("made", "repealed", "valid")]
    named = [word for word in around if word.role == "document"]
    if len(verbs) != 1 or len(named) > 1 or not roles_of(around) <= _DOCUMENTED:
        return None
    keys = named[0].keys if named else state.document
    if not keys or (right and not named):
        return None
    return Claim("document", number, keys, wording=verbs[0].role)


def decisions(state: State, number: Number, left: list[Word], right: list[Word]) -> Claim | None:
    """作出…决定N件, and what is listed after it."""
    around = left + right
    if not state.deciding or not roles_of(around) <= {"decide", "decision", "and"}:
        return None
    named = [word for word in around if word.role == "decision"]
    if len(named) != 1 or (right and right[0] is not named[0]):
        return None
    return Claim("decision", number, named[0].keys)


def disclosed(state: State, number: Number, left: list[Word], right: list[Word]) -> Claim | None:
    """主动公开政府信息N条, all channels together."""
    roles = [word.role for word in left]
    if state.part or state.depth or right or roles[:1] != ["proactive"] or len(roles) > 2:
        return None
    if left[0].text != _PROACTIVE or not set(roles[1:]) <= {"about", "information"}:
        return None
    return Claim("disclosed", number)


WAYS: tuple[Counting, ...] = (
    outcomes,
    disputes,
    carried,
    results,
    applicants,
    requests,
    documents,
    decisions,
    disclosed,
)
